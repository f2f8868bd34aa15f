import type { z } from "zod";

/**
 * One thing that is wrong with a stack file: where (`sekisho:routes.rules[0].from`), and in one sentence what and the
 * way out.
 */
export interface Fault {
  path: string;
  message: string;
}

/** The name of a setting as people write it: keys joined by dots, places in a list in brackets. */
export function settingPath(...keys: readonly PropertyKey[]): string {
  return keys.map((key, place) => (place === 0 ? String(key) : pathStep(key))).join("");
}

/** The faults of one section, as its schema found them; each fault once. */
export function sectionFaults(section: string, issues: readonly z.core.$ZodIssue[]): Fault[] {
  const faults = issues
    .flatMap(splitIssue)
    .map(({ path, message }) => ({ path: settingPath(section, ...path), message }));
  return faults.filter((fault, place) => faults.findIndex((other) => isSameFault(fault, other)) === place);
}

/** One entry for each wrong key; the schema gives one line for each unknown one, in the order of the keys. */
export function splitIssue(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== "unrecognized_keys") return [issue];
  const lines = issue.message.split("\n");
  return issue.keys.map((key, place) => ({ path: [...issue.path, key], message: lines[place] ?? "" }));
}

function pathStep(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[\w:-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function isSameFault(one: Fault, other: Fault): boolean {
  return one.path === other.path && one.message === other.message;
}
