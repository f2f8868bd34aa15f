import type { Settings } from "./settings.ts";

/** What keeps a resource alive when someone edits, destroys or replaces by mistake. */
export interface LossGuards {
  /** Pulumi refuses every delete and every replacement. */
  protect: boolean;
  /** What leaves the program stays in AWS. */
  retainOnDelete: boolean;
  /** AWS's own switch, where a resource has one: it also stops the console and other tools. */
  deletionProtection: boolean;
  /** Whether a bucket may be emptied in order to delete it. */
  forceDestroy: boolean;
}

/**
 * The guards of everything whose loss would cost users or money: all on, and all off only in a disposable stack. What
 * `sekisho:letGo` names may leave the program, and stays in AWS when it does.
 */
export function lossGuards(settings: Pick<Settings, "disposable">, isLetGo = false): LossGuards {
  const isGuarded = !settings.disposable;
  return {
    protect: isGuarded && !isLetGo,
    retainOnDelete: isGuarded,
    deletionProtection: isGuarded,
    forceDestroy: !isGuarded,
  };
}

/**
 * Whether what belongs to something guarded stays in AWS too: only once its owner was let go. Until then a network or
 * a rule that the stack file no longer names must really go.
 */
export function staysWithOwner({ protect, retainOnDelete }: LossGuards): boolean {
  return retainOnDelete && !protect;
}
