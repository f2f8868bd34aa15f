import { readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClientSwap, runClientSwap } from "../../runbooks/rotation/client-swap.ts";
import { findClientUses } from "../../runbooks/rotation/client-uses.ts";
import type { RotationContext } from "../../runbooks/rotation/rotated-stack.ts";
import { parseRotationOrder, type RotationChoice } from "../../runbooks/rotation/rotation-order.ts";
import type { PulumiCli } from "../../runbooks/rotation/swap/pulumi-cli.ts";
import { openPulumiCli } from "../../runbooks/rotation/swap/pulumi-cli.ts";
import type { SwapTools } from "../../runbooks/rotation/swap/swap-places.ts";
import type { ChangeChoice } from "../../runbooks/runtime/confirmation.ts";
import type { RunbookResult } from "../../runbooks/runtime/runbook.ts";
import {
  deploy,
  listenersOf,
  newSwapWorld,
  openSwapPlaces,
  preview,
  readWorld,
  settingsIn,
  stackOf,
  writeWorld,
} from "./swap-world.ts";

export const STACK_FILE = `# Of the stack dev.
config:
  aws:region: ap-northeast-1
  sekisho:clients:
    web: # the site
      kind: alb
      hosts: [app.example.com]
    cli: {kind: cli}
`;

/** A project's folder with a stack file and a world in which nothing has begun. */
export async function makeSwapFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sekisho-swap-"));
  await writeFile(join(folder, "Pulumi.dev.yaml"), STACK_FILE);
  writeWorld(folder, newSwapWorld());
  return folder;
}

/** Makes a `pulumi` of the folder that changes its world, in a folder that a PATH can name. */
export async function makeFakePulumi(folder: string): Promise<void> {
  const module = new URL("fake-pulumi.ts", import.meta.url).href;
  const script = `import(${JSON.stringify(module)}).then((fake) => fake.runFakePulumi(process.argv.slice(2), process.env, process.cwd()));`;
  await writeFile(join(folder, "pulumi"), `#!${process.execPath}\n${script}\n`, { mode: 0o755 });
}

/** Whatever ends a process at once: nothing that follows reaches anybody. */
export class KilledError extends Error {}

export interface SwapRunOptions {
  /** Called before each request and each change of a deployment; throwing cuts the run off there. */
  before?: (what: string) => void;
  /** `none`: there is no CLI; `program`: the one that makeFakePulumi made; the default changes the world in process. */
  cli?: "none" | "program";
  signal?: AbortSignal;
  /** What the person types; nobody is there without it. */
  answer?: string;
  env?: Record<string, string>;
  onProgress?: (line: string) => void;
}

export interface SwapRunResult extends RunbookResult {
  progress: string[];
  /** What the runbook log was told. */
  changes: { target: string; ticket: string; counts: Record<string, number> }[];
}

/** Runs the swap of the client web with what a person would give. */
export async function runSwap(
  folder: string,
  choice: Partial<RotationChoice> & ChangeChoice = {},
  options: SwapRunOptions = {},
): Promise<SwapRunResult> {
  const progress: string[] = [];
  const changes: SwapRunResult["changes"] = [];
  const stop = new AbortController();
  const signal = options.signal ?? stop.signal;
  const context: RotationContext = {
    runId: "run",
    now: () => new Date("2000-01-01T00:00:00Z"),
    pause: async () => signal.throwIfAborted(),
    randomBytes: (length) => Buffer.alloc(length, 1),
    progress: (line) => {
      progress.push(line);
      options.onProgress?.(line);
    },
    warn: (line) => progress.push(`warning: ${line}`),
    signal,
    env: options.env ?? {},
    columns: Number.POSITIVE_INFINITY,
    isInteractive: options.answer !== undefined,
    ask: async () => options.answer,
  };
  const { before = () => {} } = options;
  const tools: SwapTools = {
    openPlaces: (_stack, { mayWrite }) => openSwapPlaces(folder, { before, mayWrite }),
    withRotation: async (stack, { ticket, done }, _context, work) => {
      before("lease");
      const result = await work({ signal, confirm: async () => before("confirm"), check: () => {} });
      const { userPoolId, clientId } = stack.identity;
      changes.push({ target: `${userPoolId}/${clientId}`, ticket, counts: { ...done() } });
      return result;
    },
    findPulumi: async () => (options.cli === "none" ? undefined : join(folder, "pulumi")),
    openPulumiCli: options.cli === "program" ? openPulumiCli : () => cliInProcess(folder, before),
    projectDir: folder,
  };
  const world = readWorld(folder);
  const stack = stackOf(world);
  const listeners = listenersOf(world);
  const swap: ClientSwap = {
    stack,
    order: parseRotationOrder({ client: "web", ...choice }),
    listeners,
    uses: findClientUses(listeners, stack.identity),
    choice: { stack: "dev", ...choice },
  };
  const result = await runClientSwap(swap, context, tools);
  return { ...result, progress, changes };
}

/** The CLI without a process of its own. */
function cliInProcess(folder: string, before: (what: string) => void): PulumiCli {
  const settingsAt = (file: string) => settingsIn(readFileSync(file, "utf8"));
  return {
    preview: async (file) => {
      before("preview");
      return preview(readWorld(folder), settingsAt(file));
    },
    up: async () => {
      before("up");
      const world = readWorld(folder);
      world.deployments += 1;
      writeWorld(folder, world);
      for (const change of deploy(world, settingsAt(join(folder, "Pulumi.dev.yaml")))) {
        writeWorld(folder, world);
        before(change);
      }
    },
  };
}
