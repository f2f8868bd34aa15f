import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { losePool } from "../../../local/rehearsal/lost-pool.ts";
import { type BackupWorld, plainUsers, startBackupWorld } from "../../support/backup-world.ts";

let world: BackupWorld;
let cognito: CognitoIdentityProviderClient;

beforeAll(async () => {
  world = await startBackupWorld({
    PoolName: "sekisho-test",
    UsernameAttributes: ["email"],
    DeletionProtection: "ACTIVE",
  });
  cognito = new CognitoIdentityProviderClient({
    region: "ap-northeast-1",
    endpoint: world.gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});

afterAll(async () => {
  cognito?.destroy();
  await world?.close();
});

describe("a pool that is lost on purpose", () => {
  it("is gone with its users and its page, whatever protected it", async () => {
    const { poolId: UserPoolId } = world;
    const ask = (operation: string, input: object) =>
      world.model.handle(operation, input, { isSigned: true });
    world.seed(plainUsers(3));
    await ask("CreateUserPoolDomain", { UserPoolId, Domain: "example-lost" });
    await losePool(cognito, UserPoolId);
    await expect(ask("DescribeUserPool", { UserPoolId })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    const { UserPool: next } = (await ask("CreateUserPool", { PoolName: "sekisho-test" })) as {
      UserPool: { Id: string };
    };
    await ask("CreateUserPoolDomain", { UserPoolId: next.Id, Domain: "example-lost" });
  });
});
