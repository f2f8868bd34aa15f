import { invalidParameter } from "../faults.ts";
import { requireClient } from "../operations/clients.ts";
import { requirePool, requireUser } from "../operations/operation.ts";
import { requireEnabled } from "../sign-in/clients.ts";
import type { World } from "../state.ts";
import { allowsFlow, chooseScopes } from "./authorization.ts";
import { recordsOf } from "./sign-in-records.ts";

/** Whose sign-in a code stands for, and what it was asked for with. */
export interface CodeRequest {
  poolId: string;
  clientId: string;
  username: string;
  redirectUri: string;
  /** Scopes with spaces between them; all of the client's unless given. */
  scope?: string | undefined;
  nonce?: string | undefined;
}

/** A code as if the user had just signed in at the pages. Throws an AwsFault where the pages would give out none. */
export function createAuthorizationCode(world: World, request: CodeRequest): string {
  const { redirectUri, nonce } = request;
  const pool = requirePool(world, request.poolId);
  const client = requireClient(pool, request.clientId);
  const user = requireUser(pool, request.username);
  requireEnabled(user);
  if (!allowsFlow(client, "code")) throw invalidParameter("The app client does not allow the code grant.");
  if (client.settings.CallbackURLs?.includes(redirectUri) !== true) {
    throw invalidParameter("The redirect URI is not one of the app client's callback URLs.");
  }
  const scopes = chooseScopes(client, request.scope);
  if (scopes === undefined) throw invalidParameter("A scope is not one of the app client's.");
  return recordsOf(world).codes.put({
    poolId: pool.id,
    clientId: client.id,
    user,
    redirectUri,
    scopes,
    nonce,
    challenge: undefined,
    authenticatedAt: world.now(),
  });
}
