import type { OptionTable } from "./command-line.ts";
import { BadInputError, NotConfirmedError } from "./errors.ts";
import type { RunbookContext } from "./runbook.ts";

/** The options of every command that changes something: without `--apply` it shows what it would do. */
export const changeOptions = {
  apply: { type: "boolean", help: "do it; without this the plan is shown and nothing is changed" },
  ticket: { type: "string", value: "id", help: "the incident or change this is for; goes with --apply" },
  confirm: {
    type: "string",
    value: "name",
    help: "the name that is else asked for before anything is changed",
  },
} as const satisfies OptionTable;

/** What the command line says about a change (changeOptions). */
export interface ChangeChoice {
  apply?: boolean | undefined;
  ticket?: string | undefined;
  confirm?: string | undefined;
}

/** What is about to be changed, and what a person calls that kind of thing: "pool", "user". */
export interface ChangeSubject {
  name: string;
  noun: string;
}

/** A change that a person wants, and why. */
export interface ConfirmedChange {
  ticket: string;
}

/** What a ticket may be: 1 to 64 characters of those that ids of incidents have, and an address has not. */
export const TICKET = /^[\w#.:/-]{1,64}$/;

/** The ticket of a change; undefined without `--apply`. Throws BadInputError where it is missing or none. */
export function readTicket({ apply, ticket }: ChangeChoice): string | undefined {
  if (!apply) return undefined;
  if (ticket === undefined) {
    throw new BadInputError("--apply needs a ticket, so that it can be found out later why this was done.", {
      remedy: "Give --ticket <id>, such as --ticket INC-1.",
    });
  }
  if (TICKET.test(ticket)) return ticket;
  throw new BadInputError(`"${ticket}" is no ticket.`, {
    remedy: "Give 1 to 64 letters, digits and # . : / _ - after --ticket.",
  });
}

/**
 * Makes sure that a person wants this change and means this very thing: they typed its name, after `--confirm` or when
 * asked for it once. Undefined without `--apply`: then nothing is to be changed. Throws BadInputError without a good
 * ticket, and NotConfirmedError for another name, for none, and where nobody can be asked.
 */
export async function confirmChange(
  { isInteractive, ask }: Pick<RunbookContext<OptionTable>, "isInteractive" | "ask">,
  choice: ChangeChoice,
  { name, noun }: ChangeSubject,
): Promise<ConfirmedChange | undefined> {
  const ticket = readTicket(choice);
  if (ticket === undefined) return undefined;
  if (choice.confirm === name) return { ticket };
  if (choice.confirm !== undefined) {
    throw new NotConfirmedError(`--confirm does not name this ${noun}; nothing was changed.`, {
      remedy: `Read the plan again: is this the ${noun} you mean?`,
    });
  }
  if (!isInteractive) {
    throw new NotConfirmedError(`There is no terminal to type the ${noun}'s name at; nothing was changed.`, {
      remedy: "Give --confirm <name>.",
    });
  }
  const answer = (await ask(`Type the ${noun}'s name to change it: `))?.trim() ?? "";
  if (answer !== "" && answer === name.trim()) return { ticket };
  throw new NotConfirmedError(
    answer === ""
      ? "No name was typed; nothing was changed."
      : `That is not the ${noun}'s name; nothing was changed.`,
    { remedy: `Read the plan again: is this the ${noun} you mean?` },
  );
}
