// What `npm start` runs: plain JavaScript, because on a fresh clone neither TypeScript nor Node 24 is there yet.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const PARENT_CHECK_MS = 500;
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const ownNode = join(project, "node_modules", ".bin", "node");

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  fail(
    `Node ${process.versions.node} is too old to start the rehearsal; install Node ${OLDEST_NODE} or newer.`,
  );
} else if (process.env.npm_config_keep) {
  fail("npm took --keep for an option of its own; say npm start -- --keep.");
} else if (isInstalled() || install()) {
  rehearse();
}

/** Whether node_modules holds exactly what the lock file names, and the project's own Node. */
function isInstalled() {
  const hidden = join(project, "node_modules", ".package-lock.json");
  if (!existsSync(ownNode) || !existsSync(hidden)) return false;
  const locked = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(hidden, "utf8")).packages;
  return Object.entries(locked).every(
    ([path, entry]) => path === "" || entry.optional || installed[path]?.version === entry.version,
  );
}

function install() {
  process.stderr.write("Installing the project's packages (npm ci); this takes about a minute …\n");
  // The dev dependencies bring Node 24; a warm cache is enough, so that this works offline.
  const words = ["ci", "--include=dev", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, ...words]] : ["npm", words];
  const done = spawnSync(command, args, {
    cwd: project,
    // stdout belongs to the report.
    stdio: ["ignore", 2, 2],
    env: { ...process.env, npm_config_prefer_offline: "true" },
  });
  if (done.status === 0 && existsSync(ownNode)) return true;
  if (done.status === 0) {
    fail(
      "npm ci ran without install scripts, so Node 24 is missing; unset ignore-scripts in npm's configuration.",
    );
  } else {
    fail(
      "npm ci could not install the packages (see above); connect to the registry once, then run npm start again.",
    );
  }
  return false;
}

/** Runs the rehearsal with the project's own Node; passes signals on, and stops it when npm has gone. */
function rehearse() {
  const child = spawn(
    ownNode,
    ["--import", "tsx", join(project, "local", "rehearse.ts"), ...process.argv.slice(2)],
    // A group of its own: a terminal's Ctrl-C reaches this process only, and is passed on once.
    { cwd: project, stdio: ["inherit", "inherit", "inherit", "ipc"], detached: true },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const npm = findNpm();
  const watch = setInterval(() => {
    if (process.ppid !== parent || !isRunning(npm)) child.kill("SIGTERM");
  }, PARENT_CHECK_MS);
  child.on("error", (error) => fail(`${ownNode} could not be started (${error.message}); run npm ci.`));
  child.on("exit", (code, signal) => {
    clearInterval(watch);
    process.exitCode = signal ? 1 : (code ?? 1);
  });
}

/** npm runs this through a shell, which a killed npm leaves behind: the process to watch is the shell's parent. */
function findNpm() {
  if (process.env.npm_lifecycle_event === undefined) return process.ppid;
  const { stdout } = spawnSync("ps", ["-o", "ppid=", "-p", String(process.ppid)], { encoding: "utf8" });
  return Number(stdout) > 1 ? Number(stdout) : process.ppid;
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one that runs.
    return error.code === "EPERM";
  }
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 2;
}
