import { z } from "zod";
import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";
import { type AuthFailure, authFailure } from "./auth-failure.ts";
import type { SignInSettings } from "./sign-in-settings.ts";

/** Asks a web server for the load balancer. Rejects with `NoWebAnswer` when there is none at that host. */
export type CallWeb = (request: WebRequest) => Promise<WebAnswer>;

/** Nobody answered: the host does not exist, or the connection broke. */
export class NoWebAnswer extends Error {
  override readonly name = "NoWebAnswer";
}

const tokenShape = z.object({
  access_token: z.string().min(1),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
  expires_in: z.number().positive().optional(),
});

export type Tokens = z.output<typeof tokenShape>;

const userShape = z.looseObject({ sub: z.string().min(1) });

/** Who somebody is, as the user info endpoint says it. */
export type UserInfo = z.output<typeof userShape>;

/** Claims and access token together (Application Load Balancers, Authenticate users: 11K bytes). */
const MOST_BYTES = 11 * 1024;

/**
 * Asks the token endpoint, with the load balancer's copy of the client's secret, what a code or a refresh token is
 * worth.
 */
export async function requestTokens(
  callWeb: CallWeb,
  { tokenEndpoint, clientId, clientSecret }: SignInSettings,
  form: Readonly<Record<string, string>>,
): Promise<Tokens | AuthFailure> {
  const answer = await ask(callWeb, "POST", tokenEndpoint, {
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams(form).toString(),
  });
  if (answer === undefined) return authFailure("AuthTokenEpRequestTimeout");
  if (!isSuccess(answer)) {
    const { error } = z.object({ error: z.string() }).safeParse(readJson(answer)).data ?? {};
    return authFailure(error === "invalid_grant" ? "AuthInvalidGrantError" : "AuthTokenEpRequestFailed");
  }
  return tokenShape.safeParse(readJson(answer)).data ?? authFailure("AuthInvalidTokenResponse");
}

/** Whoever holds an access token, from the user info endpoint. */
export async function requestUser(
  callWeb: CallWeb,
  { userInfoEndpoint }: SignInSettings,
  accessToken: string,
): Promise<UserInfo | AuthFailure> {
  const answer = await ask(callWeb, "GET", userInfoEndpoint, {
    headers: { authorization: `Bearer ${accessToken}` },
    body: "",
  });
  if (answer === undefined) return authFailure("AuthUserinfoEpRequestTimeout");
  if (!isSuccess(answer)) return authFailure("AuthUserinfoEpRequestFailed");
  if (Buffer.byteLength(answer.body) + Buffer.byteLength(accessToken) > MOST_BYTES) {
    return authFailure("AuthUserinfoResponseSizeExceeded");
  }
  return userShape.safeParse(readJson(answer)).data ?? authFailure("AuthInvalidUserinfoResponse");
}

/** One request to an endpoint; undefined when nobody answered. */
export async function ask(
  callWeb: CallWeb,
  method: "GET" | "POST",
  endpoint: string,
  { headers, body }: Pick<WebRequest, "headers" | "body">,
): Promise<WebAnswer | undefined> {
  const { hostname: host, pathname, search } = new URL(endpoint);
  try {
    return await callWeb({ method, host, path: pathname + search, headers: { host, ...headers }, body });
  } catch (error) {
    if (error instanceof NoWebAnswer) return undefined;
    throw error;
  }
}

export function isSuccess({ status }: WebAnswer): boolean {
  return status >= 200 && status < 300;
}

/** What a JSON answer says; undefined when it is none. */
export function readJson({ body }: WebAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
