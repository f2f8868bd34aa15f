import { isLiveSecret } from "../client-secrets.ts";
import type { Client } from "../state.ts";
import type { PageRequest } from "./page-request.ts";

/**
 * The client that a program names and proves to be, by Basic authentication or in the body; undefined when it does not
 * (Developer Guide, "Token endpoint": client_secret_basic and client_secret_post). Every live secret counts; a client
 * without a secret proves nothing, and may not send one.
 */
export function authenticateClient({ pool, headers, form }: PageRequest): Client | undefined {
  const header = headers.authorization;
  const given =
    header === undefined
      ? { id: form.get("client_id"), secret: form.get("client_secret") }
      : readBasic(header);
  if (given === undefined) return undefined;
  if (header !== undefined && (form.get("client_id") ?? given.id) !== given.id) return undefined;
  const client = pool.clients.get(given.id ?? "");
  if (client === undefined) return undefined;
  const isProven =
    client.secrets.length === 0 ? !given.secret : isLiveSecret(client, given.secret ?? undefined);
  return isProven ? client : undefined;
}

function readBasic(header: string): { id: string; secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { id, secret: secret.join(":") };
}
