import { createHmac, timingSafeEqual } from "node:crypto";
import { AwsFault } from "../../aws-fault.ts";
import type { Client } from "../state.ts";

/**
 * Refuses a request to a client with a secret whose SECRET_HASH is missing or wrong: Base64 of HMAC-SHA256 under the
 * secret over user name + client id (Developer Guide, "Computing secret hash values"). Every live secret counts.
 */
export function refuseWrongSecretHash(client: Client, username: string, given: string | undefined): void {
  if (client.secrets.length === 0) return;
  if (given === undefined) {
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  }
  const isKnown = client.secrets.some(({ value }) =>
    isSame(computeSecretHash(value, username, client.id), given),
  );
  if (!isKnown) throw notAuthorized(`SecretHash does not match for the client: ${client.id}`);
}

/** SECRET_HASH as a confidential client computes it. */
export function computeSecretHash(secret: string, username: string, clientId: string): string {
  return createHmac("sha256", secret).update(`${username}${clientId}`).digest("base64");
}

export function notAuthorized(message: string): AwsFault {
  return new AwsFault("NotAuthorizedException", message);
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
