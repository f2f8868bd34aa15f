import { z } from "zod";
import type { PlannedUser, SeedPlan } from "../seed/seed-plan.ts";
import { countOf } from "./room.ts";

/** A user as a pool has them. */
export interface FoundUser {
  attributes: Readonly<Record<string, string>>;
  isEnabled: boolean;
  groups: string[];
}

export interface DirectoryComparison {
  /** Users who are there as they were seeded: every attribute, whether they are enabled, groups and identity. */
  same: number;
  /** A sentence for everybody who is missing, differs, or was never seeded. */
  differences: string[];
}

/** Compares what a pool holds with what was seeded. People are told apart by their mail addresses. */
export function compareDirectory(
  { created, seeded }: Pick<SeedPlan, "created" | "seeded">,
  found: readonly FoundUser[],
): DirectoryComparison {
  const waiting = new Map(found.map((user) => [user.attributes.email ?? "", user]));
  const strangers = found.length - waiting.size;
  const differences =
    strangers > 0 ? [`${countOf(strangers, "user")} more have an address that others have.`] : [];
  let same = 0;
  for (const planned of [...created, ...seeded]) {
    const user = waiting.get(planned.email);
    waiting.delete(planned.email);
    const what = user === undefined ? ["is missing"] : compareUser(planned, user);
    if (what.length === 0) same += 1;
    else differences.push(`${planned.email}: ${what.join(", ")}.`);
  }
  for (const email of waiting.keys()) differences.push(`${email}: was never seeded.`);
  return { same, differences };
}

/** In what a user differs, a word or two each. */
function compareUser(planned: PlannedUser<unknown>, found: FoundUser): string[] {
  const { sub: _sub, identities, [LEGACY_SUB]: _legacySub, ...attributes } = found.attributes;
  const names = new Set([...Object.keys(planned.attributes), ...Object.keys(attributes)]);
  const differences = [...names].filter((name) => planned.attributes[name] !== attributes[name]);
  if (planned.isEnabled !== found.isEnabled) {
    differences.push(found.isEnabled ? "is not disabled" : "is disabled");
  }
  if (sorted(planned.groups) !== sorted(found.groups)) differences.push("groups");
  const { provider, userId } = planned.identity ?? {};
  if (sorted(provider ? [`${provider} ${userId}`] : []) !== sorted(readIdentities(identities))) {
    differences.push("identity");
  }
  return differences;
}

/** Where a pool keeps the `sub` that somebody had before; nobody is seeded with one. */
const LEGACY_SUB = "custom:legacy_sub";

function sorted(values: readonly string[]): string {
  return values.toSorted().join("\n");
}

function readIdentities(value = "[]"): string[] {
  return identitiesShape
    .parse(JSON.parse(value))
    .map(({ providerName, userId }) => `${providerName} ${userId}`);
}

const identitiesShape = z.array(z.object({ providerName: z.string(), userId: z.string() }));
