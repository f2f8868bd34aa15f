import { createHash } from "node:crypto";
import { AwsFault } from "../../aws-fault.ts";
import type { WebAnswer } from "../../web-exchange.ts";
import { refuseDisabledFlow } from "../sign-in/clients.ts";
import { isPresent } from "../sign-in/registry.ts";
import { grantTokens, issueMachineToken, renewTokens, requireGrant, rotates } from "../sign-in/tokens.ts";
import type { Client } from "../state.ts";
import { allowsFlow, chooseScopes } from "./authorization.ts";
import { authenticateClient } from "./client-authentication.ts";
import type { PageRequest } from "./page-request.ts";
import { type AuthorizationCode, recordsOf } from "./sign-in-records.ts";
import { jsonAnswer, oauthRefusal } from "./web-pages.ts";

/**
 * POST /oauth2/token: tokens for a code, for a refresh token, or for a client alone. Refusals are JSON with status 400
 * (Developer Guide, "Token endpoint").
 */
export async function answerToken(request: PageRequest): Promise<WebAnswer> {
  const grantType = request.form.get("grant_type");
  if (!grantType) throw oauthRefusal("invalid_request");
  const redeem = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined;
  if (redeem === undefined) throw oauthRefusal("unsupported_grant_type");
  const client = authenticateClient(request);
  if (client === undefined) throw oauthRefusal("invalid_client");
  return jsonAnswer(200, await redeem(request, client));
}

type Redeem = (request: PageRequest, client: Client) => Promise<object>;

const grants: Readonly<Record<string, Redeem>> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  client_credentials: issueToMachine,
};

async function redeemCode(request: PageRequest, client: Client): Promise<object> {
  const { world, pool, form } = request;
  if (!allowsFlow(client, "code")) throw oauthRefusal("unauthorized_client");
  const redirectUri = form.get("redirect_uri");
  if (!redirectUri) throw oauthRefusal("invalid_request");
  // Seen on AWS: an address that is not the client's is answered like a client that may not do this.
  if (client.settings.CallbackURLs?.includes(redirectUri) !== true) throw oauthRefusal("unauthorized_client");
  const code = spendCode(request, client);
  if (code.redirectUri !== redirectUri) throw oauthRefusal("invalid_grant");
  if (!provesChallenge(code, form.get("code_verifier"))) throw oauthRefusal("invalid_grant");
  const { user } = code;
  if (!isPresent(pool, user) || !user.isEnabled) throw oauthRefusal("invalid_grant");
  const occasion = { source: "HostedAuth", metadata: undefined } as const;
  const tokens = await refusing(() => grantTokens(world, pool, client, user, occasion, code));
  return {
    ...(code.scopes.includes("openid") ? { id_token: tokens.IdToken } : {}),
    access_token: tokens.AccessToken,
    refresh_token: tokens.RefreshToken,
    expires_in: tokens.ExpiresIn,
    token_type: "Bearer",
  };
}

/** A code is good for one try of its own client, whatever comes of it; a stranger's try does not spend it. */
function spendCode({ world, pool, form }: PageRequest, client: Client): AuthorizationCode {
  const given = form.get("code");
  if (!given) throw oauthRefusal("invalid_request");
  const { codes } = recordsOf(world);
  const code = codes.find(given);
  if (code?.poolId !== pool.id || code.clientId !== client.id) throw oauthRefusal("invalid_grant");
  codes.remove(given);
  return code;
}

/** The verifier of PKCE: asked for where the code was asked for with a challenge, and only there (RFC 7636). */
function provesChallenge({ challenge }: AuthorizationCode, verifier: string | null): boolean {
  if (challenge === undefined) return !verifier;
  return verifier !== null && createHash("sha256").update(verifier).digest("base64url") === challenge;
}

/** "Client is not allowed for … refreshing tokens" (unauthorized_client); the refresh token itself goes on. */
async function refresh({ world, pool, form }: PageRequest, client: Client): Promise<object> {
  if (!allowsFlow(client, "code") && !allowsFlow(client, "implicit"))
    throw oauthRefusal("unauthorized_client");
  // The flow of the API and rotation exclude each other; this endpoint does both (Developer Guide, "Refresh tokens").
  if (!rotates(client)) {
    await refusing(() => refuseDisabledFlow(client, "REFRESH_TOKEN_AUTH"), "unauthorized_client");
  }
  const given = form.get("refresh_token");
  if (!given) throw oauthRefusal("invalid_request");
  const grant = await refusing(() => requireGrant(world, pool, client, given));
  const occasion = { source: "RefreshTokens", metadata: undefined } as const;
  const renewed = { grant, refreshToken: given };
  const tokens = await refusing(() => renewTokens(world, pool, client, renewed, occasion));
  return {
    ...(!grant.isFromCode || grant.scopes.includes("openid") ? { id_token: tokens.IdToken } : {}),
    access_token: tokens.AccessToken,
    ...(tokens.RefreshToken === undefined ? {} : { refresh_token: tokens.RefreshToken }),
    expires_in: tokens.ExpiresIn,
    token_type: "Bearer",
  };
}

async function issueToMachine({ world, pool, form }: PageRequest, client: Client): Promise<object> {
  if (!allowsFlow(client, "client_credentials")) throw oauthRefusal("unauthorized_client");
  const scopes = chooseScopes(client, form.get("scope") ?? undefined);
  if (scopes === undefined) throw oauthRefusal("invalid_scope");
  const { AccessToken, ExpiresIn } = await issueMachineToken(world, pool, client, scopes);
  return { access_token: AccessToken, expires_in: ExpiresIn, token_type: "Bearer" };
}

/** Says a refusal of the user pool in the words of OAuth 2.0; what the local AWS does not do stays what it is. */
async function refusing<Result>(
  run: () => Result | Promise<Result>,
  error = "invalid_grant",
): Promise<Result> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof AwsFault && cause.code !== "UnknownOperationException") throw oauthRefusal(error);
    throw cause;
  }
}
