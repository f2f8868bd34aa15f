import { UnsecuredJWT } from "jose";
import {
  type CallWeb,
  NoWebAnswer,
} from "../../../../local/services/load-balancers/traffic/identity-provider.ts";
import type { WebAnswer, WebRequest } from "../../../../local/web-exchange.ts";

export const ISSUER = "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_a";
export const SIGN_IN_HOST = "example-login.auth.ap-northeast-1.amazoncognito.com";

/** An identity provider with one client, whose secrets, codes and refresh tokens a test sets at will. */
export interface StandInProvider {
  readonly liveSecrets: Set<string>;
  /** Secrets that were offered to the token endpoint, dead ones too. */
  readonly offered: string[];
  /** What a test does to answers: keyed by path, in place of the endpoint. */
  readonly instead: Map<string, WebAnswer | "nobody">;
  readonly callWeb: CallWeb;
  /** Whoever is signed in here comes back with this address, out of the one they were sent to. */
  signIn(authorizationUrl: string, user: string): string;
  revoke(user: string): void;
}

interface Grant {
  clientId: string;
  user: string;
  redirectUri: string;
}

export function openProvider(now: () => number, clients: readonly string[]): StandInProvider {
  const codes = new Map<string, Grant>();
  const refreshTokens = new Map<string, Grant>();
  const accessTokens = new Map<string, string>();
  const liveSecrets = new Set<string>();
  const offered: string[] = [];
  const instead = new Map<string, WebAnswer | "nobody">();
  let counter = 0;

  const tokens = ({ clientId, user }: Grant) => {
    const accessToken = `access-${++counter}`;
    accessTokens.set(accessToken, user);
    const idToken = new UnsecuredJWT({ sub: user })
      .setIssuer(ISSUER)
      .setAudience(clientId)
      .setExpirationTime(Math.floor(now() / 1_000) + 300)
      .encode();
    return { access_token: accessToken, id_token: idToken, token_type: "Bearer", expires_in: 300 };
  };

  const token = ({ headers, body }: WebRequest): WebAnswer => {
    const basic = Buffer.from(headers.authorization?.slice("Basic ".length) ?? "", "base64").toString();
    const [clientId = "", secret = ""] = basic.split(":");
    offered.push(secret);
    if (!clients.includes(clientId) || !liveSecrets.has(secret))
      return json(400, { error: "invalid_client" });
    const form = new URLSearchParams(body);
    if (form.get("grant_type") === "refresh_token") {
      const grant = refreshTokens.get(form.get("refresh_token") ?? "");
      if (grant?.clientId !== clientId) return json(400, { error: "invalid_grant" });
      return json(200, tokens(grant));
    }
    const code = form.get("code") ?? "";
    const grant = codes.get(code);
    codes.delete(code);
    if (grant?.clientId !== clientId || grant.redirectUri !== form.get("redirect_uri")) {
      return json(400, { error: "invalid_grant" });
    }
    const refreshToken = `refresh-${++counter}`;
    refreshTokens.set(refreshToken, grant);
    return json(200, { ...tokens(grant), refresh_token: refreshToken });
  };

  const userInfo = ({ headers }: WebRequest): WebAnswer => {
    const user = accessTokens.get(headers.authorization?.slice("Bearer ".length) ?? "");
    return user === undefined
      ? json(401, { error: "invalid_token" })
      : json(200, { sub: user, email: `${user}@example.com` });
  };

  return {
    liveSecrets,
    offered,
    instead,
    callWeb: async (request) => {
      const given = instead.get(request.path);
      if (given === "nobody") throw new NoWebAnswer(`nobody answers at ${request.host}`);
      if (given !== undefined) return given;
      if (request.host === SIGN_IN_HOST && request.path === "/oauth2/token") return token(request);
      if (request.host === SIGN_IN_HOST && request.path === "/oauth2/userInfo") return userInfo(request);
      throw new NoWebAnswer(`nobody answers at ${request.host}`);
    },
    signIn: (authorizationUrl, user) => {
      const { searchParams } = new URL(authorizationUrl);
      const redirectUri = searchParams.get("redirect_uri") ?? "";
      const code = `code-${++counter}`;
      codes.set(code, { clientId: searchParams.get("client_id") ?? "", user, redirectUri });
      return `${redirectUri}?code=${code}&state=${searchParams.get("state")}`;
    },
    revoke: (user) => {
      for (const [name, grant] of refreshTokens) if (grant.user === user) refreshTokens.delete(name);
    },
  };
}

export function json(status: number, body: object): WebAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
