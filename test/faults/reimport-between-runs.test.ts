import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import type { User } from "../../local/cognito/state.ts";
import { plainUsers } from "../support/backup-world.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

const PASSWORD = "Chosen-by-me-7";

let world: ReimportWorld;

beforeEach(async () => {
  world = await startReimportWorld();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

function admin(operation: string, input: object): Promise<unknown> {
  return world.model.handle(operation, { UserPoolId: world.target.id, ...input }, { isSigned: true });
}

/** A site of the target that people sign in to. */
async function openSite() {
  const { UserPoolClient } = (await admin("CreateUserPoolClient", {
    ClientName: "web",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })) as { UserPoolClient: { ClientId: string } };
  const { ClientId } = UserPoolClient;
  const ask = (operation: string, input: object) =>
    world.model.handle(operation, { ClientId, ...input }, { isSigned: false });
  return {
    /** "Forgot password", as the page lets people do it. */
    choosePassword: async (Username: string) => {
      await ask("ForgotPassword", { Username });
      const ConfirmationCode = /\d{6}/.exec(world.model.messages.at(-1)?.body ?? "")?.[0] ?? "";
      await ask("ConfirmForgotPassword", { Username, ConfirmationCode, Password: PASSWORD });
    },
    signUp: (email: string, name: string) =>
      ask("SignUp", {
        Username: email,
        Password: PASSWORD,
        UserAttributes: [
          { Name: "email", Value: email },
          { Name: "name", Value: name },
        ],
      }),
    signIn: async (USERNAME: string) => {
      const AuthParameters = { USERNAME, PASSWORD };
      const answer = (await ask("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", AuthParameters })) as {
        AuthenticationResult?: object;
      };
      return answer.AuthenticationResult !== undefined;
    },
  };
}

/** Cuts a run off from AWS at the nth of such requests, and lets two minutes pass. */
async function cutOff(operation: string, nth: number): Promise<void> {
  world.gateway.faults.add({ kind: "stop-point", operation, nth, phase: "after-commit" }, () => {
    world.gateway.faults.add({ kind: "access-denied" });
  });
  expect((await world.apply()).exitCode()).toBe(12);
  world.gateway.faults.clear();
  world.work.delete(`leases/reimport-${world.target.id}.json`);
}

/** All that the pool knows of these users, to tell whether anything was changed. */
function stateOf(users: readonly User[]): string {
  return JSON.stringify(
    users.map(({ memberships, ...user }) => ({
      ...user,
      groups: [...(memberships?.keys() ?? [])].map(({ name }) => name),
    })),
  );
}

const usersOf = () => [...world.target.users.after(0)].map(({ item }) => item);

describe("a password that somebody chose after a run broke off", () => {
  it("is theirs: the next run goes on with everybody else, and they still sign in with it", async () => {
    world.seed(plainUsers(60, () => ["staff"]));
    await world.backUp();
    const { choosePassword, signIn } = await openSite();
    await cutOff("AdminAddUserToGroup", 30);
    const back = usersOf().filter(({ status }) => status === "CONFIRMED");
    const early = back
      .filter((_, number) => number % 3 === 0)
      .map(({ attributes }) => attributes.email ?? "");
    expect(early.length).toBeGreaterThan(3);
    for (const email of early) await choosePassword(email);

    const host = await world.apply();
    expect(host.exitCode(), host.errors()).toBe(0);
    for (const email of early) expect(await signIn(email)).toBe(true);
    expect(usersOf().every(({ status }) => status === "CONFIRMED")).toBe(true);
    // The same holds for whoever chose one after the end.
    const [late = ""] = usersOf().flatMap(({ attributes: { email = "" } }) =>
      early.includes(email) ? [] : [email],
    );
    await choosePassword(late);
    expect((await world.apply()).exitCode()).toBe(0);
    for (const email of [...early, late]) expect(await signIn(email)).toBe(true);
  });
});

describe("a user whom an administrator deleted after a finished run", () => {
  beforeEach(async () => {
    world.seed(plainUsers(5));
    await world.backUp();
    expect((await world.apply()).exitCode()).toBe(0);
    await admin("AdminDeleteUser", { Username: "user-3@example.com" });
    world.gateway.history.clear();
  });

  it("is not made again, which is no fault, and the report says that they are gone", async () => {
    const host = await world.apply("--json");
    const said = { done: 4, gone: 1, writes: 0, differences: 0, verified: 4, deletedSince: 1 };
    expect([host.exitCode(), JSON.parse(host.out())]).toEqual([0, expect.objectContaining(said)]);
    expect((await world.apply()).out()).toContain(
      "\nDeleted since they came back, and not made again: 1 user.\n",
    );
    expect(world.writes()).toEqual([]);
    expect(world.target.users.size).toBe(4);
  });

  it("comes back when whoever is missing is asked for", async () => {
    const host = await world.apply("--only-missing");
    expect(host.exitCode(), host.errors()).toBe(0);
    expect(world.writes()).toEqual(["AdminCreateUser", "AdminSetUserPassword"]);
    expect(world.target.users.size).toBe(5);
  });

  it("is somebody else's business once that address has signed up anew, even with the very same values", async () => {
    world.model.seedUsers(world.target.id, [{ ...plainUsers(4)[3], password: PASSWORD } as SeedUser]);
    const strangers = usersOf().filter(({ attributes }) => attributes.email === "user-3@example.com");
    const before = stateOf(strangers);
    for (const [policy, code] of [
      ["fail", 2],
      ["skip", 0],
    ] as const) {
      const host = await world.apply("--existing", policy);
      expect(host.exitCode(), `${policy}: ${host.errors()}`).toBe(code);
    }
    expect(world.writes()).toEqual([]);
    expect(stateOf(strangers)).toBe(before);
  });
});

describe("a user who vanishes before the run that brought them back has compared everybody", () => {
  beforeEach(async () => {
    world.seed(plainUsers(5));
    await world.backUp();
    // The target is read once more at the end, to compare.
    world.gateway.faults.add({ kind: "stop-point", operation: "AdminSetUserPassword", nth: 1 }, () => {
      world.gateway.faults.add({ kind: "stop-point", operation: "ListUsers", nth: 1 }, async () => {
        await admin("AdminDeleteUser", { Username: "user-3@example.com" });
      });
    });
    const host = await world.apply("--json");
    world.gateway.faults.clear();
    const said = { verified: 4, differences: 1, deletedSince: 0 };
    expect([host.exitCode(), JSON.parse(host.out())]).toEqual([13, expect.objectContaining(said)]);
  });

  it("is called missing by that run and by every one that follows, until they are back", async () => {
    for (const _ of [1, 2]) {
      const host = await world.apply();
      expect([host.exitCode(), host.out()]).toEqual([13, expect.stringContaining("differs: is missing")]);
    }
    expect((await world.apply("--only-missing")).exitCode()).toBe(0);
    // Whoever was there at the end of a run, and was deleted after it, is gone.
    await admin("AdminDeleteUser", { Username: "user-3@example.com" });
    const host = await world.apply("--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toEqual([
      0,
      expect.objectContaining({ verified: 4, differences: 0, deletedSince: 1 }),
    ]);
  });

  it("is called missing although a run that was about somebody else came to its end meanwhile", async () => {
    await admin("AdminDeleteUser", { Username: "user-1@example.com" });
    expect((await world.apply("--user", "user-1@example.com")).exitCode()).toBe(0);
    expect((await world.apply()).exitCode()).toBe(13);
  });
});

describe("an import job that an earlier run left behind", () => {
  const csv = ["--engine", "csv"];

  it("is waited for; whatever speaks against the plan by then ends the run before it writes", async () => {
    const byApi = { email: "quoted@example.com", email_verified: "true", name: 'a "quoted" name' };
    world.seed([...plainUsers(20), { attributes: byApi, status: "CONFIRMED" }]);
    await world.backUp();
    const { signUp } = await openSite();
    world.gateway.faults.add({ kind: "stop-point", operation: "DescribeUserImportJob", nth: 1 }, () => {
      world.gateway.faults.add({ kind: "access-denied" });
    });
    expect((await world.apply(...csv)).exitCode()).toBe(12);
    world.gateway.faults.clear();
    world.work.delete(`leases/reimport-${world.target.id}.json`);
    world.gateway.history.clear();

    world.gateway.faults.add({ kind: "stop-point", operation: "ListUserImportJobs", nth: 2 }, async () => {
      // It takes longer than two looks.
      for (const job of world.target.importJobs.values()) job.status = "Pending";
      await signUp(byApi.email, "Somebody new");
    });
    const host = await world.apply(...csv);
    world.gateway.faults.clear();
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      expect.stringMatching(
        /\nreimport-users: Something speaks against the plan since the import jobs have ended\. Nothing more was written; run it again, and read the new plan\.\n$/,
      ),
    ]);
    expect(world.writes().filter((operation) => operation !== "SignUp")).toEqual([]);
    const next = await world.apply(...csv);
    expect([next.exitCode(), next.out()]).toEqual([2, expect.stringContaining("  existing-users: ")]);
    expect((await world.apply(...csv, "--existing", "skip")).exitCode()).toBe(0);
  });
});

describe("a user who changed their address after a finished run", () => {
  it("is known by their sub, and neither called missing nor made a second time", async () => {
    world.seed(plainUsers(5));
    await world.backUp();
    expect((await world.apply()).exitCode()).toBe(0);
    const user = world.target.users.find("user-3@example.com");
    if (user === undefined) throw new Error("there is no such user");
    await admin("AdminUpdateUserAttributes", {
      Username: user.username,
      UserAttributes: [
        { Name: "email", Value: "married@example.com" },
        { Name: "email_verified", Value: "true" },
      ],
    });
    // Clocks may disagree by a few seconds about what came first.
    user.modifiedAt += 60_000;
    world.gateway.history.clear();
    const again = await world.apply("--json");
    expect([again.exitCode(), JSON.parse(again.out())]).toEqual([
      0,
      expect.objectContaining({ done: 5, gone: 0, verified: 5, changedSince: 1 }),
    ]);
    expect((await world.apply("--only-missing")).exitCode()).toBe(0);
    expect(world.writes()).toEqual([]);
    expect(world.target.users.size).toBe(5);
  });
});

describe("somebody who signed up with the address of a user of the set after a run broke off", () => {
  it.each<[string, number]>([
    ["fail", 2],
    ["skip", 0],
  ])("is never touched: --existing %s ends with %i", async (existing, code) => {
    world.seed(plainUsers(40, () => ["staff"]).map((user) => ({ ...user, enabled: false })));
    await world.backUp();
    const { signUp } = await openSite();
    await cutOff("AdminCreateUser", 20);
    const made = new Set(usersOf().map(({ attributes }) => attributes.email));
    const free = plainUsers(40).flatMap(({ attributes: { email = "" } }) => (made.has(email) ? [] : [email]));
    expect(free.length).toBeGreaterThan(0);
    for (const email of free) await signUp(email, "Somebody new");
    const strangers = usersOf().filter(({ attributes }) => attributes.name === "Somebody new");
    const before = stateOf(strangers);

    const host = await world.apply("--existing", existing);
    expect(host.exitCode(), host.errors()).toBe(code);
    expect(stateOf(strangers)).toBe(before);
  });

  it("is left alone while a run is at it, too, and the user of the set is among the rejects", async () => {
    world.seed(plainUsers(10));
    await world.backUp();
    const { signUp } = await openSite();
    world.gateway.faults.add({ kind: "stop-point", operation: "AdminCreateUser", nth: 1 }, async () => {
      await signUp("user-9@example.com", "Somebody new");
    });
    const host = await world.apply();
    world.gateway.faults.clear();
    expect([host.exitCode(), host.out()]).toEqual([
      3,
      expect.stringContaining("somebody else has its sign-in name"),
    ]);
    expect(world.target.users.find("user-9@example.com")).toMatchObject({
      status: "UNCONFIRMED",
      attributes: { name: "Somebody new" },
    });
  });
});

describe("the very pool that the set was made of", () => {
  const samePool = ["--same-pool", "--from", "latest", "--only-missing"];

  it("gets back who is missing after a run that broke off, each once, and nobody else is touched", async () => {
    world.seed(plainUsers(60, () => ["staff"]));
    await world.backUp();
    world.usePool(world.poolId);
    const source = world.model.pools.get(world.poolId);
    const onSource = (operation: string, input: object) =>
      world.model.handle(operation, { UserPoolId: world.poolId, ...input }, { isSigned: true });
    for (let number = 0; number < 40; number++) {
      await onSource("AdminDeleteUser", { Username: `user-${number}@example.com` });
    }
    const untouched = [...(source?.users.after(0) ?? [])].map(({ item }) => item);
    const before = stateOf(untouched);

    world.gateway.faults.add(
      { kind: "stop-point", operation: "AdminCreateUser", nth: 20, phase: "after-commit" },
      () => {
        world.gateway.faults.add({ kind: "access-denied" });
      },
    );
    expect((await world.apply(...samePool)).exitCode()).toBe(12);
    world.gateway.faults.clear();
    world.work.delete(`leases/reimport-${world.poolId}.json`);
    const host = await world.apply(...samePool);
    expect(host.exitCode(), host.errors()).toBe(0);
    expect(source?.users.size).toBe(60);
    expect(source?.groupsByName.get("staff")?.members.size).toBe(60);
    expect(stateOf(untouched)).toBe(before);
    world.gateway.history.clear();
    expect((await world.apply(...samePool)).exitCode()).toBe(0);
    expect(world.writes()).toEqual([]);
  });
});
