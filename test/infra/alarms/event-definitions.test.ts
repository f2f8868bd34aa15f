import { describe, expect, test } from "vitest";
import { eventDefinitions, eventMail, eventPattern } from "../../../infra/alarms/event-definitions.ts";

const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/own";
const definitions = eventDefinitions({
  userPoolId: "ap-northeast-1_Test12345",
  keyArns: [keyArn],
  keyIds: ["own"],
  buckets: ["backups", "work", "evidence"],
  runbookLogGroup: "/sekisho/dev/runbooks",
  erasedKey: ["sekisho/dev/erased-list-key", "arn:of-the-key"],
});

/** The names of the definitions that a call of CloudTrail matches. */
function told(source: string, eventName: string, requestParameters: Record<string, string>): string[] {
  const event = {
    source,
    "detail-type": "AWS API Call via CloudTrail",
    detail: { eventName, requestParameters },
  };
  return definitions.filter((definition) => matches(eventPattern(definition), event)).map(({ name }) => name);
}

/** EventBridge's rule: each list of a pattern holds the event's value, at every level. */
function matches(pattern: object, event: object): boolean {
  const values = new Map<string, unknown>(Object.entries(event));
  return Object.entries(pattern).every(([key, wanted]: [string, unknown]) => {
    const value = values.get(key);
    if (Array.isArray(wanted)) return wanted.includes(value);
    return isObject(wanted) && isObject(value) && matches(wanted, value);
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

describe("calls that somebody is told of", () => {
  test.each([
    ["aws.cognito-idp", "DeleteUserPool", { userPoolId: "ap-northeast-1_Test12345" }, ["pool-deletion"]],
    ["aws.cognito-idp", "DeleteUserPool", { userPoolId: "ap-northeast-1_Other" }, []],
    [
      "aws.cognito-idp",
      "DeleteUserPoolClientSecret",
      { userPoolId: "ap-northeast-1_Test12345" },
      ["client-deletion"],
    ],
    [
      "aws.cognito-idp",
      "DeleteUserPoolClient",
      { userPoolId: "ap-northeast-1_Test12345" },
      ["client-deletion"],
    ],
    ["aws.cognito-idp", "AdminGetUser", { userPoolId: "ap-northeast-1_Test12345" }, []],
    ["aws.kms", "ScheduleKeyDeletion", { keyId: keyArn }, ["key-loss"]],
    ["aws.kms", "DisableKey", { keyId: "own" }, ["key-loss"]],
    ["aws.kms", "DisableKey", { keyId: "somebody-elses" }, []],
    ["aws.s3", "DeleteObject", { bucketName: "backups" }, ["backup-deletion"]],
    ["aws.s3", "PutObjectRetention", { bucketName: "evidence" }, ["backup-deletion"]],
    ["aws.s3", "PutBucketObjectLockConfiguration", { bucketName: "backups" }, ["protection-change"]],
    ["aws.s3", "DeleteBucketPolicy", { bucketName: "backups" }, ["protection-change"]],
    ["aws.s3", "GetObject", { bucketName: "backups" }, []],
    ["aws.s3", "DeleteObject", { bucketName: "work" }, ["backup-deletion"]],
    ["aws.s3", "PutObject", { bucketName: "work" }, []],
    ["aws.s3", "DeleteObject", { bucketName: "answers" }, []],
    ["aws.logs", "DeleteLogGroup", { logGroupName: "/sekisho/dev/runbooks" }, ["runbook-log-loss"]],
    ["aws.logs", "DeleteLogStream", { logGroupName: "/sekisho/dev/runbooks" }, ["runbook-log-loss"]],
    ["aws.logs", "PutRetentionPolicy", { logGroupName: "/sekisho/dev/runbooks" }, ["runbook-log-loss"]],
    ["aws.logs", "CreateLogStream", { logGroupName: "/sekisho/dev/runbooks" }, []],
    ["aws.logs", "DeleteLogGroup", { logGroupName: "/sekisho/prod/runbooks" }, []],
    ["aws.secretsmanager", "DeleteSecret", { secretId: "arn:of-the-key" }, ["erased-key-change"]],
    [
      "aws.secretsmanager",
      "PutSecretValue",
      { secretId: "sekisho/dev/erased-list-key" },
      ["erased-key-change"],
    ],
    ["aws.secretsmanager", "GetSecretValue", { secretId: "sekisho/dev/erased-list-key" }, []],
    ["aws.secretsmanager", "DeleteSecret", { secretId: "sekisho/dev/clients/web" }, []],
    ["aws.cloudtrail", "StopLogging", { name: "any" }, ["trail-change"]],
  ])("of %s: %s %j", (source, call, parameters, names) => {
    expect(told(source, call, parameters)).toEqual(names);
  });

  test("fit into the 2,048 characters of a pattern with every key and bucket that a stack can have", () => {
    const ids = Array.from({ length: 8 }, (_, place) => `1234abcd-12ab-34cd-56ef-12345678900${place}`);
    const all = eventDefinitions({
      userPoolId: "ap-northeast-1_Test12345",
      keyArns: ids.map((id) => `arn:aws:kms:ap-northeast-1:123456789012:key/${id}`),
      keyIds: ids,
      buckets: ["backups", "work", "evidence", "access-logs"].map((name) => name.padEnd(63, "x")),
      runbookLogGroup: "x".repeat(512),
      erasedKey: ["x".repeat(512), "x".repeat(600)],
    });
    for (const definition of all) {
      expect(JSON.stringify(eventPattern(definition)).length).toBeLessThanOrEqual(2_048);
    }
  });

  test("come as a mail that says who did what, from where, and where to read on", () => {
    const [definition] = definitions;
    if (!definition) throw new Error("there is no definition");
    const { inputPaths, inputTemplate } = eventMail(definition, "dev");
    const lines = inputTemplate.split("\n").map((line): string => JSON.parse(line));
    expect(lines).toEqual([
      "Stack dev: <who> tried to delete the user pool.",
      "Call: <what>, at <when>, from <from>. Refused by AWS with: <error> (nothing here: it was done).",
      "What it means and what to do first: docs/alarms.md#pool-deletion in the stack's repository.",
    ]);
    const used = [...inputTemplate.matchAll(/<(\w+)>/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(inputPaths)));
  });
});
