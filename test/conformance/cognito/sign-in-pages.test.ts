import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import { describe, expect, it } from "vitest";
import { totpCode } from "../../../local/cognito/sign-in/totp.ts";
import { poolFunctions } from "../../support/pool-functions.ts";
import {
  CALLBACK,
  cookiesOf,
  HOST,
  hiddenField,
  jsonOf,
  openSignInPages,
  redirectOf,
  type SignInPages,
} from "../../support/sign-in-pages.ts";
import { HOUR, MINUTE, PASSWORD } from "../../support/sign-in-world.ts";

/** What a pool needs to send codes by e-mail as a second factor. */
const mailPool = {
  EmailConfiguration: {
    EmailSendingAccount: "DEVELOPER",
    SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
  },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
};

const sms = {
  pool: { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms" } },
  mfa: {
    MfaConfiguration: "ON",
    SmsMfaConfiguration: {
      SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms" },
    },
  },
  attributes: { phone_number: "+81312345678", phone_number_verified: "true" },
};

/** Registers an authenticator with the user's own access token; returns its secret. */
async function registerAuthenticator(pages: SignInPages): Promise<string> {
  const scope = "openid aws.cognito.signin.user.admin";
  const { access_token: AccessToken } = jsonOf(await pages.redeem(pages.code({ scope })));
  const { SecretCode } = await pages.app("AssociateSoftwareToken", { AccessToken });
  const UserCode = totpCode(String(SecretCode), pages.now());
  await pages.app("VerifySoftwareToken", { AccessToken, UserCode });
  return String(SecretCode);
}

const login = (pages: SignInPages, form: Record<string, string | undefined>) =>
  pages.post(`/login?${new URLSearchParams(pages.authorization())}`, form);

describe("The authorize endpoint (Developer Guide, 'Authorize endpoint')", () => {
  it("sends a browser to the login page with everything it came with", async () => {
    const pages = await openSignInPages();
    const answer = await pages.get("/oauth2/authorize", pages.authorization({ nonce: "n-1" }));
    expect(answer.status).toBe(302);
    expect(redirectOf(answer)).toEqual({
      address: `https://${HOST}/login`,
      parameters: pages.authorization({ nonce: "n-1" }),
    });
  });

  it.each([
    ["a client that is not there", { client_id: "nobody" }, "client_id names no app client"],
    ["no client", { client_id: undefined }, "client_id names no app client"],
    ["an address that is not the client's", { redirect_uri: `${CALLBACK}/` }, "redirect_mismatch"],
    ["no address", { redirect_uri: undefined }, "redirect_mismatch"],
  ])("sends nobody anywhere for %s", async (_, changes, sentence) => {
    const pages = await openSignInPages();
    for (const path of ["/oauth2/authorize", "/login"]) {
      const answer = await pages.get(path, pages.authorization(changes));
      expect(answer.status).toBe(400);
      expect(answer.headers).not.toHaveProperty("location");
      expect(answer.body).toContain(sentence);
    }
  });

  it.each([
    ["no response type", { response_type: undefined }, "invalid_request"],
    ["a response type that is none", { response_type: "id_token" }, "unsupported_response_type"],
    ["a grant the client does not have", { response_type: "token" }, "unauthorized_client"],
    ["a scope the client does not have", { scope: "openid api/read" }, "invalid_scope"],
    ["a challenge without its method", { code_challenge: "x" }, "invalid_request"],
    ["a method other than S256", { code_challenge: "x", code_challenge_method: "plain" }, "invalid_request"],
    ["nobody signed in, and no page wanted", { prompt: "none" }, "login_required"],
  ])("goes back to the client with the error for %s", async (_, changes, error) => {
    const pages = await openSignInPages();
    const answer = await pages.get("/oauth2/authorize", pages.authorization(changes));
    expect(redirectOf(answer)).toEqual({ address: CALLBACK, parameters: { error, state: "the state" } });
  });

  it("refuses a client for which OAuth is switched off", async () => {
    const pages = await openSignInPages({ client: { AllowedOAuthFlowsUserPoolClient: false } });
    const answer = await pages.get("/oauth2/authorize", pages.authorization());
    expect(redirectOf(answer).parameters).toMatchObject({ error: "unauthorized_client" });
  });
});

describe("The login page (Developer Guide, 'Login endpoint')", () => {
  it("is a form in Japanese before English, which keeps the request", async () => {
    const pages = await openSignInPages();
    const { status, headers, body } = await pages.get("/login", pages.authorization({ state: '"><b>' }));
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(body).toContain('<html lang="ja">');
    expect(body).toContain('name="username"');
    expect(body).toContain('name="password"');
    expect(body).not.toContain("<b>");
    expect(body).toContain(`&amp;client_id=${pages.clientId}&amp;`);
  });

  it("goes back to the client with a code and the state, and the code gives tokens", async () => {
    const pages = await openSignInPages();
    const answer = await pages.logIn();
    expect(answer.status).toBe(302);
    const { address, parameters } = redirectOf(answer);
    expect(address).toBe(CALLBACK);
    expect(parameters).toEqual({ code: expect.stringMatching(/^[0-9a-f-]{36}$/), state: "the state" });
    expect(await pages.redeem(parameters.code ?? "")).toHaveProperty("status", 200);
  });

  it.each([
    ["a wrong password", "hanako@example.com", "Wrong-horse-7"],
    ["somebody who is not there", "nobody@example.com", PASSWORD],
  ])(
    "shows the form again for %s, and says no more than that it was wrong",
    async (_, username, password) => {
      const pages = await openSignInPages();
      const answer = await login(pages, { username, password });
      expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
      expect(answer.body).toContain("Incorrect username or password.");
      expect(answer.body).toContain('role="alert"');
      expect(answer.body).not.toContain(password);
    },
  );

  it("asks again for what was left empty", async () => {
    const pages = await openSignInPages();
    expect((await login(pages, { username: "hanako@example.com" })).body).toContain("Fill in every field.");
    expect((await login(pages, {})).body).toContain("Fill in every field.");
  });

  it("does not let a disabled user in", async () => {
    const pages = await openSignInPages();
    await pages.admin("AdminDisableUser");
    const answer = await pages.logIn();
    expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
    expect(answer.body).toContain("User is disabled.");
  });

  it("locks a user after five wrong passwords, like every other sign-in", async () => {
    const pages = await openSignInPages();
    for (let turn = 0; turn < 5; turn++) await pages.logIn({}, "Wrong-horse-7");
    expect((await pages.logIn()).body).toContain("Password attempts exceeded");
    pages.pass(1_000);
    expect((await pages.logIn()).status).toBe(302);
  });

  it("calls the functions of a sign-in, which may refuse it", async () => {
    const functions = poolFunctions({
      PreAuthentication: () => ({}),
      PostAuthentication: () => {
        throw new Error("not today");
      },
    });
    const pages = await openSignInPages({
      partners: functions.partners,
      pool: { LambdaConfig: functions.LambdaConfig },
    });
    const answer = await pages.logIn();
    expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
    expect(answer.body).toContain("PostAuthentication failed with error not today.");
    expect(functions.sources()).toEqual([
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
    ]);
  });

  it("asks for a new password where it was a temporary one, until it is good (Developer Guide, 'Creating user accounts as administrator')", async () => {
    const pages = await openSignInPages();
    await pages.admin("AdminSetUserPassword", { Password: PASSWORD, Permanent: false });
    const form = await pages.logIn();
    expect([form.status, form.headers.location]).toEqual([200, undefined]);
    expect(form.body).toContain("New password");
    const factor = hiddenField(form, "factor");
    expect((await login(pages, { factor })).body).toContain("Fill in every field.");
    const weak = await login(pages, { factor, new_password: "weak" });
    expect(weak.body).toContain("Password did not conform with policy");
    expect(weak.body).not.toContain("weak");
    expect((await login(pages, { factor, new_password: "Another-horse-8" })).status).toBe(302);
    expect((await pages.logIn({}, "Another-horse-8")).status).toBe(302);
    expect((await pages.logIn()).headers.location).toBeUndefined();
  });

  it("asks for required attributes that the user lacks together with the new password (same page)", async () => {
    const Schema = [{ Name: "family_name", AttributeDataType: "String", Required: true }];
    const pages = await openSignInPages({
      pool: { Schema },
      client: { ReadAttributes: ["email", "family_name"], WriteAttributes: ["email", "family_name"] },
    });
    await pages.admin("AdminSetUserPassword", { Password: PASSWORD, Permanent: false });
    const factor = hiddenField(await pages.logIn(), "factor");
    const new_password = "Another-horse-8";
    expect((await login(pages, { factor, new_password })).body).toContain("Fill in every field.");
    const done = await login(pages, { factor, new_password, "attribute.family_name": "山田" });
    expect(done.status).toBe(302);
    const { UserAttributes } = await pages.admin("AdminGetUser");
    expect(UserAttributes).toContainEqual({ Name: "family_name", Value: "山田" });
  });

  it("shows the secret for an authenticator where one has to be set up, and takes its first code (Developer Guide, 'TOTP software token MFA')", async () => {
    const mfa = { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } };
    const pages = await openSignInPages({ mfa });
    const form = await pages.logIn();
    expect([form.status, form.headers.location]).toEqual([200, undefined]);
    const secret = /<code id="secret">([A-Z2-7]+)<\/code>/.exec(form.body)?.[1] ?? "";
    expect(secret).not.toBe("");
    expect(form.body).toContain(`secret=${secret}`);
    const factor = hiddenField(form, "factor");
    const wrong = await login(pages, { factor, code: totpCode(secret, pages.now() + HOUR) });
    expect([wrong.status, wrong.headers.location]).toEqual([200, undefined]);
    expect(wrong.body).toContain("Code mismatch");
    expect((await login(pages, { factor, code: totpCode(secret, pages.now()) })).status).toBe(302);
    pages.pass(MINUTE);
    const next = await pages.logIn();
    expect(next.body).toContain("Enter the code of your authenticator app.");
    const code = totpCode(secret, pages.now());
    expect((await login(pages, { factor: hiddenField(next, "factor"), code })).status).toBe(302);
  });

  it("asks which factor it shall be where there are two and none is preferred (Developer Guide, 'Adding MFA to a user pool')", async () => {
    const pages = await openSignInPages({
      mfa: {
        MfaConfiguration: "ON",
        SoftwareTokenMfaConfiguration: { Enabled: true },
        EmailMfaConfiguration: {},
      },
      pool: mailPool,
    });
    const secret = await registerAuthenticator(pages);
    const form = await pages.logIn();
    expect(form.body).toContain("How to verify");
    const factor = hiddenField(form, "factor");
    expect((await login(pages, { factor })).body).toContain("Fill in every field.");
    const asked = await login(pages, { factor, factor_type: "SOFTWARE_TOKEN_MFA" });
    expect(asked.body).toContain("Enter the code of your authenticator app.");
    pages.pass(MINUTE);
    const code = totpCode(secret, pages.now());
    expect((await login(pages, { factor: hiddenField(asked, "factor"), code })).status).toBe(302);
  });

  it("says that it does not offer a step that it has no form for", async () => {
    // Nobody sets up a phone number here.
    const pages = await openSignInPages({ ...sms, attributes: {} });
    const answer = await pages.logIn();
    expect([answer.status, answer.headers.location]).toEqual([501, undefined]);
    expect(answer.body).toContain("The step MFA_SETUP is not offered by these sign-in pages.");
  });

  it("is not there for a client without a style on the second version of managed login (Developer Guide, 'Apply branding to managed login pages')", async () => {
    const pages = await openSignInPages();
    await pages.admin("UpdateUserPoolDomain", { Domain: "example-login", ManagedLoginVersion: 2 });
    const answer = await pages.logIn();
    expect([answer.status, answer.headers.location]).toEqual([403, undefined]);
    expect(answer.body).toContain("Login pages unavailable.");
    await pages.admin("CreateManagedLoginBranding", {
      ClientId: pages.clientId,
      UseCognitoProvidedValues: true,
    });
    expect((await pages.logIn()).status).toBe(302);
  });

  it.each([
    ["that does not sign in the pool's own users", { SupportedIdentityProviders: [] }],
    ["without a flow for passwords", { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] }],
  ])("takes no password for a client %s", async (_, client) => {
    const pages = await openSignInPages({ client });
    expect((await pages.logIn()).status).toBe(501);
  });
});

describe("A second factor at the login page", () => {
  it("by SMS is asked for with a code, and the right one ends the sign-in", async () => {
    const pages = await openSignInPages(sms);
    const asked = await pages.logIn();
    expect([asked.status, asked.headers["set-cookie"]]).toEqual([200, undefined]);
    expect(asked.body).toContain("Enter the code we sent to +*******5678.");
    const factor = hiddenField(asked, "factor");

    const wrong = await login(pages, { factor, code: "nope" });
    expect(wrong.body).toContain("Invalid code or auth state for the user.");
    const right = await login(pages, { factor: hiddenField(wrong, "factor"), code: pages.lastCode() });
    const { code = "" } = redirectOf(right).parameters;
    expect(await pages.redeem(code)).toHaveProperty("status", 200);
    expect((await login(pages, { factor, code: pages.lastCode() })).body).toContain(
      "Sign in once more from the beginning.",
    );
  });

  it("by e-mail is asked for with a code", async () => {
    const pages = await openSignInPages({
      pool: mailPool,
      mfa: { MfaConfiguration: "ON", EmailMfaConfiguration: {} },
    });
    const asked = await pages.logIn();
    expect(asked.body).toContain("Enter the code we mailed to h***@e***.");
    const right = await login(pages, { factor: hiddenField(asked, "factor"), code: pages.lastCode() });
    expect(right.status).toBe(302);
  });

  it("by an authenticator is asked for with its code, each of which counts once", async () => {
    const pages = await openSignInPages({
      mfa: { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } },
    });
    const code = totpCode(await registerAuthenticator(pages), pages.now());
    await pages.admin("AdminSetUserMFAPreference", {
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    });
    const asked = await pages.logIn();
    expect(asked.body).toContain("Enter the code of your authenticator app.");
    expect((await login(pages, { factor: hiddenField(asked, "factor"), code })).status).toBe(302);
    const again = await pages.logIn();
    const reused = await login(pages, { factor: hiddenField(again, "factor"), code });
    expect(reused.body).toContain("Your software token has already been used once.");
  });

  it("is not taken after the time a challenge lives, nor for another client", async () => {
    const pages = await openSignInPages(sms);
    const late = await pages.logIn();
    pages.pass(3 * MINUTE);
    const expired = await login(pages, { factor: hiddenField(late, "factor"), code: pages.lastCode() });
    expect(expired.body).toContain("session is expired");
    expect(expired.body).toContain('name="password"');

    const { UserPoolClient } = await pages.admin("CreateUserPoolClient", {
      ClientName: "other",
      SupportedIdentityProviders: ["COGNITO"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      CallbackURLs: [CALLBACK],
    });
    const asked = await pages.logIn();
    const query = pages.authorization({ client_id: (UserPoolClient as { ClientId: string }).ClientId });
    const answer = await pages.post(`/login?${new URLSearchParams(query)}`, {
      factor: hiddenField(asked, "factor"),
      code: pages.lastCode(),
    });
    expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
  });

  it("cannot be left out by going round the page", async () => {
    const pages = await openSignInPages(sms);
    const asked = await pages.logIn();
    const answer = await pages.get("/oauth2/authorize", pages.authorization(), cookiesOf(asked));
    expect(redirectOf(answer).address).toBe(`https://${HOST}/login`);
  });
});

describe("The session of a browser (Developer Guide, 'User pool managed login': one hour)", () => {
  const authorize = (pages: SignInPages, cookies: Record<string, string>, changes = {}) =>
    pages.get("/oauth2/authorize", pages.authorization(changes), cookies);

  it("gives out another code without a page, for any client of the pool, for an hour", async () => {
    const pages = await openSignInPages();
    const answer = await pages.logIn();
    expect(String(answer.headers["set-cookie"])).toMatch(
      /^cognito=[\w-]{43}; Max-Age=3600; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    const cookies = cookiesOf(answer);
    pages.pass(HOUR - 1);
    const again = redirectOf(await authorize(pages, cookies, { prompt: "none", nonce: "n-2" }));
    expect([again.address, again.parameters.state]).toEqual([CALLBACK, "the state"]);
    expect(await pages.redeem(again.parameters.code ?? "")).toHaveProperty("status", 200);
    pages.pass(1);
    expect(redirectOf(await authorize(pages, cookies)).address).toBe(`https://${HOST}/login`);
  });

  it("does not count where the client wants a new sign-in", async () => {
    const pages = await openSignInPages();
    const cookies = cookiesOf(await pages.logIn());
    const answer = await authorize(pages, cookies, { prompt: "login" });
    expect(redirectOf(answer).address).toBe(`https://${HOST}/login`);
  });

  it.each(["AdminDisableUser", "AdminDeleteUser"])("ends with %s", async (operation) => {
    const pages = await openSignInPages();
    const cookies = cookiesOf(await pages.logIn());
    await pages.admin(operation);
    expect(redirectOf(await authorize(pages, cookies)).address).toBe(`https://${HOST}/login`);
  });

  it("ends at /logout, which goes to a registered address (Developer Guide, 'Logout endpoint')", async () => {
    const pages = await openSignInPages();
    const cookies = cookiesOf(await pages.logIn());
    const { clientId: client_id } = pages;
    const foreign = await pages.get(
      "/logout",
      { client_id, logout_uri: "https://evil.example.com" },
      cookies,
    );
    expect([foreign.status, foreign.headers.location]).toEqual([400, undefined]);
    const logout_uri = "https://app.example.com/bye";
    const answer = await pages.get("/logout", { client_id, logout_uri }, cookies);
    expect([answer.status, answer.headers.location]).toEqual([302, logout_uri]);
    expect(String(answer.headers["set-cookie"])).toMatch(/^cognito=; Max-Age=0;/);
    expect(redirectOf(await authorize(pages, cookies)).address).toBe(`https://${HOST}/login`);
  });

  it("ends at /logout for the next one to sign in, where the client says where to", async () => {
    const pages = await openSignInPages();
    const cookies = cookiesOf(await pages.logIn());
    const answer = await pages.get("/logout", pages.authorization(), cookies);
    expect(redirectOf(answer)).toEqual({
      address: `https://${HOST}/login`,
      parameters: pages.authorization(),
    });
    expect(redirectOf(await authorize(pages, cookies)).address).toBe(`https://${HOST}/login`);
    expect((await pages.get("/logout", { client_id: pages.clientId })).status).toBe(400);
  });
});

describe("Hosts of the sign-in pages", () => {
  const ask = ({ model }: SignInPages, host: string, path: string, method = "GET") =>
    model.answerWeb({ method, host, path, headers: {}, body: "" });

  it("are the prefix in the pool's Region and a domain of one's own, and no other", async () => {
    const pages = await openSignInPages();
    await pages.admin("CreateUserPoolDomain", {
      Domain: "login.example.com",
      CustomDomainConfig: { CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/x" },
    });
    const { model } = pages;
    expect([HOST, "login.example.com", "example-login", "other.example.com"].map(model.isSignInHost)).toEqual(
      [true, true, false, false],
    );
    expect((await ask(pages, "other.example.com", "/login")).status).toBe(404);
    await pages.admin("DeleteUserPoolDomain", { Domain: "example-login" });
    expect(model.isSignInHost(HOST)).toBe(false);
    const query = new URLSearchParams(pages.authorization());
    expect((await ask(pages, "login.example.com", `/login?${query}`)).status).toBe(200);
  });

  it.each([
    ["GET", "/", 404],
    ["GET", "/oauth2/token", 405],
    ["DELETE", "/login", 405],
    ["GET", "*", 400],
  ])("answer %s %s with %i", async (method, path, status) => {
    expect((await ask(await openSignInPages(), HOST, path, method)).status).toBe(status);
  });

  it("are named by the pool's public documents", async () => {
    const pages = await openSignInPages();
    const host = "cognito-idp.ap-northeast-1.amazonaws.com";
    const document = await ask(pages, host, `/${pages.poolId}/.well-known/openid-configuration`);
    expect(JSON.parse(document.body)).toMatchObject({
      issuer: `https://${host}/${pages.poolId}`,
      jwks_uri: `https://${host}/${pages.poolId}/.well-known/jwks.json`,
      authorization_endpoint: `https://${HOST}/oauth2/authorize`,
      token_endpoint: `https://${HOST}/oauth2/token`,
      userinfo_endpoint: `https://${HOST}/oauth2/userInfo`,
    });
    const keys = JSON.parse((await ask(pages, host, `/${pages.poolId}/.well-known/jwks.json`)).body);
    expect(() => createLocalJWKSet(keys as JSONWebKeySet)).not.toThrow();
    expect(Object.keys(keys.keys[0]).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect((await ask(pages, host, "/ap-northeast-1_none/.well-known/jwks.json")).status).toBe(404);
    expect((await ask(pages, host, `/${pages.poolId}/.well-known/other`)).status).toBe(404);
  });
});
