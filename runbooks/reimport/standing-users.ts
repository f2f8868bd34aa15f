import { hash } from "node:crypto";
import { signInKeys } from "./sign-in-keys.ts";
import type { TargetPool, TargetUser } from "./target-pool.ts";

/** A user who stands in the target, without what they are called and how they are reached. */
export interface StandingUser {
  sub: string;
  username: string;
  status: string;
  isEnabled: boolean;
  created: string;
  modified: string;
  /** Of all attributes but `sub` and `identities` (attributesDigest). */
  digest: string;
  /** The attribute `identities`, as Cognito writes it. */
  identities: string | undefined;
}

/** Everybody who stands in the target, found by whatever signs them in. */
export interface StandingUsers {
  size: () => number;
  /** Whoever already has one of these sign-in names. */
  find: (keys: readonly string[]) => StandingUser | undefined;
  findSub: (sub: string) => StandingUser | undefined;
  all: () => Iterable<StandingUser>;
}

/** Reads the lists of the target's users, page by page; somebody who comes twice counts once, as they came last. */
export async function indexStandingUsers(
  pool: TargetPool,
  pages: AsyncIterable<readonly TargetUser[]>,
): Promise<StandingUsers> {
  const byKey = new Map<string, StandingUser>();
  const bySub = new Map<string, StandingUser>();
  for await (const page of pages) {
    for (const user of page) {
      const standing = toStanding(user);
      bySub.set(user.sub, standing);
      for (const key of signInKeys(pool, user)) byKey.set(key, standing);
    }
  }
  return {
    size: () => bySub.size,
    find: (keys) => {
      for (const key of keys) {
        const found = byKey.get(key);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    findSub: (sub) => bySub.get(sub),
    all: () => bySub.values(),
  };
}

/** Keeps of a user what a plan compares; the attributes stay as a digest. */
export function toStanding({ attributes, isEnabled, ...user }: TargetUser): StandingUser {
  return {
    sub: user.sub,
    username: user.username,
    status: user.status,
    isEnabled,
    created: user.created,
    modified: user.modified,
    digest: attributesDigest(attributes),
    identities: attributes.get("identities"),
  };
}

/**
 * The same for two users whose attributes are the same to the last character, whatever their order. Left out are
 * `sub` and `identities`, which Cognito sets, empty values, which it does not keep, and flags that say false, which it
 * may add to an address.
 */
export function attributesDigest(attributes: Iterable<readonly [string, string]>): string {
  const kept = [...attributes].filter(
    ([name, value]) =>
      name !== "sub" &&
      name !== "identities" &&
      value !== "" &&
      !(name.endsWith("_verified") && value === "false"),
  );
  kept.sort(([one], [other]) => (one < other ? -1 : 1));
  return hash("sha256", JSON.stringify(kept), "base64url").slice(0, 24);
}
