import { setTimeout as wait } from "node:timers/promises";

/** Whether a process with this id runs, whoever it belongs to. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Asks a process to end, insists after `graceMs`, and resolves when it is gone. */
export async function endProcess(pid: number, graceMs: number): Promise<void> {
  signalProcess(pid, "SIGTERM");
  if (await isGoneWithin(pid, graceMs)) return;
  signalProcess(pid, "SIGKILL");
  await isGoneWithin(pid, graceMs);
}

const LOOK_EVERY_MS = 20;

async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  for (let waited = 0; waited < limitMs; waited += LOOK_EVERY_MS) {
    if (!isRunning(pid)) return true;
    await wait(LOOK_EVERY_MS);
  }
  return !isRunning(pid);
}

function signalProcess(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
