import { afterEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../support/random.ts";
import { type RotationSweep, type SweptRun, startRotationSweep } from "../support/rotation-sweep.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Sign-ins, over all of this file, after which nobody doubts it. */
const SIGN_INS = Number(process.env.ROTATION_SIGN_INS ?? 1_000_000);
/** Points between two lines about how far it is. */
const TOLD_EVERY = 50;
const RUNS: SweptRun[] = ["apply", "finish", "rollback"];
const PHASES = ["before-commit", "after-commit"] as const;

let signIns = 0;

async function withSweep(work: (sweep: RotationSweep) => Promise<void>): Promise<void> {
  const sweep = await startRotationSweep();
  try {
    await work(sweep);
    sweep.consumers.check();
    signIns += sweep.consumers.signIns();
  } finally {
    await sweep.close();
  }
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

describe("a rotation that is cut off at every request", () => {
  it.each(RUNS)("turns nobody away, and ends the same when it is run again: %s", async (run) => {
    await withSweep(async (sweep) => {
      const requests = await sweep.requestsOf(run);
      for (let nth = 1; nth <= requests.length; nth++) {
        for (const phase of PHASES) {
          await sweep.tryPoint(run, { nth, phase }).catch((cause: unknown) => {
            throw new Error(`${run}, request ${nth} (${requests[nth - 1]}), ${phase}`, { cause });
          });
        }
      }
      tell(`${run}: all ${2 * requests.length} points, ${sweep.consumers.signIns()} sign-ins`);
    });
  });

  it("can be taken back from wherever it was", async () => {
    await withSweep(async (sweep) => {
      const requests = await sweep.requestsOf("apply");
      for (let nth = 1; nth <= requests.length; nth++) {
        for (const phase of PHASES) {
          await sweep.tryWayBack({ nth, phase }).catch((cause: unknown) => {
            throw new Error(`back from request ${nth} (${requests[nth - 1]}), ${phase}`, { cause });
          });
        }
      }
      tell(`the way back: all ${2 * requests.length} points, ${sweep.consumers.signIns()} sign-ins`);
    });
  });
});

it(`${SIGN_INS} people sign in through rotations that are cut off anywhere, and none of them is turned away`, async () => {
  for (let seed = 1; signIns < SIGN_INS; seed++) {
    const random = createRandom(`rotation-${seed}`);
    await withSweep(async (sweep) => {
      const lengths = new Map<SweptRun, number>();
      for (const run of RUNS) lengths.set(run, (await sweep.requestsOf(run)).length);
      for (let point = 0; point < TOLD_EVERY; point++) {
        const run = RUNS[Math.floor(random() * RUNS.length)] ?? "apply";
        const nth = 1 + Math.floor(random() * (lengths.get(run) ?? 1));
        const phase = PHASES[random() < 0.5 ? 0 : 1];
        await sweep.tryPoint(run, { nth, phase }).catch((cause: unknown) => {
          throw new Error(`seed ${seed}: ${run}, request ${nth}, ${phase}`, { cause });
        });
      }
    });
    tell(`seed ${seed}: ${signIns} sign-ins of ${SIGN_INS}`);
  }
  expect(signIns).toBeGreaterThanOrEqual(SIGN_INS);
});
