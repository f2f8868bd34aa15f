import type { IncomingHttpHeaders } from "node:http";

/** The S3 operation a path-style request asks for (Amazon S3 API reference). */
export function readS3Operation(method: string, path: string, headers: IncomingHttpHeaders): string {
  const { bucket, key } = readS3Address(path);
  const url = new URL(path, "http://127.0.0.1");
  if (bucket === "") return "ListBuckets";
  return key === "" ? bucketOperation(method, url) : objectOperation(method, url, headers);
}

/** Bucket and key of a path-style address; both "" where the path names none. Dots in a key are just dots. */
export function readS3Address(path: string): { bucket: string; key: string } {
  const [pathname = ""] = path.split("?");
  const [bucket = "", ...rest] = pathname.slice(1).split("/");
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join("/")) };
}

/** Sub-resources of a bucket: query parameter -> how operations on it are named. */
const BUCKET_PARTS: Readonly<Record<string, string>> = {
  policy: "BucketPolicy",
  versioning: "BucketVersioning",
  encryption: "BucketEncryption",
  lifecycle: "BucketLifecycleConfiguration",
  replication: "BucketReplication",
  tagging: "BucketTagging",
  ownershipControls: "BucketOwnershipControls",
  publicAccessBlock: "PublicAccessBlock",
  "object-lock": "ObjectLockConfiguration",
  logging: "BucketLogging",
  location: "BucketLocation",
  acl: "BucketAcl",
};

function bucketOperation(method: string, url: URL): string {
  const query = url.searchParams;
  for (const [parameter, name] of Object.entries(BUCKET_PARTS)) {
    if (query.has(parameter)) return `${verbOf(method)}${name}`;
  }
  if (method === "POST" && query.has("delete")) return "DeleteObjects";
  if (method === "GET" && query.has("uploads")) return "ListMultipartUploads";
  if (method === "GET" && query.has("versions")) return "ListObjectVersions";
  if (method === "GET") return query.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects";
  if (method === "HEAD") return "HeadBucket";
  return method === "PUT" ? "CreateBucket" : `${verbOf(method)}Bucket`;
}

const OBJECT_PARTS: Readonly<Record<string, string>> = {
  retention: "ObjectRetention",
  "legal-hold": "ObjectLegalHold",
  tagging: "ObjectTagging",
  acl: "ObjectAcl",
  attributes: "ObjectAttributes",
};

function objectOperation(method: string, url: URL, headers: IncomingHttpHeaders): string {
  const query = url.searchParams;
  for (const [parameter, name] of Object.entries(OBJECT_PARTS)) {
    if (query.has(parameter)) return `${verbOf(method)}${name}`;
  }
  if (method === "POST" && query.has("uploads")) return "CreateMultipartUpload";
  if (query.has("uploadId")) return uploadOperation(method, headers);
  if (method === "PUT" && headers["x-amz-copy-source"] !== undefined) return "CopyObject";
  return `${verbOf(method)}Object`;
}

function uploadOperation(method: string, headers: IncomingHttpHeaders): string {
  if (method === "POST") return "CompleteMultipartUpload";
  if (method === "DELETE") return "AbortMultipartUpload";
  if (method === "GET") return "ListParts";
  return headers["x-amz-copy-source"] === undefined ? "UploadPart" : "UploadPartCopy";
}

function verbOf(method: string): string {
  return `${method[0]}${method.slice(1).toLowerCase()}`;
}
