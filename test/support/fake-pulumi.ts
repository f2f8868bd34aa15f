import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { PreviewStep } from "../../runbooks/rotation/swap/expected-changes.ts";
import { deploy, preview, readWorld, settingsIn, writeWorld } from "./swap-world.ts";

/** How the fake CLI behaves; in the file `behaviour.json` of the project's folder. */
export const fakeBehaviour = z.object({
  /** A change that waits besides. */
  foreign: z.custom<PreviewStep>().optional(),
  /** After so many changes of a deployment it fails. */
  failsAfter: z.int().optional(),
  /** After so many changes it waits for a signal. */
  hangsAfter: z.int().optional(),
});
export type FakeBehaviour = z.infer<typeof fakeBehaviour>;

/** The Pulumi CLI as far as a swap uses it, for one project folder with a world in it. */
export function runFakePulumi(argv: readonly string[], env: NodeJS.ProcessEnv, folder: string): void {
  appendFileSync(join(folder, "calls.ndjson"), `${JSON.stringify({ argv, env })}\n`);
  const behaviour = readBehaviour(folder);
  const config = argv[argv.indexOf("--config-file") + 1];
  const isPreview = argv[0] === "preview";
  const file = isPreview && config !== undefined ? config : join(folder, "Pulumi.dev.yaml");
  // Candidates are called otherwise; the reader of stack files wants the stack's name.
  if (isPreview && basename(file) === "Pulumi.dev.yaml")
    throw new Error("The preview is of the stack file itself.");
  const settings = settingsIn(readFileSync(file, "utf8"));
  const world = readWorld(folder);
  if (isPreview) {
    const steps = [...preview(world, settings), ...(behaviour.foreign ? [behaviour.foreign] : [])];
    print("stderr", "Previewing update (dev)");
    const document = { steps: steps.map(({ op, urn, changed }) => ({ op, urn, diffReasons: changed })) };
    print("stdout", JSON.stringify(document));
    return;
  }
  print("stdout", "Updating (dev)");
  world.deployments += 1;
  writeWorld(folder, world);
  if (stops(behaviour, 0)) return;
  let done = 0;
  for (const change of deploy(world, settings)) {
    writeWorld(folder, world);
    print("stdout", `  ${change}`);
    done += 1;
    if (stops(behaviour, done)) return;
  }
}

function stops({ failsAfter, hangsAfter }: FakeBehaviour, done: number): boolean {
  if (done === failsAfter) {
    print("stdout", "    error: AccessDenied: not today");
    print("stderr", "error: update failed");
    process.exitCode = 4;
    return true;
  }
  if (done !== hangsAfter) return false;
  print("stdout", "waiting");
  const timer = setInterval(() => {}, 1_000);
  process.on("SIGINT", () => {
    print("stderr", "error: update canceled");
    clearInterval(timer);
    process.exitCode = 1;
  });
  return true;
}

function readBehaviour(folder: string): FakeBehaviour {
  const file = join(folder, "behaviour.json");
  return existsSync(file) ? fakeBehaviour.parse(JSON.parse(readFileSync(file, "utf8"))) : {};
}

function print(stream: "stdout" | "stderr", line: string): void {
  process[stream].write(`${line}\n`);
}
