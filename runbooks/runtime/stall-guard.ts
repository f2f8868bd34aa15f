import { IntegrityError } from "./errors.ts";

/** Pages in a row that may bring nothing new: AWS repeats and empties pages now and then, but not for ever. */
const STALE_PAGES = 100;

/** Told after each page whether it brought anything new; throws IntegrityError when a list goes round and round. */
export function createStallGuard(what: string): (hasNew: boolean) => void {
  let stale = 0;
  return (hasNew) => {
    stale = hasNew ? 0 : stale + 1;
    if (stale < STALE_PAGES) return;
    throw new IntegrityError(`${what}: ${STALE_PAGES} pages in a row brought nothing new.`, {
      remedy: "Nothing was finished; run it again, and ask AWS support if it stays.",
    });
  };
}
