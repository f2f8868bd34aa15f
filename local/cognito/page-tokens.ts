import { createCipheriv, createDecipheriv } from "node:crypto";
import { invalidParameter } from "./faults.ts";
import { limits } from "./limits.ts";
import type { World } from "./state.ts";

/** What a token continues: the operation, the pool (or other owner) and the parameters that must stay the same. */
export interface PageScope {
  operation: string;
  owner: string;
  parameters?: readonly (string | undefined)[];
}

/** An opaque token that continues after `position`; it works for one hour, in this model and scope only. */
export function issuePageToken(world: World, scope: PageScope, position: number): string {
  const iv = world.randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, world.tokenKey, iv);
  const plain = JSON.stringify({ scope: describeScope(scope), position, issuedAt: world.now() });
  const sealed = Buffer.concat([iv, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString("base64");
}

/**
 * The position a token continues after; 0 without a token. Forged and foreign tokens and those of another list are refused
 * ("present in an additional API request with the same parameters": ListUsers, API reference), and so are tokens older than
 * an hour ("Managing and searching for user accounts").
 */
export function readPageToken(world: World, scope: PageScope, token: string | undefined): number {
  if (token === undefined) return 0;
  const content = open(world, token);
  if (content === undefined) throw invalidParameter("Invalid pagination token");
  if (content.scope !== describeScope(scope)) throw invalidParameter("Paging Marker is Invalid for Request");
  if (world.now() - content.issuedAt > limits.pageTokenSeconds * 1_000) {
    throw invalidParameter("Pagination token has expired");
  }
  return content.position;
}

const algorithm = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;

function describeScope(scope: PageScope): string {
  return JSON.stringify([
    scope.operation,
    scope.owner,
    ...(scope.parameters ?? []).map((part) => part ?? null),
  ]);
}

function open(world: World, token: string) {
  const sealed = Buffer.from(token, "base64");
  // Buffer skips what is not base64; a token must come back exactly as it was given out.
  if (sealed.length < ivBytes + tagBytes || sealed.toString("base64") !== token) return undefined;
  const decipher = createDecipheriv(algorithm, world.tokenKey, sealed.subarray(0, ivBytes));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const plain =
      decipher.update(sealed.subarray(ivBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
    return JSON.parse(plain) as { scope: string; position: number; issuedAt: number };
  } catch {
    // Decryption fails for every token this model did not issue; there is nothing else to learn from the error.
    return undefined;
  }
}
