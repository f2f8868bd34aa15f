import type { WebRequest } from "../../../web-exchange.ts";

const NONCE_COOKIE = "AWSALBAuthNonce";
const COOKIE_DAYS = 7;

/**
 * A session longer than a cookie becomes several, -0 to -3 (Application Load Balancers, Authenticate users, Cookie
 * handling: 4K each); name and attributes take their part.
 */
const MOST_SHARDS = 4;
const SHARD_BYTES = 3_900;

/** The value of a cookie, as it was sent. */
function findCookie({ headers }: Pick<WebRequest, "headers">, name: string): string | undefined {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The values of a session's cookies in their order, up to the first that is missing. */
export function findSessionCookies(request: WebRequest, cookieName: string): string[] {
  const shards: string[] = [];
  while (shards.length < MOST_SHARDS) {
    const shard = findCookie(request, shardName(cookieName, shards.length));
    if (shard === undefined) break;
    shards.push(shard);
  }
  return shards;
}

export function findNonce(request: WebRequest): string | undefined {
  return findCookie(request, NONCE_COOKIE);
}

/** A session that ends earlier says so inside its value; the browser keeps it for seven days. */
export function writeSessionCookies(cookieName: string, value: string, now: number): string[] {
  const shards = value.match(new RegExp(`.{1,${SHARD_BYTES}}`, "g")) ?? [];
  if (shards.length > MOST_SHARDS) throw new Error(`a session of ${value.length} bytes fits no cookies`);
  return shards.map((shard, place) => writeCookie(shardName(cookieName, place), shard, now));
}

export function writeNonceCookie(nonce: string, now: number): string {
  return writeCookie(NONCE_COOKIE, nonce, now);
}

function shardName(cookieName: string, place: number): string {
  return `${cookieName}-${place}`;
}

function writeCookie(name: string, value: string, now: number): string {
  const expires = new Date(now + COOKIE_DAYS * 86_400_000).toUTCString();
  return `${name}=${value}; Expires=${expires}; Path=/; Secure; HttpOnly`;
}
