import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { RunbookError } from "../runbooks/runtime/errors.ts";

export interface Measured {
  stdout: string;
  seconds: number;
  /** The most memory the process itself ever held, in MB; its children do not count. */
  peakMb: number;
}

/** Runs one TypeScript file in a Node of its own and measures it from outside; Linux only. */
export async function measureProcess(
  file: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Measured> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", file, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit") as Promise<[number | null]>;
  const watch = watchPeak(child.pid ?? 0, () => child.exitCode === null && child.signalCode === null);
  const [stdout, [code], peakMb] = await Promise.all([text(child.stdout), ended, watch]);
  if (code !== 0) throw new RunbookError(`${file} ended with exit code ${code}.`, { exitCode: 1 });
  return { stdout, seconds: (performance.now() - startedAt) / 1_000, peakMb };
}

const EVERY_MS = 50;

/** The kernel keeps the peak (VmHWM), so nothing between two looks is missed, only the very end. */
async function watchPeak(pid: number, isRunning: () => boolean): Promise<number> {
  let peakKb = 0;
  while (isRunning()) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? peakKb);
    await setTimeout(EVERY_MS);
  }
  return peakKb / 1_024;
}
