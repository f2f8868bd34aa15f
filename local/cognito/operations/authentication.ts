import { AwsFault } from "../../aws-fault.ts";
import { readNewAttributes, refuseMissingRequired } from "../attribute-values.ts";
import { refuseReusedPassword, setPassword } from "../credentials.ts";
import { invalidParameter } from "../faults.ts";
import { passwordRules, refuseWeakPassword } from "../password-policy.ts";
import {
  adminInitiateAuth,
  adminRespondToAuthChallenge,
  initiateAuth,
  respondToAuthChallenge,
} from "../shapes/sign-in.ts";
import {
  hideMissingUser,
  type PoolClient,
  refuseDisabledFlow,
  requireEnabled,
  requirePoolClient,
} from "../sign-in/clients.ts";
import {
  askForFactor,
  type SignInStep,
  stepAfterPassword,
  stepToMfa,
  stepToTokens,
} from "../sign-in/next-step.ts";
import { acceptPassword, forgiveFailures, recordFailure, refuseLocked } from "../sign-in/passwords.ts";
import { type Challenge, signInOf } from "../sign-in/registry.ts";
import { notAuthorized, refuseWrongSecretHash } from "../sign-in/secret-hash.ts";
import { closeSession, requireChallenge } from "../sign-in/sessions.ts";
import { answerPasswordVerifier, startSrp } from "../sign-in/srp-sign-in.ts";
import { issueTokens, requireGrant } from "../sign-in/tokens.ts";
import { findTimeStep } from "../sign-in/totp.ts";
import type { MfaFactor, User, World } from "../state.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

type Parameters = Readonly<Record<string, string>>;

/** Flows that start a sign-in in the clear: unsigned ones for applications, ADMIN ones for back ends with AWS rights. */
const unsignedFlows = ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"];
const adminFlows = [
  "ADMIN_USER_PASSWORD_AUTH",
  "ADMIN_NO_SRP_AUTH",
  "USER_PASSWORD_AUTH",
  "USER_SRP_AUTH",
  "REFRESH_TOKEN_AUTH",
  "REFRESH_TOKEN",
];

export const authenticationOperations: Operations = {
  InitiateAuth: operation(initiateAuth, (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    return startSignIn(world, { pool, client }, input.AuthFlow, input.AuthParameters ?? {}, unsignedFlows);
  }),

  AdminInitiateAuth: operation(adminInitiateAuth, (world, input) => {
    const target = requireClientOf(world, input.UserPoolId, input.ClientId);
    return startSignIn(world, target, input.AuthFlow, input.AuthParameters ?? {}, adminFlows);
  }),

  RespondToAuthChallenge: operation(respondToAuthChallenge, (world, input) =>
    answerChallenge(world, requirePoolClient(world, input.ClientId), input),
  ),

  AdminRespondToAuthChallenge: operation(adminRespondToAuthChallenge, (world, input) =>
    answerChallenge(world, requireClientOf(world, input.UserPoolId, input.ClientId), input),
  ),
};

function requireClientOf(world: World, poolId: string, clientId: string): PoolClient {
  const pool = requirePool(world, poolId);
  const found = requirePoolClient(world, clientId);
  if (found.pool !== pool)
    throw invalidParameter(`Client ${clientId} does not belong to user pool ${poolId}.`);
  return found;
}

async function startSignIn(
  world: World,
  target: PoolClient,
  flow: string,
  parameters: Parameters,
  answered: readonly string[],
): Promise<SignInStep> {
  refuseDisabledFlow(target.client, flow);
  if (!answered.includes(flow)) {
    throw new AwsFault("UnknownOperationException", `the local AWS does not answer the flow ${flow} here`);
  }
  if (flow.startsWith("REFRESH_TOKEN")) return refresh(world, target, parameters);
  const username = requireParameter(parameters, "USERNAME");
  refuseWrongSecretHash(target.client, username, parameters.SECRET_HASH);
  const user = target.pool.users.find(username);
  if (flow === "USER_SRP_AUTH") {
    return startSrp(world, target, user, username, requireParameter(parameters, "SRP_A"));
  }
  const password = requireParameter(parameters, "PASSWORD");
  if (user === undefined) throw hideMissingUser(target.client);
  acceptPassword(world, target.pool, target.client, user, password);
  return stepAfterPassword(world, target.pool, target.client, user);
}

async function refresh(
  world: World,
  { pool, client }: PoolClient,
  parameters: Parameters,
): Promise<SignInStep> {
  const grant = requireGrant(world, pool, client, requireParameter(parameters, "REFRESH_TOKEN"));
  // The request names no user: the hash is over the name the tokens carry (Developer Guide, "Computing secret hash values").
  refuseWrongSecretHash(client, grant.user.username, parameters.SECRET_HASH);
  return { ChallengeParameters: {}, AuthenticationResult: await issueTokens(world, pool, client, grant) };
}

interface Answer {
  ChallengeName: string;
  Session?: string | undefined;
  ChallengeResponses?: Parameters | undefined;
}

async function answerChallenge(world: World, target: PoolClient, input: Answer): Promise<SignInStep> {
  const responses = input.ChallengeResponses ?? {};
  const username = requireParameter(responses, "USERNAME");
  if (input.ChallengeName === "PASSWORD_VERIFIER") {
    refuseWrongSecretHash(target.client, username, responses.SECRET_HASH);
    return answerPasswordVerifier(world, target, responses);
  }
  const answer = answers[input.ChallengeName];
  if (answer === undefined) {
    throw new AwsFault(
      "UnknownOperationException",
      `the local AWS does not answer the challenge ${input.ChallengeName}`,
    );
  }
  const session = input.Session;
  const challenge = requireChallenge(world, target.pool, target.client.id, session, [answer.name]);
  const { user } = challenge;
  // From here on the user is USER_ID_FOR_SRP, whatever name the sign-in began with; the hash is over that name.
  if (username !== user.username) throw notAuthorized("Invalid session for the user.");
  refuseWrongSecretHash(target.client, user.username, responses.SECRET_HASH);
  requireEnabled(user);
  refuseLocked(world, user);
  const next = await answer.accept({ world, target, challenge, responses });
  closeSession(world, session ?? "");
  return next;
}

interface ChallengeAnswer {
  world: World;
  target: PoolClient;
  challenge: Challenge;
  responses: Parameters;
}

const answers: Readonly<
  Record<string, { name: Challenge["name"]; accept: (answer: ChallengeAnswer) => Promise<SignInStep> }>
> = {
  NEW_PASSWORD_REQUIRED: { name: "NEW_PASSWORD_REQUIRED", accept: acceptNewPassword },
  SMS_MFA: { name: "SMS_MFA", accept: (answer) => acceptSentCode(answer, "SMS_MFA_CODE") },
  EMAIL_OTP: { name: "EMAIL_OTP", accept: (answer) => acceptSentCode(answer, "EMAIL_OTP_CODE") },
  SOFTWARE_TOKEN_MFA: { name: "SOFTWARE_TOKEN_MFA", accept: acceptSoftwareToken },
  SELECT_MFA_TYPE: { name: "SELECT_MFA_TYPE", accept: acceptChoice },
  MFA_SETUP: { name: "MFA_SETUP", accept: acceptSetUp },
};

async function acceptNewPassword({
  world,
  target,
  challenge,
  responses,
}: ChallengeAnswer): Promise<SignInStep> {
  const { pool, client } = target;
  const { user } = challenge;
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
  return stepToMfa(world, pool, client, user);
}

async function acceptSentCode(
  { world, target, challenge, responses }: ChallengeAnswer,
  parameter: "SMS_MFA_CODE" | "EMAIL_OTP_CODE",
): Promise<SignInStep> {
  const { user } = challenge;
  if (requireParameter(responses, parameter) !== challenge.code) {
    recordFailure(world, user);
    throw new AwsFault("CodeMismatchException", "Invalid code or auth state for the user.");
  }
  forgiveFailures(world, user);
  markVerified(target, user, parameter === "SMS_MFA_CODE" ? "phone_number" : "email");
  return stepToTokens(world, target.pool, target.client, user);
}

async function acceptSoftwareToken({
  world,
  target,
  challenge,
  responses,
}: ChallengeAnswer): Promise<SignInStep> {
  const { user } = challenge;
  acceptTimeStep(world, user, requireParameter(responses, "SOFTWARE_TOKEN_MFA_CODE"));
  return stepToTokens(world, target.pool, target.client, user);
}

async function acceptChoice({ world, target, challenge, responses }: ChallengeAnswer): Promise<SignInStep> {
  const chosen = requireParameter(responses, "ANSWER");
  const factor = challenge.choices?.find((choice: MfaFactor) => choice === chosen);
  if (factor === undefined) throw notAuthorized("Invalid answer for the challenge SELECT_MFA_TYPE.");
  return askForFactor(world, target.pool, target.client, challenge.user, factor);
}

async function acceptSetUp({ world, target, challenge }: ChallengeAnswer): Promise<SignInStep> {
  if (challenge.isSetUp !== true) throw invalidParameter("User has not set up software token mfa");
  return stepToTokens(world, target.pool, target.client, challenge.user);
}

/** A code of an authenticator counts once: the same or an earlier one is refused although its time has not passed. */
export function acceptTimeStep(world: World, user: User, code: string): void {
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

/** "A right SMS or e-mail code marks the attribute verified" (Developer Guide, "SMS and email message MFA"). */
function markVerified({ pool }: PoolClient, user: User, attribute: "phone_number" | "email"): void {
  pool.users.replaceAttributes(user, { ...user.attributes, [`${attribute}_verified`]: "true" });
}

function requireParameter(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}
