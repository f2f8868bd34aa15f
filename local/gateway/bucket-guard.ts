import { GetBucketPolicyCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { AwsFault } from "../aws-fault.ts";
import {
  encryptionKeys,
  findForbiddingStatement,
  type ObjectWrite,
  readConditionKeys,
} from "../services/bucket-policies.ts";
import { readS3Address } from "./s3-operation.ts";
import type { ServiceRequest } from "./service-request.ts";
import type { Upstream } from "./upstream.ts";

/** Operations that create an object at once; the steps of a multipart upload do not. */
const CREATING = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

const POLICY_CHANGES = ["PutBucketPolicy", "DeleteBucketPolicy", "DeleteBucket"];

/**
 * Enforces what bucket policies say about the headers of a write, which MiniStack does not: `If-None-Match` demanded,
 * one encryption key allowed.
 */
export class BucketGuard {
  readonly #upstream: Upstream;
  readonly #account: string;
  /** Policies already read; undefined = the bucket has none. */
  readonly #policies = new Map<string, Promise<string | undefined>>();

  constructor(upstream: Upstream, account: string) {
    this.#upstream = upstream;
    this.#account = account;
  }

  /** Throws S3's refusal of a write that the bucket's policy forbids. */
  async check(request: ServiceRequest): Promise<void> {
    const isCreation = CREATING.includes(request.operation);
    if (!isCreation && request.operation !== "CreateMultipartUpload") return;
    const { bucket, key } = readS3Address(request.path);
    const policy = await this.#policyOf(bucket, request.region);
    if (policy === undefined) return;
    const write: ObjectWrite = {
      resource: `arn:aws:s3:::${bucket}/${key}`,
      keys: {
        ...readConditionKeys(request.headers),
        "s3:objectcreationoperation": String(isCreation),
        "aws:principalarn": `arn:aws:iam::${this.#account}:root`,
      },
      settled: request.operation === "CompleteMultipartUpload" ? encryptionKeys : [],
    };
    const statement = findForbiddingStatement(policy, write);
    if (statement !== undefined) {
      throw new AwsFault(
        "AccessDenied",
        `User: arn:aws:iam::${this.#account}:root is not authorized to perform: s3:PutObject on resource: ` +
          `"${write.resource}" with an explicit deny in a resource-based policy (${statement})`,
        { status: 403 },
      );
    }
  }

  /** Forgets a policy that a request has just changed. */
  notice({ operation, path }: ServiceRequest): void {
    if (POLICY_CHANGES.includes(operation)) this.#policies.delete(readS3Address(path).bucket);
  }

  #policyOf(bucket: string, region: string): Promise<string | undefined> {
    const known = this.#policies.get(bucket);
    if (known !== undefined) return known;
    const policy = this.#readPolicy(bucket, region);
    this.#policies.set(bucket, policy);
    policy.catch(() => this.#policies.delete(bucket));
    return policy;
  }

  async #readPolicy(bucket: string, region: string): Promise<string | undefined> {
    const client = new S3Client({ ...this.#upstream.clientSettings(region), forcePathStyle: true });
    try {
      return (await client.send(new GetBucketPolicyCommand({ Bucket: bucket }))).Policy;
    } catch (error) {
      // No policy, no bucket, or a bucket of another Region: the service itself answers the write.
      if (error instanceof S3ServiceException && error.$fault === "client") return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  }
}
