import { describe, expect, test } from "vitest";
import {
  countUsers,
  type DeploymentLookUps,
  DeploymentStateError,
  readDeploymentState,
} from "../../../infra/deployment/deployment-state.ts";

const settings = {
  stack: "dev",
  backup: { keepDays: 35, lock: "governance" as const, copyTo: "ap-northeast-3" },
};
const stackPart = {
  version: 1,
  stack: "dev",
  account: "123456789012",
  region: "ap-northeast-1",
  disposable: false,
};
const usersPart = {
  userPoolId: "ap-northeast-1_Abc",
  userPoolArn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_Abc",
  userPoolName: "sekisho-dev",
  generation: 1,
};

interface Answers {
  /** Parameters by Region; "home" is the stack's own. */
  parameters?: Record<string, Record<string, string>>;
  pools?: string[];
}

function lookUps({ parameters = {}, pools = [] }: Answers): DeploymentLookUps & { asked: object[] } {
  const asked: object[] = [];
  return {
    asked,
    getParametersByPath: async (args) => {
      asked.push(args);
      const found = parameters[args.region ?? "home"] ?? {};
      return { names: Object.keys(found), values: Object.values(found) };
    },
    getUserPools: async () => ({ ids: pools }),
    getUserPool: async () => ({ estimatedNumberOfUsers: 1234 }),
  };
}

const written = {
  "/sekisho/dev/stack": JSON.stringify(stackPart),
  "/sekisho/dev/users": JSON.stringify(usersPart),
  "/sekisho/dev/clients/cli": JSON.stringify({ kind: "cli", clientId: "abc" }),
  "/sekisho/dev/somebody-elses": "anything",
};

describe("what the last deployment left", () => {
  test("is nothing at all before the first, in neither Region", async () => {
    const calls = lookUps({});
    await expect(readDeploymentState(settings, calls)).resolves.toEqual({ parts: {}, isPoolThere: false });
    const path = { path: "/sekisho/dev", recursive: true, withDecryption: false };
    expect(calls.asked).toEqual([path, { ...path, region: "ap-northeast-3" }]);
  });

  test("is read from the parameters, those of other programs left out", async () => {
    const calls = lookUps({ parameters: { home: written }, pools: ["ap-northeast-1_Abc"] });
    await expect(readDeploymentState(settings, calls)).resolves.toEqual({
      parts: { stack: stackPart, users: usersPart, clients: { cli: { kind: "cli", clientId: "abc" } } },
      isPoolThere: true,
    });
    expect(calls.asked).toHaveLength(1);
  });

  test("is found in the Region of the copy when the stack file names another Region than before", async () => {
    const calls = lookUps({ parameters: { "ap-northeast-3": written } });
    const { parts } = await readDeploymentState(settings, calls);
    expect(parts.stack?.region).toBe("ap-northeast-1");
  });

  test.each([
    ["another pool has its name now", ["ap-northeast-1_Other"]],
    ["no pool has its name", []],
  ])("tells that the pool is gone when %s", async (_, pools) => {
    const state = await readDeploymentState(settings, lookUps({ parameters: { home: written }, pools }));
    expect(state.isPoolThere).toBe(false);
    expect(state.parts.users).toEqual(usersPart);
  });

  test.each([
    ["is no JSON", "{"],
    ["lacks something", "{}"],
    ["holds what this version does not know", JSON.stringify({ ...usersPart, colour: "red" })],
  ])("stops the deployment when a parameter %s, and says what to do", async (_, value) => {
    const parameters = { home: { ...written, "/sekisho/dev/users": value } };
    const refused = readDeploymentState(settings, lookUps({ parameters }));
    await expect(refused).rejects.toBeInstanceOf(DeploymentStateError);
    await expect(refused).rejects.toThrow(
      "The parameter /sekisho/dev/users does not hold what this version of the program writes, so whether a change is " +
        "safe is unknown. Deploy with the version that wrote it; if nobody can have, delete the parameter (aws ssm " +
        "delete-parameter --name /sekisho/dev/users), run pulumi refresh, and deploy again.",
    );
  });

  test("is not guessed when AWS does not answer, and one line says what to do", async () => {
    const refused = readDeploymentState(settings, {
      ...lookUps({}),
      getParametersByPath: () => Promise.reject(new Error("AccessDenied:\n  not authorized")),
    });
    await expect(refused).rejects.toBeInstanceOf(DeploymentStateError);
    await expect(refused).rejects.toThrow(
      "Cannot tell whether this stack stands already; see that the deploying role may call ssm:GetParametersByPath " +
        "on /sekisho/dev/, then deploy again. AWS said: AccessDenied: not authorized.",
    );
  });

  test("is not guessed either when AWS does not say which pools there are", async () => {
    const refused = readDeploymentState(settings, {
      ...lookUps({ parameters: { home: written } }),
      getUserPools: () => Promise.reject(new Error("AccessDenied")),
    });
    await expect(refused).rejects.toThrow(
      "Cannot tell whether the user pool ap-northeast-1_Abc is still there; see that the deploying role may call " +
        "cognito-idp:ListUserPools, then deploy again. AWS said: AccessDenied.",
    );
  });
});

describe("how many users there are", () => {
  test("is what AWS estimates", async () => {
    await expect(countUsers({ users: usersPart }, lookUps({}))).resolves.toBe(1234);
  });

  test("is left open where AWS does not say, because the sentence matters more than the number", async () => {
    const getUserPool = () => Promise.reject(new Error("AccessDenied"));
    await expect(countUsers({ users: usersPart }, { getUserPool })).resolves.toBeUndefined();
  });
});
