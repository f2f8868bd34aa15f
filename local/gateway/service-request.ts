import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { readEmailOperation } from "./email-operation.ts";
import { RequestBody } from "./request-body.ts";
import { readS3Operation } from "./s3-operation.ts";

/** How a service writes its answers and errors. */
export type Protocol = "json" | "query" | "rest-json" | "rest-xml";

/** One request to an AWS service, as far as the headers and the first look tell. */
export interface ServiceRequest {
  /**
   * The service's signing name: cognito-idp, s3, elasticloadbalancing, …; "sign-in" and "application" for web servers,
   * "unknown" when nothing names it.
   */
  readonly service: string;
  /** AWS's name for the operation; for web servers and REST services the gateway does not know, method and path. */
  readonly operation: string;
  readonly protocol: Protocol;
  readonly region: string;
  /** Whether it carries an AWS signature, in a header or (presigned) in the address. */
  readonly isSigned: boolean;
  readonly method: string;
  /** Path and query exactly as they were signed. */
  readonly path: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: RequestBody;
  /** The host of a request to a web server, in lower case and without a port. */
  readonly webHost?: string;
}

/** Tells the web servers behind the gateway from AWS's APIs; undefined for a call of an API. */
export type FindWebServer = (
  request: Pick<ServiceRequest, "headers" | "isSigned" | "method" | "path">,
) => Pick<ServiceRequest, "service" | "region" | "webHost"> | undefined;

/** Finds out what a request asks for. Reads the body only where the query protocol hides the operation there. */
export async function identifyRequest(
  message: IncomingMessage,
  defaultRegion: string,
  findWebServer: FindWebServer,
): Promise<ServiceRequest> {
  const url = new URL(message.url ?? "/", "http://127.0.0.1");
  const method = message.method ?? "GET";
  const headers = message.headers;
  const body = new RequestBody(message);
  const scope = readCredentialScope(headers, url);
  const common = {
    region: scope?.region ?? defaultRegion,
    isSigned: scope !== undefined,
    method,
    path: message.url ?? "/",
    url,
    headers,
    body,
  };

  const server = findWebServer(common);
  if (server !== undefined) {
    // Without the query, which may carry a code, a state or a token.
    return { ...common, ...server, operation: `${method} ${url.pathname}`, protocol: "rest-json" };
  }
  const target = headers["x-amz-target"];
  if (typeof target === "string" && target.includes(".")) {
    return { ...common, ...readTarget(target, scope?.service), protocol: "json" };
  }
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const operation = new URLSearchParams((await body.read()).toString("utf8")).get("Action");
    const service = scope?.service ?? "unknown";
    return { ...common, service, operation: operation ?? `${method} ${url.pathname}`, protocol: "query" };
  }
  return { ...common, ...readRestOperation(scope?.service, common) };
}

/** Which services hide behind the first half of X-Amz-Target, where it differs from the signing name. */
const TARGET_SERVICES: Readonly<Record<string, string>> = {
  AWSCognitoIdentityProviderService: "cognito-idp",
  AWSCognitoIdentityService: "cognito-identity",
  AmazonSSM: "ssm",
  Logs_20140328: "logs",
  TrentService: "kms",
  secretsmanager: "secretsmanager",
};

function readTarget(target: string, signedService: string | undefined) {
  const dot = target.lastIndexOf(".");
  const prefix = target.slice(0, dot);
  const service = TARGET_SERVICES[prefix] ?? signedService ?? prefix.toLowerCase();
  return { service, operation: target.slice(dot + 1) };
}

function readRestOperation(
  service: string | undefined,
  { method, path, url, headers }: Pick<ServiceRequest, "method" | "path" | "url" | "headers">,
): { service: string; operation: string; protocol: Protocol } {
  if (service === "s3") {
    return { service, operation: readS3Operation(method, path, headers), protocol: "rest-xml" };
  }
  const unknown = `${method} ${url.pathname}`;
  if (url.pathname.startsWith("/v2/email/")) {
    return {
      service: "ses",
      operation: readEmailOperation(method, url.pathname) ?? unknown,
      protocol: "rest-json",
    };
  }
  return { service: service ?? "unknown", operation: unknown, protocol: "rest-json" };
}

interface CredentialScope {
  region: string;
  service: string;
}

/** Region and service out of `<key id>/<date>/<region>/<service>/aws4_request` (Signature Version 4). */
function readCredentialScope(headers: IncomingHttpHeaders, url: URL): CredentialScope | undefined {
  const credential =
    /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ??
    url.searchParams.get("X-Amz-Credential") ??
    "";
  const [, , region, service] = credential.split("/");
  return region && service ? { region, service } : undefined;
}
