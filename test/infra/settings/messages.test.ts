import { describe, expect, it } from "vitest";
import { goodSettings } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";
import { describeWarnings } from "../../support/settings-warnings.ts";

const html =
  "a file ending in .html: a name in infra/messages, a path beginning with ./ or ../ (from the folder of Pulumi.yaml), or an absolute path";

describeRefusals("messages", [
  [
    "a language there are no texts in",
    [[["messages", "language"], "fr"]],
    "sekisho:messages.language",
    'must be one of ja, en, not "fr"',
  ],
  [
    "an address without https",
    [[["messages", "siteUrl"], "http://app.example.com/"]],
    "sekisho:messages.siteUrl",
    'must be an https:// address with a host name in lower case and without a #fragment, not "http://app.example.com/"',
  ],
  [
    "an address with braces, which Cognito could take for a placeholder",
    [[["messages", "siteUrl"], "https://app.example.com/{username}"]],
    "sekisho:messages.siteUrl",
    "must be an address of ASCII characters without blanks and braces; write others as %…",
  ],
  [
    "an address with a blank",
    [[["messages", "siteUrl"], "https://app.example.com/a b"]],
    "sekisho:messages.siteUrl",
    "must be an address of ASCII characters without blanks and braces; write others as %…",
  ],
  [
    "a name that would fill a text message",
    [[["messages", "siteName"], "あ".repeat(21)]],
    "sekisho:messages.siteName",
    `must be 1 to 20 letters, digits, punctuation and blanks, without braces, not "${"あ".repeat(21)}"`,
  ],
  [
    "a name with braces",
    [[["messages", "siteName"], "{username}"]],
    "sekisho:messages.siteName",
    'must be 1 to 20 letters, digits, punctuation and blanks, without braces, not "{username}"',
  ],
  [
    "a mail that is no HTML file",
    [[["messages", "invitation"], "invitation.txt"]],
    "sekisho:messages.invitation.mail",
    `must be ${html}, not "invitation.txt"`,
  ],
  [
    "a file in a folder nobody knows the beginning of",
    [[["messages", "mfa"], { mail: "texts/mfa.html" }]],
    "sekisho:messages.mfa.mail",
    `must be ${html}, not "texts/mfa.html"`,
  ],
  [
    "a message that does not exist",
    [[["messages", "welcome"], "welcome.ja.html"]],
    "sekisho:messages.welcome",
    "is not a setting; known here: language, siteUrl, siteName, invitation, verification, mfa, signUp, passwordReset, contactChange",
  ],
  [
    "a number for a file",
    [[["messages", "invitation"], 7]],
    "sekisho:messages.invitation",
    "must be the name of an .html file, or { mail: … .html, sms: … .txt }, not 7",
  ],
]);

describe("messages", () => {
  it("are named short, by the mail's file, or long, by both", () => {
    const { messages } = goodSettings(
      [["messages", "invitation"], "ours.html"],
      [["messages", "mfa"], { sms: "/srv/mfa.txt" }],
    );
    expect(messages.files).toEqual({ invitation: { mail: "ours.html" }, mfa: { sms: "/srv/mfa.txt" } });
  });
});

describeWarnings("messages", [
  [
    "a text that only the function sends, in a stack without it",
    [
      [["messages", "passwordReset"], "reset.html"],
      [["triggers", "customMessage"], false],
    ],
    "sekisho:messages.passwordReset",
    "is a text that only the function for messages sends, and there is none; add sekisho:triggers.customMessage: true, or take it out and change verification",
  ],
  [
    "invitations that do not say where to sign in",
    [
      [["messages", "siteUrl"], undefined],
      [["clients"], { cli: { kind: "cli" } }],
      [["routes"], undefined],
      [["signInPage"], undefined],
    ],
    "sekisho:messages.siteUrl",
    "is missing, and no client has hosts: invitations do not say where to sign in; set it to the address of the site",
  ],
]);
