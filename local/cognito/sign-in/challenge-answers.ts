import { AwsFault } from "../../aws-fault.ts";
import { readNewAttributes, refuseMissingRequired } from "../attribute-values.ts";
import { refuseReusedPassword, setPassword } from "../credentials.ts";
import { invalidParameter } from "../faults.ts";
import { passwordRules, refuseWeakPassword } from "../password-policy.ts";
import type { MfaFactor, User, World } from "../state.ts";
import type { Metadata } from "../triggers/trigger.ts";
import { type PoolClient, requireEnabled } from "./clients.ts";
import { acceptCustomAnswer } from "./custom-steps.ts";
import { askForFactor, stepAfterFactors, stepToMfa } from "./next-step.ts";
import { forgiveFailures, recordFailure, refuseLocked } from "./passwords.ts";
import { type Challenge, signInOf } from "./registry.ts";
import { notAuthorized, refuseWrongSecretHash } from "./secret-hash.ts";
import { closeSession, requireChallenge } from "./sessions.ts";
import { type SignIn, type SignInStep, withStep } from "./sign-in.ts";
import { answerPasswordVerifier } from "./srp-sign-in.ts";
import { findTimeStep } from "./totp.ts";

/** Parameters or answers of a sign-in, by AWS's names. */
export type Parameters = Readonly<Record<string, string>>;

/** One call of RespondToAuthChallenge, with or without the administrator's signature. */
export interface GivenAnswer {
  ChallengeName: string;
  Session?: string | undefined;
  ChallengeResponses?: Parameters | undefined;
  ClientMetadata?: Metadata | undefined;
}

/** Takes the answer to a challenge and says what comes next; the session lives on after a wrong one. */
export async function answerChallenge(
  world: World,
  target: PoolClient,
  input: GivenAnswer,
): Promise<SignInStep> {
  const responses = input.ChallengeResponses ?? {};
  const username = requireParameter(responses, "USERNAME");
  if (input.ChallengeName === "PASSWORD_VERIFIER") {
    refuseWrongSecretHash(target.client, username, responses.SECRET_HASH);
    return answerPasswordVerifier(world, target, responses, input.ClientMetadata);
  }
  return acceptAnswer(world, target, input, (user) => {
    // From here on the user is USER_ID_FOR_SRP, whatever name the sign-in began with; the hash is over that name.
    if (username !== user.username) throw notAuthorized("Invalid session for the user.");
    refuseWrongSecretHash(target.client, user.username, responses.SECRET_HASH);
  });
}

/**
 * Takes the answer to a challenge that has a session; `checkCaller` refuses who may not answer for this user. The session
 * lives on after a wrong answer.
 */
export async function acceptAnswer(
  world: World,
  target: PoolClient,
  input: GivenAnswer,
  checkCaller: (user: User) => void,
): Promise<SignInStep> {
  const responses = input.ChallengeResponses ?? {};
  const answer = answers[input.ChallengeName];
  if (answer === undefined) {
    throw new AwsFault(
      "UnknownOperationException",
      `the local AWS does not answer the challenge ${input.ChallengeName}`,
    );
  }
  const session = input.Session;
  const challenge = requireChallenge(world, target.pool, target.client.id, session, [answer.name]);
  const { user, custom, isPasswordNew = false, isMissing = false, isOnPages = false } = challenge;
  checkCaller(user);
  requireEnabled(user);
  refuseLocked(world, user);
  const { ClientMetadata: metadata } = input;
  const signIn = { world, ...target, user, isMissing, custom, isPasswordNew, isOnPages, metadata };
  const next = await answer.accept(signIn, challenge, responses);
  closeSession(world, session ?? "");
  return next;
}

export function requireParameter(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

type Accept = (signIn: SignIn, challenge: Challenge, responses: Parameters) => Promise<SignInStep>;

const answers: Readonly<Record<string, { name: Challenge["name"]; accept: Accept }>> = {
  NEW_PASSWORD_REQUIRED: { name: "NEW_PASSWORD_REQUIRED", accept: acceptNewPassword },
  SMS_MFA: { name: "SMS_MFA", accept: acceptSentCode("SMS_MFA", "phone_number") },
  EMAIL_OTP: { name: "EMAIL_OTP", accept: acceptSentCode("EMAIL_OTP", "email") },
  SOFTWARE_TOKEN_MFA: { name: "SOFTWARE_TOKEN_MFA", accept: acceptSoftwareToken },
  SELECT_MFA_TYPE: { name: "SELECT_MFA_TYPE", accept: acceptChoice },
  MFA_SETUP: { name: "MFA_SETUP", accept: acceptSetUp },
  CUSTOM_CHALLENGE: {
    name: "CUSTOM_CHALLENGE",
    accept: (signIn, challenge, responses) =>
      acceptCustomAnswer(signIn, challenge, requireParameter(responses, "ANSWER")),
  },
};

async function acceptNewPassword(
  signIn: SignIn,
  _challenge: Challenge,
  responses: Parameters,
): Promise<SignInStep> {
  const { world, pool, user } = signIn;
  const password = requireParameter(responses, "NEW_PASSWORD");
  const given = Object.entries(responses)
    .filter(([name]) => name.startsWith("userAttributes."))
    .map(([name, Value]) => ({ Name: name.slice("userAttributes.".length), Value }));
  const added = readNewAttributes(pool.schema, given, "user");
  const overwritten = Object.keys(added).find((name) => user.attributes[name] !== undefined);
  if (overwritten !== undefined) {
    // RespondToAuthChallenge, API reference: attributes that have a value can't be changed here.
    throw notAuthorized("Cannot modify an already provided email");
  }
  const attributes = { ...user.attributes, ...added };
  refuseMissingRequired(pool.schema, attributes);
  refuseWeakPassword(passwordRules(pool), password, "user");
  refuseReusedPassword(pool, user, password);
  pool.users.replaceAttributes(user, attributes);
  setPassword(world, pool, user, password, "permanent");
  user.status = "CONFIRMED";
  user.modifiedAt = world.now();
  return stepToMfa({ ...withStep(signIn, "NEW_PASSWORD_REQUIRED"), isPasswordNew: true });
}

/** "A right SMS or e-mail code marks the attribute verified" (Developer Guide, "SMS and email message MFA"). */
function acceptSentCode(factor: "SMS_MFA" | "EMAIL_OTP", attribute: "phone_number" | "email"): Accept {
  return async (signIn, challenge, responses) => {
    const { world, pool, user } = signIn;
    if (requireParameter(responses, `${factor}_CODE`) !== challenge.code) {
      recordFailure(world, user);
      throw new AwsFault("CodeMismatchException", "Invalid code or auth state for the user.");
    }
    forgiveFailures(world, user);
    pool.users.replaceAttributes(user, { ...user.attributes, [`${attribute}_verified`]: "true" });
    return stepAfterFactors(withStep(signIn, factor));
  };
}

async function acceptSoftwareToken(
  signIn: SignIn,
  _challenge: Challenge,
  responses: Parameters,
): Promise<SignInStep> {
  acceptTimeStep(signIn.world, signIn.user, requireParameter(responses, "SOFTWARE_TOKEN_MFA_CODE"));
  return stepAfterFactors(withStep(signIn, "SOFTWARE_TOKEN_MFA"));
}

async function acceptChoice(
  signIn: SignIn,
  challenge: Challenge,
  responses: Parameters,
): Promise<SignInStep> {
  const chosen = requireParameter(responses, "ANSWER");
  const factor = challenge.choices?.find((choice: MfaFactor) => choice === chosen);
  if (factor === undefined) throw notAuthorized("Invalid answer for the challenge SELECT_MFA_TYPE.");
  return askForFactor(signIn, factor);
}

async function acceptSetUp(signIn: SignIn, challenge: Challenge): Promise<SignInStep> {
  if (challenge.isSetUp !== true) throw invalidParameter("User has not set up software token mfa");
  return stepAfterFactors(withStep(signIn, "SOFTWARE_TOKEN_MFA"));
}

/** A code of an authenticator counts once: the same or an earlier one is refused although its time has not passed. */
function acceptTimeStep(world: World, user: User, code: string): void {
  const step = user.totp === undefined ? undefined : findTimeStep(user.totp.secret, code, world.now());
  if (step === undefined) {
    recordFailure(world, user);
    throw new AwsFault("CodeMismatchException", "Invalid code received for user");
  }
  const signIn = signInOf(world, user);
  if (signIn.lastTimeStep !== undefined && step <= signIn.lastTimeStep) {
    throw new AwsFault("ExpiredCodeException", "Your software token has already been used once.");
  }
  signIn.lastTimeStep = step;
  forgiveFailures(world, user);
}
