import { domainToASCII } from "node:url";

/**
 * A domain as names are compared: lower case, other scripts as `xn--…`; undefined where the text is no domain of at
 * least two parts.
 */
export function normalDomain(text: string): string | undefined {
  const domain = STRANGE.test(text) ? "" : domainToASCII(text);
  return DOMAIN.test(domain) && domain.length <= 253 ? domain : undefined;
}

/**
 * Whether mail to this address goes to one of the domains, and to nobody else. A subdomain is another domain. What
 * mail programs read in different ways (quotes, comments, several addresses, routes through a domain) is not allowed.
 */
export function isAllowedAddress(address: string | undefined, domains: readonly string[]): boolean {
  if (address === undefined) return false;
  const at = address.lastIndexOf("@");
  const domain = normalDomain(address.slice(at + 1));
  return at > 0 && LOCAL_PART.test(address.slice(0, at)) && domain !== undefined && domains.includes(domain);
}

// What `domainToASCII` reads as a URL does: it stops at some, decodes or drops others, and returns a domain that mail to
// the text as it stands never goes to. Invisible characters count as well.
const STRANGE = /[\p{C}\p{Z}/#?\\%:@[\]<>^|]/u;

const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

// Plain characters of RFC 5322 without % and !, which once meant "hand it on to another domain". Dots anywhere:
// Japanese carriers gave out such addresses.
const LOCAL_PART = /^[A-Za-z0-9#$&'*+/=?^_`{|}~.-]{1,64}$/;
