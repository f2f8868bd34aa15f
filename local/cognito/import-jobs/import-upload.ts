import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsFault } from "../../aws-fault.ts";
import { limits } from "../limits.ts";
import type { ImportJob, World } from "../state.ts";

/** One HTTP request to the pre-signed address of an import job. */
export interface ImportUpload {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Whether a bucket is Cognito's own for import files; no other bucket may be called so here. */
export function isImportBucket(bucket: string): boolean {
  return bucket.startsWith(BUCKET_PREFIX);
}

/**
 * The pre-signed address of a new job: account, pool and job in a bucket of Cognito, as DescribeUserImportJob (API reference)
 * shows it, below `endpoint` or, without one, below S3's own address.
 */
export function signUploadUrl(
  world: World,
  { poolId, jobId, endpoint }: { poolId: string; jobId: string; endpoint: string | undefined },
): string {
  const base = endpoint ?? `https://s3.${world.region}.amazonaws.com`;
  const url = new URL(`${base}/${BUCKET_PREFIX}${world.region}/${world.account}/${poolId}/${jobId}`);
  const time = new Date(world.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  url.search = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Date": time,
    "X-Amz-SignedHeaders": `host;${SIGNED_HEADER}`,
    "X-Amz-Expires": String(limits.importUploadSeconds),
    "X-Amz-Credential": `cognito/${time.slice(0, 8)}/${world.region}/s3/aws4_request`,
    "X-Amz-Signature": Buffer.from(world.randomBytes(32)).toString("hex"),
  }).toString();
  return url.href;
}

/**
 * Takes a job's file as S3 does: a PUT to the address as it was signed, within its time, with the header that was signed and no
 * other that would have to be. A later file replaces an earlier one. Throws S3's refusal as an AwsFault.
 */
export function takeImportFile(world: World, { method, url, headers, body }: ImportUpload): void {
  const job = findJob(world, url);
  if (headers.authorization !== undefined) {
    throw new AwsFault("InvalidArgument", "Only one auth mechanism allowed");
  }
  if (job === undefined || method !== "PUT" || !isSigned(job, url) || headers[SIGNED_HEADER] !== "aws:kms") {
    throw denied(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  if (Object.keys(headers).some((name) => name.startsWith("x-amz-") && name !== SIGNED_HEADER)) {
    throw denied("AccessDenied", "There were headers present in the request which were not signed");
  }
  if (world.now() - job.createdAt >= limits.importUploadSeconds * 1_000) {
    throw denied("AccessDenied", "Request has expired");
  }
  // Nobody reads it once the import has begun; the address cannot know that.
  if (job.status === "Created") job.file = body;
}

const BUCKET_PREFIX = "aws-cognito-idp-user-import-";
const SIGNED_HEADER = "x-amz-server-side-encryption";

function findJob(world: World, url: URL): ImportJob | undefined {
  const [, , , poolId = "", jobId = ""] = url.pathname.split("/");
  return world.pools.get(poolId)?.importJobs.get(jobId);
}

/** Everything but the host: behind a proxy the request arrives under another. */
function isSigned(job: ImportJob, url: URL): boolean {
  const given = Buffer.from(url.pathname + url.search);
  const signed = new URL(job.uploadUrl);
  const expected = Buffer.from(signed.pathname + signed.search);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function denied(code: string, message: string): AwsFault {
  return new AwsFault(code, message, { status: 403 });
}
