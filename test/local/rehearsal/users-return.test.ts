import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bringUsersBack, type UsersReturn } from "../../../local/rehearsal/users-return.ts";
import { planSeed } from "../../../local/seed/seed-plan.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";
import { goodSettings } from "../../support/sample-settings.ts";
import { createScratchProject } from "../world/scratch-project.ts";

const USERS = 100;
const seed = planSeed(USERS);
const EVERYBODY = { planned: USERS, created: USERS, verified: USERS, linked: 2, impossible: 0 };

let world: BackupWorld;
let project: Awaited<ReturnType<typeof createScratchProject>>;
let cognito: CognitoIdentityProviderClient;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  project = await createScratchProject();
  await mkdir(join(project.dir, "runbooks"));
  world = await startBackupWorld({
    PoolName: "sekisho-dev",
    UsernameAttributes: ["email"],
    AutoVerifiedAttributes: ["email"],
    Schema: [{ Name: "department", AttributeDataType: "String", Mutable: true }],
  });
  const settings = {
    region: "ap-northeast-1",
    endpoint: world.gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  cognito = new CognitoIdentityProviderClient(settings);
  secrets = new SecretsManagerClient(settings);
});

afterEach(async () => {
  cognito?.destroy();
  secrets?.destroy();
  await world?.close();
  await project?.remove();
});

/** Everybody stands in the new pool, as a re-import would have left them. */
function seedEverybody(): void {
  const { created, seeded } = seed;
  world.seed(
    [...created, ...seeded].map(({ attributes, isEnabled, groups, identity }) => ({
      attributes,
      status: "CONFIRMED",
      enabled: isEnabled,
      groups,
      ...(identity && {
        identities: [{ providerName: identity.provider, userId: identity.userId, primary: false }],
      }),
    })),
  );
}

/** A runbook that touches nothing, writes down how it was called and ends like this. */
async function writeRunbook(plan: object, applied: object, exitCode = 0): Promise<void> {
  const text = `
    const { appendFileSync } = process.getBuiltinModule("node:fs");
    const isApplied = process.argv.includes("--apply");
    appendFileSync("calls.txt", process.argv.slice(2).join(" ") + "\\n");
    console.log(isApplied ? ${quote(applied)} : ${quote(plan)});
    process.exitCode = isApplied ? ${exitCode} : ${"exitCode" in plan ? plan.exitCode : 0};
  `;
  await writeFile(join(project.dir, "runbooks", "reimport-users.ts"), text);
}

function quote(printed: object): string {
  return JSON.stringify(JSON.stringify(printed));
}

/** How the runbook was called, without the quotas. */
async function readCalls(): Promise<string[]> {
  const text = await readFile(join(project.dir, "calls.txt"), "utf8");
  return text
    .trimEnd()
    .replaceAll(/ --quota=\S+/g, "")
    .split("\n");
}

async function returning(changes: Partial<UsersReturn> = {}) {
  const { model, poolId } = world;
  const client = await model.handle(
    "CreateUserPoolClient",
    {
      UserPoolId: poolId,
      ClientName: "cli",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    },
    { isSigned: true },
  );
  const { ClientId: clientId } = (client as { UserPoolClient: { ClientId: string } }).UserPoolClient;
  const warnings: string[] = [];
  const step: UsersReturn = {
    world: { readMessages: async () => [...model.messages] as never },
    cognito,
    secrets,
    deployment: {
      outputs: {
        users: { userPoolId: poolId, userPoolArn: "arn", userPoolName: "sekisho-dev", generation: 1 },
        clients: { cli: { kind: "cli", clientId } },
      },
    },
    settings: goodSettings(),
    seed,
    runbook: {
      projectDir: project.dir,
      args: ["--stack", "dev"],
      environment: world.environment,
      signal: new AbortController().signal,
    },
    set: "ap-northeast-1_Lost/20261121T030000Z-0a1b2c3d",
    createPassword: () => "aA1!aA1!aA1!aA1!",
    now: () => new Date(),
    progress: () => {},
    warn: (line) => warnings.push(line),
    ...changes,
  };
  return { step, warnings };
}

describe("the users' return into a new pool", { timeout: 60_000 }, () => {
  it("makes the identity provider again, finds everybody as seeded and signs one of them in", async () => {
    seedEverybody();
    await writeRunbook({ faults: [] }, EVERYBODY);
    const { step, warnings } = await returning();
    expect(await bringUsersBack(step)).toEqual({
      reimport: { ...EVERYBODY, signedIn: true },
      differences: [],
    });
    expect(warnings).toEqual([]);
    const input = { UserPoolId: world.poolId, ProviderName: "example-sso" };
    await world.model.handle("DescribeIdentityProvider", input, { isSigned: true });
  });

  it("shows the plan first, then carries the same out under a ticket", async () => {
    seedEverybody();
    await writeRunbook({ faults: [] }, EVERYBODY);
    const { step } = await returning();
    await bringUsersBack(step);
    const options = `--stack dev --from ${step.set} --unconfirmed restore --share=1`;
    expect(await readCalls()).toEqual([
      `${options} --json`,
      `${options} --apply --ticket REHEARSAL-1 --confirm sekisho-dev --json`,
    ]);
  });

  it("believes the pool, not the runbook, when a user is missing", async () => {
    seedEverybody();
    await world.model.handle(
      "AdminDeleteUser",
      { UserPoolId: world.poolId, Username: "user-000007@example.com" },
      { isSigned: true },
    );
    await writeRunbook({ faults: [] }, EVERYBODY);
    const { step, warnings } = await returning();
    expect(await bringUsersBack(step)).toMatchObject({
      reimport: { created: USERS, verified: USERS - 1 },
      differences: ["user-000007@example.com: is missing."],
    });
    expect(warnings).toEqual(["user-000007@example.com: is missing."]);
  });

  it("reports what a re-import has found that left somebody out, whose exit code is 3", async () => {
    seedEverybody();
    await writeRunbook({ faults: [] }, { ...EVERYBODY, created: USERS - 1, verified: USERS - 1 }, 3);
    const { step } = await returning();
    expect(await bringUsersBack(step)).toMatchObject({
      reimport: { created: USERS - 1, verified: USERS - 1 },
    });
  });

  it("ends with 13 when anybody was sent a message by the re-import", async () => {
    seedEverybody();
    await writeRunbook({ faults: [] }, EVERYBODY);
    let asked = 0;
    const { step } = await returning({
      world: { readMessages: async () => (asked++ === 0 ? [] : [{ medium: "EMAIL", body: "your account" }]) },
    });
    await expect(bringUsersBack(step)).rejects.toMatchObject({
      exitCode: 13,
      message: "The re-import sent 1 message to users.",
    });
  });

  it("says so when somebody who came back could not sign in", async () => {
    seedEverybody();
    await writeRunbook({ faults: [] }, EVERYBODY);
    const { step, warnings } = await returning({ createPassword: () => "short" });
    expect(await bringUsersBack(step)).toMatchObject({ reimport: { verified: USERS, signedIn: false } });
    expect(warnings).toEqual([
      expect.stringMatching(/^user-000000@example\.com could not sign in: .*password/i),
    ]);
  });

  it("signs nobody in where the settings leave no way, and says why", async () => {
    seedEverybody();
    await writeRunbook({ faults: [] }, EVERYBODY);
    const settings = goodSettings([["users", "recovery"], ["admin"]]);
    const { step, warnings } = await returning({ settings });
    expect((await bringUsersBack(step)).reimport).toEqual(EVERYBODY);
    expect(warnings).toEqual(["nobody is signed in, because only an administrator resets passwords"]);
    for (const call of await readCalls()) expect(call).toContain("--accept recovery-by-admin-only");
  });

  it("applies no plan that has faults, and names them", async () => {
    const fault = { code: "group-roles", message: "2 groups have roles of another account." };
    await writeRunbook({ faults: [fault], exitCode: 2 }, EVERYBODY);
    const { step, warnings } = await returning();
    await expect(bringUsersBack(step)).rejects.toMatchObject({
      exitCode: 13,
      message: "The plan of the re-import has 1 fault.",
      remedy: "The warnings above say which.",
    });
    expect(warnings).toEqual(["group-roles: 2 groups have roles of another account."]);
    expect(await readCalls()).toHaveLength(1);
  });

  it("ends with the runbook's exit code when it fails", async () => {
    await writeRunbook({ faults: [] }, { error: { message: "The set is damaged.", exitCode: 13 } }, 13);
    const { step } = await returning();
    await expect(bringUsersBack(step)).rejects.toMatchObject({
      exitCode: 13,
      message: "reimport-users ended with exit code 13.",
    });
  });
});
