import { type RenderedResource, type RenderedStack, readGroups, readInput } from "../rendered-stack.ts";
import { inputIs, inputIsGiven, type Requirement } from "../requirement.ts";

const TRAIL = "aws:cloudtrail/trail:Trail";
const WORKGROUP = "aws:athena/workgroup:Workgroup";
const TABLE = "aws:dynamodb/table:Table";

/** What scanners ask of a trail, of the place where logs are asked, and of tables. */
export const evidenceRequirements: readonly Requirement[] = [
  {
    says: "a trail covers every Region",
    ids: [
      "prowler:cloudtrail_multi_region_enabled",
      "prowler:cloudtrail_multi_region_enabled_logging_management_events",
      "security-hub:CloudTrail.1",
    ],
    of: TRAIL,
    isMet: inputIs("isMultiRegionTrail", true),
  },
  {
    says: "a trail is encrypted with a key of ours",
    ids: [
      "prowler:cloudtrail_kms_encryption_enabled",
      "security-hub:CloudTrail.2",
      "cdk-nag:CloudTrailEncryptionEnabled",
    ],
    of: TRAIL,
    isMet: inputIsGiven("kmsKeyId"),
  },
  {
    says: "a trail proves that its files were not altered",
    ids: [
      "prowler:cloudtrail_log_file_validation_enabled",
      "security-hub:CloudTrail.4",
      "cdk-nag:CloudTrailLogFileValidationEnabled",
    ],
    of: TRAIL,
    isMet: inputIs("enableLogFileValidation", true),
  },
  {
    says: "a trail also goes to CloudWatch Logs",
    ids: [
      "prowler:cloudtrail_cloudwatch_logging_enabled",
      "security-hub:CloudTrail.5",
      "cdk-nag:CloudTrailCloudWatchLogsEnabled",
    ],
    of: TRAIL,
    isMet: inputIsGiven("cloudWatchLogsGroupArn"),
  },
  {
    says: "a trail notes reads and writes of objects",
    ids: ["prowler:cloudtrail_s3_dataevents_read_enabled", "prowler:cloudtrail_s3_dataevents_write_enabled"],
    of: TRAIL,
    isMet: (trail) =>
      [...readGroups(trail, "eventSelectors"), ...readGroups(trail, "advancedEventSelectors")].some(
        (selector) => JSON.stringify(selector).includes("AWS::S3::Object"),
      ),
  },
  {
    says: "nobody outside can read the files of a trail",
    ids: ["security-hub:CloudTrail.6", "prowler:cloudtrail_logs_s3_bucket_is_not_publicly_accessible"],
    of: TRAIL,
    isMet: (trail, stack) =>
      isBucketOf(trail, stack, (bucket) =>
        stack
          .naming(bucket, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket")
          .some(({ inputs }) => inputs.restrictPublicBuckets === true),
      ),
  },
  {
    says: "who reads the files of a trail is logged",
    ids: ["security-hub:CloudTrail.7", "prowler:cloudtrail_logs_s3_bucket_access_logging_enabled"],
    of: TRAIL,
    isMet: (trail, stack) =>
      isBucketOf(
        trail,
        stack,
        (bucket) => stack.naming(bucket, "aws:s3/bucketLogging:BucketLogging", "bucket").length > 0,
      ),
  },
  {
    says: "answers to questions about logs are encrypted",
    ids: ["prowler:athena_workgroup_encryption"],
    of: WORKGROUP,
    isMet: inputIsGiven("configuration.resultConfiguration.encryptionConfiguration.encryptionOption"),
  },
  {
    says: "who asks about logs cannot choose another place for the answers",
    ids: ["prowler:athena_workgroup_enforce_configuration"],
    of: WORKGROUP,
    isMet: inputIs("configuration.enforceWorkgroupConfiguration", true),
  },
  {
    says: "questions about logs are measured",
    ids: ["prowler:athena_workgroup_logging_enabled"],
    of: WORKGROUP,
    isMet: inputIs("configuration.publishCloudwatchMetricsEnabled", true),
  },
  {
    says: "a table can be taken back to any minute",
    ids: ["prowler:dynamodb_tables_pitr_enabled", "cdk-nag:DDB3"],
    of: TABLE,
    isMet: inputIs("pointInTimeRecovery.enabled", true),
  },
  {
    says: "a table is encrypted with a key of ours",
    ids: ["prowler:dynamodb_tables_kms_cmk_encryption_enabled"],
    of: TABLE,
    isMet: inputIsGiven("serverSideEncryption.kmsKeyArn"),
  },
  {
    says: "AWS refuses to delete a table",
    ids: ["prowler:dynamodb_table_deletion_protection_enabled"],
    of: TABLE,
    isMet: (table) => readInput(table, "deletionProtectionEnabled") === true,
  },
];

function isBucketOf(
  trail: RenderedResource,
  stack: RenderedStack,
  isGood: (bucket: RenderedResource) => boolean,
): boolean {
  const bucket = stack.namedBy(trail, "s3BucketName", "aws:s3/bucket:Bucket");
  return bucket !== undefined && isGood(bucket);
}
