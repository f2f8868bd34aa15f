import { createDigestIndex, type DigestIndex } from "./digest-index.ts";
import type { UserRecord } from "./format.ts";
import type { PartWriter } from "./part-writer.ts";

/** Newer data of a user came whose record is already stored: the list has to be read anew, into a new set. */
export class StoredUserChangedError extends Error {}

export interface UserCollector {
  /** Takes a page in; gives back the users that were new. */
  addPage: (users: readonly UserRecord[]) => Promise<UserRecord[]>;
  has: (sub: string) => boolean;
  count: () => number;
}

/**
 * Keeps each user once, by `sub`. AWS promises no duplicates within one list; where one comes all the same, the
 * later modified version wins.
 */
export function createUserCollector(writer: PartWriter): UserCollector {
  const modifiedBySub: DigestIndex = createDigestIndex();
  return {
    addPage: async (users) => {
      const fresh: UserRecord[] = [];
      for (const user of users) {
        const modified = toSeconds(user.modified);
        const known = modifiedBySub.get(user.sub);
        if (known !== undefined && modified < known) continue;
        modifiedBySub.set(user.sub, modified);
        if (known === undefined) {
          fresh.push(user);
          await writer.add(JSON.stringify(user), user.sub);
        } else if (writer.has(user.sub)) {
          await writer.replace(user.sub, JSON.stringify(user));
        } else if (modified > known) {
          throw new StoredUserChangedError("a user came again, changed");
        }
      }
      return fresh;
    },
    has: (sub) => modifiedBySub.get(sub) !== undefined,
    count: () => modifiedBySub.size(),
  };
}

/** Fits an unsigned 32-bit number until the year 2106. */
function toSeconds(instant: string): number {
  return Math.floor(Date.parse(instant) / 1_000);
}
