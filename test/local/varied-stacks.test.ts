import { join } from "node:path";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolCommand,
  ListUsersInGroupCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Deployment } from "../../local/deploy.ts";
import { renderStack } from "../../local/render-stack.ts";
import { startWorld, type World } from "../../local/world-client.ts";
import { adoptSettings } from "../../runbooks/adoption/adopted-settings.ts";
import { findExistingResources } from "../../runbooks/adoption/existing-resources.ts";
import { readExistingPool } from "../../runbooks/adoption/pool-reader.ts";
import { createAwsCaller } from "../../runbooks/runtime/aws-calls.ts";
import { makeByHand, webPool } from "../support/hand-made-pools.ts";
import { importedDeployment } from "./world/adopted-deployment.ts";
import { checkout } from "./world/scratch-project.ts";
import { changeStack, deployVaried, readVariedStack, type VariedStack } from "./world/varied-stack.ts";

const fixture = (name: string) => new URL(`../fixtures/stacks/${name}.yaml`, import.meta.url).pathname;
const NO_CHANGE = { created: 0, updated: 0, replaced: 0, deleted: 0 };
const outputs = z.object({ users: z.object({ userPoolId: z.string() }) });

let world: World;
let cognito: CognitoIdentityProviderClient;

beforeAll(async () => {
  world = await startWorld({ projectDir: checkout, region: "ap-northeast-1", keep: false });
  cognito = new CognitoIdentityProviderClient({
    region: "ap-northeast-1",
    endpoint: world.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}, 240_000);

afterAll(async () => {
  cognito?.destroy();
  await world?.stop();
});

function poolOf(deployment: Deployment): string {
  return outputs.parse(deployment.outputs).users.userPoolId;
}

/** What holds users or their identities, as the engine protects it. */
function protectedOnes({ registrations }: Deployment): string[] {
  return registrations
    .filter(({ options }) => options.protect)
    .map(({ urn, id }) => `${urn} ${id}`)
    .sort();
}

async function addMember(UserPoolId: string, GroupName: string, Username: string): Promise<void> {
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: Username },
        { Name: "phone_number", Value: "+819012345678" },
      ],
    }),
  );
  await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username }));
}

async function countMembers(UserPoolId: string, GroupName: string): Promise<number> {
  const { Users = [] } = await cognito.send(new ListUsersInGroupCommand({ UserPoolId, GroupName }));
  return Users.length;
}

describe.each([
  ["sms-only", fixture("sms-only")],
  ["totp-cli-only", fixture("totp-cli-only")],
  ["email-mfa", fixture("email-mfa")],
  ["browser-cli", fixture("browser-cli")],
  ["everything-on", join(checkout, "Pulumi.dev.yaml")],
])("the stack %s", { timeout: 240_000 }, (name, path) => {
  let stack: VariedStack;
  let first: Deployment;
  beforeAll(async () => {
    stack = await readVariedStack(name, path);
    first = await deployVaried(world, stack);
  }, 240_000);

  test("deploys, and a second deployment changes nothing", async () => {
    expect(first.created).toBeGreaterThan(0);
    expect(first.recordedBecause).toEqual([]);
    const second = await deployVaried(world, stack, first);
    expect(second).toMatchObject(NO_CHANGE);
    expect(protectedOnes(second)).toEqual(protectedOnes(first));
  });

  test("refuses to replace its users, and leaves everything as it is", async () => {
    const { users } = stack.config;
    const edited = { ...Object(users), caseSensitive: true };
    const refused = deployVaried(world, changeStack(stack, { users: edited }), first);
    await expect(refused).rejects.toThrow(
      /asks for 1 change that would delete or replace what people depend on; nothing was changed:\n {2}sekisho:users\.caseSensitive cannot change/,
    );
    const pool = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolOf(first) }));
    expect(pool.UserPool?.UsernameConfiguration).toEqual({ CaseSensitive: false });
  });
});

describe("the stack adopted, whose pool others made", { timeout: 240_000 }, () => {
  test("takes the pool over with its users, groups, client and page, and a second deployment changes nothing", async () => {
    const UserPoolId = await makeByHand(cognito, webPool);
    await addMember(UserPoolId, "staff", "saburo@example.com");
    const { signal } = new AbortController();
    const pool = await readExistingPool({
      client: cognito,
      userPoolId: UserPoolId,
      call: createAwsCaller(signal),
      pause: async () => {},
    });
    const adopted = adoptSettings(pool, { stack: "adopted", region: "ap-northeast-1" });
    const stack = await readVariedStack("adopted", fixture("adopted"));
    expect(adopted.config).toEqual(stack.config);

    const { registrations } = await renderStack({
      stack: "adopted",
      region: "ap-northeast-1",
      config: stack.config,
    });
    const existing = findExistingResources(pool, adopted, registrations);
    const imported = importedDeployment(pool, adopted, existing);
    const first = await deployVaried(world, stack, imported);
    expect(first).toMatchObject({ replaced: 0, deleted: 0 });
    expect(poolOf(first)).toBe(UserPoolId);
    expect(await countMembers(UserPoolId, "staff")).toBe(1);
    const idsBefore = imported.registrations.map(({ urn, id }) => [urn, id]);
    const idsAfter = new Map(first.registrations.map(({ urn, id }) => [urn, id]));
    expect(idsBefore.map(([urn = ""]) => [urn, idsAfter.get(urn)])).toEqual(idsBefore);
    const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool).toMatchObject({ Name: "Customers of Example", DeletionProtection: "ACTIVE" });
    expect(await deployVaried(world, stack, first)).toMatchObject(NO_CHANGE);
  });
});

describe("a planned move to a second pool", { timeout: 240_000 }, () => {
  const moving = { domainPrefix: "example-moved" };
  let stack: VariedStack;
  let before: Deployment;
  beforeAll(async () => {
    stack = await readVariedStack("moving", fixture("sms-only"));
    stack = changeStack(stack, {
      signInPage: { domainPrefix: "example-moving" },
      sms: undefined,
      mfa: { mode: "required", factors: ["totp"] },
      routes: undefined,
    });
    before = await deployVaried(world, stack);
    await addMember(poolOf(before), "staff", "hanako@example.com");
  }, 240_000);

  test("keeps the first pool with its users, groups and clients until it is let go, and leaves it in AWS then", async () => {
    const first = poolOf(before);
    const users = { ...Object(stack.config.users), signInWith: "username", generation: 2, keep: [1] };
    const moved = changeStack(stack, { users, signInPage: moving });
    const both = await deployVaried(world, moved, before);
    expect(both).toMatchObject({ replaced: 1, updated: expect.any(Number) });
    const second = poolOf(both);
    expect(second).not.toBe(first);
    expect(await countMembers(first, "staff")).toBe(1);
    expect(protectedOnes(both)).toEqual(expect.arrayContaining(protectedOnes(before)));
    expect(await deployVaried(world, moved, both)).toMatchObject(NO_CHANGE);

    const { keep: _keep, ...alone } = users;
    const done = changeStack(moved, { users: alone });
    await expect(deployVaried(world, done, both)).rejects.toThrow(
      "sekisho:users.keep no longer lists generation 1: put it back, add 1 to sekisho:letGo.generations",
    );

    const lettingGo = await deployVaried(world, changeStack(moved, { letGo: { generations: [1] } }), both);
    expect(lettingGo).toMatchObject({ created: 2, replaced: 0, deleted: 0 });
    const after = await deployVaried(world, done, lettingGo);
    expect(poolOf(after)).toBe(second);
    expect(after.registrations.map(({ id }) => id)).not.toContain(first);
    const left = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: first }));
    expect(left.UserPool?.DeletionProtection).toBe("ACTIVE");
    expect(await countMembers(first, "staff")).toBe(1);
  });
});

describe("a pool that is lost", { timeout: 240_000 }, () => {
  test("is made anew by the next deployment, with its groups, clients and page", async () => {
    const stack = changeStack(await readVariedStack("losing", fixture("sms-only")), {
      signInPage: { domainPrefix: "example-losing" },
      sms: undefined,
      mfa: { mode: "required", factors: ["totp"] },
      routes: undefined,
    });
    const before = await deployVaried(world, stack);
    const UserPoolId = poolOf(before);
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId, DeletionProtection: "INACTIVE" }));
    await cognito.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: "example-losing" }));
    await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));

    const again = await deployVaried(world, stack, before);
    expect(poolOf(again)).not.toBe(UserPoolId);
    await addMember(poolOf(again), "staff", "taro@example.com");
    expect(await countMembers(poolOf(again), "staff")).toBe(1);
    expect(await deployVaried(world, stack, again)).toMatchObject(NO_CHANGE);
  });
});

describe("a group and a client that leave a stack on purpose", { timeout: 240_000 }, () => {
  test("stay in AWS with their members, and only the stack forgets them", async () => {
    const base = await readVariedStack("leaving", fixture("email-mfa"));
    const users = { ...Object(base.config.users), groups: { staff: {} } };
    const stack = changeStack(base, {
      users,
      email: undefined,
      mfa: { mode: "required", factors: ["totp"] },
      clients: { backend: { kind: "server" }, old: { kind: "server" } },
    });
    const before = await deployVaried(world, stack);
    const pool = poolOf(before);
    await addMember(pool, "staff", "jiro@example.com");

    const smaller = { users: { ...users, groups: {} }, clients: { backend: { kind: "server" } } };
    await expect(deployVaried(world, changeStack(stack, smaller), before)).rejects.toThrow(
      /sekisho:users\.groups\.staff cannot go: [\s\S]*sekisho:clients\.old cannot go: /,
    );
    const letGo = { groups: ["staff"], clients: ["old"] };
    const unprotected = await deployVaried(world, changeStack(stack, { letGo }), before);
    const after = await deployVaried(world, changeStack(stack, smaller), unprotected);
    expect(after.registrations.map(({ name }) => name)).not.toContain("group-staff");
    expect(after.registrations.map(({ name }) => name)).not.toContain("client-old");
    expect(await countMembers(pool, "staff")).toBe(1);
  });
});
