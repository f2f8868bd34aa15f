import { describe, expect, it } from "vitest";
import { startSrp } from "../../../runbooks/sign-in/srp.ts";
import { type PoolFunctions, poolFunctions, unchanged } from "../../support/pool-functions.ts";
import {
  createSignInWorld,
  EMAIL,
  PASSWORD,
  type SignInWorld,
  type SignInWorldOptions,
} from "../../support/sign-in-world.ts";

const hidden = { PreventUserExistenceErrors: "ENABLED" };
const flows = (...more: string[]) => [
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  ...more,
];

function openWorld(functions: PoolFunctions, options: SignInWorldOptions = {}): Promise<SignInWorld> {
  return createSignInWorld({
    ...options,
    partners: functions.partners,
    pool: { LambdaConfig: functions.LambdaConfig, ...options.pool },
  });
}

const start = (world: SignInWorld, AuthFlow: string, parameters: object, more: object = {}) =>
  world.app("InitiateAuth", {
    ClientId: world.clientId,
    AuthFlow,
    AuthParameters: { USERNAME: EMAIL, ...parameters },
    ...more,
  });

const answer = (world: SignInWorld, ChallengeName: string, Session: unknown, responses: object, more = {}) =>
  world.app("RespondToAuthChallenge", {
    ClientId: world.clientId,
    ChallengeName,
    ...(Session === undefined ? {} : { Session }),
    ChallengeResponses: { USERNAME: world.sub, ...responses },
    ...more,
  });

describe("Pre authentication functions (Developer Guide, 'Pre authentication Lambda trigger')", () => {
  it("hear of an attempt before the password counts, with what the application says", async () => {
    const functions = poolFunctions({ PreAuthentication: unchanged, PostAuthentication: unchanged });
    const world = await openWorld(functions);
    const attempt = start(
      world,
      "USER_PASSWORD_AUTH",
      { PASSWORD: "Wrong-horse-8" },
      { ClientMetadata: { ip: "203.0.113.7" } },
    );
    await expect(attempt).rejects.toMatchObject({ code: "NotAuthorizedException" });
    expect(functions.events).toMatchObject([
      {
        triggerSource: "PreAuthentication_Authentication",
        userName: world.sub,
        callerContext: { clientId: world.clientId },
        request: {
          userAttributes: { sub: world.sub, email: EMAIL, "cognito:user_status": "CONFIRMED" },
          validationData: { ip: "203.0.113.7" },
        },
      },
    ]);
    expect(functions.events[0]?.request).not.toHaveProperty("userNotFound");
  });

  it("refuse a sign-in in their own words, without a look at the password", async () => {
    const functions = poolFunctions({
      PreAuthentication: () => {
        throw new Error("Closed at night");
      },
    });
    const world = await openWorld(functions);
    for (const password of [PASSWORD, "Wrong-horse-8"]) {
      await expect(world.signIn(password)).rejects.toMatchObject({
        code: "UserLambdaValidationException",
        message: "PreAuthentication failed with error Closed at night.",
      });
    }
  });

  it("hear of nobody who is disabled or not there, unless the client hides who is there", async () => {
    const functions = poolFunctions({ PreAuthentication: unchanged });
    const open = await openWorld(functions);
    await open.admin("AdminDisableUser");
    await expect(open.signIn()).rejects.toMatchObject({ message: "User is disabled." });
    const nobody = { USERNAME: "nobody@example.com", PASSWORD };
    await expect(start(open, "USER_PASSWORD_AUTH", nobody)).rejects.toMatchObject({
      code: "UserNotFoundException",
    });
    expect(functions.events).toEqual([]);

    const hiding = await openWorld(functions, { client: hidden });
    await expect(start(hiding, "USER_PASSWORD_AUTH", nobody)).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
    expect(functions.events).toMatchObject([{ request: { userAttributes: {}, userNotFound: true } }]);
  });

  it("hear of a sign-in by proof when it begins, and of a refresh never", async () => {
    const functions = poolFunctions({ PreAuthentication: unchanged, PostAuthentication: unchanged });
    const world = await openWorld(functions);
    await start(world, "USER_SRP_AUTH", { SRP_A: startSrp(world.poolId).SRP_A });
    expect(functions.sources()).toEqual(["PreAuthentication_Authentication"]);
    const { AuthenticationResult } = await world.signIn();
    functions.events.length = 0;
    await world.app("InitiateAuth", {
      ClientId: world.clientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken },
    });
    expect(functions.events).toEqual([]);
  });
});

describe("Post authentication functions (Developer Guide, 'Post authentication Lambda trigger')", () => {
  it("hear of a sign-in when the last question is answered, with what was said then", async () => {
    const functions = poolFunctions({ PostAuthentication: unchanged });
    const sms = {
      SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" },
    };
    const world = await openWorld(functions, {
      pool: sms,
      mfa: { MfaConfiguration: "ON", SmsMfaConfiguration: sms },
      attributes: { phone_number: "+819012345678", phone_number_verified: "true" },
    });
    const said = { ClientMetadata: { at: "the start" } };
    const { Session } = await start(world, "USER_PASSWORD_AUTH", { PASSWORD }, said);
    expect(functions.events).toEqual([]);
    await answer(
      world,
      "SMS_MFA",
      Session,
      { SMS_MFA_CODE: world.lastCode() },
      { ClientMetadata: { at: "the end" } },
    );
    expect(functions.events).toMatchObject([
      {
        triggerSource: "PostAuthentication_Authentication",
        request: { newDeviceUsed: false, clientMetadata: { at: "the end" } },
      },
    ]);
  });

  it("can still refuse the tokens", async () => {
    const functions = poolFunctions({
      PostAuthentication: () => {
        throw new Error("no seat left");
      },
    });
    const world = await openWorld(functions);
    await expect(world.signIn()).rejects.toMatchObject({ code: "UserLambdaValidationException" });
  });
});

describe("Custom sign-in (Developer Guide, 'Custom authentication challenge Lambda triggers')", () => {
  const custom = { ExplicitAuthFlows: flows("ALLOW_CUSTOM_AUTH") };

  /** A password, then a question whose answer is "blue", three tries. */
  function questions() {
    return poolFunctions({
      DefineAuthChallenge: ({ request }) => {
        const session = request.session as { challengeName: string; challengeResult: boolean }[];
        const last = session.at(-1);
        const tries = session.filter(({ challengeName }) => challengeName === "CUSTOM_CHALLENGE").length;
        if (last?.challengeName === "SRP_A") return { challengeName: "PASSWORD_VERIFIER" };
        if (last?.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult) return { issueTokens: true };
        if (tries === 3) return { failAuthentication: true };
        return { challengeName: "CUSTOM_CHALLENGE", issueTokens: false, failAuthentication: false };
      },
      CreateAuthChallenge: () => ({
        publicChallengeParameters: { question: "colour" },
        privateChallengeParameters: { answer: "blue" },
        challengeMetadata: "COLOUR",
      }),
      VerifyAuthChallengeResponse: ({ request }) => ({
        answerCorrect:
          (request.privateChallengeParameters as { answer: string }).answer === request.challengeAnswer,
      }),
    });
  }

  async function provePassword(world: SignInWorld, password = PASSWORD) {
    const client = startSrp(world.poolId);
    const step = await start(world, "CUSTOM_AUTH", { CHALLENGE_NAME: "SRP_A", SRP_A: client.SRP_A });
    const proof = client.prove(step.ChallengeParameters ?? {}, password, new Date(world.now()));
    return answer(world, "PASSWORD_VERIFIER", undefined, proof);
  }

  it("asks the function's question after the password, and issues tokens for the right answer", async () => {
    const functions = questions();
    const world = await openWorld(functions, { client: custom });
    const step = await provePassword(world);
    expect(step).toMatchObject({
      ChallengeName: "CUSTOM_CHALLENGE",
      ChallengeParameters: { USERNAME: world.sub, question: "colour" },
    });
    expect(JSON.stringify(step)).not.toContain("blue");
    const said = { ClientMetadata: { from: "app" } };
    const done = await answer(world, "CUSTOM_CHALLENGE", step.Session, { ANSWER: "blue" }, said);
    expect(done).toHaveProperty("AuthenticationResult.AccessToken");
    expect(functions.sources()).toEqual([
      "DefineAuthChallenge_Authentication",
      "DefineAuthChallenge_Authentication",
      "CreateAuthChallenge_Authentication",
      "VerifyAuthChallengeResponse_Authentication",
      "DefineAuthChallenge_Authentication",
    ]);
    const passed = (challengeName: string, challengeMetadata: string | null = null) => ({
      challengeName,
      challengeResult: true,
      challengeMetadata,
    });
    expect(functions.events[3]?.request).toMatchObject({
      privateChallengeParameters: { answer: "blue" },
      challengeAnswer: "blue",
      clientMetadata: { from: "app" },
    });
    expect(functions.events.at(-1)?.request.session).toEqual([
      passed("SRP_A"),
      passed("PASSWORD_VERIFIER"),
      passed("CUSTOM_CHALLENGE", "COLOUR"),
    ]);
  });

  it("asks again after a wrong answer until the function gives up", async () => {
    const world = await openWorld(questions(), { client: custom });
    let step = await provePassword(world);
    for (const ANSWER of ["red", "green"]) {
      step = await answer(world, "CUSTOM_CHALLENGE", step.Session, { ANSWER });
      expect(step.ChallengeName).toBe("CUSTOM_CHALLENGE");
    }
    await expect(answer(world, "CUSTOM_CHALLENGE", step.Session, { ANSWER: "grey" })).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
  });

  it("takes each answer once", async () => {
    const world = await openWorld(questions(), { client: custom });
    const step = await provePassword(world);
    await answer(world, "CUSTOM_CHALLENGE", step.Session, { ANSWER: "blue" });
    await expect(answer(world, "CUSTOM_CHALLENGE", step.Session, { ANSWER: "blue" })).rejects.toMatchObject({
      code: "NotAuthorizedException",
    });
  });

  it("refuses a wrong password before any question", async () => {
    const functions = questions();
    const world = await openWorld(functions, { client: custom });
    await expect(provePassword(world, "Wrong-horse-8")).rejects.toMatchObject({
      code: "NotAuthorizedException",
    });
    expect(functions.sources()).toEqual(["DefineAuthChallenge_Authentication"]);
  });

  it("asks for the second factor by itself between password and question", async () => {
    const sms = {
      SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" },
    };
    const functions = questions();
    const world = await openWorld(functions, {
      client: custom,
      pool: sms,
      mfa: { MfaConfiguration: "ON", SmsMfaConfiguration: sms },
      attributes: { phone_number: "+819012345678", phone_number_verified: "true" },
    });
    const factor = await provePassword(world);
    expect(factor.ChallengeName).toBe("SMS_MFA");
    const question = await answer(world, "SMS_MFA", factor.Session, { SMS_MFA_CODE: world.lastCode() });
    expect(question.ChallengeName).toBe("CUSTOM_CHALLENGE");
    const session = functions.events.at(-1)?.request.session as { challengeName: string }[];
    expect(session.map(({ challengeName }) => challengeName)).toEqual([
      "SRP_A",
      "PASSWORD_VERIFIER",
      "SMS_MFA",
    ]);
  });

  it("begins with the question where the application proves no password", async () => {
    const functions = questions();
    const world = await openWorld(functions, { client: custom });
    const step = await start(world, "CUSTOM_AUTH", {});
    expect(step.ChallengeName).toBe("CUSTOM_CHALLENGE");
    expect(functions.events[0]?.request.session).toEqual([]);
  });

  it("asks nobody a question who has not confirmed the sign-up", async () => {
    const functions = questions();
    const world = await openWorld(functions, { client: custom });
    const Username = "jiro@example.com";
    await world.app("SignUp", { ClientId: world.clientId, Username, Password: PASSWORD });
    await expect(start(world, "CUSTOM_AUTH", { USERNAME: Username })).rejects.toMatchObject({
      code: "UserNotConfirmedException",
    });
    expect(functions.events).toEqual([]);
  });

  it("cannot ask for the password later than first", async () => {
    const functions = poolFunctions({ DefineAuthChallenge: () => ({ challengeName: "PASSWORD_VERIFIER" }) });
    const world = await openWorld(functions, { client: custom });
    await expect(start(world, "CUSTOM_AUTH", {})).rejects.toMatchObject({
      code: "InvalidLambdaResponseException",
    });
  });

  it("asks somebody who is not there the same questions, and lets nobody in", async () => {
    const functions = questions();
    const world = await openWorld(functions, { client: { ...custom, ...hidden } });
    const step = await start(world, "CUSTOM_AUTH", { USERNAME: "nobody@example.com" });
    expect(step.ChallengeName).toBe("CUSTOM_CHALLENGE");
    expect(functions.events[0]?.request).toMatchObject({ userNotFound: true, userAttributes: {} });
    const USERNAME = step.ChallengeParameters?.USERNAME;
    await expect(
      answer(world, "CUSTOM_CHALLENGE", step.Session, { USERNAME, ANSWER: "blue" }),
    ).rejects.toMatchObject({ code: "NotAuthorizedException", message: "Incorrect username or password." });
  });

  it("is refused where the client does not list it, or the pool has no functions for it", async () => {
    const unlisted = await openWorld(questions(), { client: { ExplicitAuthFlows: flows() } });
    await expect(start(unlisted, "CUSTOM_AUTH", {})).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    const bare = await openWorld(poolFunctions({}), { client: custom });
    await expect(start(bare, "CUSTOM_AUTH", {})).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: "Custom auth lambda trigger is not configured for the user pool.",
    });
  });

  it("fails when the function decides nothing", async () => {
    const functions = poolFunctions({ DefineAuthChallenge: unchanged });
    const world = await openWorld(functions, { client: custom });
    await expect(start(world, "CUSTOM_AUTH", {})).rejects.toMatchObject({
      code: "InvalidLambdaResponseException",
    });
  });
});
