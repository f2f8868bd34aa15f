import { type Cidr, containsCidr, readCidr } from "./cidr.ts";

/** Whether no address of a block, written as a CIDR, can come from the internet. */
export function isPrivateNetwork(text: string): boolean {
  const network = readCidr(text);
  return !("problem" in network) && isPrivate(network);
}

/** Whether no address of a block can come from the internet. */
export function isPrivate(network: Cidr): boolean {
  return PRIVATE.some((outer) => containsCidr(outer, network));
}

/**
 * Addresses that no packet on the internet comes from (RFC 1918, RFC 6598, RFC 3927, RFC 1122, RFC 4193, RFC 4291).
 */
const PRIVATE = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"],
  ...["fc00::/7", "fe80::/10", "::1/128"],
].flatMap((text) => {
  const read = readCidr(text);
  return "problem" in read ? [] : [read];
});
