import { SHORT_NAME, SHORT_NAME_WORDS } from "./formats.ts";
import { group, list, oneOf, text, wholeNumber } from "./schema.ts";

/** What can leave a stack besides groups, clients and generations. */
export const PARTS = [
  "awsAccess",
  "email",
  "sms",
  "backupCopy",
  "loadBalancer",
  "complianceLock",
  "evidence",
  "secretQuestion",
  "keys",
] as const;

export type LetGoPart = (typeof PARTS)[number];

/**
 * `sekisho:letGo`: what is about to leave the stack on purpose. Listed and still declared, it loses its protection;
 * listed and no longer declared, it stays in AWS and the stack forgets it.
 */
export interface LetGoSettings {
  /** Generations of the user pool. */
  generations: number[];
  groups: string[];
  clients: string[];
  parts: LetGoPart[];
}

export function letGoSchema() {
  const name = text(/^\S{1,128}$/u, "the name of a group");
  return group({
    generations: list(wholeNumber(1, 99), "generations such as 1").default([]),
    groups: list(name, "names of groups").default([]),
    clients: list(text(SHORT_NAME, `a client's name: ${SHORT_NAME_WORDS}`), "names of clients").default([]),
    parts: list(oneOf(PARTS), PARTS.join(", ")).default([]),
  });
}

/** Whether one of the parts may go. */
export function isLetGo(letGo: LetGoSettings | undefined, part: LetGoPart): boolean {
  return letGo?.parts.includes(part) ?? false;
}
