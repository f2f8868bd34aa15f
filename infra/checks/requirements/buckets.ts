import {
  allows,
  deniesPlainTransport,
  foreignPrincipals,
  isForEverybody,
  readStatements,
  type Statement,
} from "../policy-statements.ts";
import { type RenderedResource, type RenderedStack, readGroups, readInput } from "../rendered-stack.ts";
import { inputIs, isNamedBy, type Requirement } from "../requirement.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
const LOGGING = "aws:s3/bucketLogging:BucketLogging";
const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";

/** What scanners ask of buckets; those that judge objects or the whole account cannot see a program. */
export const bucketRequirements: readonly Requirement[] = [
  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map(
    (switched, place): Requirement => ({
      says: `a bucket has ${switched}`,
      ids: [`checkov:CKV_AWS_${53 + place}`],
      of: BUCKET,
      isMet: isNamedBy(PUBLIC_ACCESS, "bucket", inputIs(switched, true)),
    }),
  ),
  {
    says: "all public access to a bucket is blocked",
    ids: [
      "prowler:s3_bucket_level_public_access_block",
      "prowler:s3_bucket_public_access",
      "security-hub:S3.2",
      "security-hub:S3.3",
      "security-hub:S3.8",
      "checkov:CKV2_AWS_6",
      "cdk-nag:S2",
    ],
    of: BUCKET,
    isMet: isNamedBy(PUBLIC_ACCESS, "bucket", ({ inputs }) =>
      [
        inputs.blockPublicAcls,
        inputs.blockPublicPolicy,
        inputs.ignorePublicAcls,
        inputs.restrictPublicBuckets,
      ].every((value) => value === true),
    ),
  },
  {
    says: "a bucket encrypts what comes in",
    ids: ["prowler:s3_bucket_default_encryption", "checkov:CKV_AWS_19"],
    of: BUCKET,
    isMet: isNamedBy(ENCRYPTION, "bucket", (encryption) => algorithmOf(encryption) !== undefined),
  },
  {
    says: "a bucket encrypts with a key of ours",
    ids: [
      "prowler:s3_bucket_kms_encryption",
      "security-hub:S3.17",
      "checkov:CKV_AWS_145",
      "cdk-nag:S3DefaultEncryptionKMS",
    ],
    of: BUCKET,
    isMet: isNamedBy(ENCRYPTION, "bucket", (encryption) => algorithmOf(encryption) === "aws:kms"),
  },
  {
    says: "a bucket keeps versions",
    ids: [
      "prowler:s3_bucket_object_versioning",
      "security-hub:S3.14",
      "checkov:CKV_AWS_21",
      "cdk-nag:S3BucketVersioningEnabled",
    ],
    of: BUCKET,
    isMet: isNamedBy(VERSIONING, "bucket", inputIs("versioningConfiguration.status", "Enabled")),
  },
  {
    says: "a bucket is reached over TLS only",
    ids: ["prowler:s3_bucket_secure_transport_policy", "security-hub:S3.5", "cdk-nag:S10"],
    of: BUCKET,
    isMet: (bucket, stack) => statementsOf(bucket, stack).some(deniesPlainTransport),
  },
  {
    says: "old versions of a bucket go in the end",
    ids: [
      "prowler:s3_bucket_lifecycle_enabled",
      "security-hub:S3.10",
      "security-hub:S3.13",
      "checkov:CKV2_AWS_61",
    ],
    of: BUCKET,
    isMet: isNamedBy(LIFECYCLE, "bucket", (lifecycle) =>
      readGroups(lifecycle, "rules").some(({ status }) => status === "Enabled"),
    ),
  },
  {
    says: "uploads that were given up go in the end",
    ids: ["checkov:CKV_AWS_300"],
    of: BUCKET,
    isMet: isNamedBy(LIFECYCLE, "bucket", (lifecycle) =>
      readGroups(lifecycle, "rules").some((rule) => rule.abortIncompleteMultipartUpload !== undefined),
    ),
  },
  {
    says: "a bucket knows no access control lists",
    ids: ["prowler:s3_bucket_acl_prohibited", "security-hub:S3.12", "checkov:CKV2_AWS_65"],
    of: BUCKET,
    isMet: isNamedBy(OWNERSHIP, "bucket", inputIs("rule.objectOwnership", "BucketOwnerEnforced")),
  },
  {
    says: "what is in a bucket is locked for a time",
    ids: [
      "prowler:s3_bucket_object_lock",
      "security-hub:S3.15",
      "checkov:CKV_AWS_143",
      "cdk-nag:S3BucketDefaultLockEnabled",
    ],
    of: BUCKET,
    isMet: isNamedBy(LOCK, "bucket", (lock) => readInput(lock, "rule.defaultRetention.mode") !== undefined),
  },
  {
    says: "a bucket is copied to another Region",
    ids: [
      "prowler:s3_bucket_cross_region_replication",
      "security-hub:S3.7",
      "checkov:CKV_AWS_144",
      "cdk-nag:S3BucketReplicationEnabled",
    ],
    of: BUCKET,
    isMet: isNamedBy(REPLICATION, "bucket", (replication) =>
      readGroups(replication, "rules").some(({ status }) => status === "Enabled"),
    ),
  },
  {
    says: "reads and writes of a bucket are logged by S3",
    ids: [
      "prowler:s3_bucket_server_access_logging_enabled",
      "security-hub:S3.9",
      "checkov:CKV_AWS_18",
      "cdk-nag:S1",
    ],
    of: BUCKET,
    isMet: isNamedBy(LOGGING, "bucket"),
  },
  {
    says: "a bucket tells when something changes",
    ids: ["prowler:s3_bucket_event_notifications_enabled", "security-hub:S3.11", "checkov:CKV2_AWS_62"],
    of: BUCKET,
    isMet: isNamedBy(NOTIFICATION, "bucket"),
  },
  {
    says: "deleting a version needs the root user's second factor",
    ids: ["prowler:s3_bucket_no_mfa_delete", "security-hub:S3.20"],
    of: BUCKET,
    isMet: isNamedBy(VERSIONING, "bucket", inputIs("versioningConfiguration.mfaDelete", "Enabled")),
  },
  {
    says: "no other account may use a bucket",
    ids: ["prowler:s3_bucket_cross_account_access", "security-hub:S3.6"],
    of: BUCKET,
    isMet: (bucket, stack) =>
      statementsOf(bucket, stack)
        .filter(allows)
        .every((statement) => foreignPrincipals(statement, accountOf(stack)).length === 0),
  },
  {
    says: "not everybody may use a bucket",
    ids: ["prowler:s3_bucket_policy_public_write_access", "checkov:CKV_AWS_70"],
    of: BUCKET,
    isMet: (bucket, stack) =>
      statementsOf(bucket, stack)
        .filter(allows)
        .every((statement) => !isForEverybody(statement)),
  },
  {
    says: "a policy does not shut everybody but the root user out",
    ids: ["checkov:CKV_AWS_93"],
    of: BUCKET,
    isMet: (bucket, stack) => !statementsOf(bucket, stack).some(shutsEverybodyOut),
  },
  {
    says: "a bucket does not have a name that AWS services look for",
    ids: ["prowler:s3_bucket_shadow_resource_vulnerability"],
    of: BUCKET,
    isMet: ({ outputs }) =>
      !/^(aws-glue-assets|sagemaker|aws-emr-studio|aws-codestar)-/.test(String(outputs.bucket)),
  },
];

function statementsOf(bucket: RenderedResource, stack: RenderedStack): Statement[] {
  return stack.naming(bucket, POLICY, "bucket").flatMap(({ inputs }) => readStatements(inputs.policy));
}

function algorithmOf(encryption: RenderedResource) {
  return readInput(encryption, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm");
}

function shutsEverybodyOut({ effect, principals, actions, conditions }: Statement): boolean {
  const changesPolicy = actions.some((action) =>
    ["s3:PutBucketPolicy", "s3:*BucketPolicy", "s3:Put*", "s3:*", "*"].includes(action),
  );
  return effect === "Deny" && principals.includes("*") && changesPolicy && conditions.length === 0;
}

/** The account the stack lives in; a bucket's ARN does not have it, a key's has. */
function accountOf(stack: RenderedStack): string {
  const [key] = stack.ofType("aws:kms/key:Key");
  return String(key?.outputs.arn).split(":")[4] ?? "";
}
