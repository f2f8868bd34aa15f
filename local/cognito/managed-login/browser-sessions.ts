import { isPresent } from "../sign-in/registry.ts";
import type { User } from "../state.ts";
import { type PageRequest, readCookie } from "./page-request.ts";
import { type BrowserSession, recordsOf } from "./sign-in-records.ts";

/** As Cognito calls it. */
const COOKIE = "cognito";
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** Begins a session of a browser; returns its Set-Cookie line. */
export function startSession({ world, pool }: PageRequest, user: User): string {
  const key = recordsOf(world).sessions.put({ poolId: pool.id, user, authenticatedAt: world.now() });
  return `${COOKIE}=${key}; Max-Age=3600; ${ATTRIBUTES}`;
}

/** The session of this browser at this pool, while its user is there and may sign in. */
export function findSession({ world, pool, headers }: PageRequest): BrowserSession | undefined {
  const session = recordsOf(world).sessions.find(readCookie(headers, COOKIE));
  if (session?.poolId !== pool.id) return undefined;
  return isPresent(pool, session.user) && session.user.isEnabled ? session : undefined;
}

/** Ends the session of this browser; returns the Set-Cookie line that takes the cookie away. */
export function endSession({ world, headers }: PageRequest): string {
  recordsOf(world).sessions.remove(readCookie(headers, COOKIE));
  return `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;
}
