import { afterEach, describe, it, vi } from "vitest";
import { plainUsers } from "../support/backup-world.ts";
import { type SweepOptions, startReimportSweep, variedUsers } from "../support/reimport-sweep.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Points between two lines about how far it is. */
const TOLD_EVERY = 50;

/** Cuts a re-import off at every one of its requests, before and after it is carried out. */
async function sweepAll(name: string, options: SweepOptions): Promise<void> {
  const sweep = await startReimportSweep(options);
  const { requests } = sweep;
  // With SWEEP_FROM a sweep goes on where an earlier one was stopped.
  const first = Number(process.env.SWEEP_FROM ?? 1);
  const last = Math.min(requests, Number(process.env.SWEEP_TO ?? requests));
  let points = 0;
  try {
    for (let nth = first; nth <= last; nth++) {
      for (const phase of ["before-commit", "after-commit"] as const) {
        await sweep.tryPoint({ nth, phase }).catch((cause: unknown) => {
          throw new Error(`${name}, request ${nth} of ${requests}, ${phase}`, { cause });
        });
        points += 1;
        if (points % TOLD_EVERY === 0) tell(`${name}: ${points} points of ${2 * (last - first + 1)}`);
      }
    }
    tell(`${name}: all ${points} points end the same when they are run again`);
  } finally {
    await sweep.close();
  }
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

describe("a re-import that is cut off from AWS at every request", () => {
  it("ends the same when it is run again, 300 users by the API", async () => {
    await sweepAll("api", {
      users: variedUsers(300),
      backUp: ["--with-mfa"],
      reimport: ["--engine", "api", "--with-mfa"],
    });
  });

  it("ends the same when it is run again, 60 users by CSV import job", async () => {
    await sweepAll("csv", { users: plainUsers(60), reimport: ["--engine", "csv"], status: "RESET_REQUIRED" });
  });
});
