import type { DeployedParts } from "../deployment/deployed-parts.ts";
import type { Fault, Settings } from "../settings.ts";

/** A stack as it stands, and as the stack file wants it. */
export interface Comparison {
  deployed: DeployedParts;
  /** Whether the pool of the outputs is still there: what is lost can be made anew in any shape. */
  isPoolThere: boolean;
  settings: Settings;
}

/** One thing AWS does not change in place: what would be lost, and what to do instead. */
export type ImmutableCheck = (comparison: Comparison) => Fault[];

/** Whether the settings still describe the pool that is deployed. */
export function isSamePool({ deployed, isPoolThere, settings }: Comparison): boolean {
  return isPoolThere && deployed.users?.generation === settings.users.generation;
}

/** How to get what no update can give: another pool beside the one that lives. */
export function moveInstead({ deployed, settings }: Comparison): string {
  const current = deployed.users?.generation ?? settings.users.generation;
  return (
    `build a second pool beside this one and move the users there: users.generation: ${current + 1} and ` +
    `users.keep: [${current}] (docs/planned-move.md)`
  );
}

/** What was let go in the stack file before, and lost its protection in the last deployment. */
export function hasLostProtection<Kind extends "generations" | "groups" | "clients" | "parts">(
  { deployed }: Comparison,
  kind: Kind,
  name: NonNullable<Settings["letGo"]>[Kind][number],
): boolean {
  const before: readonly (string | number)[] = deployed["let-go"]?.[kind] ?? [];
  return before.includes(name);
}

/** How something protected leaves a stack: twice deployed, so that nothing leaves it by a slip. */
export function letGoFirst(key: string, value: string | number): string {
  return (
    `put it back, add ${value} to sekisho:letGo.${key}, deploy, and only then take it out ` +
    `(docs/letting-go.md); it stays in AWS`
  );
}
