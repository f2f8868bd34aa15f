import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { plainUsers } from "../support/backup-world.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

let world: ReimportWorld;

beforeEach(async () => {
  world = await startReimportWorld();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

describe("reimport-users", () => {
  it("brings everybody back", async () => {
    world.seed(plainUsers(130, (number) => (number < 70 ? ["staff"] : [])));
    await world.backUp();
    const host = await world.apply();
    expect([host.exitCode(), host.errors()]).toEqual([0, expect.any(String)]);
    expect(world.target.users.size).toBe(130);
  });
});
