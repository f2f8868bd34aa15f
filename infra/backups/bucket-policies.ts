import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";

export interface BucketArns {
  bucketArn: string;
  /** The one key objects may be encrypted with. */
  keyArn: string;
}

/**
 * The policy of a bucket that holds finished backups: transport by TLS 1.2 or newer, only under its own key, and
 * never over an object that is there. Whoever writes names the key and sends `If-None-Match: *`.
 * (Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets"; copies into such a bucket are refused.)
 */
export function backupBucketPolicy(arns: BucketArns): PolicyDocument {
  return policyDocument([...transportRules(arns.bucketArn), ...writeRules(arns)]);
}

/**
 * The same rules for the copy in another Region. Replication is exempt: S3 itself writes the replica, under the
 * key that the replication rule names, and cannot send the headers that people have to send.
 */
export function copyBucketPolicy(arns: BucketArns & { replicationRoleArn: string }): PolicyDocument {
  const exceptReplication = { ArnNotEquals: { "aws:PrincipalArn": arns.replicationRoleArn } };
  return policyDocument([
    ...transportRules(arns.bucketArn),
    ...writeRules(arns).map((rule) => ({ ...rule, Condition: { ...rule.Condition, ...exceptReplication } })),
  ]);
}

/**
 * The policy of the bucket that runbooks work in: TLS 1.2 or newer, and no key but its own. A writer who names no
 * key gets the bucket's own by default encryption; overwriting is what leases and journals do.
 */
export function workBucketPolicy(arns: BucketArns): PolicyDocument {
  return policyDocument([
    ...transportRules(arns.bucketArn),
    denyPut(arns.bucketArn, "DenyOtherKeys", isPresentAndNot(KEY_HEADER, arns.keyArn)),
    denyPut(arns.bucketArn, "DenyOtherEncryption", isPresentAndNot(ENCRYPTION_HEADER, "aws:kms")),
  ]);
}

const ENCRYPTION_HEADER = "s3:x-amz-server-side-encryption";
const KEY_HEADER = "s3:x-amz-server-side-encryption-aws-kms-key-id";

/** What every bucket of a stack asks of whoever talks to it: TLS 1.2 or newer. */
export function transportRules(bucketArn: string): PolicyStatement[] {
  return [
    denyAnyUse(bucketArn, "DenyPlainTransport", { Bool: { "aws:SecureTransport": "false" } }),
    denyAnyUse(bucketArn, "DenyOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
  ];
}

/** A negated operator also matches a key that is absent, so a request that names no key is denied as well. */
function writeRules({ bucketArn, keyArn }: BucketArns): PolicyStatement[] {
  return [
    denyPut(bucketArn, "DenyOtherKeys", { StringNotEquals: { [KEY_HEADER]: keyArn } }),
    denyPut(bucketArn, "DenyOverwrites", {
      Null: { "s3:if-none-match": "true" },
      // False for the steps of a multipart upload, which take no conditional header; its completion is true.
      Bool: { "s3:ObjectCreationOperation": "true" },
    }),
  ];
}

/** Presence is asked for by itself: in a Deny, the `IfExists` operators would also match an absent key. */
function isPresentAndNot(key: string, value: string): Condition {
  return { Null: { [key]: "false" }, StringNotEquals: { [key]: value } };
}

function denyAnyUse(bucketArn: string, sid: string, condition: Condition): PolicyStatement {
  return deny(sid, ["s3:*"], [bucketArn, `${bucketArn}/*`], condition);
}

function denyPut(bucketArn: string, sid: string, condition: Condition): PolicyStatement {
  return deny(sid, ["s3:PutObject"], [`${bucketArn}/*`], condition);
}

function deny(sid: string, actions: string[], resources: string[], condition: Condition): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: actions,
    Resource: resources,
    Condition: condition,
  };
}

type Condition = NonNullable<PolicyStatement["Condition"]>;
