import { createHash } from "node:crypto";
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { poolFunctions } from "../../support/pool-functions.ts";
import {
  basic,
  CALLBACK,
  jsonOf,
  OTHER_CALLBACK,
  openSignInPages,
  redirectOf,
  type SignInPages,
} from "../../support/sign-in-pages.ts";
import { HOUR, MINUTE } from "../../support/sign-in-world.ts";

const OWN = "own_secret_with_24_chars";

const refused = (error: string, status = 400) => ({ status, body: JSON.stringify({ error }) });

/** The client's secrets' API. */
const secretsOf = ({ admin, clientId: ClientId }: SignInPages) => ({
  add: (ClientSecret: string) => admin("AddUserPoolClientSecret", { ClientId, ClientSecret }),
  removeOriginal: async () => {
    const { ClientSecrets } = await admin("ListUserPoolClientSecrets", { ClientId });
    const [{ ClientSecretId = "" } = {}] = ClientSecrets as { ClientSecretId: string }[];
    await admin("DeleteUserPoolClientSecret", { ClientId, ClientSecretId });
  },
});

describe("The token endpoint (Developer Guide, 'Token endpoint')", () => {
  it("gives tokens for a code, which the pool's published keys verify", async () => {
    const pages = await openSignInPages();
    const answer = await pages.redeem(pages.code({ scope: "openid email", nonce: "n-1" }));
    expect(answer).toMatchObject({ status: 200, headers: { "cache-control": "no-store" } });
    const tokens = jsonOf(answer);
    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: "3600" });

    const issuer = `https://cognito-idp.ap-northeast-1.amazonaws.com/${pages.poolId}`;
    const document = await pages.model.answerWeb({
      method: "GET",
      host: "cognito-idp.ap-northeast-1.amazonaws.com",
      path: `/${pages.poolId}/.well-known/jwks.json`,
      headers: {},
      body: "",
    });
    const keys = createLocalJWKSet(JSON.parse(document.body) as JSONWebKeySet);
    const options = { issuer, currentDate: new Date(pages.now()) };
    const id = await jwtVerify(tokens.id_token ?? "", keys, { ...options, audience: pages.clientId });
    expect(id.payload).toMatchObject({
      token_use: "id",
      sub: pages.sub,
      nonce: "n-1",
      email: "hanako@example.com",
      at_hash: createHash("sha256")
        .update(tokens.access_token ?? "")
        .digest()
        .subarray(0, 16)
        .toString("base64url"),
    });
    const access = await jwtVerify(tokens.access_token ?? "", keys, options);
    expect(access.payload).toMatchObject({
      token_use: "access",
      sub: pages.sub,
      client_id: pages.clientId,
      scope: "openid email",
    });
    expect(access.payload).not.toHaveProperty("nonce");
  });

  it("takes the client's credentials in the body too", async () => {
    const pages = await openSignInPages();
    const { clientId: client_id, clientSecret: client_secret } = pages;
    expect(await pages.redeem(pages.code(), { client_id, client_secret }, {})).toHaveProperty("status", 200);
  });

  it("gives no ID token to whom did not ask for openid", async () => {
    const pages = await openSignInPages();
    const tokens = jsonOf(await pages.redeem(pages.code({ scope: "aws.cognito.signin.user.admin" })));
    expect(Object.keys(tokens).sort()).toEqual(["access_token", "expires_in", "refresh_token", "token_type"]);
  });

  it.each([
    [
      "all that the client may read for openid alone",
      "openid",
      ["email", "email_verified", "name", "phone_number"],
    ],
    ["the address for email", "openid email", ["email", "email_verified"]],
    ["the number for phone", "openid phone", ["phone_number"]],
    [
      "everything again with profile",
      "openid email profile",
      ["email", "email_verified", "name", "phone_number"],
    ],
  ])(
    "shows in the ID token %s (Developer Guide, 'Scopes, M2M, and resource servers')",
    async (_, scope, names) => {
      const pages = await openSignInPages({ attributes: { name: "花子", phone_number: "+81312345678" } });
      const claims = decodeJwt(jsonOf(await pages.redeem(pages.code({ scope }))).id_token ?? "");
      expect(["email", "email_verified", "name", "phone_number"].filter((name) => name in claims)).toEqual(
        names,
      );
    },
  );

  it("refuses a wrong secret, a missing one and an unknown client with invalid_client, and the code lives on", async () => {
    const pages = await openSignInPages();
    const { clientId, clientSecret } = pages;
    const code = pages.code();
    for (const headers of [
      basic(clientId, OWN),
      basic(clientId, ""),
      basic("nobody", clientSecret),
      { authorization: "Basic not base64" },
      { authorization: `Bearer ${clientSecret}` },
    ]) {
      expect(await pages.redeem(code, {}, headers)).toMatchObject(refused("invalid_client"));
    }
    expect(await pages.redeem(code, { client_id: clientId }, {})).toMatchObject(refused("invalid_client"));
    expect(await pages.redeem(code, { client_id: "another" })).toMatchObject(refused("invalid_client"));
    expect(await pages.redeem(code)).toHaveProperty("status", 200);
  });

  it("takes both of two live secrets, and refuses a deleted one", async () => {
    const pages = await openSignInPages();
    const { clientId, clientSecret } = pages;
    const secrets = secretsOf(pages);
    const redeemWith = (secret: string) => pages.redeem(pages.code(), {}, basic(clientId, secret));
    await secrets.add(OWN);
    expect(await redeemWith(clientSecret)).toHaveProperty("status", 200);
    expect(await redeemWith(OWN)).toHaveProperty("status", 200);
    await secrets.removeOriginal();
    expect(await redeemWith(clientSecret)).toMatchObject(refused("invalid_client"));
    expect(await redeemWith(OWN)).toHaveProperty("status", 200);
  });

  it("tells a good secret from a bad one by a code that nobody gave out", async () => {
    const pages = await openSignInPages();
    expect(await pages.redeem("no-such-code")).toMatchObject(refused("invalid_grant"));
    const wrong = basic(pages.clientId, OWN);
    expect(await pages.redeem("no-such-code", {}, wrong)).toMatchObject(refused("invalid_client"));
  });

  it("takes a client without a secret as it is, but not with one", async () => {
    const pages = await openSignInPages({ client: { GenerateSecret: false } });
    const code = pages.code();
    const withSecret = basic(pages.clientId, OWN);
    expect(await pages.redeem(code, {}, withSecret)).toMatchObject(refused("invalid_client"));
    expect(await pages.redeem(code, { client_id: pages.clientId }, {})).toHaveProperty("status", 200);
  });

  it("takes a code once", async () => {
    const pages = await openSignInPages();
    const code = pages.code();
    expect(await pages.redeem(code)).toHaveProperty("status", 200);
    expect(await pages.redeem(code)).toMatchObject(refused("invalid_grant"));
  });

  it("takes a code for five minutes", async () => {
    const pages = await openSignInPages();
    const [early, late] = [pages.code(), pages.code()];
    pages.pass(5 * MINUTE - 1);
    expect(await pages.redeem(early)).toHaveProperty("status", 200);
    pages.pass(1);
    expect(await pages.redeem(late)).toMatchObject(refused("invalid_grant"));
  });

  it("refuses another address than the code was asked for with, and spends the code on it", async () => {
    const pages = await openSignInPages();
    const code = pages.code();
    const other = { redirect_uri: OTHER_CALLBACK };
    expect(await pages.redeem(code, other)).toMatchObject(refused("invalid_grant"));
    expect(await pages.redeem(code)).toMatchObject(refused("invalid_grant"));
  });

  it("refuses an address that is not the client's as a client that may not do this (seen on AWS)", async () => {
    const pages = await openSignInPages();
    const foreign = { redirect_uri: `${CALLBACK}/` };
    expect(await pages.redeem(pages.code(), foreign)).toMatchObject(refused("unauthorized_client"));
  });

  it.each([
    ["the right verifier", "v".repeat(43), 200],
    ["another verifier", "w".repeat(43), 400],
    ["no verifier", undefined, 400],
  ])("of a code that was asked for with PKCE, sees %s", async (_, code_verifier, status) => {
    const pages = await openSignInPages();
    const code_challenge = createHash("sha256").update("v".repeat(43)).digest("base64url");
    const proof = { code_challenge, code_challenge_method: "S256" };
    const code = redirectOf(await pages.logIn(proof)).parameters.code ?? "";
    expect(await pages.redeem(code, { code_verifier })).toHaveProperty("status", status);
  });

  it("does not take a code of another client", async () => {
    const pages = await openSignInPages();
    const { UserPoolClient } = await pages.admin("CreateUserPoolClient", {
      ClientName: "other",
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      CallbackURLs: [CALLBACK],
    });
    const client_id = (UserPoolClient as { ClientId: string }).ClientId;
    const code = pages.code();
    expect(await pages.redeem(code, { client_id }, {})).toMatchObject(refused("invalid_grant"));
    expect(await pages.redeem(code)).toHaveProperty("status", 200);
  });

  it.each(["AdminDisableUser", "AdminDeleteUser"])("gives nothing to a user after %s", async (operation) => {
    const pages = await openSignInPages();
    const tokens = jsonOf(await pages.redeem(pages.code()));
    const code = pages.code();
    await pages.admin(operation);
    expect(await pages.redeem(code)).toMatchObject(refused("invalid_grant"));
    const again = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    expect(await pages.redeem("", again)).toMatchObject(refused("invalid_grant"));
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ["no grant type", { grant_type: undefined }, "invalid_request"],
    ["a grant type that is none", { grant_type: "password" }, "unsupported_grant_type"],
    ["a name every object has", { grant_type: "toString" }, "unsupported_grant_type"],
    ["no code", { code: undefined }, "invalid_request"],
    ["no address", { redirect_uri: undefined }, "invalid_request"],
    ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
    ["a grant the client does not have", { grant_type: "client_credentials" }, "unauthorized_client"],
  ])("refuses %s", async (_, changes, error) => {
    const pages = await openSignInPages();
    expect(await pages.redeem(pages.code(), changes)).toMatchObject(refused(error));
  });

  it("reads forms only", async () => {
    const pages = await openSignInPages();
    const headers = { ...basic(pages.clientId, pages.clientSecret), "content-type": "application/json" };
    expect(await pages.redeem(pages.code(), {}, headers)).toMatchObject(refused("invalid_request"));
  });

  it("tells the pre token generation function of a sign-in at the pages", async () => {
    const functions = poolFunctions({ PreTokenGeneration: () => ({ claimsOverrideDetails: null }) });
    const pages = await openSignInPages({
      partners: functions.partners,
      pool: { LambdaConfig: functions.LambdaConfig },
    });
    await pages.redeem(pages.code());
    expect(functions.sources()).toEqual(["TokenGeneration_HostedAuth"]);
  });
});

describe("Refresh tokens at the token endpoint", () => {
  const refresh = (pages: SignInPages, refresh_token: string | undefined, headers?: Record<string, string>) =>
    pages.redeem("", { grant_type: "refresh_token", refresh_token, code: undefined }, headers);

  it("give new tokens with the same scopes, and no other refresh token", async () => {
    const pages = await openSignInPages();
    const first = jsonOf(await pages.redeem(pages.code({ scope: "openid email", nonce: "n-1" })));
    pages.pass(HOUR);
    const tokens = jsonOf(await refresh(pages, first.refresh_token));
    expect(Object.keys(tokens).sort()).toEqual(["access_token", "expires_in", "id_token", "token_type"]);
    expect(decodeJwt(tokens.access_token ?? "")).toMatchObject({ scope: "openid email", sub: pages.sub });
    expect(decodeJwt(tokens.id_token ?? "")).not.toHaveProperty("nonce");
  });

  it("go on under a new secret: they belong to the client, not to a secret", async () => {
    const pages = await openSignInPages();
    const { refresh_token } = jsonOf(await pages.redeem(pages.code()));
    await secretsOf(pages).add(OWN);
    await secretsOf(pages).removeOriginal();
    expect(await refresh(pages, refresh_token)).toMatchObject(refused("invalid_client"));
    expect(await refresh(pages, refresh_token, basic(pages.clientId, OWN))).toHaveProperty("status", 200);
  });

  it("end when they are revoked, and everything issued from them", async () => {
    const pages = await openSignInPages();
    const tokens = jsonOf(await pages.redeem(pages.code()));
    const headers = basic(pages.clientId, pages.clientSecret);
    const revoke = (form: Record<string, string>, given = headers) =>
      pages.post("/oauth2/revoke", form, given);
    const token = tokens.refresh_token ?? "";
    expect(await revoke({ token }, basic(pages.clientId, OWN))).toMatchObject(refused("invalid_client", 401));
    expect(await revoke({})).toMatchObject(refused("invalid_request"));
    expect(await revoke({ token: tokens.access_token ?? "" })).toMatchObject(
      refused("unsupported_token_type"),
    );
    expect(await revoke({ token })).toMatchObject({ status: 200, body: "" });
    expect(await refresh(pages, token)).toMatchObject(refused("invalid_grant"));
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    expect(await pages.get("/oauth2/userInfo", {}, bearer)).toHaveProperty("status", 401);
  });

  it("are not revoked where the client has that switched off", async () => {
    const pages = await openSignInPages({ client: { EnableTokenRevocation: false } });
    const { refresh_token = "" } = jsonOf(await pages.redeem(pages.code()));
    const headers = basic(pages.clientId, pages.clientSecret);
    const answer = await pages.post("/oauth2/revoke", { token: refresh_token }, headers);
    expect(answer).toMatchObject(refused("invalid_request"));
  });

  it("are refused to a client that may not refresh", async () => {
    const pages = await openSignInPages({ client: { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] } });
    const { refresh_token } = jsonOf(await pages.redeem(pages.code()));
    expect(await refresh(pages, refresh_token)).toMatchObject(refused("unauthorized_client"));
  });
});

describe("Client credentials", () => {
  async function openMachine() {
    const pages = await openSignInPages();
    await pages.admin("CreateResourceServer", {
      Identifier: "api",
      Name: "API",
      Scopes: ["read", "write"].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
    });
    const { UserPoolClient } = await pages.admin("CreateUserPoolClient", {
      ClientName: "machine",
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthScopes: ["api/read", "api/write"],
    });
    const { ClientId, ClientSecret } = UserPoolClient as { ClientId: string; ClientSecret: string };
    const ask = (form: Record<string, string> = {}) =>
      pages.post(
        "/oauth2/token",
        { grant_type: "client_credentials", ...form },
        basic(ClientId, ClientSecret),
      );
    return { pages, ClientId, ask };
  }

  it("give an access token that stands for the client, with all its scopes unless some are asked for", async () => {
    const { ClientId, ask } = await openMachine();
    const tokens = jsonOf(await ask());
    expect(Object.keys(tokens).sort()).toEqual(["access_token", "expires_in", "token_type"]);
    expect(decodeJwt(tokens.access_token ?? "")).toMatchObject({
      sub: ClientId,
      client_id: ClientId,
      token_use: "access",
      scope: "api/read api/write",
    });
    const narrowed = jsonOf(await ask({ scope: "api/read" }));
    expect(decodeJwt(narrowed.access_token ?? "").scope).toBe("api/read");
  });

  it("are no user: the token opens neither the user's data nor a code", async () => {
    const { pages, ask } = await openMachine();
    const { access_token: AccessToken } = jsonOf(await ask());
    const bearer = { authorization: `Bearer ${AccessToken}` };
    expect(await pages.get("/oauth2/userInfo", {}, bearer)).toHaveProperty("status", 401);
    await expect(pages.app("GetUser", { AccessToken })).rejects.toMatchObject({
      code: "NotAuthorizedException",
    });
    const code = await ask({ grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK });
    expect(code).toMatchObject(refused("unauthorized_client"));
  });

  it("give no scope that the client does not have", async () => {
    const { ask } = await openMachine();
    expect(await ask({ scope: "api/delete" })).toMatchObject(refused("invalid_scope"));
    expect(await ask({ scope: "openid" })).toMatchObject(refused("invalid_scope"));
  });
});

describe("userInfo (Developer Guide, 'userInfo endpoint')", () => {
  const ask = (pages: SignInPages, token: string | undefined) =>
    pages.get("/oauth2/userInfo", {}, { authorization: `Bearer ${token}` });

  it("tells what the scopes show, every value as a text", async () => {
    const pages = await openSignInPages();
    const { access_token } = jsonOf(await pages.redeem(pages.code()));
    expect(JSON.parse((await ask(pages, access_token)).body)).toEqual({
      sub: pages.sub,
      username: pages.sub,
      email: "hanako@example.com",
      email_verified: "true",
    });
  });

  it("refuses what is no access token with openid, and says why in the header", async () => {
    const pages = await openSignInPages();
    const scope = "aws.cognito.signin.user.admin";
    const { access_token } = jsonOf(await pages.redeem(pages.code({ scope })));
    const { id_token } = jsonOf(await pages.redeem(pages.code()));
    for (const token of [access_token, id_token, "x.y.z"]) {
      const { status, headers } = await ask(pages, token);
      expect([status, headers["www-authenticate"]]).toEqual([
        401,
        'error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."',
      ]);
    }
    const nothing = await pages.get("/oauth2/userInfo");
    expect([nothing.status, nothing.headers["www-authenticate"]]).toEqual([
      400,
      'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"',
    ]);
  });

  it("a token without aws.cognito.signin.user.admin opens nothing in the user pools API", async () => {
    const pages = await openSignInPages();
    const own = jsonOf(await pages.redeem(pages.code({ scope: "openid aws.cognito.signin.user.admin" })));
    expect(await pages.app("GetUser", { AccessToken: own.access_token })).toHaveProperty(
      "Username",
      pages.sub,
    );
    const { access_token: AccessToken } = jsonOf(await pages.redeem(pages.code()));
    await expect(pages.app("GetUser", { AccessToken })).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Access Token does not have required scopes",
    });
  });
});
