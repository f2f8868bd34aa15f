import { orderGenerations, type SwapState } from "./swap-state.ts";

/** The two keys of a client under `sekisho:clients` that a swap changes. */
export interface SwapSettings {
  generation: number;
  alsoAccept: readonly number[];
}

/** Where a person wants to get: on to the newer generation, back to the older one, or rid of the one not in use. */
export type SwapGoal = "forward" | "rollback" | "finish";

/** What one deployment of a swap does. */
export type SwapMove = "add" | "move" | "return" | "remove";

/** One deployment: what it does, and the settings that ask for it. */
export interface SwapEdit {
  move: SwapMove;
  settings: SwapSettings;
  /** The generation that this deployment makes, puts into use, or deletes. */
  generation: number;
}

/** The next deployment; or that there is none, because the goal is reached; or why there can be none, as a sentence. */
export type NextEdit = { edit: SwapEdit } | { reached: true } | { refusal: string; remedy: string };

/** Highest generation that the settings take. */
const LAST_GENERATION = 99;

/**
 * The next deployment on the way to a goal. After it the state is read again and this is asked again. `found` is what
 * the stack file says by now, which may be ahead of what is deployed (refuseOtherSettings).
 */
export function chooseEdit(state: SwapState, goal: SwapGoal, found: SwapSettings): NextEdit {
  const next = CHOICES[goal](state);
  const deployed = settingsOf(state);
  if (!("reached" in next)) return next;
  const [leftover] = state.stage === "alone" ? state.leftovers : [];
  if (isSame(found, deployed)) {
    const isToGo = leftover !== undefined && goal !== "forward";
    // A deployment was cut off before it deleted this one.
    return isToGo ? { edit: removal(state.inUse.number, leftover.number) } : next;
  }
  // The stack file asks for what was not deployed: the next deployment of anybody would do it.
  const { stage, inUse } = state;
  if (stage !== "alone") {
    return {
      edit: { move: stage === "moved" ? "move" : "return", settings: deployed, generation: inUse.number },
    };
  }
  if (goal === "rollback") return { edit: removal(inUse.number, inUse.number + 1) };
  return refuse(
    `The stack file says ${describeSettings(found)}, which is not deployed, so there is nothing to finish.`,
    "--apply goes on, --rollback takes it out again.",
  );
}

/** What is deployed, as settings. */
export function settingsOf({ inUse, other }: Pick<SwapState, "inUse" | "other">): SwapSettings {
  return other === undefined ? aloneOf(inUse.number) : pairOf(inUse.number, other.number);
}

const CHOICES: Readonly<Record<SwapGoal, (state: SwapState) => NextEdit>> = {
  forward: goForward,
  rollback: goBack,
  finish: goToEnd,
};

function goForward(state: SwapState): NextEdit {
  const pair = orderGenerations(state);
  if (pair === undefined) {
    const { number } = state.inUse;
    if (number >= LAST_GENERATION) {
      return refuse(
        `Generation ${number} is the last one that settings take.`,
        "Make a client of another name.",
      );
    }
    return { edit: { move: "add", settings: pairOf(number, number + 1), generation: number + 1 } };
  }
  if (state.stage === "leaving") return refuseWhileLeaving(state);
  if (state.stage === "moved") return { reached: true };
  const { older, newer } = pair;
  return {
    edit: { move: "move", settings: pairOf(newer.number, older.number), generation: newer.number },
  };
}

function goBack(state: SwapState): NextEdit {
  const pair = orderGenerations(state);
  if (pair === undefined || state.stage === "returned") return { reached: true };
  if (state.stage === "leaving") return refuseWhileLeaving(state);
  const { older, newer } = pair;
  // Nobody ever got a token or a secret of it.
  if (state.stage === "beside") return { edit: removal(older.number, newer.number) };
  return {
    edit: { move: "return", settings: pairOf(older.number, newer.number), generation: older.number },
  };
}

function goToEnd(state: SwapState): NextEdit {
  const { stage, inUse, other } = state;
  if (other === undefined) return { reached: true };
  switch (stage) {
    case "beside":
      return refuse(
        `Generation ${other.number} is not in use yet, so there is nothing to finish.`,
        "--apply goes on, --rollback takes it away again.",
      );
    case "moving":
      return refuse(
        `A deployment between generation ${inUse.number} and ${other.number} has not ended.`,
        "End it first: --apply goes on, --rollback goes back.",
      );
    default:
      return { edit: removal(inUse.number, other.number) };
  }
}

/**
 * Why a stack file cannot be the one that this deployment came from, or was to become; undefined when it can. Besides
 * what is deployed it may already have any settings of this swap, from a deployment that was cut off.
 */
export function refuseOtherSettings(
  state: Pick<SwapState, "inUse" | "other">,
  found: SwapSettings,
): string | undefined {
  const { inUse, other } = state;
  const possible =
    other === undefined
      ? [aloneOf(inUse.number), pairOf(inUse.number, inUse.number + 1)]
      : [
          pairOf(inUse.number, other.number),
          pairOf(other.number, inUse.number),
          aloneOf(inUse.number),
          aloneOf(other.number),
        ];
  if (possible.some((settings) => isSame(settings, found))) return undefined;
  return `says ${describeSettings(found)}, and deployed is ${describeSettings(settingsOf(state))}`;
}

/** "generation 1", "generation 1 beside 2". */
export function describeSettings({ generation, alsoAccept }: SwapSettings): string {
  return [`generation ${generation}`, ...alsoAccept.map((number) => `beside ${number}`)].join(" ");
}

export function isSame(one: SwapSettings, other: SwapSettings): boolean {
  return (
    one.generation === other.generation &&
    one.alsoAccept.length === other.alsoAccept.length &&
    one.alsoAccept.every((number, place) => number === other.alsoAccept[place])
  );
}

function removal(kept: number, removed: number): SwapEdit {
  return { move: "remove", settings: aloneOf(kept), generation: removed };
}

function pairOf(generation: number, beside: number): SwapSettings {
  return { generation, alsoAccept: [beside] };
}

function aloneOf(generation: number): SwapSettings {
  return { generation, alsoAccept: [] };
}

function refuseWhileLeaving({ other }: SwapState): NextEdit {
  return refuse(
    `The client of generation ${other?.number} is deleted already, so nothing can return to it.`,
    "--finish ends this swap; then begin another one.",
  );
}

function refuse(refusal: string, remedy: string): NextEdit {
  return { refusal, remedy };
}
