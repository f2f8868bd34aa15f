import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { plainUsers } from "../support/backup-world.ts";
import { type ReimportSweep, startReimportSweep, variedUsers } from "../support/reimport-sweep.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

let sweep: ReimportSweep;

afterAll(() => {
  vi.unstubAllEnvs();
});

/** AWS does what it is asked, and the first answer and every fifth one after it are lost on the way. */
function loseAnswers({ gateway }: ReimportWorld, operation: string): void {
  gateway.faults.clear();
  gateway.faults.add({ kind: "reset", operation, nth: 1, phase: "after-commit" });
  gateway.faults.add({ kind: "reset", operation, everyNth: 5, phase: "after-commit" });
}

/** Runs it under lost answers; it must not even notice, and make each user once. */
async function runUnder(operation: string): Promise<void> {
  const target = await sweep.renewTarget();
  loseAnswers(sweep.world, operation);
  const host = await sweep.apply();
  const lost = sweep.world.gateway.history.entries.filter(({ fault }) => fault === "reset");
  sweep.world.gateway.faults.clear();
  expect(lost.length).toBeGreaterThan(0);
  expect(host.exitCode(), host.errors()).toBe(0);
  sweep.checkTarget(target);
  await sweep.finish(target);
}

describe("answers that are lost while users come back one by one are no failures, and nobody is made twice:", () => {
  beforeAll(async () => {
    sweep = await startReimportSweep({
      users: variedUsers(64),
      backUp: ["--with-mfa"],
      reimport: ["--engine", "api", "--with-mfa"],
    });
  });
  afterAll(() => sweep.close());

  it.each([
    "AdminCreateUser",
    "AdminSetUserPassword",
    "AdminDisableUser",
    "AdminAddUserToGroup",
    "AdminLinkProviderForUser",
    "AdminSetUserMFAPreference",
    "CreateGroup",
    "PutObject",
    "CreateLogStream",
    "PutLogEvents",
    "ListUsers",
    "ListUsersInGroup",
  ])("%s", runUnder);
});

describe("answers that are lost where people may sign in without a password are no failures, and nobody is made twice:", () => {
  beforeAll(async () => {
    sweep = await startReimportSweep({
      users: plainUsers(30),
      pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
      reimport: ["--engine", "api"],
    });
  });
  afterAll(() => sweep.close());

  it.each(["AdminCreateUser", "AdminSetUserPassword"])("%s", runUnder);
});

describe("answers that are lost while users come back by import job are no failures, and nobody is made twice:", () => {
  beforeAll(async () => {
    sweep = await startReimportSweep({
      users: plainUsers(60),
      reimport: ["--engine", "csv"],
      status: "RESET_REQUIRED",
    });
  });
  afterAll(() => sweep.close());

  it.each([
    "CreateUserImportJob",
    "StartUserImportJob",
    "DescribeUserImportJob",
    "GetCSVHeader",
    "PutObject",
    "GetLogEvents",
  ])("%s", runUnder);
});

describe("answers that are lost while accounts are overwritten", () => {
  let world: ReimportWorld;
  beforeAll(async () => {
    world = await startReimportWorld();
  });
  afterAll(() => world.close());

  it("are no failures: everybody gets what the set says, once", async () => {
    const named = (name: string) =>
      plainUsers(30).map((user) => ({ ...user, attributes: { ...user.attributes, name } }));
    world.seed(named("as in the set"));
    await world.backUp();
    world.model.seedUsers(world.target.id, named("somebody's later wish"));
    loseAnswers(world, "AdminUpdateUserAttributes");
    const host = await world.apply("--existing", "overwrite");
    world.gateway.faults.clear();
    expect(host.exitCode(), host.errors()).toBe(0);
    expect(world.target.users.size).toBe(30);
    const values = [...world.target.users.after(0)].map(({ item }) => item.attributes.name);
    expect(values).toEqual(Array.from({ length: 30 }, () => "as in the set"));
  });
});
