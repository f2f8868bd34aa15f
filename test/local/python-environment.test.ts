import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { preparePythonEnvironment } from "../../local/python-environment.ts";

let projectDir: string;
let python: string;

beforeEach(async () => {
  projectDir = await mkdtemp(join(tmpdir(), "sekisho-python-"));
  python = join(projectDir, "fake-python");
  await mkdir(join(projectDir, "local"));
  await writeFile(join(projectDir, "local", "requirements.txt"), "ministack==1.0\n");
});

afterEach(() => rm(projectDir, { recursive: true, force: true }));

/** A Python that notes what it is asked, and makes environments that hold itself. */
async function installPython({
  version = "3 12",
  kind = "complete",
  venv = "ok",
  pip = "ok",
} = {}): Promise<void> {
  const script = `#!/bin/sh
echo "$@" >> "${join(projectDir, "calls")}"
case "$*" in
  "-c "*) echo "${version}"; echo "${kind}";;
  "-I -m venv "*) ${venv === "ok" ? 'mkdir -p "$4/bin" && cp "$0" "$4/bin/python"' : "echo no space left >&2; exit 1"};;
  "-I -m pip "*) ${pip === "ok" ? ":" : "echo no network >&2; exit 1"};;
esac
`;
  await writeFile(python, script);
  await chmod(python, 0o755);
}

async function calls(): Promise<string[]> {
  return (await readFile(join(projectDir, "calls"), "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("-I"));
}

function prepare(more: { signal?: AbortSignal; pid?: number } = {}): Promise<string> {
  const env = { PATH: process.env.PATH, PYTHON: python };
  return preparePythonEnvironment({ projectDir, pid: process.pid, env, progress: () => {}, ...more });
}

const homeOf = () => readdir(join(projectDir, ".sekisho"));

describe("The Python environment", () => {
  test("is made once, from hashes only and without compiling, and then just there", async () => {
    await installPython();
    const first = await prepare();
    expect(first).toMatch(/\.sekisho\/python-[0-9a-f]{12}\/bin\/python$/);
    expect((await stat(first)).isFile()).toBe(true);
    expect(await calls()).toEqual([
      expect.stringMatching(/^-I -m venv .*\.partial-\d+$/),
      expect.stringMatching(
        /^-I -m pip install --require-hashes --no-deps --only-binary=:all: .*requirements\.txt$/,
      ),
    ]);
    await rm(python);
    expect(await prepare()).toBe(first);
  });

  test("is made anew for other requirements", async () => {
    await installPython();
    const first = await prepare();
    await writeFile(join(projectDir, "local", "requirements.txt"), "ministack==1.1\n");
    expect(await prepare()).not.toBe(first);
  });

  test("is remade where its Python has gone, and where an earlier start was killed in the middle", async () => {
    await installPython();
    const first = await prepare();
    await rm(first);
    const half = join(projectDir, ".sekisho", "python-000000000000.partial-999999999");
    await mkdir(half, { recursive: true });
    expect(await prepare()).toBe(first);
    expect((await homeOf()).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("leaves alone what another running start is making", async () => {
    await installPython();
    const others = join(projectDir, ".sekisho", `python-000000000000.partial-${process.ppid}`);
    await mkdir(others, { recursive: true });
    await prepare();
    expect(await homeOf()).toContain(`python-000000000000.partial-${process.ppid}`);
  });

  test("can be made by two starts at once", async () => {
    await installPython();
    const [one, other] = await Promise.all([prepare(), prepare({ pid: process.ppid })]);
    expect(one).toBe(other);
    expect((await homeOf()).filter((name) => name.startsWith("python-"))).toHaveLength(1);
  });

  test("says what to do when pip cannot install, and leaves nothing half-made", async () => {
    await installPython({ pip: "offline" });
    await expect(prepare()).rejects.toMatchObject({
      message: `pip could not install the local AWS (see ${join(projectDir, ".sekisho", "python.log")}).`,
      remedy: "Connect to your package index once, then run this again; later starts work offline.",
      exitCode: 15,
    });
    expect(await homeOf()).toEqual(["python.log"]);
    expect(await readFile(join(projectDir, ".sekisho", "python.log"), "utf8")).toContain("no network");
    await installPython();
    await expect(prepare()).resolves.toMatch(/bin\/python$/);
  });

  test("says what to do when no environment can be made", async () => {
    await installPython({ venv: "broken" });
    await expect(prepare()).rejects.toMatchObject({
      message: expect.stringMatching(/could not make a virtual environment/),
      remedy: "Install its venv module (Debian, Ubuntu: apt install python3-venv), or free some disk space.",
      exitCode: 16,
    });
  });

  test.each([
    [{ version: "3 8" }, /^Python 3\.8 \(.*\) is too old for the local AWS\.$/],
    [{ kind: "bare" }, /^Python 3\.12 \(.*\) lacks its venv and ensurepip modules\.$/],
    [
      { version: "pyenv: command not found" },
      /^The local AWS needs Python, and none was found \(tried .*\)\.$/,
    ],
  ])("refuses the Python %j", async (kind, message) => {
    await installPython(kind);
    await expect(prepare()).rejects.toMatchObject({ message: expect.stringMatching(message), exitCode: 16 });
    expect(await calls()).toEqual([]);
  });

  test("refuses a PYTHON that is not there", async () => {
    await expect(prepare()).rejects.toMatchObject({
      message: `The local AWS needs Python, and none was found (tried ${python}).`,
    });
  });

  test("stops when it is told to, and leaves nothing half-made", async () => {
    await installPython();
    const reason = new Error("stopped");
    await expect(prepare({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await homeOf()).toEqual([]);
  });

  test("is readable by its owner only", async () => {
    await installPython();
    await prepare();
    expect((await stat(join(projectDir, ".sekisho"))).mode & 0o777).toBe(0o700);
  });
});
