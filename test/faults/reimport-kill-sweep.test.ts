import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { plainUsers } from "../support/backup-world.ts";
import { createRandom } from "../support/random.ts";
import {
  type CutPoint,
  type ReimportSweep,
  startReimportSweep,
  variedUsers,
} from "../support/reimport-sweep.ts";
import { APPLY, FAST } from "../support/reimport-world.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

/** Points all over a run, the same in every run of the suite; `at` is a share of its requests. */
function samplePoints(seed: string, count: number): (Pick<CutPoint, "phase"> & { at: number })[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => ({
    at: random(),
    phase: random() < 0.5 ? ("before-commit" as const) : ("after-commit" as const),
  }));
}

let sweep: ReimportSweep;

afterEach(() => sweep.world.gateway.faults.clear());
afterAll(() => {
  vi.unstubAllEnvs();
});

describe("a re-import of 300 users that is cut off from AWS for good", () => {
  beforeAll(async () => {
    sweep = await startReimportSweep({
      users: variedUsers(300),
      backUp: ["--with-mfa"],
      reimport: ["--engine", "api", "--with-mfa"],
    });
  });
  afterAll(() => sweep.close());

  it.each(samplePoints("reimport-kill-sweep-1", 60))(
    "at $at of its requests, $phase, ends the same when it is run again, and a third run writes nothing",
    async ({ at, phase }) => {
      await sweep.tryPoint({ nth: 1 + Math.floor(at * sweep.requests), phase });
    },
  );

  describe("because its process was killed", () => {
    const entry = join(import.meta.dirname, "../../runbooks/reimport-users.ts");
    const options = ["--stack", "test", "--share", "1", ...FAST, ...APPLY, "--engine", "api", "--with-mfa"];
    const start = (): ChildProcess =>
      spawn(process.execPath, ["--import", "tsx", entry, ...options], {
        env: { ...sweep.world.environment, PATH: process.env.PATH, HOME: "/nonexistent" },
        stdio: "ignore",
      });

    it.each<[string, string, number, CutPoint["phase"]]>([
      ["before the log knows of it", "PutLogEvents", 1, "before-commit"],
      // The first write takes the lease, the second begins the journal, and the third says who will be created.
      ["before the journal says who will be created", "PutObject", 3, "before-commit"],
      ["while it makes a group", "CreateGroup", 2, "after-commit"],
      ["while it creates users", "AdminCreateUser", 150, "after-commit"],
      ["while it gives them passwords", "AdminSetUserPassword", 1, "before-commit"],
      ["before the journal says who is done", "PutObject", 4, "before-commit"],
      ["when all is done but the journal's last line", "PutObject", 9, "after-commit"],
    ])("%s, ends the same when it is run again", async (_, operation, nth, phase) => {
      const target = await sweep.renewTarget();
      const run = start();
      sweep.world.gateway.faults.add({ kind: "stop-point", operation, nth, phase }, () => {
        run.kill("SIGKILL");
      });
      const [, signal] = (await once(run, "exit")) as [number | null, string | null];
      expect(signal).toBe("SIGKILL");
      sweep.world.gateway.faults.clear();
      await sweep.finish(target);
    });
  });
});

describe("a re-import by CSV import job that is cut off from AWS for good", () => {
  beforeAll(async () => {
    sweep = await startReimportSweep({
      users: plainUsers(60),
      reimport: ["--engine", "csv"],
      status: "RESET_REQUIRED",
    });
  });
  afterAll(() => sweep.close());

  it.each(samplePoints("reimport-kill-sweep-2", 20))(
    "at $at of its requests, $phase, imports each user once when it is run again",
    async ({ at, phase }) => {
      await sweep.tryPoint({ nth: 1 + Math.floor(at * sweep.requests), phase });
    },
  );
});
