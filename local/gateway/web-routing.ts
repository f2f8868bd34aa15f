import type { IncomingHttpHeaders } from "node:http";
import type { WebAnswer, WebRequest } from "../web-exchange.ts";
import { type Answer, written } from "./answers.ts";
import type { ServiceRequest } from "./service-request.ts";

/** The two kinds of web servers behind the gateway, by the service their requests are noted under. */
export type WebService = "sign-in" | "application";

/**
 * The host of a request for a web server, in lower case and without a port; undefined for a call of an AWS API, which is
 * signed, names its target, or comes to an address that is no host name of the internet.
 */
export function readWebHost(headers: IncomingHttpHeaders, isSigned: boolean): string | undefined {
  if (isSigned || headers["x-amz-target"] !== undefined) return undefined;
  const host = (headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
  const isName = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*$/.test(host);
  if (!isName || host.endsWith(".localhost")) return undefined;
  return host;
}

/** Whether AWS's APIs are at this host. */
export function isApiHost(host: string): boolean {
  return /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(host);
}

/** The Region whose pools' public documents a request asks for: they stand at the API's own host. */
export function readDocumentRegion(host: string, method: string, path: string): string | undefined {
  if (method !== "GET" || !/^\/[\w-]+\/\.well-known\//.test(path)) return undefined;
  return /^cognito-idp\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1];
}

/** The Region of a prefix domain of Cognito, whether or not a pool has it. */
export function readPrefixRegion(host: string): string | undefined {
  return /^[a-z0-9-]+\.auth\.([a-z0-9-]+)\.amazoncognito\.com$/.exec(host)?.[1];
}

/** A request as web servers see it. */
export async function readWebRequest(request: ServiceRequest, host: string): Promise<WebRequest> {
  const { method, path, headers, body } = request;
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : value,
  ]);
  return {
    method,
    host,
    path,
    headers: Object.fromEntries(entries),
    body: (await body.read()).toString("utf8"),
  };
}

/** What a request to the sign-in pages is counted as: method and path, and the kind of grant where tokens are asked for. */
export function readWebOperation({ method, path, body }: WebRequest): string {
  const operation = `${method} ${path.split("?")[0]}`;
  const grant = operation === "POST /oauth2/token" ? new URLSearchParams(body).get("grant_type") : null;
  return grant === null ? operation : `${operation} ${grant}`;
}

/** The refusal of a request beyond the quotas. */
export function tooManyRequests(): WebAnswer {
  return {
    status: 429,
    headers: { "content-type": "application/json;charset=UTF-8" },
    body: JSON.stringify({ message: "Too many requests" }),
  };
}

/** What a web server answered, as the gateway sends it. */
export function toAnswer({ status, headers, body }: WebAnswer): Answer {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === "string" ? value : [...value],
  ]);
  return written(status, Object.fromEntries(entries), body);
}
