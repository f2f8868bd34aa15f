import { afterEach, describe, expect, it, vi } from "vitest";
import type { Partners } from "../../local/cognito/partners.ts";
import { plainUsers } from "../support/backup-world.ts";
import { restorePoisoned } from "../support/poisoned-set.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a set in which one user of a hundred cannot come back", () => {
  it("has all others brought back, those few among the rejects with the reason, and exit code 3", async () => {
    const { exitCode, restored, rejects, expected, messages } = await restorePoisoned(2_000, "api");
    expect([exitCode, restored, messages]).toEqual([3, 1_980, 0]);
    expect(rejects).toHaveLength(20);
    expect(rejects).toEqual(expected);
  }, 120_000);
});

describe("a function of the target that refuses users", () => {
  const ARN = "arn:aws:lambda:ap-northeast-1:123456789012:function:pre-sign-up";
  let world: ReimportWorld;

  /** A world whose target asks a function about each user; it lets in whom `isLetIn` does. */
  async function startWorld(isLetIn: (email: string) => boolean): Promise<void> {
    const invokeFunction: Partners["invokeFunction"] = async ({ event }) => {
      const { email = "" } = (event as { request: { userAttributes: Record<string, string> } }).request
        .userAttributes;
      return isLetIn(email)
        ? { kind: "returned", payload: event }
        : { kind: "failed", message: "Only members may sign up." };
    };
    world = await startReimportWorld({}, { invokeFunction });
    world.seed(plainUsers(40));
    await world.backUp();
    const target = await world.createPool({ LambdaConfig: { PreSignUp: ARN } });
    world.usePool(target.id);
  }

  afterEach(() => world.close());

  it("has them among the rejects in its own words, and the others come back", async () => {
    await startWorld((email) => !/^user-1\d@/.test(email));
    const host = await world.apply("--engine", "api", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toEqual([
      3,
      expect.objectContaining({ verified: 30, rejected: 10, differences: 0 }),
    ]);
    const [key = ""] = [...world.work.keys()].filter((name) => name.endsWith("/rejects.ndjson"));
    const lines = String(world.work.get(key)).trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(JSON.parse(line).reason).toContain("Only members may sign up.");
    expect(world.model.messages).toEqual([]);
  });

  it("stops the run when it refuses more than are allowed to be, with exit code 3 and its words", async () => {
    await startWorld(() => false);
    const host = await world.apply("--engine", "api", "--max-rejects", "5");
    expect(host.exitCode()).toBe(3);
    expect(host.errors()).toMatch(
      /AWS refused 6 users.*Only members may sign up.*or raise --max-rejects\.\n$/,
    );
    // Who they are is written down all the same.
    const [, key = ""] =
      /^warning: who was refused, and why: s3:\/\/sekisho-test-work\/(.*rejects\.ndjson)$/m.exec(
        host.errors(),
      ) ?? [];
    const lines = String(world.work.get(key)).trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(JSON.parse(line).reason).toContain("Only members may sign up.");
    // An import job asks no function: the next run brings back everybody.
    const allowed = await world.apply("--engine", "csv");
    expect(allowed.exitCode(), allowed.errors()).toBe(0);
  });
});
