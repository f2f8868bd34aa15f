import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findKeptWorld, stopKeptWorld } from "../../local/kept-world.ts";
import { isRunning } from "../../local/processes.ts";
import { startWorld, type World, type WorldOptions } from "../../local/world-client.ts";
import { checkout, createScratchProject } from "./world/scratch-project.ts";
import { startStandInMiniStack } from "./world/stand-in-ministack.ts";

let project: Awaited<ReturnType<typeof createScratchProject>>;
let ministack: Awaited<ReturnType<typeof startStandInMiniStack>>;
const worlds: World[] = [];

beforeEach(async () => {
  project = await createScratchProject();
  ministack = await startStandInMiniStack();
});

afterEach(async () => {
  await stopKeptWorld(project.dir);
  for (const world of worlds.splice(0)) await world.stop();
  await ministack.close();
  await project.remove();
});

async function start(options: Partial<WorldOptions> = {}): Promise<World> {
  const world = await startWorld({
    projectDir: project.dir,
    region: "ap-northeast-1",
    keep: false,
    ministackEndpoint: ministack.url,
    ...options,
  });
  worlds.push(world);
  return world;
}

async function isAnswering(url: string): Promise<boolean> {
  return fetch(new URL("/_sekisho/health", url)).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** Waits as long as the test may take. */
async function untilGone({ url, pid }: { url: string; pid: number }): Promise<void> {
  await expect.poll(async () => isRunning(pid) || (await isAnswering(url)), { timeout: 20_000 }).toBe(false);
}

describe("A local world", () => {
  test("says where it is, in words SDKs understand, and is gone when it is stopped", async () => {
    const world = await start({ account: "210987654321" });
    expect(world).toMatchObject({
      region: "ap-northeast-1",
      account: "210987654321",
      log: join(project.dir, ".sekisho", "world.log"),
    });
    expect(world.environment).toEqual({
      AWS_ENDPOINT_URL: world.url,
      AWS_REGION: "ap-northeast-1",
      AWS_DEFAULT_REGION: "ap-northeast-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "",
    });
    expect(await isAnswering(world.url)).toBe(true);
    await world.stop();
    expect([isRunning(world.pid), await isAnswering(world.url)]).toEqual([false, false]);
    await world.stop();
  });

  test("ends when the one who started it is killed", async () => {
    const client = pathToFileURL(join(checkout, "local", "world-client.ts")).href;
    const options = {
      projectDir: project.dir,
      region: "ap-northeast-1",
      keep: true,
      ministackEndpoint: ministack.url,
    };
    const script = `import { startWorld } from ${JSON.stringify(client)};
      const { url, pid } = await startWorld(${JSON.stringify(options)});
      console.log(JSON.stringify({ url, pid }));`;
    const starter = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      cwd: project.dir,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(starter.stdout, "data")) as [Buffer];
    const started = JSON.parse(line.toString()) as { url: string; pid: number };
    expect(await isAnswering(started.url)).toBe(true);
    starter.kill("SIGKILL");
    await untilGone(started);
    expect(await findKeptWorld(project.dir)).toBeUndefined();
  });

  test("stays when it is told to, refuses a second one to stay, and ends with npm stop", async () => {
    const world = await start({ keep: true });
    await world.leaveRunning();
    const kept = { pid: world.pid, url: world.url, log: world.log };
    expect(await findKeptWorld(project.dir)).toEqual(kept);
    await expect(start({ keep: true })).rejects.toMatchObject({
      message: `A local AWS is already running at ${world.url} (process ${world.pid}).`,
      remedy: "Use it, or stop it with npm stop.",
      exitCode: 11,
    });
    expect(await stopKeptWorld(project.dir)).toEqual(kept);
    expect(isRunning(world.pid)).toBe(false);
    expect(await stopKeptWorld(project.dir)).toBeUndefined();
  });

  test("does not stand in the way of one that stays", async () => {
    const kept = await start({ keep: true });
    await kept.leaveRunning();
    const other = await start();
    expect(other.url).not.toBe(kept.url);
    await other.stop();
    expect(await isAnswering(kept.url)).toBe(true);
  });

  test("says which port is taken, and leaves nothing behind", async () => {
    const port = Number(new URL(ministack.url).port);
    await expect(start({ port })).rejects.toMatchObject({
      message: `Port ${port} on 127.0.0.1 is taken by another program.`,
      exitCode: 2,
    });
    expect(await readFile(join(project.dir, ".sekisho", "world.log"), "utf8")).toContain(
      "is taken by another program",
    );
  });

  test("says when no MiniStack answers at the address it was given", async () => {
    await ministack.close();
    await expect(start()).rejects.toMatchObject({
      message: `No MiniStack answers at ${ministack.url}.`,
      remedy: "Start it with AUTH=true and the stack's Region, or leave the address out.",
      exitCode: 15,
    });
  });

  test("does not start when it was told to stop before", async () => {
    const reason = new Error("stopped");
    await expect(start({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("ends when it is told to stop while it starts", async () => {
    const stopping = new AbortController();
    const reason = new Error("stopped");
    const starting = start({ signal: stopping.signal });
    await expect
      .poll(() => readFile(join(project.dir, ".sekisho", "world.log"), "utf8").catch(() => undefined))
      .toBe("");
    stopping.abort(reason);
    await expect(starting).rejects.toBe(reason);
  });

  test("puts users, listeners and target groups where no API call could, and says why it refuses", async () => {
    const world = await start();
    const arn =
      "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2";
    await world.addListener(arn, [
      "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/73e2d6bc24d8a067",
    ]);
    await world.addTargetGroups([
      "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/api/73e2d6bc24d8a068",
    ]);
    await expect(world.seedUsers("none", [])).rejects.toMatchObject({
      message: "The local AWS refused seed-users: User pool none does not exist.",
      exitCode: 15,
    });
  });

  test("enforces the quotas it was started with", async () => {
    const world = await start({ quotas: { isEnforced: true, rates: { UserList: 3 } } });
    const answer = await fetch(new URL("/_sekisho/quotas", world.url));
    expect(await answer.json()).toEqual({ isEnforced: true, rates: { UserList: 3 } });
  });
});
