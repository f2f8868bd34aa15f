import { z } from "zod";

/** What Cognito asks for before it gives tokens (API Reference, InitiateAuth: ChallengeName, ChallengeParameters). */
export interface Challenge {
  name: string;
  parameters: Readonly<Record<string, string>>;
}

/** A second factor by Cognito's name. */
export type Factor = "SMS_MFA" | "EMAIL_OTP" | "SOFTWARE_TOKEN_MFA";

/** What a person is asked for because of a challenge. */
export type ChallengePlan =
  /** Nothing: the password is proven without being sent. */
  | { kind: "prove-password" }
  /** `attributes`: those the account lacks, by their names. */
  | { kind: "new-password"; attributes: string[] }
  /** `sentTo`: where the code went, with most of it hidden; undefined for an authenticator. */
  | { kind: "code"; factor: Factor; sentTo: string | undefined }
  | { kind: "choose-factor"; factors: Factor[] }
  | { kind: "set-up-authenticator" }
  /** The secret question, as the person has chosen it. */
  | { kind: "answer-question"; question: string }
  /** A question and an answer of one's own. */
  | { kind: "register-question" }
  /** Nothing that this command can ask for. */
  | { kind: "refuse"; why: string; remedy: string };

/** What a challenge means for the person in front of the terminal. */
export function planChallenge({ name, parameters }: Challenge): ChallengePlan {
  switch (name) {
    case "PASSWORD_VERIFIER":
      return { kind: "prove-password" };
    case "NEW_PASSWORD_REQUIRED":
      return { kind: "new-password", attributes: readAttributes(parameters.requiredAttributes) };
    case "SMS_MFA":
    case "EMAIL_OTP":
      return {
        kind: "code",
        factor: name,
        sentTo: parameters.CODE_DELIVERY_DESTINATION ?? "an unnamed place",
      };
    case "SOFTWARE_TOKEN_MFA":
      return { kind: "code", factor: name, sentTo: undefined };
    case "SELECT_MFA_TYPE":
      return planChoice(readList(parameters.MFAS_CAN_CHOOSE));
    case "MFA_SETUP":
      return planSetUp(readList(parameters.MFAS_CAN_SETUP));
    case "CUSTOM_CHALLENGE":
      return planQuestion(parameters);
    case "DEVICE_SRP_AUTH":
    case "DEVICE_PASSWORD_VERIFIER":
      // Only asked of who names a device, and this command never does.
      return refuse("asks for a remembered device, and this command remembers none", ASK_OPS);
    case "WEB_AUTHN":
    case "SELECT_CHALLENGE":
      return refuse(
        "wants a passkey, or a choice, that a terminal cannot give",
        "Sign in with login --browser.",
      );
    default:
      return refuse(`asks for ${name}, which this command does not know`, ASK_OPS);
  }
}

/** What a factor is called in front of a person. */
export const factorNames: Readonly<Record<Factor, string>> = {
  SMS_MFA: "a code by text message",
  EMAIL_OTP: "a code by mail",
  SOFTWARE_TOKEN_MFA: "the code of an authenticator app",
};

/** What is asked next of an answer in a custom challenge that Cognito asks again: the same, because it was wrong. */
export function isSameQuestion(one: ChallengePlan, other: ChallengePlan): boolean {
  const isQuestion = one.kind === "answer-question" || one.kind === "register-question";
  return isQuestion && one.kind === other.kind;
}

const ASK_OPS = "Ask whoever runs the stack.";

function refuse(why: string, remedy: string): ChallengePlan {
  return { kind: "refuse", why: `The sign-in ${why}.`, remedy };
}

function planChoice(names: readonly string[]): ChallengePlan {
  const factors = names.filter(isFactor);
  if (factors.length > 0) return { kind: "choose-factor", factors };
  return refuse("offers no second factor that this command knows", ASK_OPS);
}

function planSetUp(names: readonly string[]): ChallengePlan {
  if (names.includes("SOFTWARE_TOKEN_MFA")) return { kind: "set-up-authenticator" };
  return refuse("needs a second factor that only ops can set up for you", ASK_OPS);
}

/** The functions of the program say which of the two it is (docs/secret-question.md). */
function planQuestion({ step, question }: Readonly<Record<string, string>>): ChallengePlan {
  if (step === "register") return { kind: "register-question" };
  if (step === "answer" && question !== undefined) return { kind: "answer-question", question };
  return refuse("asks a question that is none of this project's", ASK_OPS);
}

function isFactor(name: string): name is Factor {
  return Object.hasOwn(factorNames, name);
}

/** Cognito names them `userAttributes.name`. */
function readAttributes(text: string | undefined): string[] {
  return readList(text).map((name) => name.replace(/^userAttributes\./, ""));
}

/** Lists are JSON inside a text; anything else lists nothing. */
function readList(text: string | undefined): string[] {
  try {
    return z.array(z.string()).safeParse(JSON.parse(text ?? "[]")).data ?? [];
  } catch {
    return [];
  }
}
