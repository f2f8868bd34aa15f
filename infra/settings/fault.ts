import type { z } from "zod";

/** One thing that is wrong with a stack file: where (`sekisho:routes.rules[0].from`), and in one sentence what and the way out. */
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
  const faults = issues.flatMap((issue) => issueFaults(section, issue));
  return faults.filter((fault, place) => faults.findIndex((other) => isSameFault(fault, other)) === place);
}

function issueFaults(section: string, issue: z.core.$ZodIssue): Fault[] {
  if (issue.code !== "unrecognized_keys") {
    return [{ path: settingPath(section, ...issue.path), message: issue.message }];
  }
  // The schema gives one line for each unknown key, in the order of the keys.
  const lines = issue.message.split("\n");
  return issue.keys.map((key, place) => ({
    path: settingPath(section, ...issue.path, key),
    message: lines[place] ?? issue.message,
  }));
}

function pathStep(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[\w:-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function isSameFault(one: Fault, other: Fault): boolean {
  return one.path === other.path && one.message === other.message;
}
