import { describe, expect, it } from "vitest";
import { type PoolFunctions, poolFunctions, unchanged } from "../../support/pool-functions.ts";
import { createSignInWorld, EMAIL, PASSWORD } from "../../support/sign-in-world.ts";

const NEW = "jiro@example.com";

/** Functions begin when the world's own user is there. */
async function openWorld(functions: PoolFunctions) {
  const world = await createSignInWorld({ partners: functions.partners });
  const { LambdaConfig } = functions;
  await world.admin("UpdateUserPool", { AutoVerifiedAttributes: ["email"], LambdaConfig });
  const signUp = (input: object = {}) =>
    world.app("SignUp", { ClientId: world.clientId, Username: NEW, Password: PASSWORD, ...input });
  return { ...world, signUp, find: () => world.model.pools.get(world.poolId)?.users.find(NEW) };
}

describe("Pre sign-up functions (Developer Guide, 'Pre sign-up Lambda trigger')", () => {
  it("learn who signs up, through which client and with what the application says", async () => {
    const functions = poolFunctions({ PreSignUp: unchanged });
    const world = await openWorld(functions);
    const { UserSub } = await world.signUp({
      ValidationData: [{ Name: "captcha", Value: "ok" }],
      ClientMetadata: { campaign: "autumn" },
    });
    expect(functions.events).toEqual([
      {
        version: "1",
        region: "ap-northeast-1",
        userPoolId: world.poolId,
        userName: UserSub,
        callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: world.clientId },
        triggerSource: "PreSignUp_SignUp",
        request: {
          userAttributes: { email: NEW },
          validationData: { captcha: "ok" },
          clientMetadata: { campaign: "autumn" },
        },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      },
    ]);
    expect(world.find()?.status).toBe("UNCONFIRMED");
  });

  it("refuse a user, whom the application then hears of in their words", async () => {
    const functions = poolFunctions({
      PreSignUp: () => {
        throw new Error("Only our own staff");
      },
    });
    const world = await openWorld(functions);
    await expect(world.signUp()).rejects.toMatchObject({
      code: "UserLambdaValidationException",
      message: "PreSignUp failed with error Only our own staff.",
    });
    expect(world.find()).toBeUndefined();
  });

  it("confirm a user at once: no code goes out, and the post confirmation function hears of it", async () => {
    const functions = poolFunctions({
      PreSignUp: () => ({ autoConfirmUser: true, autoVerifyEmail: true }),
      PostConfirmation: unchanged,
    });
    const world = await openWorld(functions);
    expect(await world.signUp()).toMatchObject({ UserConfirmed: true });
    expect(world.find()).toMatchObject({
      status: "CONFIRMED",
      attributes: { email: NEW, email_verified: "true" },
    });
    expect(functions.sources()).toEqual(["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]);
    expect(world.model.messages).toEqual([]);
  });

  it("cannot verify what is not there", async () => {
    const functions = poolFunctions({ PreSignUp: () => ({ autoVerifyPhone: true }) });
    const world = await openWorld(functions);
    await expect(world.signUp()).rejects.toMatchObject({ code: "InvalidLambdaResponseException" });
    expect(world.find()).toBeUndefined();
  });

  it("take an alias from whoever had it by verifying it for a new user", async () => {
    const functions = poolFunctions({
      PreSignUp: () => ({ autoConfirmUser: true, autoVerifyEmail: true }),
    });
    const world = await createSignInWorld({ partners: functions.partners });
    const pool = await world.admin("CreateUserPool", {
      PoolName: "aliases",
      AliasAttributes: ["email"],
      LambdaConfig: functions.LambdaConfig,
    });
    const UserPoolId = (pool.UserPool as { Id: string }).Id;
    const client = await world.admin("CreateUserPoolClient", { UserPoolId, ClientName: "web" });
    const { ClientId } = client.UserPoolClient as { ClientId: string };
    const email = { Name: "email", Value: NEW };
    for (const Username of ["first", "second"]) {
      await world.app("SignUp", { ClientId, Username, Password: PASSWORD, UserAttributes: [email] });
    }
    const users = world.model.pools.get(UserPoolId)?.users;
    expect(users?.find("first")?.attributes.email_verified).toBe("false");
    expect(users?.find(NEW)?.username).toBe("second");
  });

  it("hear of users whom administrators make, and cannot confirm those", async () => {
    const functions = poolFunctions({
      PreSignUp: () => ({ autoConfirmUser: true, autoVerifyEmail: true }),
      PostConfirmation: unchanged,
    });
    const world = await openWorld(functions);
    await world.admin("AdminCreateUser", { Username: NEW, MessageAction: "SUPPRESS" });
    expect(functions.events).toMatchObject([
      {
        triggerSource: "PreSignUp_AdminCreateUser",
        callerContext: { clientId: "CLIENT_ID_NOT_APPLICABLE" },
        request: { userAttributes: { email: NEW }, validationData: null },
      },
    ]);
    expect(world.find()?.status).toBe("FORCE_CHANGE_PASSWORD");
    expect(world.find()?.attributes.email_verified).toBeUndefined();
  });
});

describe("Post confirmation functions (Developer Guide, 'Post confirmation Lambda trigger')", () => {
  it("hear of a code that was right, with what the application says", async () => {
    const functions = poolFunctions({ PostConfirmation: unchanged });
    const world = await openWorld(functions);
    const { UserSub } = await world.signUp();
    await world.app("ConfirmSignUp", {
      ClientId: world.clientId,
      Username: NEW,
      ConfirmationCode: world.lastCode(),
      ClientMetadata: { from: "app" },
    });
    expect(functions.events).toMatchObject([
      {
        triggerSource: "PostConfirmation_ConfirmSignUp",
        callerContext: { clientId: world.clientId },
        request: {
          userAttributes: {
            sub: UserSub,
            email: NEW,
            email_verified: "true",
            "cognito:user_status": "CONFIRMED",
          },
          clientMetadata: { from: "app" },
        },
      },
    ]);
  });

  it("hear of administrators' confirmations, and of every password that was reset", async () => {
    const functions = poolFunctions({ PostConfirmation: unchanged });
    const world = await openWorld(functions);
    await world.signUp();
    await world.admin("AdminConfirmSignUp", { Username: NEW });
    await world.app("ForgotPassword", { ClientId: world.clientId, Username: EMAIL });
    await world.app("ConfirmForgotPassword", {
      ClientId: world.clientId,
      Username: EMAIL,
      ConfirmationCode: world.lastCode(),
      Password: "Another-horse-8",
    });
    expect(functions.sources()).toEqual([
      "PostConfirmation_ConfirmSignUp",
      "PostConfirmation_ConfirmForgotPassword",
    ]);
  });

  it("cannot take the confirmation back by failing", async () => {
    const functions = poolFunctions({
      PostConfirmation: () => {
        throw new Error("no group");
      },
    });
    const world = await openWorld(functions);
    await world.signUp();
    await expect(
      world.app("ConfirmSignUp", {
        ClientId: world.clientId,
        Username: NEW,
        ConfirmationCode: world.lastCode(),
      }),
    ).rejects.toMatchObject({
      code: "UserLambdaValidationException",
      message: "PostConfirmation failed with error no group.",
    });
    expect(world.find()?.status).toBe("CONFIRMED");
  });
});

describe("Functions of a user pool (Developer Guide, 'Customizing user pool workflows with Lambda triggers')", () => {
  it("that are silent are called three times, then the request fails", async () => {
    const functions = poolFunctions({ PreSignUp: () => ({ kind: "silent" }) });
    const world = await openWorld(functions);
    await expect(world.signUp()).rejects.toMatchObject({
      code: "UnexpectedLambdaException",
      message: "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    });
    expect(functions.events).toHaveLength(3);
  });

  it("that answer at the second call are believed", async () => {
    let calls = 0;
    const functions = poolFunctions({
      PreSignUp: (event) => {
        calls += 1;
        return calls === 1 ? { kind: "silent" } : event.response;
      },
    });
    const world = await openWorld(functions);
    await expect(world.signUp()).resolves.toHaveProperty("UserSub");
    expect(calls).toBe(2);
  });

  it("that fail are not called again", async () => {
    const functions = poolFunctions({ PreSignUp: () => ({ kind: "failed", message: "Task timed out" }) });
    const world = await openWorld(functions);
    await expect(world.signUp()).rejects.toMatchObject({ code: "UserLambdaValidationException" });
    expect(functions.events).toHaveLength(1);
  });

  it("that may not be called, or are gone, fail the request", async () => {
    const functions = poolFunctions({
      PreSignUp: () => ({ kind: "refused", reason: "AccessDeniedException" }),
    });
    const world = await openWorld(functions);
    await expect(world.signUp()).rejects.toMatchObject({
      code: "UnexpectedLambdaException",
      message: "PreSignUp invocation failed due to error AccessDeniedException.",
    });
  });

  it.each([
    ["nothing", null],
    ["a text", "ok"],
    ["an event without its response", { version: "1" }],
    ["a response of the wrong kind", { response: { autoConfirmUser: "yes" } }],
  ])("that give back %s fail the request", async (_what, payload) => {
    const functions = poolFunctions({ PreSignUp: () => ({ kind: "returned", payload }) });
    const world = await openWorld(functions);
    await expect(world.signUp()).rejects.toMatchObject({
      code: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
    });
    expect(world.find()).toBeUndefined();
  });
});
