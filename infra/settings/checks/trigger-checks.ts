import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";

const MESSAGE = "sekisho:triggers.customMessage";
const DOMAINS = "sekisho:triggers.allowMailDomains";
const GROUP = "sekisho:triggers.groupOnSignUp";
const QUESTION = "sekisho:triggers.secretQuestion";

/**
 * Cognito sends a function's mail only through a sender of one's own; otherwise no code goes out at all (Amazon Cognito
 * Developer Guide, Custom message Lambda trigger).
 */
export const customMessageHasSender = needing(["triggers", "email"], ({ triggers, email }) =>
  triggers?.customMessage && email === undefined
    ? [
        {
          path: MESSAGE,
          message:
            "is true, but Cognito takes mails from a function only with a sender of your own, and would send no code at all; add sekisho:email, or take it out",
        },
      ]
    : [],
);

/** Administrators may invite any address, so without self sign-up these two never do anything. */
export const signUpTriggersHaveSignUps = needing(["triggers", "users"], ({ triggers, users }) => {
  if (users.selfSignUp) return [];
  const message =
    "has no effect: sekisho:users.selfSignUp is false, so nobody signs up, and administrators may invite anybody; take it out, or set that to true";
  return [
    ...(triggers?.allowMailDomains ? [{ path: DOMAINS, message }] : []),
    ...(triggers?.groupOnSignUp === undefined ? [] : [{ path: GROUP, message }]),
  ];
});

/**
 * An address that nobody proves may be anybody's. With a phone among what is verified, Cognito sends its code there
 * alone (Amazon Cognito Developer Guide, Verifying updates to email addresses and phone numbers).
 */
export const mailDomainsAreProven = needing(["triggers", "users"], ({ triggers, users }) => {
  const isProven = users.autoVerify.includes("email") && !users.autoVerify.includes("phone_number");
  if (!triggers?.allowMailDomains || !users.selfSignUp || isProven) return [];
  return [
    {
      path: DOMAINS,
      message:
        "would be believed without proof: who signs up is confirmed by a code to the phone, so any address of the domain can be claimed; sign in and recover by email alone (sekisho:users.signInWith, aliases, recovery), or take it out",
    },
  ];
});

export const groupOnSignUpExists = needing(["triggers", "users"], ({ triggers, users }) => {
  const group = triggers?.groupOnSignUp;
  if (group === undefined || users.groups.some(({ name }) => name === group)) return [];
  const message = `is ${group}, but sekisho:users.groups has no group of that name; add it there`;
  return [{ path: GROUP, message }];
});

/** A question that no client asks protects nobody. */
export const questionIsAsked = needing(["triggers", "clients"], ({ triggers, clients }) =>
  triggers?.secretQuestion && !clients.some(({ flows }) => flows.includes("question"))
    ? [
        {
          path: QUESTION,
          message:
            "is true, but no client asks a question; give a client of kind cli or server flows: [question], or take it out",
        },
      ]
    : [],
);

/** A client with the flow needs the triggers, and any other flow of it would be a way round the question. */
export const questionClientsAsk = needing(["triggers", "clients"], ({ triggers, clients }) =>
  clients.flatMap(({ name, flows, callbackUrls }): Fault[] => {
    if (!flows.includes("question")) return [];
    const path = settingPath("sekisho:clients", name, "flows");
    if (!triggers?.secretQuestion) {
      return [{ path, message: `has question, but nothing asks one; set ${QUESTION}: true` }];
    }
    if (flows.length === 1) return callbackUrls.length > 0 ? [pageBesideQuestion(name)] : [];
    const others = flows.filter((flow) => flow !== "question").join(", ");
    return [
      {
        path,
        message: `has ${others} beside question, by which everybody would go round the question; take ${others} out (question asks for the password first, by SRP)`,
      },
    ];
  }),
);

function pageBesideQuestion(client: string): Fault {
  const message =
    "is true beside the flow question, and the sign-in page never asks it; take one of them out, or make two clients";
  return { path: settingPath("sekisho:clients", client, "browser"), message };
}
