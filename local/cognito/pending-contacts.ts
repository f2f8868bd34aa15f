import { drawCode } from "./sign-in/codes.ts";
import { signInOf } from "./sign-in/registry.ts";
import type { Contact, Pool, User, World } from "./state.ts";

const dayMilliseconds = 86_400_000;

/** Sends the code that proves a waiting address or number, to that address or number; it works for a day. */
export function sendPendingContactCode(world: World, pool: Pool, user: User, contact: Contact): void {
  const destination = user.pendingContacts?.[contact];
  if (destination === undefined) return;
  const code = drawCode(world);
  const sentAt = world.now();
  signInOf(world, user).codes.set(contact, { code, expiresAt: sentAt + dayMilliseconds, destination });
  world.outbox.put({
    sentAt,
    poolId: pool.id,
    username: user.username,
    sub: user.sub,
    kind: contact,
    medium: contact === "email" ? "EMAIL" : "SMS",
    destination,
    body: code,
  });
}
