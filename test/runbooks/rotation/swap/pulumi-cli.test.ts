import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPulumi, openPulumiCli } from "../../../../runbooks/rotation/swap/pulumi-cli.ts";
import { InterruptedError, RemoteError } from "../../../../runbooks/runtime/errors.ts";

const STEP = "urn:pulumi:dev::sekisho::aws:lb/listenerRule:ListenerRule::routes-slot-40-0";
let folder: string;
let progress: string[];
let stop: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-pulumi-"));
  progress = [];
  stop = new AbortController();
});
afterEach(() => rm(folder, { recursive: true }));

/** A pulumi that does what the script says, after it has written down how it was called. */
async function openFake(script: string, env: Record<string, string> = {}) {
  const command = join(folder, "pulumi");
  const head = [
    `#!${process.execPath}`,
    'const { writeFileSync, appendFileSync } = require("node:fs");',
    `const note = (file, text) => appendFileSync(${JSON.stringify(folder)} + "/" + file, text);`,
    'note("called.json", JSON.stringify({ argv: process.argv.slice(2), env: process.env, cwd: process.cwd() }));',
  ];
  await writeFile(command, `${[...head, script].join("\n")}\n`, { mode: 0o755 });
  return openPulumiCli({
    command,
    stack: "dev",
    projectDir: folder,
    env,
    progress: (line) => progress.push(line),
    signal: stop.signal,
  });
}

const called = async () => JSON.parse(await readFile(join(folder, "called.json"), "utf8"));

describe("the Pulumi CLI", () => {
  it("previews the settings of another file, without asking anybody, and reads what would change", async () => {
    const digest = {
      config: { "sekisho:preset": "baseline" },
      steps: [
        { op: "update", urn: STEP, diffReasons: ["actions"], oldState: { outputs: { secret: "[secret]" } } },
        { op: "same", urn: STEP },
      ],
      changeSummary: { update: 1 },
    };
    const cli = await openFake(
      `console.error("Previewing update (dev)"); console.log(${JSON.stringify(JSON.stringify(digest, null, 4))});`,
    );
    expect(await cli.preview("/somewhere/next.yaml")).toEqual([
      { op: "update", urn: STEP, changed: ["actions"] },
      { op: "same", urn: STEP, changed: [] },
    ]);
    expect(progress).toEqual(["Previewing update (dev)"]);
    expect(await called()).toMatchObject({
      argv: [
        "preview",
        "--json",
        "--config-file",
        "/somewhere/next.yaml",
        "--stack",
        "dev",
        "--non-interactive",
        "--color",
        "never",
      ],
      cwd: folder,
    });
  });

  it("deploys, and what it prints is progress", async () => {
    const cli = await openFake('console.log("Updating (dev)"); console.error("warning: slow");');
    await cli.up();
    expect(progress).toEqual(["Updating (dev)", "warning: slow"]);
    const { argv } = await called();
    expect(argv).toEqual([
      "up",
      "--yes",
      "--skip-preview",
      "--suppress-outputs",
      "--suppress-progress",
      "--stack",
      "dev",
      "--non-interactive",
      "--color",
      "never",
    ]);
  });

  it("runs with the person's own environment, this Node first, and nothing else added", async () => {
    const own = { PATH: "/usr/bin", PULUMI_CONFIG_PASSPHRASE: "own", AWS_PROFILE: "ops" };
    const cli = await openFake("", { ...own, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" });
    await cli.up();
    const { env } = await called();
    expect(env).toMatchObject({
      ...own,
      PATH: `${dirname(process.execPath)}:/usr/bin`,
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "false",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
    const known = ["PATH", "PULUMI_CONFIG_PASSPHRASE", "AWS_PROFILE"];
    const added = ["PULUMI_ENABLE_STREAMING_JSON_PREVIEW", "PULUMI_SKIP_UPDATE_CHECK"];
    expect(Object.keys(env).filter((name) => ![...known, ...added].includes(name))).toEqual([]);
  });

  it.each<[string, string, string]>([
    [
      "the reason, not the line that there was one",
      'console.log("  aws:lb (x):\\n    error: AccessDenied: no\\nDuration: 3s"); console.error("error: update failed"); process.exit(4);',
      "pulumi up ended with exit code 4: error: AccessDenied: no",
    ],
    [
      "that there was one, where no more is said",
      'console.error("error: update failed\\nDuration: 3s"); process.exit(255);',
      "pulumi up ended with exit code 255: error: update failed",
    ],
    [
      "its last line, where no line is an error",
      'console.error("first\\nthe stack is currently locked\\n\\n"); process.exit(1);',
      "pulumi up ended with exit code 1: the stack is currently locked",
    ],
    ["that it said nothing", "process.exit(2);", "pulumi up ended with exit code 2"],
    ["the end by a signal", 'process.kill(process.pid, "SIGKILL");', "pulumi up was ended by a signal"],
  ])("fails with %s", async (_title, script, message) => {
    const cli = await openFake(script);
    await expect(cli.up()).rejects.toThrow(
      new RemoteError(message, { remedy: "Its own words stand above; solve that, then run this again." }),
    );
  });

  it("fails a preview with what the program refused, which is in the document alone", async () => {
    const digest = {
      diagnostics: [
        {
          message: "Pulumi.dev.yaml asks for 1 change:\n  sekisho:users.generation cannot\n",
          severity: "error",
        },
        { message: "only told", severity: "info" },
      ],
    };
    const cli = await openFake(`console.log(${JSON.stringify(JSON.stringify(digest))}); process.exit(1);`);
    await expect(cli.preview("next.yaml")).rejects.toThrow(
      new RemoteError("pulumi preview ended with exit code 1: error: sekisho:users.generation cannot", {
        remedy: "Its own words stand above; solve that, then run this again.",
      }),
    );
    expect(progress).toEqual([
      "error: Pulumi.dev.yaml asks for 1 change:",
      "error: sekisho:users.generation cannot",
    ]);
  });

  it.each(["", "no JSON", "[1]", '{"steps":[{"op":"update"}]}'])(
    "does not deploy on a plan that reads %j",
    async (output) => {
      const cli = await openFake(`process.stdout.write(${JSON.stringify(output)});`);
      await expect(cli.preview("next.yaml")).rejects.toThrow(
        new RemoteError("pulumi preview printed no plan that can be read, so nothing was deployed.", {
          remedy: "Check its version: pulumi version tells it, and README.md which one is needed.",
        }),
      );
    },
  );

  it("takes an empty plan for no change", async () => {
    const cli = await openFake('console.log("{}");');
    expect(await cli.preview("next.yaml")).toEqual([]);
  });

  it("passes Ctrl-C on once, and waits until the CLI has ended what it was at", async () => {
    const cli = await openFake(`
      process.on("SIGINT", () => {
        note("signals", "SIGINT ");
        setTimeout(() => { note("signals", "ended"); process.exit(1); }, 100);
      });
      console.log("under way");
      setInterval(() => {}, 1000);`);
    const interruption = new InterruptedError("SIGINT");
    const run = cli.up();
    await expect.poll(() => progress).toEqual(["under way"]);
    stop.abort(interruption);
    await expect(run).rejects.toBe(interruption);
    expect(await readFile(join(folder, "signals"), "utf8")).toBe("SIGINT ended");
  });

  it("ends a deployment by itself where the command was killed, although nobody takes its output", async () => {
    await openFake(
      `
      note("started", String(process.ppid));
      const timer = setInterval(() => {
        if (process.ppid === Number(require("node:fs").readFileSync(${JSON.stringify("FOLDER")} + "/started"))) return;
        clearInterval(timer);
        for (let line = 0; line < 100; line += 1) process.stdout.write("still at it, and saying so\\n");
        setTimeout(() => note("ended", "ended"), 50);
      }, 20);`.replaceAll("FOLDER", folder),
    );
    const module = new URL("../../../../runbooks/rotation/swap/pulumi-cli.ts", import.meta.url).href;
    const script = `
      const { openPulumiCli } = await import(${JSON.stringify(module)});
      const folder = ${JSON.stringify(folder)};
      const signal = new AbortController().signal;
      const cli = openPulumiCli({ command: folder + "/pulumi", stack: "dev", projectDir: folder, env: {}, progress: () => {}, signal });
      await cli.up();`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: "ignore",
      env: { ...process.env, TMPDIR: folder },
    });
    await expect.poll(() => existsSync(join(folder, "started")), { timeout: 20_000 }).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => existsSync(join(folder, "ended")), { timeout: 20_000 }).toBe(true);
  }, 60_000);

  it.runIf(existsSync("/proc/self/stat"))(
    "is out of the reach of a terminal's Ctrl-C, which it would get a second time",
    async () => {
      const cli = await openFake(
        'note("stat", require("node:fs").readFileSync("/proc/self/stat", "utf8")); note("pid", String(process.pid));',
      );
      await cli.up();
      const [, group] = /\) \S \d+ (\d+) /.exec(await readFile(join(folder, "stat"), "utf8")) ?? [];
      expect(group).toBe(await readFile(join(folder, "pid"), "utf8"));
    },
  );

  it("is not started when the run was stopped before", async () => {
    const cli = await openFake("");
    stop.abort(new InterruptedError("SIGTERM"));
    await expect(cli.up()).rejects.toThrow("Stopped by SIGTERM.");
    await expect(readFile(join(folder, "called.json"))).rejects.toThrow("ENOENT");
  });

  it("says when it cannot be run", async () => {
    const cli = await openFake("");
    await rm(join(folder, "pulumi"));
    await expect(cli.up()).rejects.toThrow(/^pulumi up could not be run: spawn .* ENOENT\.$/);
    await expect(cli.preview("next.yaml")).rejects.toThrow(
      /^pulumi preview could not be run: spawn .* ENOENT\.$/,
    );
  });
});

describe("finding the CLI", () => {
  it("takes the first program of that name on the PATH", async () => {
    for (const name of ["none", "folder", "text", "first", "second"]) await mkdir(join(folder, name));
    await mkdir(join(folder, "folder", "pulumi"));
    await writeFile(join(folder, "text", "pulumi"), "");
    await chmod(join(folder, "text", "pulumi"), 0o644);
    for (const name of ["first", "second"])
      await writeFile(join(folder, name, "pulumi"), "", { mode: 0o755 });
    const PATH = ["", ".", "none", "folder", "text", "first", "second"]
      .map((name) => (name === "" || name === "." ? name : join(folder, name)))
      .join(":");
    expect(await findPulumi({ PATH })).toBe(join(folder, "first", "pulumi"));
  });

  it("finds none where there is none, and in no folder that depends on where one stands", async () => {
    await writeFile(join(folder, "pulumi"), "", { mode: 0o755 });
    expect(await findPulumi({})).toBeUndefined();
    expect(await findPulumi({ PATH: "bin:.:/nonexistent" })).toBeUndefined();
  });
});
