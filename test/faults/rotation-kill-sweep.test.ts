import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type RotationSweep, type SweptRun, startRotationSweep } from "../support/rotation-sweep.ts";

// A point takes a second or two, and several times that on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let sweep: RotationSweep;

beforeAll(async () => {
  sweep = await startRotationSweep();
});
afterEach(() => sweep.world.gateway.faults.clear());
afterAll(async () => {
  vi.unstubAllEnvs();
  await sweep.close();
});

/** Every request of a run that changes something, as the how many-th of its kind. */
const WRITES: Record<SweptRun, string[]> = {
  apply: [
    "PutObject 1",
    "CreateLogStream 1",
    "PutLogEvents 1",
    "PutSecretValue 1",
    "AddUserPoolClientSecret 1",
    "ModifyRule 1",
    "UpdateSecretVersionStage 1",
    "UpdateSecretVersionStage 2",
    "UpdateSecretVersionStage 3",
    "PutLogEvents 2",
    "PutObject 2",
  ],
  finish: [
    "PutObject 1",
    "CreateLogStream 1",
    "PutLogEvents 1",
    "ModifyRule 1",
    "PutObject 2",
    "DeleteUserPoolClientSecret 1",
    "UpdateSecretVersionStage 1",
    "UpdateSecretVersionStage 2",
    "UpdateSecretVersionStage 3",
    "PutLogEvents 2",
    "PutObject 3",
  ],
  rollback: [
    "PutObject 1",
    "CreateLogStream 1",
    "PutLogEvents 1",
    "UpdateSecretVersionStage 1",
    "UpdateSecretVersionStage 2",
    "UpdateSecretVersionStage 3",
    "ModifyRule 1",
    "UpdateSecretVersionStage 4",
    "PutLogEvents 2",
    "PutObject 2",
  ],
};
const PHASES = ["before-commit", "after-commit"] as const;

/** Lease and log are taken and written alike in every run: cutting one of them is enough. */
const isAlike = (run: SweptRun, write: string) =>
  run !== "apply" && /^(CreateLogStream|PutLogEvents)|^PutObject [13]/.test(write);

const pointsOf = (run: SweptRun) =>
  WRITES[run]
    .filter((write) => !isAlike(run, write))
    .flatMap((write) => {
      const [operation = "", nth] = write.split(" ");
      return PHASES.map((phase) => ({ operation, nth: Number(nth), phase }));
    });

const titles: Record<SweptRun, string> = {
  apply: "a run that brings a new secret",
  finish: "a run that removes the old secret",
  rollback: "a run that goes back to the old secret",
};

describe.each(["apply", "finish", "rollback"] as const)("%s:", (run) => {
  it(`${titles[run]} changes something with these requests, and no others`, async () => {
    const counts = new Map<string, number>();
    const writes = (await sweep.requestsOf(run)).flatMap((operation) => {
      if (!/^(Add|Create|Delete|Modify|Put|Update)/.test(operation)) return [];
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      return [`${operation} ${counts.get(operation)}`];
    });
    expect(writes).toEqual(WRITES[run]);
  });

  it.each(pointsOf(run))(
    `${titles[run]} and is cut off at $operation $nth, $phase, turns nobody away, and ends the same when it is run again`,
    async (cut) => {
      await sweep.tryPoint(run, cut);
    },
  );
});

describe("the way back", () => {
  const steps = pointsOf("apply").filter(({ operation }) => /Secret|Rule/.test(operation));
  it.each(steps)("from a run that was cut off at $operation $nth, $phase, turns nobody away", async (cut) => {
    await sweep.tryWayBack(cut);
  });
});

describe("a process that is killed", () => {
  const entry = join(import.meta.dirname, "../../runbooks/rotate-client-secret.ts");
  const start = (options: string[]) =>
    spawn(process.execPath, ["--import", "tsx", entry, "--stack", "test", "--client", "web", ...options], {
      env: { ...process.env, ...sweep.world.environment },
      stdio: "ignore",
    });

  it.each<[string, SweptRun, string]>([
    ["when the new value is stored", "apply", "PutSecretValue"],
    ["when the new secret is added", "apply", "AddUserPoolClientSecret"],
    ["when the old secret is gone", "finish", "DeleteUserPoolClientSecret"],
    ["when the rules have the old secret again", "rollback", "ModifyRule"],
  ])("%s, turns nobody away, and ends the same when it is run again", async (_, run, operation) => {
    const options = await sweep.prepareProcess(run);
    const child = start(options);
    sweep.world.gateway.faults.add({ kind: "stop-point", operation, nth: 1, phase: "after-commit" }, () => {
      child.kill("SIGKILL");
    });
    const [, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect(signal).toBe("SIGKILL");
    await sweep.finishProcess(run);
  });
});

it("all the while at least 20,000 people signed in, and nobody was turned away", () => {
  expect(sweep.consumers.signIns()).toBeGreaterThanOrEqual(20_000);
  sweep.consumers.check();
});
