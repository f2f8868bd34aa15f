import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, appendFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { LocalFileError, RemoteError } from "../runbooks/runtime/errors.ts";
import { isRunning } from "./processes.ts";
import { choosePython, type PythonProbe, pythonCandidates } from "./python-choice.ts";

export interface PythonEnvironmentOptions {
  projectDir: string;
  /** This process's id: it marks a half-made environment as ours. */
  pid: number;
  /** The environment of this process: where to find Python, and the person's settings of pip. */
  env: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal | undefined;
  /** Hears what takes long. */
  progress: (line: string) => void;
}

/**
 * The Python of an environment that holds exactly local/requirements.txt, in .sekisho/ of the project. It is made only when it is
 * missing, so a second start needs neither network nor time. Throws LocalFileError (no usable Python) or RemoteError
 * (pip could not install).
 */
export async function preparePythonEnvironment(options: PythonEnvironmentOptions): Promise<string> {
  const requirements = join(options.projectDir, "local", "requirements.txt");
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const home = join(options.projectDir, ".sekisho");
  const finished = join(home, `python-${hash}`);
  const python = join(finished, "bin", "python");
  if (await exists(python)) return python;

  await mkdir(home, { recursive: true, mode: 0o700 });
  await removeLeftovers(home);
  // A Python that went away with an upgrade leaves an environment that cannot run.
  await rm(finished, { recursive: true, force: true });
  const command = await findPython(options);
  options.progress("Preparing Python for the local AWS (once, about ten seconds) …");
  const partial = `${finished}${PARTIAL}${options.pid}`;
  try {
    await makeEnvironment(command, { home, partial, requirements }, options);
    await moveIntoPlace(partial, finished);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return python;
}

const PARTIAL = ".partial-";
const run = promisify(execFile);

/** What a process that was killed in the middle left behind; another one that works on it is left alone. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const [, owner] = name.split(PARTIAL);
    if (owner !== undefined && !isRunning(Number(owner)))
      await rm(join(home, name), { recursive: true, force: true });
  }
}

async function findPython({ env, signal }: PythonEnvironmentOptions): Promise<string> {
  const probes: PythonProbe[] = [];
  for (const command of pythonCandidates(env.PYTHON)) {
    const probe = await probePython(command, env, signal);
    probes.push(probe);
    if (isGood(probe)) break;
  }
  return choosePython(probes);
}

function isGood(probe: PythonProbe): boolean {
  try {
    choosePython([probe]);
    return true;
  } catch (error) {
    if (error instanceof LocalFileError) return false;
    throw error;
  }
}

/** Old Pythons must be able to read it too. */
const PROBE = `
import sys
print("%d %d" % sys.version_info[:2])
try:
    import venv, ensurepip
    print("complete")
except ImportError:
    print("bare")
`;

async function probePython(
  command: string,
  env: PythonEnvironmentOptions["env"],
  signal: AbortSignal | undefined,
): Promise<PythonProbe> {
  try {
    const { stdout } = await run(command, ["-c", PROBE], { env, ...(signal ? { signal } : {}) });
    const [version = "", kind] = stdout.trim().split("\n");
    const [major, minor] = version.split(" ").map(Number);
    if (major === undefined || minor === undefined || Number.isNaN(major + minor)) return { command };
    return { command, found: { version: [major, minor], canMakeEnvironments: kind === "complete" } };
  } catch (error) {
    signal?.throwIfAborted();
    // Not there, not executable, or no Python: the next name may do.
    if (error instanceof Error) return { command };
    throw error;
  }
}

async function makeEnvironment(
  command: string,
  { home, partial, requirements }: { home: string; partial: string; requirements: string },
  options: PythonEnvironmentOptions,
): Promise<void> {
  const log = join(home, "python.log");
  await logged(log, command, ["-I", "-m", "venv", partial], options).catch((cause: unknown) => {
    throw new LocalFileError(`${command} could not make a virtual environment (see ${log}).`, {
      remedy: "Install its venv module (Debian, Ubuntu: apt install python3-venv), or free some disk space.",
      cause,
    });
  });
  const pip = ["-I", "-m", "pip", "install", ...PIP_OPTIONS, "--requirement", requirements];
  await logged(log, join(partial, "bin", "python"), pip, options).catch((cause: unknown) => {
    throw new RemoteError(`pip could not install the local AWS (see ${log}).`, {
      remedy: "Connect to your package index once, then run this again; later starts work offline.",
      cause,
    });
  });
}

/** Exactly what the file lists, each checked against its hash, nothing compiled here, and no long waits when offline. */
const PIP_OPTIONS = [
  "--require-hashes",
  "--no-deps",
  "--only-binary=:all:",
  "--no-input",
  "--disable-pip-version-check",
  "--retries=2",
  "--timeout=30",
];

async function logged(
  log: string,
  command: string,
  args: readonly string[],
  { env, signal }: PythonEnvironmentOptions,
): Promise<void> {
  try {
    const { stdout, stderr } = await run(command, args, {
      env,
      maxBuffer: 64 * 1024 * 1024,
      ...(signal ? { signal } : {}),
    });
    await appendFile(log, `$ ${command} ${args.join(" ")}\n${stdout}${stderr}\n`, { mode: 0o600 });
  } catch (error) {
    signal?.throwIfAborted();
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    await appendFile(log, `$ ${command} ${args.join(" ")}\n${said}\n`, { mode: 0o600 });
    throw error;
  }
}

async function moveIntoPlace(partial: string, finished: string): Promise<void> {
  try {
    await rename(partial, finished);
  } catch (error) {
    // Another start was faster; its environment is as good as ours.
    if (!(await exists(join(finished, "bin", "python")))) throw error;
  }
}

/** Whether a file is there, following links. */
async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
