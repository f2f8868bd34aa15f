import type { WebRequest } from "../../../web-exchange.ts";

const NONCE_COOKIE = "AWSALBAuthNonce";
const COOKIE_DAYS = 7;

/** The value of a cookie, as it was sent. */
function findCookie({ headers }: Pick<WebRequest, "headers">, name: string): string | undefined {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

export function findSessionCookie(request: WebRequest, cookieName: string): string | undefined {
  return findCookie(request, shardName(cookieName));
}

export function findNonce(request: WebRequest): string | undefined {
  return findCookie(request, NONCE_COOKIE);
}

/** A session that ends earlier says so inside its value; the browser keeps it for seven days. */
export function writeSessionCookie(cookieName: string, value: string, now: number): string {
  return writeCookie(shardName(cookieName), value, now);
}

export function writeNonceCookie(nonce: string, now: number): string {
  return writeCookie(NONCE_COOKIE, nonce, now);
}

// AWS writes long values as several cookies, -0 to -3; what is kept here fits the first.
function shardName(cookieName: string): string {
  return `${cookieName}-0`;
}

function writeCookie(name: string, value: string, now: number): string {
  const expires = new Date(now + COOKIE_DAYS * 86_400_000).toUTCString();
  return `${name}=${value}; Expires=${expires}; Path=/; Secure; HttpOnly`;
}
