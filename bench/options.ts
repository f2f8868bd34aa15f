import { BadInputError } from "../runbooks/runtime/errors.ts";

/** Reads an option that is a number of users, 1 upwards. */
export function readCount(option: string, text: string): number {
  const count = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new BadInputError(`${option} ${text} is not a number of users.`);
}
