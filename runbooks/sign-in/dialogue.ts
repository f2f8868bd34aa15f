import type { OptionTable } from "../runtime/command-line.ts";
import { BadInputError, CredentialsError, NotConfirmedError } from "../runtime/errors.ts";
import type { RunbookContext } from "../runtime/runbook.ts";
import { explainRefusal, isUnfitPassword, isWrongCode, type RefusedStep } from "./sign-in-refusal.ts";

/** What a talk with the person at the terminal needs of a run. */
export type Dialogue = Pick<
  RunbookContext<OptionTable>,
  "ask" | "askSecret" | "progress" | "warn" | "draw" | "errorColumns" | "isInteractive" | "now" | "env"
>;

/** What somebody is asked for first. */
export const YOUR_NAME = "your name (address, number or user name)";

/** How often one thing is asked for: Cognito locks a user after five wrong answers (Developer Guide, "Lockout behavior"). */
export const TRIES = 3;

/** Refuses a talk that nobody would hear, before anything is sent. */
export function requireTerminal({ isInteractive }: Pick<Dialogue, "isInteractive">, what: string): void {
  if (isInteractive) return;
  throw new BadInputError(`There is no terminal to type ${what} at.`, {
    remedy: "Run it in a terminal, with neither input nor messages led elsewhere.",
  });
}

/** One line that is not empty, without blanks at its ends. Throws NotConfirmedError where nobody gives one. */
export async function askLine(dialogue: Dialogue, what: string): Promise<string> {
  requireTerminal(dialogue, what);
  for (let tries = 0; tries < TRIES; tries++) {
    const typed = await dialogue.ask(`${upperFirst(what)}: `);
    if (typed === undefined) break;
    if (typed.trim() !== "") return typed.trim();
  }
  throw givenUp(what);
}

/** A password, letter by letter as it was typed. Throws NotConfirmedError where nobody gives one. */
export async function askPassword(dialogue: Dialogue, what = "the password"): Promise<string> {
  const typed = await dialogue.askSecret(`${upperFirst(what.replace(/^the /, ""))} (not shown): `);
  if (typed === undefined || typed === "") throw givenUp(what);
  return typed;
}

/**
 * Asks for a new password, twice, and sends it; asks again where the two differ or Cognito's rules are broken, which it
 * names. Throws BadInputError after three that were refused.
 */
export async function giveNewPassword<Answer>(
  dialogue: Dialogue,
  step: RefusedStep,
  send: (password: string) => Promise<Answer>,
): Promise<Answer> {
  let last: unknown;
  for (let tries = 0; tries < TRIES; tries++) {
    const password = await askPassword(dialogue, "the new password");
    if ((await askPassword(dialogue, "the new password once more")) !== password) {
      last = new BadInputError("The two new passwords differ.");
      dialogue.warn("The two differ; type them again.");
      continue;
    }
    try {
      return await send(password);
    } catch (error) {
      const explained = explainRefusal(error, { ...step, secrets: [...(step.secrets ?? []), password] });
      if (!isUnfitPassword(error)) throw explained;
      last = explained;
      if (explained instanceof Error) dialogue.warn(explained.message);
    }
  }
  throw last;
}

/** How a code is asked for and sent. */
export interface CodeStep<Answer> {
  /** What a person reads before they type. */
  question: string;
  /** What of this machine's clock is worth saying where a code is wrong (describeClock). */
  clock: () => string | undefined;
  /** Sends it, once: nothing is ever sent again by itself. */
  send: (code: string) => Promise<Answer>;
}

/**
 * Asks for a code and sends it; after a wrong one asks again, three times in all. What cannot be a code, and one that
 * was sent before, counts as wrong and is not sent. Throws CredentialsError after the third, NotConfirmedError where
 * nobody types one; other errors of `send` as explainRefusal says.
 */
export async function giveCode<Answer>(
  dialogue: Dialogue,
  step: RefusedStep,
  { question, clock, send }: CodeStep<Answer>,
): Promise<Answer> {
  const sent = new Set<string>();
  for (let tries = 1; ; tries++) {
    const typed = await dialogue.ask(question);
    if (typed === undefined || typed.trim() === "") throw givenUp("a code");
    const code = readCode(typed);
    let why = "A code has six to eight digits.";
    if (code !== undefined && sent.has(code)) {
      why = "This code was sent already; wait for the next one.";
    } else if (code !== undefined) {
      sent.add(code);
      try {
        return await send(code);
      } catch (error) {
        const explained = explainRefusal(error, { ...step, clock: clock(), secrets: [code] });
        if (!isWrongCode(error) || !(explained instanceof Error)) throw explained;
        why = explained.message;
      }
    }
    if (tries === TRIES) throw tooManyCodes(why, step);
    dialogue.warn(why);
  }
}

/** Digits as people type them, in full width or with blanks between; undefined for what cannot be a code. */
export function readCode(typed: string): string | undefined {
  const digits = typed.normalize("NFKC").replaceAll(/[\s-]/g, "");
  return /^\d{6,8}$/.test(digits) ? digits : undefined;
}

/** Local time of day, "12:34:56". */
export function formatClock(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/** Somebody ended the talk where something was needed. */
export function givenUp(what: string): NotConfirmedError {
  return new NotConfirmedError(`Given up: nothing was typed for ${what}.`);
}

function tooManyCodes(why: string, { stack, verb }: RefusedStep): CredentialsError {
  return new CredentialsError(`${why} That was the third; two more would lock this user.`, {
    remedy: `Later: npm run sign-in -- ${verb} --stack ${stack}.`,
  });
}

function upperFirst(text: string): string {
  return text.replace(/^the /, "").replace(/^./, (letter) => letter.toUpperCase());
}
