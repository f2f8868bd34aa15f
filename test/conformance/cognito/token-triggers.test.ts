import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { poolFunctions, type TestFunction, unchanged } from "../../support/pool-functions.ts";
import { type Answer, createSignInWorld, PASSWORD } from "../../support/sign-in-world.ts";

async function openWorld(run: TestFunction) {
  const functions = poolFunctions({ PreTokenGeneration: run });
  const world = await createSignInWorld({
    partners: functions.partners,
    pool: { LambdaConfig: functions.LambdaConfig },
  });
  const RoleArn = "arn:aws:iam::123456789012:role/staff";
  await world.admin("CreateGroup", { GroupName: "staff", RoleArn });
  await world.admin("AdminAddUserToGroup", { GroupName: "staff" });
  return { world, functions, RoleArn };
}

const idOf = ({ AuthenticationResult }: Answer) => decodeJwt(AuthenticationResult?.IdToken ?? "");
const accessOf = ({ AuthenticationResult }: Answer) => decodeJwt(AuthenticationResult?.AccessToken ?? "");

describe("Pre token generation functions, version 1 (Developer Guide, 'Pre token generation Lambda trigger')", () => {
  it("see the user and the groups, and change nothing by giving the event back", async () => {
    const { world, functions, RoleArn } = await openWorld(unchanged);
    const answer = await world.signIn();
    expect(functions.events).toMatchObject([
      {
        triggerSource: "TokenGeneration_Authentication",
        userName: world.sub,
        request: {
          userAttributes: { sub: world.sub },
          groupConfiguration: {
            groupsToOverride: ["staff"],
            iamRolesToOverride: [RoleArn],
            preferredRole: RoleArn,
          },
        },
      },
    ]);
    expect(idOf(answer)).toMatchObject({
      "cognito:groups": ["staff"],
      "cognito:roles": [RoleArn],
      "cognito:preferred_role": RoleArn,
    });
  });

  it("add, replace and suppress claims of the ID token, and suppressing wins", async () => {
    const { world } = await openWorld(() => ({
      claimsOverrideDetails: {
        claimsToAddOrOverride: { department: "sre", email: "other@example.com", locale: "ja" },
        claimsToSuppress: ["locale", "email_verified"],
      },
    }));
    const answer = await world.signIn();
    const claims = idOf(answer);
    expect(claims).toMatchObject({ department: "sre", email: "other@example.com" });
    expect(claims).not.toHaveProperty("locale");
    expect(claims).not.toHaveProperty("email_verified");
    expect(claims).toHaveProperty("cognito:groups");
    expect(accessOf(answer)).not.toHaveProperty("department");
  });

  it("cannot change who the token is for", async () => {
    const { world } = await openWorld(() => ({
      claimsOverrideDetails: {
        claimsToAddOrOverride: { sub: "somebody", aud: "other", "cognito:username": "other" },
        claimsToSuppress: ["sub", "token_use"],
      },
    }));
    const claims = idOf(await world.signIn());
    expect(claims).toMatchObject({
      sub: world.sub,
      aud: world.clientId,
      token_use: "id",
      "cognito:username": world.sub,
    });
  });

  it.each([
    ["replace the groups in both tokens", { groupsToOverride: ["guests"] }, ["guests"]],
    ["take the groups away with null", null, undefined],
  ])("%s", async (_what, groupOverrideDetails, groups) => {
    const { world } = await openWorld(() => ({ claimsOverrideDetails: { groupOverrideDetails } }));
    const answer = await world.signIn();
    expect(idOf(answer)["cognito:groups"]).toEqual(groups);
    expect(accessOf(answer)["cognito:groups"]).toEqual(groups);
    expect(idOf(answer)).not.toHaveProperty("cognito:roles");
  });

  it("of a later version are not modelled, and say so instead of being left out", async () => {
    const world = await createSignInWorld();
    const LambdaArn = "arn:aws:lambda:ap-northeast-1:123456789012:function:tokens";
    await world.admin("UpdateUserPool", {
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn } },
    });
    await expect(world.signIn()).rejects.toMatchObject({
      code: "UnknownOperationException",
      message: "the local AWS does not call a pre token generation function of version V2_0",
    });
  });

  it("are told of a refresh, and of a first sign-in with a new password", async () => {
    const { world, functions } = await openWorld(unchanged);
    const { AuthenticationResult } = await world.signIn();
    await world.app("InitiateAuth", {
      ClientId: world.clientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken },
    });
    await world.admin("AdminSetUserPassword", { Password: "Temporary-2", Permanent: false });
    const { Session } = await world.signIn("Temporary-2");
    await world.app("RespondToAuthChallenge", {
      ClientId: world.clientId,
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session,
      ChallengeResponses: { USERNAME: world.sub, NEW_PASSWORD: PASSWORD },
      ClientMetadata: { from: "app" },
    });
    expect(functions.sources()).toEqual([
      "TokenGeneration_Authentication",
      "TokenGeneration_RefreshTokens",
      "TokenGeneration_NewPasswordChallenge",
    ]);
    expect(functions.events.at(-1)?.request.clientMetadata).toEqual({ from: "app" });
  });
});
