import { createHmac, randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import type { Pool } from "../../local/cognito/state.ts";
import { plainUsers } from "../support/backup-world.ts";
import {
  ERASED_KEY,
  ERASED_LIST,
  type ReimportWorld,
  RUNBOOK_LOG,
  startReimportWorld,
} from "../support/reimport-world.ts";

// Five requests a second for one pool are what no --quota raises; these tests are about other things.
vi.mock("p-throttle", () => ({ default: () => (run: unknown) => run }));

let world: ReimportWorld;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A world of its own for each test of the group. */
function useFreshWorld(): void {
  beforeEach(async () => {
    world = await startReimportWorld();
  });
  afterEach(() => world.close());
}

/** The user of an address in a pool of the strict model. */
function find(pool: Pool, email: string) {
  const user = pool.users.find(email);
  if (!user) throw new Error(`${email} is not there`);
  return user;
}

function groupsOf(pool: Pool, email: string): string[] {
  return [...(find(pool, email).memberships?.keys() ?? [])].map(({ name }) => name).sort();
}

/** A file that the run left in the work bucket, by the end of its key. */
function workFile(ending: string): string {
  const [key = ""] = [...world.work.keys()].filter((name) => name.endsWith(ending));
  return world.work.get(key)?.toString("utf8") ?? "";
}

function fileLines(ending: string): Record<string, string>[] {
  return workFile(ending)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, string>);
}

const ann: SeedUser = {
  attributes: { email: "ann@example.com", email_verified: "true", name: "Ann" },
  status: "CONFIRMED",
  password: "Correct-horse-7",
};

describe("a re-import without --apply", () => {
  useFreshWorld();

  it("shows the plan and writes nothing, anywhere", async () => {
    world.seed(plainUsers(130, (number) => (number < 70 ? ["staff"] : [])));
    await world.backUp();
    const host = await world.reimport();
    expect(host.exitCode()).toBe(0);
    expect(host.out()).toContain("  create        130 users: 130 by the API, 0 by CSV import\n");
    expect(host.out()).toContain("  groups        1 to create\n");
    expect(host.out()).toMatch(
      /\nNothing was written. To carry it out, give the same command again with:\n {2}--apply --ticket <id> --confirm sekisho-test\n$/,
    );
    expect(world.writes()).toEqual([]);
    expect(world.gateway.history.entries.filter(({ operation }) => operation.startsWith("Put"))).toEqual([]);
  });

  it("says how long it takes, and how many users AWS will bill", async () => {
    world.seed(plainUsers(130, (number) => (number < 70 ? ["staff"] : [])));
    await world.backUp();
    const plan = JSON.parse((await world.reimport("--json")).out());
    expect(plan).toMatchObject({
      ok: true,
      applied: false,
      users: 130,
      planned: 130,
      create: 130,
      impossible: 0,
      engines: { csv: 0, api: 130 },
      writes: 130 + 130 + 70 + 1,
      activeUsers: { api: 130, csv: 70, planned: 130 },
      faults: [],
    });
  });

  it("has the same plan each time, and another one when the target is another", async () => {
    world.seed(plainUsers(20));
    await world.backUp();
    const hash = async () => JSON.parse((await world.reimport("--json")).out()).plan as string;
    const first = await hash();
    expect(await hash()).toBe(first);
    world.model.seedUsers(world.target.id, [{ ...ann, attributes: { email: "user-7@example.com" } }]);
    expect(await hash()).not.toBe(first);
  });
});

describe("a re-import", () => {
  useFreshWorld();

  it("brings users, groups and memberships back and ends by comparing everybody", async () => {
    world.seed(plainUsers(130, (number) => (number < 70 ? ["staff"] : [])));
    await world.backUp();
    const host = await world.apply();
    expect([host.exitCode(), host.out()]).toEqual([
      0,
      expect.stringMatching(/^Everybody is there: 130 of 130 users compared, to the last character\.\n/),
    ]);
    expect(world.target.users.size).toBe(130);
    expect(groupsOf(world.target, "user-3@example.com")).toEqual(["staff"]);
    expect(groupsOf(world.target, "user-100@example.com")).toEqual([]);
    expect(world.model.messages).toEqual([]);
  });

  it("keeps who is disabled disabled, and lets nobody stay with a temporary password", async () => {
    world.seed([
      ann,
      { ...ann, attributes: { ...ann.attributes, email: "off@example.com" }, enabled: false },
      {
        ...ann,
        attributes: { ...ann.attributes, email: "new@example.com" },
        status: "FORCE_CHANGE_PASSWORD",
      },
      { ...ann, attributes: { ...ann.attributes, email: "lost@example.com" }, status: "RESET_REQUIRED" },
    ]);
    await world.backUp();
    expect((await world.apply()).exitCode()).toBe(0);
    const states = ["ann", "off", "new", "lost"].map((name) => {
      const { status, isEnabled } = find(world.target, `${name}@example.com`);
      return [status, isEnabled];
    });
    expect(states).toEqual([
      ["CONFIRMED", true],
      ["CONFIRMED", false],
      ["CONFIRMED", true],
      ["CONFIRMED", true],
    ]);
  });

  it("shuts out whoever was shut out before there is a password to reset", async () => {
    world.seed([{ ...ann, enabled: false }]);
    await world.backUp();
    await world.apply();
    expect(world.writes()).toEqual(["AdminCreateUser", "AdminDisableUser", "AdminSetUserPassword"]);
  });

  it("lets people back by forgot password", async () => {
    world.seed([ann]);
    await world.backUp();
    await world.apply();
    const { UserPoolClient } = (await world.model.handle(
      "CreateUserPoolClient",
      { UserPoolId: world.target.id, ClientName: "web", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
      { isSigned: true },
    )) as { UserPoolClient: { ClientId: string } };
    const call = (operation: string, input: object) =>
      world.model.handle(operation, { ClientId: UserPoolClient.ClientId, ...input }, { isSigned: false });
    await call("ForgotPassword", { Username: "ann@example.com" });
    const code = /\d{6}/.exec(world.model.messages.at(-1)?.body ?? "")?.[0];
    const chosen = { Username: "ann@example.com", ConfirmationCode: code, Password: "New-horse-8" };
    await call("ConfirmForgotPassword", chosen);
    const signedIn = call("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ann@example.com", PASSWORD: "New-horse-8" },
    });
    await expect(signedIn).resolves.toMatchObject({ AuthenticationResult: expect.anything() });
  });

  it("leaves out whoever never confirmed a sign-up, and brings them back where that is spelled", async () => {
    world.seed([ann, { attributes: { email: "maybe@example.com" }, status: "UNCONFIRMED" }]);
    await world.backUp();
    const plan = await world.reimport();
    expect(plan.out()).toContain("left out      1 user who never confirmed their sign-up");
    await world.apply();
    expect(world.target.users.size).toBe(1);
    expect((await world.apply("--unconfirmed", "restore")).exitCode()).toBe(0);
    expect(find(world.target, "maybe@example.com")).toMatchObject({
      status: "CONFIRMED",
      attributes: { email: "maybe@example.com" },
    });
  });

  it("writes down who is who, in pairs that stand for one another", async () => {
    const subs = world.model.seedUsers(world.poolId, plainUsers(5));
    await world.backUp();
    await world.apply();
    const [key = ""] = [...world.work.keys()].filter((name) => name.endsWith("sub-map-00000.ndjson.gz"));
    const lines = gunzipSync(world.work.get(key) ?? Buffer.alloc(0))
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const fresh = [0, 1, 2, 3, 4].map((number) => find(world.target, `user-${number}@example.com`).sub);
    expect(lines).toEqual([
      ...subs.map((oldSub, place) => ({ kind: "pair", oldSub, newSub: fresh[place] })),
      { kind: "end", records: 5 },
    ]);
    expect(JSON.parse(workFile("sub-map.json"))).toMatchObject({ pairs: 5, parts: [{ records: 5 }] });
  });

  it("keeps the former sub in custom:legacy_sub where the pool has it", async () => {
    const [sub = ""] = world.model.seedUsers(world.poolId, [ann]);
    const Schema = [{ Name: "legacy_sub", AttributeDataType: "String", Mutable: true }];
    const pool = await world.createPool({ Schema });
    await world.backUp();
    world.usePool(pool.id);
    expect((await world.apply()).exitCode()).toBe(0);
    expect(find(pool, "ann@example.com").attributes["custom:legacy_sub"]).toBe(sub);
  });

  it("writes the notice for people, in both languages, and sends it to nobody", async () => {
    world.seed([ann]);
    await world.backUp();
    const host = await world.apply();
    expect(host.out()).toContain("Nobody was told anything yet: send the notice yourself.\n");
    expect(workFile("notice.ja.txt")).toContain("https://app.example.com");
    expect(workFile("notice.en.txt")).toContain("Enter that code, and a new password.");
    expect(world.model.messages).toEqual([]);
  });

  it("writes who did it and what came of it before and after, without naming anybody", async () => {
    world.seed([ann]);
    await world.backUp();
    await world.apply();
    const lines = [...(world.objects.logs.get(RUNBOOK_LOG)?.values() ?? [])].flat();
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        phase: "before",
        runbook: "reimport-users",
        who: "arn:aws:sts::123456789012:assumed-role/oncall/alice",
        ticket: "INC-1",
        target: world.target.id,
        counts: expect.objectContaining({ create: 1 }),
      }),
      expect.objectContaining({
        phase: "after",
        result: "done",
        exitCode: 0,
        counts: expect.objectContaining({ restored: 1 }),
      }),
    ]);
    expect(lines.join()).not.toContain("ann@");
  });

  it("does nothing where it cannot write who does it", async () => {
    world.seed([ann]);
    await world.backUp();
    world.objects.logs.delete(RUNBOOK_LOG);
    const host = await world.apply();
    expect(host.exitCode()).toBe(10);
    expect(host.errors()).toContain(`There is no log group ${RUNBOOK_LOG}`);
    expect(world.writes()).toEqual([]);
  });

  it("writes nothing the second time, and says again that everybody is there", async () => {
    world.seed(plainUsers(30, () => ["staff"]));
    await world.backUp();
    await world.apply();
    world.gateway.history.clear();
    const host = await world.apply();
    expect([host.exitCode(), host.out()]).toEqual([
      0,
      expect.stringContaining("There was nothing left to do; nothing was written.\n"),
    ]);
    expect(world.writes()).toEqual([]);
    expect(world.gateway.history.entries.filter(({ operation }) => operation.startsWith("Put"))).toEqual([]);
  });

  it("names who is there and not as planned, and ends with 13", async () => {
    world.seed(plainUsers(3, () => ["staff"]));
    await world.backUp();
    await world.apply();
    const user = find(world.target, "user-1@example.com");
    world.target.users.replaceAttributes(user, { ...user.attributes, name: "somebody else" });
    const host = await world.apply("--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([13, { verified: 2, differences: 1 }]);
  });

  it("switches codes by mail on again where the set tells, and lists who has to register an app again", async () => {
    const sender = {
      EmailConfiguration: {
        EmailSendingAccount: "DEVELOPER",
        SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
        From: "Example Support <support@example.com>",
      },
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Name: "verified_phone_number", Priority: 1 },
          { Name: "verified_email", Priority: 2 },
        ],
      },
    };
    await world.close();
    world = await startReimportWorld(sender);
    for (const id of [world.poolId, world.target.id]) {
      const factors = {
        UserPoolId: id,
        MfaConfiguration: "OPTIONAL",
        EmailMfaConfiguration: { Message: "{####}", Subject: "code" },
        SoftwareTokenMfaConfiguration: { Enabled: true },
      };
      await world.model.handle("SetUserPoolMfaConfig", factors, { isSigned: true });
    }
    const phone = { phone_number: "+819012345678", phone_number_verified: "true" };
    world.seed([
      {
        ...ann,
        attributes: { ...ann.attributes, ...phone },
        mfa: { enabled: ["EMAIL_OTP"], preferred: "EMAIL_OTP" },
      },
      {
        ...ann,
        attributes: { ...ann.attributes, email: "app@example.com" },
        mfa: {
          enabled: ["SOFTWARE_TOKEN_MFA"],
          preferred: "SOFTWARE_TOKEN_MFA",
          totpSecret: "JBSWY3DPEHPK3PXP",
        },
      },
    ]);
    await world.backUp("--with-mfa");
    const host = await world.apply("--with-mfa");
    expect([host.exitCode(), host.out()]).toEqual([0, expect.anything()]);
    expect(find(world.target, "ann@example.com").mfa).toEqual({
      enabled: ["EMAIL_OTP"],
      preferred: "EMAIL_OTP",
    });
    expect(fileLines("must-enrol.ndjson")).toMatchObject([
      { name: "app@example.com", factors: ["SOFTWARE_TOKEN_MFA"] },
    ]);
  });

  it("gives groups the roles they are mapped to", async () => {
    const old = "arn:aws:iam::999999999999:role/staff";
    const role = "arn:aws:iam::123456789012:role/staff";
    const group = { UserPoolId: world.poolId, GroupName: "staff", RoleArn: old, Precedence: 3 };
    await world.model.handle("CreateGroup", group, { isSigned: true });
    world.seed([{ ...ann, groups: ["staff"] }]);
    await world.backUp();
    const refused = await world.apply();
    expect(refused.exitCode()).toBe(2);
    expect(world.writes()).toEqual([]);
    expect((await world.apply("--group-role", `${old}=${role}`)).exitCode()).toBe(0);
    expect(world.target.groupsByName.get("staff")).toMatchObject({ roleArn: role, precedence: 3 });
  });
});

describe("people who were erased", () => {
  useFreshWorld();

  const digest = (text: string) =>
    createHmac("sha256", Buffer.from(ERASED_KEY, "base64")).update(text).digest("hex");

  function erase(sub: string, email: string): void {
    const entry = {
      kind: "erased",
      keyId: digest("sekisho-erased-list").slice(0, 16),
      sub: digest(`sub:${sub}`),
      email: digest(`email:${email.toLowerCase()}`),
      erasedAt: "2026-11-01T00:00:00.000Z",
    };
    const before = world.work.get(ERASED_LIST)?.toString() ?? "";
    world.work.set(ERASED_LIST, Buffer.from(`${before}${JSON.stringify(entry)}\n`));
  }

  it("stay erased", async () => {
    const [sub = ""] = world.model.seedUsers(world.poolId, [ann]);
    world.seed(plainUsers(2));
    erase(sub, "other@example.com");
    erase(randomUUID(), "USER-1@example.com");
    await world.backUp();
    const host = await world.apply("--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { skipped: { erased: 2 }, verified: 1 },
    ]);
    expect([...world.target.users.after(0)].map(({ item }) => item.attributes.email)).toEqual([
      "user-0@example.com",
    ]);
  });

  it("could come back where the list is missing, which ends with 2 until it is spelled", async () => {
    world.seed([ann]);
    await world.backUp();
    world.work.delete(ERASED_LIST);
    const host = await world.apply();
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      expect.stringContaining(
        `reimport-users: There is no erased list at s3://sekisho-test-work/${ERASED_LIST}. Deploy the stack, or spell --no-erased-list.\n`,
      ),
    ]);
    expect(world.writes()).toEqual([]);
    expect((await world.apply("--no-erased-list")).exitCode()).toBe(0);
  });
});

describe("a pool that lives", () => {
  useFreshWorld();

  beforeEach(async () => {
    world.seed([ann, ...plainUsers(5, () => ["staff"])]);
    await world.backUp();
    world.usePool(world.poolId);
  });

  const samePool = ["--same-pool", "--from", "latest"];
  const pool = (): Pool => world.model.pools.get(world.poolId) as Pool;
  const admin = (operation: string, input: object) =>
    world.model.handle(operation, { UserPoolId: world.poolId, ...input }, { isSigned: true });

  it("is refused as a target unless that is said, and then who is to come back", async () => {
    expect((await world.apply("--from", `${world.poolId}/latest`)).exitCode()).toBe(2);
    const host = await world.apply("--same-pool");
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      "reimport-users: --same-pool alone does not say who is to come back. Add --only-missing, --user <name> or --attributes-of <name>.\n",
    ]);
    expect(world.writes()).toEqual([]);
  });

  it("gets back whoever is missing, and nobody else is touched", async () => {
    await admin("AdminDeleteUser", { Username: "user-2@example.com" });
    await admin("AdminUpdateUserAttributes", {
      Username: "user-3@example.com",
      UserAttributes: [{ Name: "name", Value: "changed" }],
    });
    const before = find(pool(), "user-3@example.com").modifiedAt;
    world.gateway.history.clear();
    const host = await world.apply(...samePool, "--only-missing");
    expect([host.exitCode(), host.out()]).toEqual([
      0,
      expect.stringContaining("Everybody is there: 1 of 1 users"),
    ]);
    expect(world.writes()).toEqual(["AdminCreateUser", "AdminSetUserPassword", "AdminAddUserToGroup"]);
    expect(groupsOf(pool(), "user-2@example.com")).toEqual(["staff"]);
    expect(find(pool(), "user-3@example.com")).toMatchObject({ modifiedAt: before });
  });

  it("knows people by their sub although their address was changed", async () => {
    const UserAttributes = [
      { Name: "email", Value: "moved@example.com" },
      { Name: "email_verified", Value: "true" },
    ];
    await admin("AdminUpdateUserAttributes", { Username: "user-4@example.com", UserAttributes });
    const host = await world.apply(...samePool, "--only-missing");
    expect(host.exitCode()).toBe(0);
    expect(pool().users.size).toBe(6);
  });

  it("gets the same person back again after another accident", async () => {
    for (const _ of [1, 2]) {
      await admin("AdminDeleteUser", { Username: "user-2@example.com" });
      expect((await world.apply(...samePool, "--only-missing")).exitCode()).toBe(0);
      expect(find(pool(), "user-2@example.com").status).toBe("CONFIRMED");
    }
  });

  it("gets chosen people back by name or sub, and says so when one is not missing", async () => {
    const { sub } = find(pool(), "user-1@example.com");
    await admin("AdminDeleteUser", { Username: "user-1@example.com" });
    await admin("AdminDeleteUser", { Username: "user-2@example.com" });
    const clash = await world.apply(...samePool, "--user", sub, "--user", "ann@example.com");
    expect([clash.exitCode(), clash.out()]).toEqual([
      2,
      expect.stringContaining("standing-user: A user that was named is not missing."),
    ]);
    expect((await world.apply(...samePool, "--user", sub)).exitCode()).toBe(0);
    expect(pool().users.size).toBe(5);
  });

  it.each<[string, string[], string]>([
    ["nobody", ["nobody@example.com"], "The set has no user nobody@example.com."],
    ["one of two", ["user-1@example.com", "user_1"], "The set has no user user_1."],
    ["none of three", ["x", "y", "z"], "The set has no user x, nor 2 others of those named."],
  ])(
    "says so when a name fits nobody of the set, and brings nobody back (%s)",
    async (_, names, sentence) => {
      await admin("AdminDeleteUser", { Username: "user-1@example.com" });
      const argv = names.flatMap((name) => ["--user", name]);
      const host = await world.apply(...samePool, ...argv);
      expect([host.exitCode(), host.errors()]).toEqual([
        10,
        expect.stringMatching(/\n.* Name people by user name, sub, address or number, as they were then; or/),
      ]);
      expect(host.errors()).toContain(`reimport-users: ${sentence} `);
      expect(world.writes()).toEqual([]);
    },
  );

  it("is told how many were chosen, and counts none of the others among the accounts of strangers", async () => {
    const host = await world.reimport(...samePool, "--user", "user-1@example.com");
    expect(host.out()).toContain("  chosen        1 of 6 users\n");
    expect(host.out()).not.toContain("  others ");
  });

  it("gives one person their attributes back, and leaves everything else of them", async () => {
    const UserAttributes = [
      { Name: "email", Value: "wrong@example.com" },
      { Name: "email_verified", Value: "false" },
      { Name: "name", Value: "Wrong" },
      { Name: "nickname", Value: "kept" },
    ];
    await admin("AdminUpdateUserAttributes", { Username: "ann@example.com", UserAttributes });
    const { credential } = find(pool(), "wrong@example.com");
    expect((await world.reimport(...samePool, "--attributes-of", "ann@example.com")).out()).not.toContain(
      "  lost ",
    );
    world.gateway.history.clear();
    const host = await world.apply(...samePool, "--attributes-of", "ann@example.com");
    expect([host.exitCode(), host.out()]).toEqual([0, expect.anything()]);
    expect(world.writes()).toEqual(["AdminUpdateUserAttributes"]);
    const user = find(pool(), "ann@example.com");
    expect(user.attributes).toEqual({ ...ann.attributes, nickname: "kept" });
    expect(user.credential).toBe(credential);
    expect(world.model.messages).toEqual([]);
  });
});

describe("a name that fits several users of the set", () => {
  useFreshWorld();

  it("brings nobody back: it may be somebody else who is meant", async () => {
    const phone_number = "+819012345678";
    const addresses = ["one@example.com", "two@example.com"];
    world.seed(
      addresses.map((email) => ({ ...ann, attributes: { ...ann.attributes, email, phone_number } })),
    );
    await world.backUp();
    const host = await world.apply("--user", phone_number);
    expect([host.exitCode(), host.out()]).toEqual([
      2,
      expect.stringContaining(
        "  several-users: +819012345678 fits 2 users of the set.\n    Name them by user name or sub.\n",
      ),
    ]);
    expect(world.writes()).toEqual([]);
    expect((await world.apply("--user", "two@example.com")).exitCode()).toBe(0);
    expect(world.target.users.size).toBe(1);
  });
});

describe("somebody who stands in the new pool already", () => {
  useFreshWorld();

  let annSub: string;

  beforeEach(async () => {
    [annSub = ""] = world.model.seedUsers(world.poolId, [ann]);
    world.seed(plainUsers(2));
    await world.backUp();
    world.model.seedUsers(world.target.id, [
      {
        attributes: { email: "Ann@example.com", email_verified: "true", name: "Another Ann" },
        status: "CONFIRMED",
      },
      { attributes: { email: "later@example.com" }, status: "CONFIRMED" },
    ]);
  });

  it("stops everything, by default", async () => {
    const host = await world.apply();
    expect([host.exitCode(), host.out()]).toEqual([
      2,
      expect.stringContaining(`existing-users: 1 user stands in the target already: ${annSub}.`),
    ]);
    expect(world.writes()).toEqual([]);
  });

  it("is left alone with --existing skip, and so is who came later, who is listed", async () => {
    const host = await world.apply("--existing", "skip", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { verified: 2, standing: 1, strangers: 1 },
    ]);
    expect(find(world.target, "ann@example.com").attributes.name).toBe("Another Ann");
    expect(fileLines("others.ndjson")).toMatchObject([{ kind: "other" }]);
  });

  it("gets what the set says with --existing overwrite, and keeps the password", async () => {
    const { credential } = find(world.target, "ann@example.com");
    const host = await world.apply("--existing", "overwrite", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([0, { verified: 3, created: 2 }]);
    expect(find(world.target, "ann@example.com")).toMatchObject({ credential, attributes: { name: "Ann" } });
  });

  it("is not overwritten where they have not proven the address: it may be somebody else", async () => {
    const user = find(world.target, "ann@example.com");
    world.target.users.replaceAttributes(user, { ...user.attributes, email_verified: "false" });
    const host = await world.apply("--existing", "overwrite");
    expect([host.exitCode(), host.out()]).toEqual([
      3,
      expect.stringContaining(
        `  rejected: ${annSub}, whoever has its sign-in name has not proven the address: it may be somebody else\n`,
      ),
    ]);
    expect(find(world.target, "ann@example.com").attributes.name).toBe("Another Ann");
  });
});

describe("a re-import that is not meant", () => {
  let before: number;

  beforeAll(async () => {
    world = await startReimportWorld();
    world.seed([ann]);
    await world.backUp();
    before = world.work.size;
  });
  afterAll(() => world.close());

  it.each<[string, string[], number, string]>([
    ["no ticket", ["--apply", "--confirm", "sekisho-test"], 2, "--apply needs a ticket"],
    [
      "another name",
      ["--apply", "--ticket", "INC-1", "--confirm", "sekisho-prod"],
      14,
      "--confirm does not name this pool",
    ],
    [
      "no name and nobody to ask",
      ["--apply", "--ticket", "INC-1"],
      14,
      "There is no terminal to type the pool's name at",
    ],
    ["a pool that is none", ["--pool", "everything"], 2, "--pool everything is not the id of a user pool."],
    [
      "a pool of another Region",
      ["--pool", "us-east-1_Ab12Cd34E"],
      2,
      "is not in ap-northeast-1, where the stack is.",
    ],
    [
      "a pool that is not there",
      ["--pool", "ap-northeast-1_Ab12Cd34E"],
      10,
      "not found (ResourceNotFoundException)",
    ],
    [
      "a set that is not there",
      ["--from", "20200101T000000Z-00000000"],
      10,
      "holds no set 20200101T000000Z-00000000 of another pool than the target.",
    ],
    ["an engine that is none", ["--engine", "fast"], 2, "--engine fast is not one of auto, csv, api."],
    ["two ways to choose", ["--same-pool", "--only-missing", "--user", "ann"], 2, "exclude each other"],
    [
      "the same pool without a set, for the newest may be from after the accident",
      ["--same-pool", "--only-missing"],
      2,
      "--same-pool needs --from: the newest set may be from after the accident. Name the set, or spell --from latest.",
    ],
    ["attributes in another pool", ["--attributes-of", "ann"], 2, "--attributes-of goes with --same-pool"],
    ["a Region without a copy", ["--from-region", "mars"], 2, '"mars" is not the name of an AWS Region.'],
    [
      "an acceptance of nothing",
      ["--accept", "missing-attribute:custom:x"],
      2,
      "fits no fault of this set and target",
    ],
  ])("ends at %s, and nothing is written", async (_, argv, code, sentence) => {
    const host = await world.reimport(...argv);
    expect([host.exitCode(), `${host.errors()}${host.out()}`]).toEqual([
      code,
      expect.stringContaining(sentence),
    ]);
    expect(world.writes()).toEqual([]);
    expect(world.work.size).toBe(before);
  });
});
