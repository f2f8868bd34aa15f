import { AwsFault } from "../../aws-fault.ts";
import { isLiveSecret } from "../client-secrets.ts";
import { invalidParameter } from "../faults.ts";
import {
  adminInitiateAuth,
  adminRespondToAuthChallenge,
  getTokensFromRefreshToken,
  initiateAuth,
  respondToAuthChallenge,
} from "../shapes/sign-in.ts";
import { answerChallenge, type Parameters, requireParameter } from "../sign-in/challenge-answers.ts";
import { type PoolClient, refuseDisabledFlow, requirePoolClient } from "../sign-in/clients.ts";
import { startCustomSignIn } from "../sign-in/custom-sign-in.ts";
import { acceptGivenPassword, openSignIn } from "../sign-in/password-sign-in.ts";
import { refuseBeforePassword, refuseUnconfirmed } from "../sign-in/passwords.ts";
import { notAuthorized, refuseWrongSecretHash } from "../sign-in/secret-hash.ts";
import type { SignInStep } from "../sign-in/sign-in.ts";
import { startSrp } from "../sign-in/srp-sign-in.ts";
import { issueTokens, renewTokens, requireGrant } from "../sign-in/tokens.ts";
import type { World } from "../state.ts";
import { announceSignIn } from "../triggers/sign-in-triggers.ts";
import type { Metadata } from "../triggers/trigger.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

/** Flows that start a sign-in in the clear: unsigned ones for applications, ADMIN ones for back ends with AWS rights. */
const unsignedFlows = [
  "CUSTOM_AUTH",
  "USER_PASSWORD_AUTH",
  "USER_SRP_AUTH",
  "REFRESH_TOKEN_AUTH",
  "REFRESH_TOKEN",
];
const adminFlows = ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", ...unsignedFlows];

export const authenticationOperations: Operations = {
  InitiateAuth: operation(initiateAuth, (world, input) =>
    startSignIn(world, requirePoolClient(world, input.ClientId), input, unsignedFlows),
  ),

  AdminInitiateAuth: operation(adminInitiateAuth, (world, input) =>
    startSignIn(world, requireClientOf(world, input.UserPoolId, input.ClientId), input, adminFlows),
  ),

  RespondToAuthChallenge: operation(respondToAuthChallenge, (world, input) =>
    answerChallenge(world, requirePoolClient(world, input.ClientId), input),
  ),

  AdminRespondToAuthChallenge: operation(adminRespondToAuthChallenge, (world, input) =>
    answerChallenge(world, requireClientOf(world, input.UserPoolId, input.ClientId), input),
  ),

  GetTokensFromRefreshToken: operation(getTokensFromRefreshToken, async (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    // The secret itself, where other calls take a hash (API reference, GetTokensFromRefreshToken).
    const isKnown = client.secrets.length === 0 || isLiveSecret(client, input.ClientSecret);
    if (!isKnown) throw notAuthorized("Invalid client secret provided.");
    const { RefreshToken: refreshToken, ClientMetadata: metadata } = input;
    const grant = requireGrant(world, pool, client, refreshToken);
    const occasion = { source: "RefreshTokens", metadata } as const;
    return {
      AuthenticationResult: await renewTokens(world, pool, client, { grant, refreshToken }, occasion),
    };
  }),
};

function requireClientOf(world: World, poolId: string, clientId: string): PoolClient {
  const pool = requirePool(world, poolId);
  const found = requirePoolClient(world, clientId);
  if (found.pool !== pool)
    throw invalidParameter(`Client ${clientId} does not belong to user pool ${poolId}.`);
  return found;
}

interface Start {
  AuthFlow: string;
  AuthParameters?: Parameters | undefined;
  ClientMetadata?: Metadata | undefined;
}

async function startSignIn(
  world: World,
  target: PoolClient,
  { AuthFlow: flow, AuthParameters: parameters = {}, ClientMetadata: metadata }: Start,
  answered: readonly string[],
): Promise<SignInStep> {
  refuseDisabledFlow(target.client, flow);
  if (!answered.includes(flow)) {
    throw new AwsFault("UnknownOperationException", `the local AWS does not answer the flow ${flow} here`);
  }
  if (flow.startsWith("REFRESH_TOKEN")) return refresh(world, target, parameters);
  const username = requireParameter(parameters, "USERNAME");
  refuseWrongSecretHash(target.client, username, parameters.SECRET_HASH);
  const needed = flow === "USER_SRP_AUTH" ? "SRP_A" : flow === "CUSTOM_AUTH" ? undefined : "PASSWORD";
  const proof = needed === undefined ? parameters.SRP_A : requireParameter(parameters, needed);
  const signIn = openSignIn(world, target, username);
  if (!signIn.isMissing) refuseBeforePassword(world, target.client, signIn.user);
  await announceSignIn(signIn, metadata);
  switch (flow) {
    case "CUSTOM_AUTH":
      if (proof === undefined) refuseUnconfirmed(signIn.user);
      return startCustomSignIn(signIn, proof);
    case "USER_SRP_AUTH":
      return startSrp(signIn, proof ?? "");
    default:
      return acceptGivenPassword(signIn, proof ?? "");
  }
}

async function refresh(
  world: World,
  { pool, client }: PoolClient,
  parameters: Parameters,
): Promise<SignInStep> {
  const grant = requireGrant(world, pool, client, requireParameter(parameters, "REFRESH_TOKEN"));
  // The request names no user: the hash is over the name the tokens carry (Developer Guide, "Computing secret hash values").
  refuseWrongSecretHash(client, grant.user.username, parameters.SECRET_HASH);
  const occasion = { source: "RefreshTokens", metadata: undefined } as const;
  return {
    ChallengeParameters: {},
    AuthenticationResult: await issueTokens(world, pool, client, grant, occasion),
  };
}
