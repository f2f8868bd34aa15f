import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { computeSecretHash } from "../../../local/cognito/sign-in/secret-hash.ts";
import { startSrp } from "../../../runbooks/sign-in/srp.ts";
import {
  createSignInWorld,
  EMAIL,
  HOUR,
  MINUTE,
  PASSWORD,
  type SignInWorld,
} from "../../support/sign-in-world.ts";

const incorrect = { code: "NotAuthorizedException", message: "Incorrect username or password." };

describe("InitiateAuth (API reference; Developer Guide, 'Authentication flows')", () => {
  it("gives tokens for the right password when nothing else is asked for", async () => {
    const world = await createSignInWorld();
    const { AuthenticationResult } = await world.signIn();
    expect(decodeJwt(AuthenticationResult?.IdToken ?? "")).toMatchObject({
      iss: `https://cognito-idp.ap-northeast-1.amazonaws.com/${world.poolId}`,
      aud: world.clientId,
      sub: world.sub,
      email: EMAIL,
      token_use: "id",
    });
    expect(decodeJwt(AuthenticationResult?.AccessToken ?? "")).toMatchObject({
      client_id: world.clientId,
      username: world.sub,
      token_use: "access",
    });
  });

  it("refuses a wrong password", async () => {
    const world = await createSignInWorld();
    await expect(world.signIn("Wrong-horse-8")).rejects.toMatchObject(incorrect);
  });

  it.each(["USER_PASSWORD_AUTH", "USER_SRP_AUTH"])(
    "refuses the flow %s where the client does not list it",
    async (flow) => {
      const world = await createSignInWorld({ client: { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] } });
      const request = {
        ClientId: world.clientId,
        AuthFlow: flow,
        AuthParameters: { USERNAME: EMAIL, PASSWORD, SRP_A: "2" },
      };
      await expect(world.app("InitiateAuth", request)).rejects.toMatchObject({
        code: "InvalidParameterException",
        message: `${flow} flow not enabled for this client`,
      });
    },
  );

  it("tells nobody who exists where the client hides users, and says it where it does not", async () => {
    const unknown = { USERNAME: "nobody@example.com" };
    const hiding = await createSignInWorld({ client: clientWith({ PreventUserExistenceErrors: "ENABLED" }) });
    await expect(hiding.signIn(PASSWORD, unknown)).rejects.toMatchObject(incorrect);
    const legacy = await createSignInWorld({ client: clientWith({ PreventUserExistenceErrors: "LEGACY" }) });
    await expect(legacy.signIn(PASSWORD, unknown)).rejects.toMatchObject({ code: "UserNotFoundException" });
  });

  it("refuses a disabled user", async () => {
    const world = await createSignInWorld();
    await world.admin("AdminDisableUser");
    await expect(world.signIn()).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "User is disabled.",
    });
  });

  it("sends a user whose password was reset to the reset, without naming it where the client hides users", async () => {
    const legacy = await createSignInWorld({ client: clientWith({ PreventUserExistenceErrors: "LEGACY" }) });
    await legacy.admin("AdminResetUserPassword");
    await expect(legacy.signIn()).rejects.toMatchObject({ code: "PasswordResetRequiredException" });
    const hiding = await createSignInWorld({ client: clientWith({ PreventUserExistenceErrors: "ENABLED" }) });
    await hiding.admin("AdminResetUserPassword");
    await expect(hiding.signIn()).rejects.toMatchObject(incorrect);
  });

  it("refuses a temporary password after its days", async () => {
    const world = await createSignInWorld();
    await world.admin("AdminSetUserPassword", { Password: "Temporary-2", Permanent: false });
    world.pass(7 * 24 * HOUR);
    await expect(world.signIn("Temporary-2")).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Temporary password has expired and must be reset by an administrator.",
    });
  });
});

describe("SECRET_HASH (Developer Guide, 'Computing secret hash values')", () => {
  const withSecret = () =>
    createSignInWorld({ client: { GenerateSecret: true }, mfa: smsMfa, attributes: phone });

  it("is demanded of a client with a secret, and must be over the name that signs in", async () => {
    const world = await withSecret();
    await expect(world.signIn()).rejects.toMatchObject({
      message: `Client ${world.clientId} is configured with secret but SECRET_HASH was not received`,
    });
    await expect(world.signIn(PASSWORD, { SECRET_HASH: hashFor(world, world.sub) })).rejects.toMatchObject({
      message: `SecretHash does not match for the client: ${world.clientId}`,
    });
    expect(await world.signIn(PASSWORD, { SECRET_HASH: hashFor(world, EMAIL) })).toHaveProperty(
      "ChallengeName",
      "SMS_MFA",
    );
  });

  it("of a challenge answer is over USER_ID_FOR_SRP, not over the address the sign-in began with", async () => {
    const world = await withSecret();
    const step = await world.signIn(PASSWORD, { SECRET_HASH: hashFor(world, EMAIL) });
    const answer = (hashed: string) =>
      respond(world, step, "SMS_MFA", {
        SMS_MFA_CODE: world.lastCode(),
        SECRET_HASH: hashFor(world, hashed),
      });
    await expect(answer(EMAIL)).rejects.toMatchObject({ code: "NotAuthorizedException" });
    expect(await answer(world.sub)).toHaveProperty("AuthenticationResult.AccessToken");
  });
});

describe("USER_SRP_AUTH (RFC 5054 with Cognito's key derivation)", () => {
  it("accepts the proof of the right password, once", async () => {
    const world = await createSignInWorld();
    const { client, step } = await beginSrp(world);
    const responses = client.prove(step.ChallengeParameters ?? {}, PASSWORD, new Date(world.now()));
    expect(await verify(world, responses)).toHaveProperty("AuthenticationResult.IdToken");
    await expect(verify(world, responses)).rejects.toMatchObject(incorrect);
  });

  it("refuses the proof of a wrong password", async () => {
    const world = await createSignInWorld();
    const { client, step } = await beginSrp(world);
    const responses = client.prove(step.ChallengeParameters ?? {}, "Wrong-horse-8", new Date(world.now()));
    await expect(verify(world, responses)).rejects.toMatchObject(incorrect);
  });

  it("answers for a missing user as for one who is there, and then refuses every proof", async () => {
    const world = await createSignInWorld({ client: clientWith({ PreventUserExistenceErrors: "ENABLED" }) });
    const { client, step } = await beginSrp(world, "nobody@example.com");
    const parameters = step.ChallengeParameters ?? {};
    expect(Object.keys(parameters)).toEqual(["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"]);
    const responses = client.prove(parameters, PASSWORD, new Date(world.now()));
    await expect(verify(world, responses)).rejects.toMatchObject(incorrect);
  });

  it("refuses an A that would make the key known to anybody", async () => {
    const world = await createSignInWorld();
    const request = {
      ClientId: world.clientId,
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { USERNAME: EMAIL, SRP_A: "0" },
    };
    await expect(world.app("InitiateAuth", request)).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });
});

describe("Sessions of challenges (API reference, RespondToAuthChallenge; client setting AuthSessionValidity)", () => {
  const smsWorld = () => createSignInWorld({ mfa: smsMfa, attributes: phone });

  it("end after three minutes by default", async () => {
    const world = await smsWorld();
    const step = await world.signIn();
    const code = world.lastCode();
    world.pass(3 * MINUTE);
    await expect(respond(world, step, "SMS_MFA", { SMS_MFA_CODE: code })).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Invalid session for the user, session is expired.",
    });
  });

  it("live as long as the client says", async () => {
    const world = await createSignInWorld({
      mfa: smsMfa,
      attributes: phone,
      client: clientWith({ AuthSessionValidity: 15 }),
    });
    const step = await world.signIn();
    const code = world.lastCode();
    world.pass(14 * MINUTE);
    expect(await respond(world, step, "SMS_MFA", { SMS_MFA_CODE: code })).toHaveProperty(
      "AuthenticationResult",
    );
  });

  it("serve one right answer, of their own challenge, and cannot be made up", async () => {
    const world = await smsWorld();
    const step = await world.signIn();
    const code = world.lastCode();
    const invalid = { code: "NotAuthorizedException", message: "Invalid session for the user." };
    await expect(
      respond(world, step, "SOFTWARE_TOKEN_MFA", { SOFTWARE_TOKEN_MFA_CODE: "000000" }),
    ).rejects.toMatchObject(invalid);
    await expect(
      respond(world, { ...step, Session: "x".repeat(200) }, "SMS_MFA", { SMS_MFA_CODE: code }),
    ).rejects.toMatchObject(invalid);
    await respond(world, step, "SMS_MFA", { SMS_MFA_CODE: code });
    await expect(respond(world, step, "SMS_MFA", { SMS_MFA_CODE: code })).rejects.toMatchObject(invalid);
  });
});

describe("Lockout (Developer Guide, 'Lockout behavior for failed sign-in attempts')", () => {
  it("locks after five wrong passwords for a second, twice as long each time, and forgives after a success", async () => {
    const world = await createSignInWorld();
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(world.signIn("Wrong-1")).rejects.toMatchObject(incorrect);
    const locked = { code: "NotAuthorizedException", message: "Password attempts exceeded" };
    await expect(world.signIn()).rejects.toMatchObject(locked);
    world.pass(1_000);
    await expect(world.signIn("Wrong-1")).rejects.toMatchObject(incorrect);
    world.pass(1_000);
    await expect(world.signIn()).rejects.toMatchObject(locked);
    world.pass(1_000);
    expect(await world.signIn()).toHaveProperty("AuthenticationResult");
    await expect(world.signIn("Wrong-1")).rejects.toMatchObject(incorrect);
    expect(await world.signIn()).toHaveProperty("AuthenticationResult");
  });
});

describe("Refresh tokens (Developer Guide, 'Refreshing tokens' and 'Revoking tokens')", () => {
  it("give new tokens until they end, are revoked, or the user is signed out or disabled", async () => {
    const world = await createSignInWorld();
    const [kept, revoked] = [await refreshTokenOf(world), await refreshTokenOf(world)];
    expect(await refresh(world, kept)).toHaveProperty("AuthenticationResult.AccessToken");
    await world.app("RevokeToken", { ClientId: world.clientId, Token: revoked });
    await expect(refresh(world, revoked)).rejects.toMatchObject({
      message: "Refresh Token has been revoked",
    });
    await expect(refresh(world, "made-up")).rejects.toMatchObject({ message: "Invalid Refresh Token." });
    await world.admin("AdminDisableUser");
    await expect(refresh(world, kept)).rejects.toMatchObject({ message: "User is disabled." });
    await world.admin("AdminEnableUser");
    await world.admin("AdminUserGlobalSignOut");
    await expect(refresh(world, kept)).rejects.toMatchObject({ message: "Refresh Token has been revoked" });
    const late = await refreshTokenOf(world);
    world.pass(30 * 24 * HOUR);
    await expect(refresh(world, late)).rejects.toMatchObject({ message: "Refresh Token has expired" });
  });
});

describe("Access tokens (API reference, GetUser)", () => {
  it("are refused when forged, of another kind, outdated or revoked", async () => {
    const world = await createSignInWorld();
    const { AuthenticationResult: tokens } = await world.signIn();
    const access = tokens?.AccessToken ?? "";
    const getUser = (AccessToken: string) => world.app("GetUser", { AccessToken });
    expect(await getUser(access)).toMatchObject({ Username: world.sub });
    const forged = `${access.slice(0, -8)}AAAAAAAA`;
    await expect(getUser(forged)).rejects.toMatchObject({ message: "Invalid Access Token" });
    await expect(getUser(tokens?.IdToken ?? "")).rejects.toMatchObject({ message: "Invalid Access Token" });
    await world.app("GlobalSignOut", { AccessToken: access });
    await expect(getUser(access)).rejects.toMatchObject({ message: "Access Token has been revoked" });
    const { AuthenticationResult: later } = await world.signIn();
    world.pass(2 * HOUR);
    await expect(getUser(later?.AccessToken ?? "")).rejects.toMatchObject({
      message: "Access Token has expired",
    });
  });
});

const phone = { phone_number: "+819012345678" };
const smsMfa = {
  MfaConfiguration: "ON",
  SmsMfaConfiguration: {
    SmsConfiguration: {
      SnsCallerArn: "arn:aws:iam::123456789012:role/sms",
      ExternalId: "sekisho",
      SnsRegion: "ap-northeast-1",
    },
  },
};

function clientWith(settings: object): object {
  return {
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    ...settings,
  };
}

function hashFor(world: SignInWorld, username: string): string {
  return computeSecretHash(world.clientSecret, username, world.clientId);
}

function respond(world: SignInWorld, step: { Session?: string }, ChallengeName: string, responses: object) {
  return world.app("RespondToAuthChallenge", {
    ClientId: world.clientId,
    ChallengeName,
    Session: step.Session,
    ChallengeResponses: { USERNAME: world.sub, ...responses },
  });
}

async function beginSrp(world: SignInWorld, username = EMAIL) {
  const client = startSrp(world.poolId);
  const step = await world.app("InitiateAuth", {
    ClientId: world.clientId,
    AuthFlow: "USER_SRP_AUTH",
    AuthParameters: { USERNAME: username, SRP_A: client.SRP_A },
  });
  return { client, step };
}

function verify(world: SignInWorld, responses: object) {
  return world.app("RespondToAuthChallenge", {
    ClientId: world.clientId,
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeResponses: responses,
  });
}

async function refreshTokenOf(world: SignInWorld): Promise<string> {
  return (await world.signIn()).AuthenticationResult?.RefreshToken ?? "";
}

function refresh(world: SignInWorld, token: string) {
  return world.app("InitiateAuth", {
    ClientId: world.clientId,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: token },
  });
}
