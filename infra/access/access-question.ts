import { isIPv4, isIPv6 } from "node:net";
import { type Cidr, readCidr } from "../routes/cidr.ts";
import { isHostName } from "../settings/formats.ts";
import type { ListenerRequest } from "./request-matching.ts";

/** Who asks for what, as a person types it. */
export interface AccessQuestion {
  ip: string;
  path: string;
  /** May be left out where the rules name one host or none. */
  host?: string | undefined;
}

/** Something that no request can have: what is wrong, and what to give instead. */
export interface QuestionProblem {
  problem: string;
  remedy: string;
}

/** Reads a question about access; `hosts` are those that the rules name. */
export function readAccessQuestion(
  { ip, path, host }: AccessQuestion,
  hosts: readonly string[],
): ListenerRequest | QuestionProblem {
  const source = readAddress(ip);
  if ("problem" in source) return source;
  if (!/^\/[\x21-\x7e]*$/.test(path) || /[?#]/.test(path)) {
    return {
      problem: `--path ${JSON.stringify(path)} is not the path of an address.`,
      remedy: "Give it as it stands in the address, from its first / on and without what follows a ? or #.",
    };
  }
  const chosen = chooseHost(host, hosts);
  return typeof chosen === "string" ? { source, host: chosen, path } : chosen;
}

/** Reads one address as a block of one. */
export function readAddress(ip: string): Cidr | QuestionProblem {
  const isMapped = /^::ffff:/i.test(ip);
  if (isIPv4(ip) || (isIPv6(ip) && !ip.includes("%") && !isMapped)) {
    const read = readCidr(`${ip}/${isIPv4(ip) ? 32 : 128}`);
    if (!("problem" in read)) return read;
  }
  return {
    problem: `--ip ${JSON.stringify(ip)} is not an address.`,
    remedy: isMapped
      ? "Give the IPv4 address in it; the load balancer sees that."
      : "Give one address such as 203.0.113.7 or 2001:db8::7, without a prefix length.",
  };
}

function chooseHost(host: string | undefined, hosts: readonly string[]): string | QuestionProblem {
  if (host !== undefined) {
    if (isHostName(host.toLowerCase())) return host.toLowerCase();
    return {
      problem: `--host ${JSON.stringify(host)} is not a host name.`,
      remedy: "Give it without https://, port and path, such as app.example.com.",
    };
  }
  const [only = "", ...others] = hosts;
  if (others.length === 0) return only;
  return {
    problem: `The rules are for ${hosts.length} hosts.`,
    remedy: `Add --host with one of ${hosts.join(", ")}.`,
  };
}
