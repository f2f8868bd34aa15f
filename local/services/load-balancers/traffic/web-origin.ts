import { isIP } from "node:net";
import type { WebRequest } from "../../../web-exchange.ts";

/** Where a request comes from, and to which listener. */
export interface WebOrigin {
  listenerArn?: string | undefined;
  /** The address that connects; this machine's own unless given. */
  sourceIp?: string | undefined;
}

/**
 * What the headers `x-sekisho-source-ip` and `x-sekisho-listener` say: behind one local port, a test is every network
 * and every load balancer.
 */
export function originOf({ headers }: Pick<WebRequest, "headers">): WebOrigin {
  return { listenerArn: headers["x-sekisho-listener"], sourceIp: headers["x-sekisho-source-ip"] };
}

/** The address a request comes from, or what is wrong with it. */
export function sourceOf({ sourceIp = "127.0.0.1" }: WebOrigin): string | { problem: string } {
  return isIP(sourceIp) === 0 ? { problem: `'${sourceIp}' is not an IP address` } : sourceIp;
}
