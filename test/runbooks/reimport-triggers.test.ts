import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import type { Pool } from "../../local/cognito/state.ts";
import {
  type PoolFunctions,
  poolFunctions,
  type TestFunction,
  unchanged,
} from "../support/pool-functions.ts";
import {
  ALLOWED_DOMAIN,
  EVERY_TRIGGER,
  FIRST_GROUP,
  type ProgramFunctions,
  programFunctions,
} from "../support/program-functions.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

const USERS = 60;
/** Of every three users one has an address that may not sign up. */
const addressOf = (number: number) => `user-${number}@${number % 3 === 0 ? "example.org" : ALLOWED_DOMAIN}`;
const groupsOf = (number: number) => [[], ["staff"], ["ops", "staff"], [FIRST_GROUP]][number % 4] ?? [];

const users = Array.from(
  { length: USERS },
  (_, number): SeedUser => ({
    attributes: { email: addressOf(number), email_verified: "true" },
    status: "CONFIRMED",
    groups: groupsOf(number),
  }),
);

/** A function that writes messages needs a sender of one's own. */
const SENDER = {
  EmailConfiguration: {
    EmailSendingAccount: "DEVELOPER",
    SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
    From: "Example Support <support@example.com>",
  },
};

let world: ReimportWorld;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Everybody's groups in the pool, in the order of the set. */
const memberships = (pool: Pool) =>
  users.map((_, number) =>
    [...(pool.users.find(addressOf(number))?.memberships?.keys() ?? [])].map(({ name }) => name).sort(),
  );

describe("a re-import into a pool that calls every function of the program", () => {
  let functions: ProgramFunctions;
  let pool: Pool;
  /** Messages before the test. */
  let sent: number;

  beforeAll(async () => {
    functions = programFunctions({ model: () => world.model, now: () => new Date() });
    world = await startReimportWorld(SENDER, functions.partners);
    world.seed(users);
    await world.backUp();
  });
  afterAll(() => world.close());

  beforeEach(async () => {
    pool = await world.createPool({ LambdaConfig: EVERY_TRIGGER });
    // The program makes it with the pool.
    const group = { UserPoolId: pool.id, GroupName: FIRST_GROUP };
    await world.model.handle("CreateGroup", group, { isSigned: true });
    functions.sources.length = 0;
    sent = world.model.messages.length;
  });

  it("says in its plan that PreSignUp is called, and calls nothing for the plan", async () => {
    const host = await world.reimport("--pool", pool.id);
    expect(host.exitCode()).toBe(0);
    expect(host.out()).toContain(
      "  functions     PreSignUp is called for each user made by the API, and may refuse them; no other one is\n",
    );
    expect(host.errors()).toContain(
      "warning: The target's PostConfirmation function is called later, whenever somebody sets a new password.\n",
    );
    expect(functions.sources).toEqual([]);
  });

  it("brings everybody back whatever their mail domain, into the groups of the set alone, and mails nobody", async () => {
    const host = await world.apply("--pool", pool.id, "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { verified: USERS, rejected: 0, differences: 0 },
    ]);
    expect(memberships(pool)).toEqual(users.map(({ groups }) => groups));
    expect(functions.sources).toEqual(users.map(() => "PreSignUp_AdminCreateUser"));
    expect(world.model.messages).toHaveLength(sent);
  });

  it("calls no function at all for who comes by CSV import", async () => {
    const host = await world.apply("--pool", pool.id, "--engine", "csv", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { verified: USERS, engines: { csv: USERS } },
    ]);
    expect(memberships(pool)).toEqual(users.map(({ groups }) => groups));
    expect(functions.sources).toEqual([]);
    expect(world.model.messages).toHaveLength(sent);
  });

  it.each(["api", "csv"])(
    "by %s: lets people in by forgot password afterwards, and that changes nobody's groups",
    async (engine) => {
      await world.apply("--pool", pool.id, "--engine", engine);
      functions.sources.length = 0;
      const app = await createClient(pool);
      for (const number of [0, 1, 2, 3]) {
        const Username = addressOf(number);
        await app("ForgotPassword", { Username });
        const ConfirmationCode = /\d{6}/.exec(world.model.messages.at(-1)?.body ?? "")?.[0];
        await app("ConfirmForgotPassword", { Username, ConfirmationCode, Password: "New-horse-8" });
        const signedIn = app("InitiateAuth", {
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: Username, PASSWORD: "New-horse-8" },
        });
        await expect(signedIn).resolves.toMatchObject({ AuthenticationResult: expect.anything() });
      }
      expect(functions.sources).toEqual(
        [0, 1, 2, 3].flatMap(() => [
          "CustomMessage_ForgotPassword",
          "PostConfirmation_ConfirmForgotPassword",
          "PreAuthentication_Authentication",
          "PostAuthentication_Authentication",
        ]),
      );
      expect(memberships(pool)).toEqual(users.map(({ groups }) => groups));
    },
  );
});

describe("a re-import into a pool with somebody else's PreSignUp function", () => {
  let functions: PoolFunctions;
  let decide: TestFunction;
  let pool: Pool;
  let subs: string[];

  beforeAll(async () => {
    functions = poolFunctions({ PreSignUp: (event) => decide(event) });
    world = await startReimportWorld({}, functions.partners);
    subs = world.model.seedUsers(world.poolId, users);
    await world.backUp();
  });
  afterAll(() => world.close());

  beforeEach(async () => {
    pool = await world.createPool({ LambdaConfig: functions.LambdaConfig });
    world.work.clear();
  });

  it.each<[string, TestFunction, string]>([
    [
      "refuses",
      () => {
        throw new Error("Staff\u001b[2J only");
      },
      "(PreSignUp failed with error Staff\\u{1b}[2J only.)",
    ],
    [
      "may not be called for",
      () => ({ kind: "refused", reason: "AccessDeniedException" }),
      "AccessDeniedException.)",
    ],
    ["is silent about", () => ({ kind: "silent" }), "Socket timeout while invoking Lambda function.)"],
    ["gives no answer about", () => ({ kind: "returned", payload: null }), "(Unrecognizable lambda output)"],
  ])(
    "that %s everybody stops after --max-rejects, and goes on once it is mended",
    async (_, broken, reason) => {
      decide = broken;
      const options = ["--pool", pool.id, "--no-erased-list", "--max-rejects", "3"];
      const host = await world.apply(...options);
      const told = host.errors().trimEnd().split("\n").at(-1) ?? "";
      expect(host.exitCode()).toBe(3);
      expect(told).toMatch(/^reimport-users: AWS refused 4 users, the last one because: AdminCreateUser/);
      expect(
        told.endsWith(`${reason}. Nothing was undone; mend it and run again, or raise --max-rejects.`),
      ).toBe(true);
      expect(told.length).toBeLessThanOrEqual(200);
      expect(host.errors()).not.toContain("\u001b");
      expect(pool.users.size).toBe(0);

      decide = unchanged;
      const again = await world.apply(...options, "--json");
      expect([again.exitCode(), JSON.parse(again.out())]).toMatchObject([
        0,
        { verified: USERS, rejected: 0 },
      ]);
      expect(memberships(pool)).toEqual(users.map(({ groups }) => groups));
      expect(world.model.messages).toEqual([]);
    },
  );

  it("that refuses one user brings the others back, and says who is missing and why", async () => {
    const refused = addressOf(7);
    decide = ({ request, response }) => {
      const { email } = request.userAttributes as { email: string };
      if (email === refused) throw new Error("Not this one");
      return response;
    };
    const options = ["--pool", pool.id, "--no-erased-list"];
    const host = await world.apply(...options, "--json");
    const { files, ...told } = JSON.parse(host.out());
    expect([host.exitCode(), told]).toMatchObject([3, { verified: USERS - 1, rejected: 1, differences: 0 }]);
    expect(
      world.work
        .get(files.rejects)
        ?.toString()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        kind: "reject",
        sub: subs[7],
        reason: `AdminCreateUser on ${pool.id}: UserLambdaValidationException (PreSignUp failed with error Not this one.).`,
      },
    ]);
    expect(pool.users.find(refused)).toBeUndefined();
    expect(memberships(pool)).toEqual(users.map(({ groups }, number) => (number === 7 ? [] : groups)));

    decide = unchanged;
    const again = await world.apply(...options, "--json");
    expect([again.exitCode(), JSON.parse(again.out())]).toMatchObject([0, { verified: USERS, rejected: 0 }]);
  });
});

/** Unsigned calls of an app, through a client of the pool that takes passwords. */
async function createClient({ id }: Pool) {
  const { UserPoolClient } = (await world.model.handle(
    "CreateUserPoolClient",
    { UserPoolId: id, ClientName: "web", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
    { isSigned: true },
  )) as { UserPoolClient: { ClientId: string } };
  return (operation: string, input: object) =>
    world.model.handle(operation, { ClientId: UserPoolClient.ClientId, ...input }, { isSigned: false });
}
