import type { Parameters } from "../sign-in/challenge-answers.ts";
import type { SignInStep } from "../sign-in/sign-in.ts";
import { associateToken, verifyToken } from "../sign-in/software-token.ts";
import type { User, World } from "../state.ts";
import type { AskedStep, CodeFactor, WaitingStep } from "./sign-in-records.ts";

const codeFactors: readonly CodeFactor[] = ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"];

/**
 * What a challenge of a sign-in asks on the pages; undefined for one that they have no form for. An authenticator gets its
 * secret here, as managed login shows it with the challenge (Developer Guide, "TOTP software token MFA").
 */
export function readStep(
  world: World,
  user: User,
  { ChallengeName: name, Session: session, ChallengeParameters }: SignInStep,
): WaitingStep | undefined {
  const parameters: Record<string, unknown> = Object(ChallengeParameters);
  const waiting = (asked: AskedStep) => ({ session: String(session), user, asked });
  const factor = codeFactors.find((known) => known === name);
  if (factor !== undefined) {
    const { CODE_DELIVERY_DESTINATION: destination } = parameters;
    return waiting({ name: factor, destination: typeof destination === "string" ? destination : undefined });
  }
  switch (name) {
    case "NEW_PASSWORD_REQUIRED": {
      const attributes = readList(parameters.requiredAttributes).map((text) =>
        text.replace("userAttributes.", ""),
      );
      return waiting({ name, attributes });
    }
    case "SELECT_MFA_TYPE":
      return waiting({ name, choices: readList(parameters.MFAS_CAN_CHOOSE) });
    case "MFA_SETUP": {
      if (!readList(parameters.MFAS_CAN_SETUP).includes("SOFTWARE_TOKEN_MFA")) return undefined;
      const { secret, session: renewed } = associateToken(world, user, String(session));
      return { session: String(renewed), user, asked: { name, secret } };
    }
    default:
      return undefined;
  }
}

/** What was typed into the form of a step, as the challenge takes it; undefined where something is left empty. */
export function readAnswer({ asked }: WaitingStep, form: URLSearchParams): Parameters | undefined {
  const read = (name: string) => form.get(name)?.trim() || undefined;
  switch (asked.name) {
    case "NEW_PASSWORD_REQUIRED":
      return whole({
        NEW_PASSWORD: form.get("new_password") || undefined,
        ...Object.fromEntries(
          asked.attributes.map((name) => [`userAttributes.${name}`, read(`attribute.${name}`)]),
        ),
      });
    case "SELECT_MFA_TYPE":
      return whole({ ANSWER: read("factor_type") });
    default:
      return whole({ [`${asked.name}_CODE`]: read("code") });
  }
}

/** Registers the authenticator where the step is about one; returns the session with which the answer goes on. */
export function registerToken(
  world: World,
  { asked, session, user }: WaitingStep,
  answer: Parameters,
): string {
  if (asked.name !== "MFA_SETUP") return session;
  return String(verifyToken(world, user, session, answer.MFA_SETUP_CODE ?? "").session);
}

function whole(answers: Readonly<Record<string, string | undefined>>): Parameters | undefined {
  const given = Object.entries(answers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === Object.keys(answers).length ? Object.fromEntries(given) : undefined;
}

function readList(text: unknown): string[] {
  const list: unknown = typeof text === "string" ? JSON.parse(text) : [];
  return Array.isArray(list) ? list.map(String) : [];
}
