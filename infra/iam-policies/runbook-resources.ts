import { outputsPath } from "../outputs/outputs.ts";
import type { PolicyStatement } from "../policy-document.ts";
import { s3In } from "./backup-keys.ts";

/** What a stack has that runbooks work on. */
export interface RunbookResources {
  account: string;
  region: string;
  stack: string;
  userPoolId: string;
  userPoolArn: string;
  identityPoolId?: string;
  backups: EncryptedBucket;
  work: EncryptedBucket;
  copy?: EncryptedBucket & { region: string };
  /** Name of the log group in which runbooks write down what they changed. */
  runbookLogGroup: string;
  /** The role that import jobs write their logs with. */
  importRoleArn: string;
  erasedKey: EncryptedSecret;
  /** The secrets of the stack's clients, as one pattern. */
  clientSecrets: EncryptedSecret;
  /** The listener that the stack's rules are on. */
  listenerArn?: string;
}

export interface EncryptedBucket {
  bucketArn: string;
  keyArn: string;
}

export interface EncryptedSecret {
  secretArn: string;
  /** Absent where AWS's own key encrypts it, which needs no right. */
  keyArn?: string;
}

/** Every runbook begins by reading where everything is, here or in the Region of the copy. */
export function readOutputs({ account, region, stack, copy }: RunbookResources): PolicyStatement {
  // GetParametersByPath is asked of the path itself (AWS Systems Manager User Guide, "Restricting access to
  // Parameter Store parameters using IAM policies").
  const path = outputsPath(stack).slice(0, -1);
  return {
    Sid: "ReadOutputs",
    Effect: "Allow",
    Action: ["ssm:GetParametersByPath"],
    Resource: [region, ...(copy ? [copy.region] : [])].flatMap((place) => {
      const arn = `arn:aws:ssm:${place}:${account}:parameter${path}`;
      return [arn, `${arn}/*`];
    }),
  };
}

/**
 * Use of a bucket's key, through S3 and for this bucket alone; with bucket keys the encryption context is the
 * bucket's ARN (Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys").
 */
export function useKey(
  sid: string,
  actions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[],
  { bucketArn, keyArn }: EncryptedBucket,
  region: string,
): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: [...actions],
    Resource: [keyArn],
    Condition: {
      StringEquals: { "kms:ViaService": s3In(region), "kms:EncryptionContext:aws:s3:arn": bucketArn },
    },
  };
}

/**
 * Listing a bucket, without a condition on the prefix: S3 says that an object is not there only to those who may list
 * (Amazon S3 API Reference, GetObject), and a request for an object carries no prefix that a condition could look at.
 */
export function listBucket(sid: string, { bucketArn }: EncryptedBucket): PolicyStatement {
  return { Sid: sid, Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucketArn] };
}

/** Every runbook that changes something writes down who did what, before and after. */
export function writeRunbookLog({ account, region, runbookLogGroup }: RunbookResources): PolicyStatement {
  return {
    Sid: "WriteRunbookLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [`arn:aws:logs:${region}:${account}:log-group:${runbookLogGroup}:*`],
  };
}

/** Reading backup sets, of this pool and of those before it, here and in the copy. */
export function readSets({ region, backups, copy }: RunbookResources): PolicyStatement[] {
  return [
    listBucket("ListOriginals", backups),
    {
      Sid: "ReadOriginals",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [`${backups.bucketArn}/*`],
    },
    useKey("DecryptOriginals", ["kms:Decrypt"], backups, region),
    ...(copy
      ? [
          listBucket("ListCopies", copy),
          {
            Sid: "ReadCopies",
            Effect: "Allow" as const,
            Action: ["s3:GetObject"],
            Resource: [`${copy.bucketArn}/*`],
          },
          useKey("DecryptCopies", ["kms:Decrypt"], copy, copy.region),
        ]
      : []),
  ];
}
