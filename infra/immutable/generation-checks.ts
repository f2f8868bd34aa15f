import type { Fault } from "../settings.ts";
import { signInHost } from "../sign-in-page/sign-in-host.ts";
import { type Comparison, hasLostProtection, type ImmutableCheck, letGoFirst } from "./comparison.ts";

/** What a move to another pool must not leave behind by mistake. */
export const generationChecks: readonly ImmutableCheck[] = [
  generationsAreKept,
  keptGenerationsExist,
  movedPageHasAnotherAddress,
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
