import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { answerJsonCall, type JsonService } from "./json-service.ts";
import { type Logs, logService } from "./log-store.ts";
import { parameterService } from "./parameter-store.ts";
import { SecretStore, secretService } from "./secret-store.ts";

/** A bucket's objects by key. Tests read and alter them directly. */
export type Bucket = Map<string, Buffer>;

export interface ObjectStore {
  url: string;
  buckets: Map<string, Bucket>;
  /** Parameter Store values by name, in every Region. */
  parameters: Map<string, string>;
  /** Log groups of CloudWatch Logs, in every Region. */
  logs: Logs;
  /** Secrets Manager, in every Region. */
  secrets: SecretStore;
  /** Every write of a backup that was answered with success, oldest first: keys may not come twice. */
  writes: string[];
  /** The working files of runbooks, which may be written over: when each was written last. */
  workWrites: Map<string, Date>;
  /** By how much the time that Secrets Manager's answers tell is ahead of this machine's. */
  clock: { aheadMs: number };
  /** Whose credentials every request is signed with. */
  caller: { account: string };
  close: () => Promise<void>;
}

/**
 * AWS over HTTP as far as runbooks use it: S3 (path-style addresses; conditional writes, checksums, lists by prefix and
 * folder), Parameter Store, CloudWatch Logs, Secrets Manager, and who asks. Everything is in memory; `bucket` exists from
 * the start, and so does `workBucket`, whose objects may be written over and deleted.
 */
export async function startObjectStore(bucket: string, workBucket: string): Promise<ObjectStore> {
  const store: Omit<ObjectStore, "url" | "close"> = {
    buckets: new Map([
      [bucket, new Map()],
      [workBucket, new Map()],
    ]),
    parameters: new Map(),
    logs: new Map(),
    secrets: new SecretStore(),
    writes: [],
    workWrites: new Map(),
    clock: { aheadMs: 0 },
    caller: { account: "123456789012" },
  };
  const services: Record<string, JsonService> = {
    AmazonSSM: parameterService(store.parameters),
    Logs_20140328: logService(store.logs),
    secretsmanager: secretService(store.secrets),
  };
  const server = createServer((request, response) => {
    answer({ ...store, workBucket, services }, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...store,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type State = Omit<ObjectStore, "url" | "close"> & {
  workBucket: string;
  /** By the first half of X-Amz-Target. */
  services: Readonly<Record<string, JsonService>>;
};

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const [prefix = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
  const service = state.services[prefix];
  if (prefix === "secretsmanager") {
    response.setHeader("date", new Date(Date.now() + state.clock.aheadMs).toUTCString());
  }
  if (service !== undefined) return answerJsonCall(service, operation, body, response);
  if (body.toString().startsWith("Action=GetCallerIdentity")) return answerCaller(state.caller, response);
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, name = "", ...rest] = decodeURIComponent(url.pathname).split("/");
  const key = rest.join("/");
  const bucket = state.buckets.get(name);
  if (!bucket) return refuse(response, 404, "NoSuchBucket");
  // The rules of the bucket's policy are this store's own; there is no document to read.
  if (url.searchParams.has("policy")) return refuse(response, 404, "NoSuchBucketPolicy");
  if (key === "") return list(bucket, name, url.searchParams, response);
  if (request.method === "PUT") {
    if (name === state.workBucket) return replace(state, bucket, key, body, request, response);
    return put(state, bucket, key, body, request, response);
  }
  if (request.method === "DELETE") return remove(state, bucket, name, key, response);
  const found = bucket.get(key);
  if (!found) return refuse(response, 404, "NoSuchKey");
  const checksum = createHash("sha256").update(found).digest("base64");
  response.writeHead(200, {
    "content-length": found.length,
    etag: tagOf(found),
    "last-modified": (state.workWrites.get(key) ?? new Date(0)).toUTCString(),
    ...(request.headers["x-amz-checksum-mode"] && {
      "x-amz-checksum-sha256": checksum,
      "x-amz-checksum-type": "FULL_OBJECT",
    }),
  });
  response.end(request.method === "HEAD" ? undefined : found);
}

function put(
  state: State,
  bucket: Bucket,
  key: string,
  body: Buffer,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const checksum = createHash("sha256").update(body).digest("base64");
  const refusal = findRefusal(headers, checksum, bucket.has(key));
  if (refusal) {
    refuse(response, ...refusal);
    return;
  }
  bucket.set(key, body);
  state.writes.push(key);
  response.writeHead(200, { "x-amz-checksum-sha256": checksum, etag: tagOf(body) }).end();
}

/** What stands in for a working file: the conditions of the request decide, and nothing else. */
function replace(
  { workWrites }: State,
  bucket: Bucket,
  key: string,
  body: Buffer,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const found = bucket.get(key);
  const wanted = headers["if-match"];
  if (wanted !== undefined && !found) {
    refuse(response, 404, "NoSuchKey");
    return;
  }
  const isRefused =
    wanted === undefined ? headers["if-none-match"] === "*" && found : wanted !== tagOf(found);
  if (isRefused) {
    refuse(response, 412, "PreconditionFailed");
    return;
  }
  const checksum = createHash("sha256").update(body).digest("base64");
  const given = headers["x-amz-checksum-sha256"];
  if (given !== undefined && given !== checksum) {
    refuse(response, 400, "BadDigest");
    return;
  }
  bucket.set(key, body);
  workWrites.set(key, new Date());
  response
    .writeHead(200, { etag: tagOf(body), ...(given !== undefined && { "x-amz-checksum-sha256": checksum }) })
    .end();
}

/** Backups are locked; a working file goes, and one that is not there is gone already. */
function remove(
  { workBucket, workWrites }: State,
  bucket: Bucket,
  name: string,
  key: string,
  response: ServerResponse,
): void {
  if (name !== workBucket) {
    refuse(response, 403, "AccessDenied");
    return;
  }
  bucket.delete(key);
  workWrites.delete(key);
  response.writeHead(204).end();
}

function tagOf(body: Buffer | undefined): string {
  return `"${createHash("md5")
    .update(body ?? "")
    .digest("hex")}"`;
}

/** As the bucket policy demands: no write without the condition, none without the key. */
function findRefusal(
  headers: IncomingMessage["headers"],
  checksum: string,
  isTaken: boolean,
): [number, string] | undefined {
  if (headers["if-none-match"] !== "*") return [403, "AccessDenied"];
  if (!headers["x-amz-server-side-encryption-aws-kms-key-id"]) return [403, "AccessDenied"];
  if (headers["x-amz-checksum-sha256"] !== checksum) return [400, "BadDigest"];
  return isTaken ? [412, "PreconditionFailed"] : undefined;
}

/** Small pages, so that every list has several. */
const LIST_PAGE = 3;

function list(bucket: Bucket, name: string, query: URLSearchParams, response: ServerResponse): void {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter");
  const entries = new Map<string, string>();
  for (const key of [...bucket.keys()].sort()) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (end === -1) entries.set(key, contents(key, bucket.get(key)?.length ?? 0));
    else entries.set(key.slice(0, end + 1), folder(key.slice(0, end + 1)));
  }
  const names = [...entries.keys()];
  const start = Number(query.get("continuation-token") ?? 0);
  const isTruncated = start + LIST_PAGE < names.length;
  const page = names.slice(start, start + LIST_PAGE).map((entry) => entries.get(entry) ?? "");
  const next = isTruncated ? `<NextContinuationToken>${start + LIST_PAGE}</NextContinuationToken>` : "";
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${name}</Name><IsTruncated>${isTruncated}</IsTruncated>${next}${page.join("")}</ListBucketResult>`,
  );
}

function contents(key: string, size: number): string {
  return `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`;
}

function folder(prefix: string): string {
  return `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`;
}

/** STS GetCallerIdentity: whoever asks is Alice, on call. */
function answerCaller({ account }: ObjectStore["caller"], response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/xml" });
  response.end(
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      `<Arn>arn:aws:sts::${account}:assumed-role/oncall/alice</Arn>` +
      `<UserId>AROAEXAMPLE:alice</UserId><Account>${account}</Account>` +
      "</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>" +
      "</GetCallerIdentityResponse>",
  );
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
