import { isDeepStrictEqual } from "node:util";
import { changedPaths } from "./property-diff.ts";
import { containsPath, isMap, resetPath } from "./property-path.ts";
import type { PropertyMap, PropertyValue } from "./property-values.ts";
import { type ProviderRules, providerRules } from "./provider-rules.ts";
import type { Declaration } from "./registration.ts";

/** What became of one resource between two runs of the program. */
export type Change =
  | { kind: "unchanged"; inputs: PropertyMap }
  | { kind: "updated"; inputs: PropertyMap; changed: string[] }
  | ReplacementChange
  | RefusedChange;

export interface ReplacementChange {
  kind: "replaced";
  changed: string[];
  /** The properties, or `replacementTrigger`, that make an update impossible. */
  forcedBy: string[];
  /** Whether the old resource goes before the new one is made. */
  isDeletedFirst: boolean;
}

export interface RefusedChange {
  kind: "refused";
  changed: string[];
  reason: string;
}

/**
 * Compares two declarations of the same resource as Pulumi and the AWS provider would. `inputs` is what it is to have
 * then, with the old values of what the program ignores; a replacement has no old values and gets what was declared.
 */
export function compareDeclarations(before: Declaration, after: Declaration): Change {
  const rules = providerRules(after.type);
  const inputs = applyIgnoreChanges(before, after);
  const changed = changedPaths(before.inputs, inputs, rules);
  const forcedBy = findForcing(before, after, changed, rules);

  if (forcedBy.length > 0) {
    return {
      kind: "replaced",
      changed,
      forcedBy,
      isDeletedFirst: isDeletedFirst(before, after, rules),
    };
  }
  if (changed.length === 0) return { kind: "unchanged", inputs };
  const lost = findLostEntries(before.inputs, inputs, rules);
  if (lost.length > 0) {
    return {
      kind: "refused",
      changed,
      reason: `AWS can add entries to ${rules.growsOnly} but neither change nor remove any: ${lost.join(", ")}`,
    };
  }
  return { kind: "updated", inputs, changed };
}

function applyIgnoreChanges(before: Declaration, after: Declaration): PropertyMap {
  return after.options.ignoreChanges.reduce(
    (inputs, path) => resetPath(inputs, before.inputs, path),
    after.inputs,
  );
}

function findForcing(
  before: Declaration,
  after: Declaration,
  changed: string[],
  rules: ProviderRules,
): string[] {
  const forcing = [...rules.replaces, ...after.options.replaceOnChanges];
  const properties = changed.filter((path) =>
    forcing.some((outer) => containsPath(outer, path) || containsPath(path, outer)),
  );
  return isTriggered(before.options.replacementTrigger, after.options.replacementTrigger)
    ? ["replacementTrigger", ...properties]
    : properties;
}

/** As in Pulumi's engine, a trigger that appears or goes away replaces nothing. */
function isTriggered(before: PropertyValue, after: PropertyValue): boolean {
  return before !== null && after !== null && !isDeepStrictEqual(before, after);
}

/** The program's choice; without one, as the provider does, first whenever the old name would be in the way. */
function isDeletedFirst(before: Declaration, after: Declaration, { name }: ProviderRules): boolean {
  const chosen = after.options.deleteBeforeReplace;
  if (chosen !== undefined) return chosen;
  return name !== undefined && after.inputs[name] !== undefined && before.inputs[name] === after.inputs[name];
}

function findLostEntries(before: PropertyMap, after: PropertyMap, { growsOnly }: ProviderRules): string[] {
  if (!growsOnly) return [];
  const [old, current] = [before[growsOnly], after[growsOnly]];
  const kept = Array.isArray(current) ? current : [];
  return (Array.isArray(old) ? old : [])
    .filter((entry) => !kept.some((other) => isDeepStrictEqual(entry, other)))
    .map((entry) => (isMap(entry) ? String(entry.name) : String(entry)));
}
