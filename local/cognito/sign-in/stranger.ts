import { createHash } from "node:crypto";
import type { User, World } from "../state.ts";

/** Stands for somebody who is not there, in no pool: the same name each time, so that asking twice reveals nothing. */
export function strangerCalled(world: World, username: string): User {
  const hex = createHash("sha256").update(world.tokenKey).update(username).digest("hex");
  const cuts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  const pseudonym = cuts.join("-");
  return {
    sequence: -1,
    username: pseudonym,
    sub: pseudonym,
    createdAt: world.now(),
    modifiedAt: world.now(),
    isEnabled: true,
    status: "CONFIRMED",
    attributes: {},
    pendingContacts: undefined,
    credential: undefined,
    passwordHistory: undefined,
    mfa: undefined,
    totp: undefined,
    memberships: undefined,
  };
}
