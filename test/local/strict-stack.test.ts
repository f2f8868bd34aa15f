import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Deployment } from "../../local/deploy.ts";
import { sampleStacks } from "../../local/security-report/stacks-to-judge.ts";
import { startWorld, type World } from "../../local/world-client.ts";
import { checkout } from "./world/scratch-project.ts";
import { changeStack, deployVaried } from "./world/varied-stack.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld({ projectDir: checkout, region: "ap-northeast-1", keep: false });
}, 240_000);

afterAll(async () => {
  await world?.stop();
});

describe("the sample with the preset strict and all of its own", { timeout: 240_000 }, () => {
  test("deploys, and a second deployment changes nothing", async () => {
    const judged = (await sampleStacks()).find(({ label }) => label === "strict, all of its own");
    if (!judged) throw new Error("no such stack is judged");
    const { stack: name, config } = judged.raw;
    const stack = changeStack({ stack: name, config: { ...config } }, {});
    const first: Deployment = await deployVaried(world, stack);
    expect(first.recordedBecause).toEqual([]);
    expect(first.created).toBeGreaterThan(0);
    const second = await deployVaried(world, stack, first);
    expect(second).toMatchObject({ created: 0, updated: 0, replaced: 0, deleted: 0 });
  });
});
