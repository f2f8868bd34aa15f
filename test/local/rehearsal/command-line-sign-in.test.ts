import { randomBytes } from "node:crypto";
import { CognitoIdentityProviderClient, ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInAtCommandLine } from "../../../local/rehearsal/command-line-sign-in.ts";
import { startWorld, type World } from "../../../local/world-client.ts";
import { createLostPassword } from "../../../runbooks/reimport/lost-password.ts";
import { checkout } from "../world/scratch-project.ts";
import { changeStack, deployVaried, readVariedStack } from "../world/varied-stack.ts";

const BASE = new URL("../../fixtures/stacks/totp-cli-only.yaml", import.meta.url).pathname;

let world: World;

beforeAll(async () => {
  world = await startWorld({ projectDir: checkout, region: "ap-northeast-1", keep: false });
}, 120_000);

afterAll(async () => {
  await world?.stop();
});

describe("a stack where everybody can sign up", { timeout: 240_000 }, () => {
  it("leads from a sign-up to AWS credentials, once ops have written down what somebody is", async () => {
    const base = await readVariedStack("open", BASE);
    const stack = changeStack(base, {
      users: {
        signInWith: "email",
        selfSignUp: true,
        attributes: { email: "required", "custom:team": { max: 32 } },
        recovery: ["email"],
      },
      awsAccess: { ...Object(base.config.awsAccess), allowSelfSignUp: true },
    });
    const deployment = await deployVaried(world, stack);
    const cognito = new CognitoIdentityProviderClient({
      region: "ap-northeast-1",
      endpoint: world.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const warnings: string[] = [];
    const found = await signInAtCommandLine({
      world,
      cognito,
      settings: stack.settings,
      deployment,
      createPassword: () => createLostPassword(0, randomBytes),
      randomBytes,
      now: () => new Date(),
      signal: new AbortController().signal,
      progress: () => {},
      warn: (line) => warnings.push(line),
    });
    const { role } = stack.settings.awsAccess?.rules[0] ?? {};
    expect([warnings, found]).toEqual([[], { credentials: true, role }]);
    const { Users } = await cognito.send(
      new ListUsersCommand({ UserPoolId: String(Object(deployment.outputs.users).userPoolId) }),
    );
    expect(Users?.map(({ UserStatus }) => UserStatus)).toEqual(["CONFIRMED"]);
    cognito.destroy();
  });
});
