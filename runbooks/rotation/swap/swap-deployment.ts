import { BadInputError, IntegrityError, InterruptedError, RemoteError } from "../../runtime/errors.ts";
import type { RotatedStack } from "../rotated-stack.ts";
import { findForeignSteps } from "./expected-changes.ts";
import type { PulumiCli } from "./pulumi-cli.ts";
import { editStackFile } from "./stack-file-edit.ts";
import { readStackFileOf, type StackFile, withNextStackFile } from "./stack-file-writer.ts";
import { isSame, type SwapEdit, type SwapMove, settingsOf } from "./swap-edits.ts";
import type { SwapStanding } from "./swap-findings.ts";
import type { StrangeSwap, SwapStage } from "./swap-state.ts";

/** What one deployment of a swap needs. */
export interface SwapDeployment {
  stack: RotatedStack;
  edit: SwapEdit;
  cli: PulumiCli;
  projectDir: string;
  progress: (line: string) => void;
  /** Throws when nothing may be changed any more. Asked before the stack file is changed. */
  confirm: () => Promise<void>;
}

/**
 * Deploys the settings of an edit: previews them from a file beside the stack file, refuses what a swap does not need, and
 * only then changes the stack file and deploys. Throws BadInputError where nothing was changed, RemoteError where the CLI
 * failed; the stack file then keeps the settings, because a part of them may be deployed.
 */
export async function deployEdit(deployment: SwapDeployment): Promise<void> {
  const { stack, edit, cli, projectDir, progress, confirm } = deployment;
  const file = await readStackFileOf(projectDir, stack.outputs.stack.stack);
  const edited = editStackFile(file, stack.name, edit.settings);
  if ("problem" in edited) throw new BadInputError(`${file.name} ${edited.problem}.`);
  await withNextStackFile(file, edited.text, async (next) => {
    await refuseForeignSteps(deployment, next.path);
    await confirm();
    await next.replace();
    for (const line of edited.lines) progress(`${file.name}  ${line}`);
    await keepingFile(file, () => cli.up());
  });
}

/** Refuses a stack file that cannot be edited, before anything is done. */
export function showEdit(file: StackFile, client: string, edit: SwapEdit): { text: string; lines: string[] } {
  const edited = editStackFile(file, client, edit.settings);
  if (!("problem" in edited)) return edited;
  throw new BadInputError(`${file.name} ${edited.problem}.`, { remedy: "Nothing was changed." });
}

async function refuseForeignSteps(
  { stack, edit, cli, progress }: SwapDeployment,
  path: string,
): Promise<void> {
  const steps = await cli.preview(path);
  const client = { name: stack.name, poolGeneration: stack.outputs.users.generation };
  const foreign = findForeignSteps(steps, edit, client);
  const [first, ...more] = foreign;
  if (first === undefined) return;
  for (const step of foreign) progress(`not a part of this: ${step}`);
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  throw new BadInputError(
    `pulumi preview wants what no swap needs: ${first}${others}; nothing was changed.`,
    {
      remedy: "Deploy that first, or take it out.",
    },
  );
}

async function keepingFile({ name }: StackFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!(cause instanceof RemoteError) || cause instanceof InterruptedError) throw cause;
    throw new RemoteError(cause.message, {
      remedy: `${name} keeps the new settings: solve this, then run it again, or --rollback.`,
      cause,
    });
  }
}

/** The stages that each move may end in; a return may find that nobody ever got the secret of the other one. */
const ENDS: Readonly<Record<SwapMove, readonly SwapStage[]>> = {
  add: ["beside"],
  move: ["moved"],
  return: ["returned", "beside"],
  remove: ["alone"],
};
/** Seconds before each further look: what AWS tells may be a little old. */
const PAUSES = [1, 2, 4, 8, 15];

/**
 * Looks until a deployment is seen in everything that a swap is told by. Throws IntegrityError where it is not within half
 * a minute.
 */
export async function waitForEdit(
  edit: SwapEdit,
  read: () => Promise<SwapStanding | StrangeSwap>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<SwapStanding> {
  let standing = await read();
  for (const seconds of PAUSES) {
    if (isDeployed(standing, edit)) return standing;
    await pause(seconds * 1_000);
    standing = await read();
  }
  if (isDeployed(standing, edit)) return standing;
  throw new IntegrityError(`The deployment ended well, and yet ${describeDifference(standing, edit)}.`, {
    remedy: "Run it with --status; docs/client-swap.md says what each state means.",
  });
}

function isDeployed(
  standing: SwapStanding | StrangeSwap,
  { move, settings, generation }: SwapEdit,
): standing is SwapStanding {
  if ("strange" in standing) return false;
  const { state } = standing;
  const isGone = move !== "remove" || !state.leftovers.some(({ number }) => number === generation);
  return isGone && isSame(settingsOf(state), settings) && ENDS[move].includes(state.stage);
}

function describeDifference(
  standing: SwapStanding | StrangeSwap,
  { settings, generation }: SwapEdit,
): string {
  if ("strange" in standing) return standing.strange;
  const { state, rules } = standing;
  if (!isSame(settingsOf(state), settings)) return `the outputs do not say generation ${settings.generation}`;
  const rule = rules.find(({ clientId }) => clientId === state.other?.clientId);
  if (rule !== undefined) return `${rule.where} signs in with generation ${state.other?.number}`;
  const leftover = state.leftovers.find(({ number }) => number === generation);
  if (leftover !== undefined)
    return `the pool still has the client ${leftover.clientId} of generation ${generation}`;
  return `the secret's current version is of ${state.current.clientId}`;
}
