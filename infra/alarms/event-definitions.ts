import { alarmPage } from "./alarm-definition.ts";

/**
 * One kind of call to AWS that somebody is told of at once, as CloudTrail hands it to EventBridge (Amazon EventBridge
 * User Guide, "AWS service events via CloudTrail": a trail must record it). Attempts that AWS refused count too.
 */
export interface EventDefinition<Text = string> {
  /** Lower case with hyphens; the heading in docs/alarms.md. */
  name: string;
  /** What somebody did or tried, in words that follow the name of the caller. */
  did: string;
  source: "aws.cloudtrail" | "aws.cognito-idp" | "aws.kms" | "aws.logs" | "aws.s3" | "aws.secretsmanager";
  calls: readonly string[];
  /** The parameter of the call that names the thing, and the things that are ours; absent = whatever it names. */
  named?: { parameter: string; things: readonly Text[] };
}

export interface WatchedThings<Text> {
  userPoolId: Text;
  /** ARNs of keys in the stack's own Region. */
  keyArns: readonly Text[];
  /** Key ids, which calls may name instead. */
  keyIds: readonly Text[];
  /** Names of the buckets of backups, working files, evidence and access logs. */
  buckets: readonly Text[];
  /** Name of the log in which runbooks write down what they changed. */
  runbookLogGroup: Text;
  /** What calls may name the secret by that recognises erased people: its name and its ARN. */
  erasedKey: readonly Text[];
}

/** Calls after which users, backups or evidence are gone or unprotected. */
export function eventDefinitions<Text>(things: WatchedThings<Text>): EventDefinition<Text>[] {
  const { userPoolId, keyArns, keyIds, buckets, runbookLogGroup, erasedKey } = things;
  const pool = {
    source: "aws.cognito-idp",
    named: { parameter: "userPoolId", things: [userPoolId] },
  } as const;
  const bucket = { source: "aws.s3", named: { parameter: "bucketName", things: buckets } } as const;
  return [
    { ...pool, name: "pool-deletion", did: "tried to delete the user pool", calls: ["DeleteUserPool"] },
    {
      ...pool,
      name: "client-deletion",
      did: "tried to delete an app client, or one of its secrets",
      calls: ["DeleteUserPoolClient", "DeleteUserPoolClientSecret"],
    },
    {
      name: "key-loss",
      did: "tried to disable or delete a key, or to change its policy; without it backups, logs or secrets are unreadable",
      source: "aws.kms",
      calls: ["DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"],
      named: { parameter: "keyId", things: [...keyArns, ...keyIds] },
    },
    {
      ...bucket,
      name: "protection-change",
      did: "changed, or tried to change, what protects a bucket of backups, working files, evidence or access logs",
      calls: PROTECTION_CALLS,
    },
    {
      ...bucket,
      name: "backup-deletion",
      did: "tried to delete a backup, evidence or a working file, or to shorten its lock",
      calls: ["DeleteObject", "DeleteObjects", "PutObjectLegalHold", "PutObjectRetention"],
    },
    {
      name: "runbook-log-loss",
      did: "tried to delete the log of what runbooks changed, or changed how long it is kept",
      source: "aws.logs",
      calls: ["DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy"],
      named: { parameter: "logGroupName", things: [runbookLogGroup] },
    },
    {
      name: "erased-key-change",
      did: "changed, or tried to change or delete, the key that recognises people who were erased for good",
      source: "aws.secretsmanager",
      calls: ["DeleteSecret", "PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"],
      named: { parameter: "secretId", things: erasedKey },
    },
    {
      name: "trail-change",
      did: "changed, or tried to change, a trail of the account",
      source: "aws.cloudtrail",
      calls: ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"],
    },
  ];
}

/** Names as CloudTrail writes them (Amazon S3 User Guide, "Amazon S3 CloudTrail events"). */
const PROTECTION_CALLS = [
  "DeleteBucket",
  "DeleteBucketLifecycle",
  "DeleteBucketPolicy",
  "DeleteBucketPublicAccessBlock",
  "DeleteBucketReplication",
  "PutBucketLifecycle",
  "PutBucketObjectLockConfiguration",
  "PutBucketPolicy",
  "PutBucketPublicAccessBlock",
  "PutBucketReplication",
  "PutBucketVersioning",
];

/** The pattern of EventBridge that matches a definition's calls; EventBridge takes 2,048 characters. */
export function eventPattern({ source, calls, named }: EventDefinition): object {
  return {
    source: [source],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: {
      eventName: [...calls],
      ...(named && { requestParameters: { [named.parameter]: [...named.things] } }),
    },
  };
}

/**
 * What the mail says: EventBridge puts the caller, the call and where it came from into it. A template is lines of
 * JSON texts (Amazon EventBridge User Guide, "Transforming input").
 */
export function eventMail({ name, did }: Pick<EventDefinition, "name" | "did">, stack: string) {
  const lines = [
    `Stack ${stack}: <who> ${did}.`,
    "Call: <what>, at <when>, from <from>. Refused by AWS with: <error> (nothing here: it was done).",
    `What it means and what to do first: ${alarmPage(name)} in the stack's repository.`,
  ];
  return {
    inputPaths: {
      error: "$.detail.errorCode",
      from: "$.detail.sourceIPAddress",
      what: "$.detail.eventName",
      when: "$.detail.eventTime",
      who: "$.detail.userIdentity.arn",
    },
    inputTemplate: lines.map((line) => JSON.stringify(line)).join("\n"),
  };
}
