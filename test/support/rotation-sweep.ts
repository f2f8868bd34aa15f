import { expect } from "vitest";
import { fingerprintOf } from "../../runbooks/rotation/consumer-proof.ts";
import { createConsumers, type RotationConsumers } from "./rotation-consumers.ts";
import {
  APPLY,
  type RotationWorld,
  type RotationWorldOptions,
  startRotationWorld,
} from "./rotation-world.ts";
import type { TestHost } from "./test-host.ts";

/** A place to cut a run off from AWS for good. */
export interface RotationCut {
  /** The request it is cut at, from 1; of this operation only, where one is named. */
  nth: number;
  operation?: string;
  /** Whether AWS still carries that request out. */
  phase: "before-commit" | "after-commit";
}

/** What is cut: the run that brings a new secret, the one that removes the old, or the way back. */
export type SweptRun = "apply" | "finish" | "rollback";

/** Rotations of one client after another, each cut off somewhere else while consumers sign in all the time. */
export interface RotationSweep {
  world: RotationWorld;
  consumers: RotationConsumers;
  /** Operations of one undisturbed run, in their order. */
  requestsOf: (run: SweptRun) => Promise<string[]>;
  /** Cuts a run off, runs it again and once more, and checks all that is promised about that. */
  tryPoint: (run: SweptRun, cut: RotationCut) => Promise<void>;
  /** Cuts an apply off, goes back, and removes what was added. */
  tryWayBack: (cut: RotationCut) => Promise<void>;
  /** What a run ends with that is not cut off, but meets faults that are in force by then. */
  tryFaults: (run: SweptRun, addFaults: () => void) => Promise<TestHost>;
  /** Does a run's preparations, and hands out the arguments that it takes. */
  prepareProcess: (run: SweptRun) => Promise<string[]>;
  /** Runs it as if a process had been killed, again and once more, and checks all that is promised about that. */
  finishProcess: (run: SweptRun) => Promise<void>;
  close: () => Promise<void>;
}

export async function startRotationSweep(options: RotationWorldOptions = {}): Promise<RotationSweep> {
  const world = await startRotationWorld(options);
  const consumers = await createConsumers(world);
  const { gateway } = world;
  const live = () => world.client.secrets.map(({ value }) => value);

  const optionsOf = (name: SweptRun): string[] => {
    if (name === "apply") return ["--consumer", "batch"];
    if (name === "rollback") return ["--rollback"];
    const { id = "", value = "{}" } = world.versionWith("AWSCURRENT") ?? {};
    const proof = fingerprintOf(id, JSON.parse(value).clientSecret);
    return ["--finish", "--proof", `batch=${proof}`];
  };
  const run = (name: SweptRun): Promise<TestHost> => world.apply(...optionsOf(name));
  const succeed = async (name: SweptRun): Promise<TestHost> => {
    const host = await run(name);
    expect(host.exitCode(), host.errors() + host.out()).toBe(0);
    return host;
  };
  /** As if the grace were over and every consumer had read the current secret since. */
  const passGrace = () => {
    world.passTime(2 * 3_600_000);
    consumers.forgetOld();
  };
  /** One secret, as before any rotation, with nothing left of one. */
  const renew = async () => {
    await world.renewClient();
    consumers.forgetOld();
    gateway.history.clear();
  };
  let oldSecret: string | undefined;
  const prepare = async (name: SweptRun) => {
    await renew();
    oldSecret = live()[0];
    if (name === "apply") return;
    await succeed("apply");
    if (name === "finish") passGrace();
    world.dropLease();
    gateway.history.clear();
  };
  const cutOff = async (name: SweptRun, cut: RotationCut) => {
    // From that request on nothing is carried out any more, as when the process is gone.
    const rule = gateway.faults.add({ kind: "stop-point", ...cut }, () => {
      gateway.faults.add({ kind: "access-denied" });
    });
    const host = await run(name);
    gateway.faults.clear();
    expect(rule.fired, `${name} never came to ${JSON.stringify(cut)}`).toBe(1);
    // Whatever stops a run, it is never a fault of the command itself.
    expect(host.exitCode(), host.errors()).not.toBe(1);
    // Two minutes later nobody would mind the lease that it left.
    world.dropLease();
  };
  const settle = async (name: SweptRun) => {
    await succeed(name);
    gateway.history.clear();
    await succeed(name);
    expect(world.writes()).toEqual([]);
    consumers.check();
  };
  const checkEnd = (expected: { secrets: string[]; current: string | undefined }) => {
    expect([live(), consumers.currentSecret()]).toEqual([expected.secrets, expected.current]);
    expect([...new Set(world.copies.values())]).toEqual([expected.current]);
  };

  const settleAs = async (name: SweptRun) => {
    await settle(name);
    const [first, second] = live();
    if (name === "apply") {
      expect(first).toBe(oldSecret);
      checkEnd({ secrets: [first ?? "", second ?? ""], current: second });
    } else if (name === "rollback") {
      checkEnd({ secrets: [first ?? "", second ?? ""], current: oldSecret });
    } else {
      expect(first).not.toBe(oldSecret);
      checkEnd({ secrets: [first ?? ""], current: first });
      expect(world.versionWith("AWSCURRENT")?.labels).toEqual(["AWSCURRENT"]);
    }
  };

  return {
    world,
    consumers,
    requestsOf: async (name) => {
      await prepare(name);
      await succeed(name);
      return gateway.history.entries.map(({ operation }) => operation);
    },
    tryPoint: async (name, cut) => {
      await prepare(name);
      await cutOff(name, cut);
      await settleAs(name);
    },
    tryFaults: async (name, addFaults) => {
      await prepare(name);
      addFaults();
      const host = await run(name);
      gateway.faults.clear();
      expect(host.exitCode(), host.errors()).not.toBe(1);
      world.dropLease();
      await settleAs(name);
      return host;
    },
    prepareProcess: async (name) => {
      await prepare(name);
      return [...optionsOf(name), ...APPLY];
    },
    finishProcess: async (name) => {
      gateway.faults.clear();
      world.dropLease();
      await settleAs(name);
    },
    tryWayBack: async (cut) => {
      await prepare("apply");
      const [old = ""] = live();
      await cutOff("apply", cut);
      await settle("rollback");
      expect(consumers.currentSecret()).toBe(old);
      passGrace();
      await settle("finish");
      checkEnd({ secrets: [old], current: old });
      const left = world
        .versions()
        .flatMap(({ labels }) => labels.filter((label) => label.startsWith("sekisho-")));
      expect(left).toEqual([]);
    },
    close: () => world.close(),
  };
}
