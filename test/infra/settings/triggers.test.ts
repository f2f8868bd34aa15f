import { describe, expect, it } from "vitest";
import { goodSettings, readSample } from "../../support/sample-settings.ts";
import { type Change, describeRefusals } from "../../support/settings-refusals.ts";
import { describeWarnings } from "../../support/settings-warnings.ts";

const openSignUp: Change = [["users", "selfSignUp"], true];
const limited: Change = [["triggers", "allowMailDomains"], ["example.com"]];
const group: Change = [["triggers", "groupOnSignUp"], "members"];
const question: Change = [["triggers", "secretQuestion"], true];
const questionClient: Change = [["clients", "backend", "flows"], ["question"]];

const NO_EFFECT =
  "has no effect: sekisho:users.selfSignUp is false, so nobody signs up, and administrators may invite anybody; take it out, or set that to true";

describe("sekisho:triggers", () => {
  it("switches nothing on by itself", () => {
    expect(goodSettings([["triggers"], undefined]).triggers).toBeUndefined();
    expect(goodSettings([["triggers"], {}]).triggers).toEqual({
      customMessage: false,
      secretQuestion: false,
      logRetentionDays: 365,
    });
  });

  it("compares mail domains in one spelling, each once", () => {
    const domains: Change = [
      ["triggers", "allowMailDomains"],
      ["例え.jp", "Example.COM", "example.com"],
    ];
    const { triggers } = goodSettings(openSignUp, domains);
    expect(triggers?.allowMailDomains).toEqual(["example.com", "xn--r8jz45g.jp"]);
  });

  it("has nothing to warn of where only some mail domains may sign up", () => {
    expect(readSample(openSignUp, limited)).toMatchObject({ warnings: [] });
  });

  it("lets open sign-up and AWS roles go together where only some mail domains may sign up", () => {
    const { awsAccess } = goodSettings(openSignUp, limited);
    expect(awsAccess?.allowSelfSignUp).toBe(false);
  });
});

describeRefusals("triggers", [
  [
    "a trigger nobody knows",
    [[["triggers", "customMesage"], true]],
    "sekisho:triggers.customMesage",
    "is not a setting; did you mean customMessage?",
  ],
  [
    "a mail domain that is an address",
    [openSignUp, [["triggers", "allowMailDomains"], ["a@example.com"]]],
    "sekisho:triggers.allowMailDomains[0]",
    'must be a mail domain such as example.com, not "a@example.com"',
  ],
  [
    "a mail domain with a star",
    [openSignUp, [["triggers", "allowMailDomains"], ["*.example.com"]]],
    "sekisho:triggers.allowMailDomains[0]",
    'must be a mail domain such as example.com, not "*.example.com"',
  ],
  [
    "no mail domain at all",
    [openSignUp, [["triggers", "allowMailDomains"], []]],
    "sekisho:triggers.allowMailDomains",
    "is empty; give at least one of: mail domains such as example.com",
  ],
  [
    "messages by a function without a sender of one's own: no code would go out",
    [[["email"], undefined]],
    "sekisho:triggers.customMessage",
    "is true, but Cognito takes mails from a function only with a sender of your own, and would send no code at all; add sekisho:email, or take it out",
  ],
  ["mail domains where nobody signs up", [limited], "sekisho:triggers.allowMailDomains", NO_EFFECT],
  ["a first group where nobody signs up", [group], "sekisho:triggers.groupOnSignUp", NO_EFFECT],
  [
    "a first group that does not exist",
    [openSignUp, limited, [["triggers", "groupOnSignUp"], "guests"]],
    "sekisho:triggers.groupOnSignUp",
    "is guests, but sekisho:users.groups has no group of that name; add it there",
  ],
  [
    "mail domains that nobody proves, since the code goes to the phone",
    [
      openSignUp,
      limited,
      [
        ["users", "signInWith"],
        ["email", "phone"],
      ],
    ],
    "sekisho:triggers.allowMailDomains",
    "would be believed without proof: who signs up is confirmed by a code to the phone, so any address of the domain can be claimed; sign in and recover by email alone (sekisho:users.signInWith, aliases, recovery), or take it out",
  ],
  [
    "a question that no client asks",
    [question],
    "sekisho:triggers.secretQuestion",
    "is true, but no client asks a question; give a client of kind cli or server flows: [question], or take it out",
  ],
  [
    "a client that asks where there is no question",
    [questionClient],
    "sekisho:clients.backend.flows",
    "has question, but nothing asks one; set sekisho:triggers.secretQuestion: true",
  ],
  [
    "a client with a way round its question",
    [
      question,
      [
        ["clients", "backend", "flows"],
        ["question", "srp", "password"],
      ],
    ],
    "sekisho:clients.backend.flows",
    "has srp, password beside question, by which everybody would go round the question; take srp, password out (question asks for the password first, by SRP)",
  ],
]);

describeWarnings("triggers", [
  [
    "clients by which people get in without the question, the sign-in page first of all",
    [question, questionClient],
    "sekisho:triggers.secretQuestion",
    "is true, but people also get in without the question, by sekisho:clients.cli, sekisho:clients.web: the sign-in page and other flows never ask it; keep what the question protects behind its own client",
  ],
]);
