import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import type { Pool } from "../../local/cognito/state.ts";
import { plainUsers } from "../support/backup-world.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

let world: ReimportWorld;

beforeEach(async () => {
  world = await startReimportWorld();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

const ann: SeedUser = {
  attributes: { email: "ann@example.com", email_verified: "true", name: "Ann" },
  status: "CONFIRMED",
  groups: ["admins"],
};

function find(pool: Pool, name: string) {
  const user = pool.users.find(name);
  if (!user) throw new Error(`${name} is not there`);
  return user;
}

function groupsOf(pool: Pool, name: string): string[] {
  return [...(find(pool, name).memberships?.keys() ?? [])].map((group) => group.name);
}

function change(pool: Pool, name: string, attributes: Record<string, string>): void {
  const user = find(pool, name);
  pool.users.replaceAttributes(user, { ...user.attributes, ...attributes });
}

const oldPool = (): Pool => world.model.pools.get(world.poolId) as Pool;
const rejects = (): { reason: string }[] =>
  [...world.work]
    .filter(([key]) => key.endsWith("rejects.ndjson"))
    .flatMap(([, body]) => body.toString().trim().split("\n"))
    .map((line) => JSON.parse(line) as { reason: string });

/** Cuts a run off right after AWS has carried out the first request of this operation. */
async function cutAfter(operation: string, ...argv: string[]): Promise<void> {
  world.gateway.faults.add({ kind: "stop-point", operation, nth: 1, phase: "after-commit" }, () => {
    world.gateway.faults.add({ kind: "reset" });
  });
  const host = await world.apply(...argv);
  expect(host.exitCode()).toBe(15);
  world.gateway.faults.clear();
  for (const key of [...world.work.keys()]) if (key.startsWith("leases/")) world.work.delete(key);
}

describe("a user whom a run that broke off has half made, and whom somebody changed since", () => {
  it.each<[string, string[]]>([
    ["by default", []],
    ["with --existing skip", ["--existing", "skip"]],
    ["with --existing overwrite", ["--existing", "overwrite"]],
    ["with --only-missing", ["--only-missing"]],
  ])("is named among the rejects %s, and everybody else comes back", async (_, argv) => {
    world.seed([ann, ...plainUsers(3)]);
    await world.backUp();
    await cutAfter("AdminCreateUser", "--max-rejects", "9");
    const [made] = [...world.target.users.after(0)].map(({ item }) => item);
    change(world.target, made?.username ?? "", { name: "Changed" });
    const host = await world.apply("--json", ...argv);
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      3,
      { verified: 3, rejected: 1, unclear: 1 },
    ]);
    expect(rejects().map(({ reason }) => reason)).toEqual([
      "an earlier run may have half made it, and it has changed since: bring it into order by hand, or delete it and run again",
    ]);
  });
});

describe("a password that was set between the plan and the moment it is carried out", () => {
  it("stays", async () => {
    world.seed([ann]);
    await world.backUp();
    await cutAfter("AdminCreateUser");
    // The first look at the target is the plan's; then the helpdesk is faster.
    const user = find(world.target, "ann@example.com");
    world.gateway.faults.add({ kind: "stop-point", operation: "PutLogEvents", nth: 1 }, async () => {
      const password = { Username: user.username, Password: "Helpdesk-7-horse", Permanent: true };
      await world.model.handle(
        "AdminSetUserPassword",
        { UserPoolId: world.target.id, ...password },
        { isSigned: true },
      );
      world.gateway.faults.clear();
    });
    const host = await world.apply();
    expect(host.exitCode(), host.errors()).toBe(0);
    expect(world.writes().filter((operation) => operation === "AdminSetUserPassword")).toEqual([]);
    expect(groupsOf(world.target, "ann@example.com")).toEqual(["admins"]);
  });
});

describe("an account of somebody else", () => {
  it("does not become ours because overwriting it was refused", async () => {
    const Schema = [{ Name: "employee", AttributeDataType: "String", Mutable: false }];
    await world.close();
    world = await startReimportWorld({ Schema });
    world.seed([{ ...ann, attributes: { ...ann.attributes, "custom:employee": "1" } }]);
    await world.backUp();
    world.model.seedUsers(world.target.id, [
      {
        attributes: { email: "ann@example.com", email_verified: "true", "custom:employee": "2" },
        status: "FORCE_CHANGE_PASSWORD",
      },
    ]);
    expect((await world.apply("--existing", "overwrite")).exitCode()).toBe(3);
    const again = await world.apply();
    expect([again.exitCode(), again.out()]).toEqual([2, expect.stringContaining("existing-users: ")]);
    expect(find(world.target, "ann@example.com").status).toBe("FORCE_CHANGE_PASSWORD");
    expect(groupsOf(world.target, "ann@example.com")).toEqual([]);
  });

  it("gets no rights of the set's user by --existing overwrite, unless it has proven the same address", async () => {
    world.seed([ann, ...plainUsers(1)]);
    await world.backUp();
    world.model.seedUsers(world.target.id, [
      { attributes: { email: "ann@example.com" }, status: "UNCONFIRMED" },
      { attributes: { email: "user-0@example.com", email_verified: "true" }, status: "CONFIRMED" },
    ]);
    const host = await world.apply("--existing", "overwrite", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([3, { verified: 1, rejected: 1 }]);
    expect(groupsOf(world.target, "ann@example.com")).toEqual([]);
    expect(find(world.target, "ann@example.com").attributes.email_verified).toBeUndefined();
  });

  it("is never given the attributes of who had its name before", async () => {
    world.seed([ann]);
    await world.backUp();
    world.usePool(world.poolId);
    oldPool().users.remove(find(oldPool(), "ann@example.com"));
    world.model.seedUsers(world.poolId, [{ attributes: { email: "ann@example.com" }, status: "CONFIRMED" }]);
    const host = await world.apply("--same-pool", "--from", "latest", "--attributes-of", "ann@example.com");
    expect([host.exitCode(), host.out()]).toEqual([2, expect.stringContaining("missing-user: ")]);
    expect(find(oldPool(), "ann@example.com").attributes).toEqual({ email: "ann@example.com" });
  });

  it("is told of where it has the name of somebody who is missing", async () => {
    world.seed([ann, ...plainUsers(2)]);
    await world.backUp();
    world.usePool(world.poolId);
    oldPool().users.remove(find(oldPool(), "ann@example.com"));
    world.model.seedUsers(world.poolId, [{ attributes: { email: "ann@example.com" }, status: "CONFIRMED" }]);
    const host = await world.apply("--same-pool", "--from", "latest", "--only-missing", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([3, { rejected: 1, taken: 1 }]);
  });

  it("is never two people's: the second one of the set is not written over it", async () => {
    const both = { UsernameAttributes: ["email", "phone_number"] };
    await world.close();
    world = await startReimportWorld(both);
    const phone = { phone_number: "+819012345678", phone_number_verified: "true" };
    world.seed([ann, { attributes: phone, status: "CONFIRMED" }]);
    await world.backUp();
    world.model.seedUsers(world.target.id, [
      { attributes: { ...ann.attributes, ...phone }, status: "CONFIRMED" },
    ]);
    const host = await world.apply("--existing", "overwrite", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([3, { verified: 1, impossible: 1 }]);
  });
});

describe("people who are written over", () => {
  it("are sent no code: an address that the set has as unverified is not put back", async () => {
    const before = { AttributesRequireVerificationBeforeUpdate: ["email"] };
    await world.close();
    world = await startReimportWorld({ UserAttributeUpdateSettings: before });
    world.seed([{ ...ann, attributes: { email: "ann@example.com", name: "Ann" } }]);
    await world.backUp();
    world.usePool(world.poolId);
    const { sub } = find(oldPool(), "ann@example.com");
    change(oldPool(), sub, { email: "moved@example.com" });
    const host = await world.apply("--same-pool", "--from", "latest", "--attributes-of", sub, "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([3, { rejected: 1 }]);
    expect(rejects()).toMatchObject([
      { reason: "its email is not verified in the set: Cognito would send a code there" },
    ]);
    expect(world.model.messages).toEqual([]);
  });

  it("keep being known by their address although case differs, and no code is sent", async () => {
    world.seed([ann]);
    await world.backUp();
    world.model.seedUsers(world.target.id, [
      { attributes: { email: "Ann@Example.com", email_verified: "true" }, status: "CONFIRMED" },
    ]);
    const host = await world.apply("--existing", "overwrite");
    expect(host.exitCode(), host.errors()).toBe(0);
    expect(find(world.target, "ann@example.com").attributes).toMatchObject({
      email: "Ann@Example.com",
      name: "Ann",
    });
    expect(world.model.messages).toEqual([]);
  });

  it("are compared in their state, too: one who is shut out or never confirmed does not count as there", async () => {
    world.seed([ann]);
    await world.backUp();
    world.model.seedUsers(world.target.id, [
      {
        attributes: { email: "ann@example.com", email_verified: "true" },
        status: "CONFIRMED",
        enabled: false,
      },
    ]);
    const host = await world.apply("--existing", "overwrite", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([13, { differences: 1 }]);
  });

  it("get their attributes back although the pool keeps former subs", async () => {
    const Schema = [{ Name: "legacy_sub", AttributeDataType: "String", Mutable: false }];
    await world.close();
    world = await startReimportWorld({ Schema });
    world.seed([ann]);
    await world.backUp();
    world.usePool(world.poolId);
    change(oldPool(), "ann@example.com", { name: "Wrong" });
    const host = await world.apply("--same-pool", "--from", "latest", "--attributes-of", "ann@example.com");
    expect(host.exitCode(), host.errors() + host.out()).toBe(0);
    expect(find(oldPool(), "ann@example.com").attributes).toEqual(ann.attributes);
  });
});

describe("users whom an import job has made", () => {
  it("are ours although they change before the run gets to them", async () => {
    world.seed(plainUsers(20, () => ["staff"]));
    await world.backUp();
    // The job's log is read after the job has ended, and before anybody is grouped.
    world.gateway.faults.add({ kind: "stop-point", operation: "GetLogEvents", nth: 1 }, () => {
      change(world.target, "user-3@example.com", { name: "New name" });
    });
    const host = await world.apply("--engine", "csv", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      13,
      { differences: 1, rejected: 1, verified: 19 },
    ]);
    expect(groupsOf(world.target, "user-3@example.com")).toEqual(["staff"]);
  });

  it("are not made by the API unasked where the job makes nobody", async () => {
    await world.close();
    world = await startReimportWorld(
      {},
      { writeLog: async () => Promise.reject(new Error("the role may not write there")) },
    );
    world.seed(plainUsers(20));
    await world.backUp();
    const host = await world.apply("--engine", "csv");
    expect([host.exitCode(), host.errors()]).toEqual([
      15,
      expect.stringContaining("The import job ended as Failed and made nobody: "),
    ]);
    expect(world.writes()).not.toContain("AdminCreateUser");
  });
});

describe("names that choose people", () => {
  it("that fit several are refused", async () => {
    const names = { UsernameAttributes: [], AliasAttributes: [] };
    await world.close();
    world = await startReimportWorld({ ...names, UsernameAttributes: undefined });
    world.seed([
      { username: "ann", attributes: { email: "shared@example.com" }, status: "CONFIRMED" },
      { username: "bob", attributes: { email: "shared@example.com" }, status: "CONFIRMED" },
    ]);
    await world.backUp();
    world.usePool(world.poolId);
    const host = await world.apply(
      "--same-pool",
      "--from",
      "latest",
      "--attributes-of",
      "shared@example.com",
    );
    expect([host.exitCode(), host.out()]).toEqual([
      2,
      expect.stringContaining("several-users: shared@example.com fits 2 users of the set."),
    ]);
    expect(world.writes()).toEqual([]);
  });

  it("of somebody who is left out are refused rather than passed over", async () => {
    world.seed([{ attributes: { email: "maybe@example.com" }, status: "UNCONFIRMED" }]);
    await world.backUp();
    const host = await world.apply("--user", "maybe@example.com");
    expect([host.exitCode(), host.out()]).toEqual([2, expect.stringContaining("left-out-user: ")]);
  });

  it("never end with rejects of people who were not named", async () => {
    world.seed([ann, ...plainUsers(2)]);
    await world.backUp();
    world.usePool(world.poolId);
    for (const name of ["ann@example.com", "user-1@example.com"])
      oldPool().users.remove(find(oldPool(), name));
    world.model.seedUsers(world.poolId, [{ attributes: { email: "ann@example.com" }, status: "CONFIRMED" }]);
    const from = ["--same-pool", "--from", "latest"];
    expect((await world.apply(...from, "--user", "ann@example.com")).exitCode()).toBe(3);
    expect((await world.apply(...from, "--user", "user-1@example.com")).exitCode()).toBe(0);
  });
});
