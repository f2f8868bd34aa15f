import { type PolicyDocument, policyDocument } from "../policy-document.ts";
import { s3In } from "./backup-keys.ts";

/** Who may take the replication role: S3, on behalf of this one bucket of this one account. */
export function replicationTrust({
  account,
  bucketArn,
}: {
  account: string;
  bucketArn: string;
}): PolicyDocument {
  return policyDocument([
    {
      Sid: "S3ReplicatesThisBucket",
      Effect: "Allow",
      Principal: { Service: ["s3.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": bucketArn },
      },
    },
  ]);
}

export interface ReplicationSides {
  source: { bucketArn: string; keyArn: string; region: string };
  copy: { bucketArn: string; keyArn: string; region: string };
}

/**
 * What replication may do: read versions of the source with their retention, write replicas to the copy, and use
 * each key through S3 for its own bucket. It can delete nothing on either side: delete markers are not replicated.
 * (Amazon S3 User Guide, "Setting up permissions for live replication" and "Replicating encrypted objects"; with
 * bucket keys the encryption context is the bucket's ARN, otherwise the object's, and the copy's key is also read.)
 */
export function replicationPolicy({ source, copy }: ReplicationSides): PolicyDocument {
  return policyDocument([
    {
      Sid: "ReadReplicationRule",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: [source.bucketArn],
    },
    {
      Sid: "ReadSourceVersions",
      Effect: "Allow",
      Action: [
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
      ],
      Resource: [`${source.bucketArn}/*`],
    },
    {
      Sid: "WriteReplicas",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: [`${copy.bucketArn}/*`],
    },
    {
      Sid: "DecryptSource",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [source.keyArn],
      Condition: throughS3For(source),
    },
    {
      Sid: "EncryptReplicas",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
      Resource: [copy.keyArn],
      Condition: throughS3For(copy),
    },
  ]);
}

function throughS3For({ bucketArn, region }: { bucketArn: string; region: string }) {
  return {
    StringEquals: { "kms:ViaService": s3In(region) },
    StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/*`] },
  };
}
