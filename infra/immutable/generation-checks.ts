import { type TriggerName, wantedTriggers } from "../functions/trigger-functions.ts";
import type { Fault } from "../settings.ts";
import { signInHost } from "../sign-in-page/sign-in-host.ts";
import { type Comparison, hasLostProtection, type ImmutableCheck, letGoFirst } from "./comparison.ts";

/** What a move to another pool must not leave behind by mistake. */
export const generationChecks: readonly ImmutableCheck[] = [
  generationsAreKept,
  keptGenerationsExist,
  movedPageHasAnotherAddress,
  keptPoolsFindTheirFunctions,
];

function generationsAreKept(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  const { generation, keep } = settings.users;
  const current = deployed.users?.generation;
  const declared = [...(deployed.fixed?.keep ?? []), ...(current === undefined ? [] : [current])];
  return (
    declared
      .filter((number) => number !== generation && !keep.includes(number))
      .filter((number) => number !== current || comparison.isPoolThere)
      // Only a kept generation loses its protection; the one in use never does.
      .filter((number) => number === current || !hasLostProtection(comparison, "generations", number))
      .map((number): Fault => {
        if (number !== current) {
          const message = `no longer lists generation ${number}: ${letGoFirst("generations", number)}`;
          return { path: "sekisho:users.keep", message };
        }
        const message =
          `cannot become ${generation} alone: the pool of generation ${number} and its users would leave the stack; add ` +
          `users.keep: [${[...keep, number].join(", ")}] (docs/planned-move.md)`;
        return { path: "sekisho:users.generation", message };
      })
  );
}

/** Even a stack without protection must not make an empty pool for a generation it never had. */
export function keptGenerationsExist({ deployed, settings }: Comparison): Fault[] {
  const current = deployed.users?.generation;
  const declared = [...(deployed.fixed?.keep ?? []), ...(current === undefined ? [] : [current])];
  return settings.users.keep
    .filter((number) => !declared.includes(number))
    .map((number) => ({
      path: "sekisho:users.keep",
      message:
        `lists generation ${number}, which this stack does not have: an empty pool without settings would be made; ` +
        `take it out`,
    }));
}

/**
 * A kept pool names its functions for good, and Cognito refuses a sign-in whose function is gone (Amazon Cognito
 * Developer Guide, Important considerations for triggers).
 */
function keptPoolsFindTheirFunctions({ deployed, settings }: Comparison): Fault[] {
  const { keep } = settings.users;
  if (keep.length === 0) return [];
  const wanted: readonly string[] = wantedTriggers(settings);
  const gone = (deployed.fixed?.triggers ?? []).filter((name) => !wanted.includes(name));
  return [...new Set(gone.map((name) => TRIGGER_PATHS[name] ?? "sekisho:triggers"))].map((path) => ({
    path,
    message:
      `cannot go while users.keep is [${keep.join(", ")}]: a pool that is kept still calls its functions, and without ` +
      `them nobody could sign in there; put it back until users.keep is gone (docs/planned-move.md)`,
  }));
}

/** The setting that each function follows from. */
const TRIGGER_PATHS: Readonly<Record<string, string>> = {
  customMessage: "sekisho:triggers.customMessage",
  preSignUp: "sekisho:triggers.allowMailDomains",
  postConfirmation: "sekisho:triggers.groupOnSignUp",
  defineQuestion: "sekisho:triggers.secretQuestion",
  createQuestion: "sekisho:triggers.secretQuestion",
  verifyAnswer: "sekisho:triggers.secretQuestion",
  signInLog: "sekisho:audit.signInLog",
} satisfies Record<TriggerName, string>;

/** A page's address belongs to one pool at a time, in the whole Region. */
function movedPageHasAnotherAddress({ deployed, isPoolThere, settings }: Comparison): Fault[] {
  const { users, signInPage, region } = settings;
  const isMove =
    isPoolThere && deployed.users !== undefined && deployed.users.generation !== users.generation;
  if (!isMove || !signInPage || deployed["sign-in-page"]?.host !== signInHost(signInPage, region)) return [];
  const message =
    `is the address of the pool of generation ${deployed.users?.generation}, and an address belongs to one pool at a ` +
    `time; give the new pool another one (docs/planned-move.md)`;
  return [{ path: "sekisho:signInPage", message }];
}
