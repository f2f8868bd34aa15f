import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { FaultKind } from "../../local/faults.ts";
import { type RotationSweep, type SweptRun, startRotationSweep } from "../support/rotation-sweep.ts";

// Each takes a second or two, and several times that on a busy machine.
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

const requests = (operation: string) =>
  sweep.world.gateway.history.entries.filter((entry) => entry.operation === operation);

/** Requests that change something for consumers, in the run that makes them. */
const WRITES: [SweptRun, string][] = [
  ["apply", "PutSecretValue"],
  ["apply", "ModifyRule"],
  ["apply", "UpdateSecretVersionStage"],
  ["finish", "DeleteUserPoolClientSecret"],
  ["rollback", "UpdateSecretVersionStage"],
];
const LOST: FaultKind[] = ["reset", "500", "empty-200", "truncated-json"];

describe.each(WRITES)("%s, when the answer to %s is lost after it was carried out", (run, operation) => {
  it.each(LOST)("by %s, turns nobody away, and ends the same when it is run again", async (kind) => {
    const host = await sweep.tryFaults(run, () => {
      sweep.world.gateway.faults.add({ kind, operation, nth: 1, phase: "after-commit" });
    });
    expect([0, 13, 15]).toContain(host.exitCode());
  });
});

describe("the answer to the new secret", () => {
  const lose = (kind: FaultKind, phase: "before-commit" | "after-commit") =>
    sweep.tryFaults("apply", () => {
      sweep.world.gateway.faults.add({ kind, operation: "AddUserPoolClientSecret", nth: 1, phase });
    });

  it.each<FaultKind>(["reset", "500", "504", "truncated-json", "html-200"])(
    "that is lost by %s after the secret was added is looked up in the list, and the run goes on",
    async (kind) => {
      const host = await lose(kind, "after-commit");
      expect(host.exitCode(), host.errors()).toBe(0);
    },
  );

  it.each<FaultKind>(["reset", "500", "throttle"])(
    "that says %s before it was added ends the run with exit code 15; the next one adds the very value that was stored",
    async (kind) => {
      const host = await lose(kind, "before-commit");
      expect(host.exitCode(), host.errors()).toBe(15);
    },
  );

  it("is never waited for by sending it again", async () => {
    let sent = 0;
    await sweep.tryFaults("apply", () => {
      const { faults } = sweep.world.gateway;
      faults.add({ kind: "reset", operation: "AddUserPoolClientSecret" }, () => {
        sent += 1;
      });
    });
    expect(sent).toBe(1);
  });
});

describe("a third secret", () => {
  it("that somebody adds at that very moment stops everything, and is not deleted", async () => {
    const { world } = sweep;
    await sweep.prepareProcess("apply");
    const foreign = "f".repeat(40);
    world.gateway.faults.add({ kind: "throttle", operation: "AddUserPoolClientSecret", nth: 1 }, async () => {
      await world.model.handle(
        "AddUserPoolClientSecret",
        { UserPoolId: world.poolId, ClientId: world.clientId, ClientSecret: foreign },
        { isSigned: true },
      );
    });
    const cut = await world.apply();
    expect([cut.exitCode(), cut.errors()]).toEqual([
      15,
      expect.stringContaining("Cognito does not take the new secret, a minute after it was added."),
    ]);
    for (const mode of [[], ["--rollback"], ["--finish", "--compromised"], ["--status"]]) {
      const argv =
        mode[0] === "--status" ? mode : [...mode, "--apply", "--ticket", "CHG-1", "--confirm", "web"];
      const host = await world.rotate(...argv);
      expect([host.exitCode(), host.errors()]).toEqual([
        11,
        expect.stringContaining(
          "The client has a second secret, and it is not the one that was stored for it.",
        ),
      ]);
    }
    expect(requests("DeleteUserPoolClientSecret")).toEqual([]);
    expect(world.client.secrets.map(({ value }) => value)).toContain(foreign);
  });
});
