import { isIP } from "node:net";

/** Whether a URL's host is this very machine, so that what is sent there leaves it nowhere. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}
