import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { findMaker } from "./find-maker.ts";
import { altered, existing, type Script, scriptedAws, target } from "./scripted-aws.ts";

type Row = [what: string, type: string, inputs: PropertyMap, script: Script, id: string, calls: unknown[]];

describe("roles, keys, parameters, logs and SMS settings", () => {
  test.each<Row>([
    [
      "a role",
      "aws:iam/role:Role",
      { name: "r", assumeRolePolicy: "{}", maxSessionDuration: 3600, tags: { a: "b" } },
      {},
      "r",
      [
        [
          "CreateRole",
          {
            RoleName: "r",
            AssumeRolePolicyDocument: "{}",
            MaxSessionDuration: 3600,
            Tags: [{ Key: "a", Value: "b" }],
          },
        ],
      ],
    ],
    [
      "a policy in a role",
      "aws:iam/rolePolicy:RolePolicy",
      { name: "p", role: "r", policy: "{}" },
      {},
      "r:p",
      [["PutRolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument: "{}" }]],
    ],
    [
      "a policy on a role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      { role: "r", policyArn: "arn:p" },
      {},
      "r-one",
      [["AttachRolePolicy", { RoleName: "r", PolicyArn: "arn:p" }]],
    ],
    [
      "a key that rotates",
      "aws:kms/key:Key",
      { description: "d", policy: "{}", multiRegion: false, enableKeyRotation: true, tags: { a: "b" } },
      { CreateKey: { KeyMetadata: { KeyId: "k-1" } } },
      "k-1",
      [
        [
          "CreateKey",
          { Description: "d", Policy: "{}", MultiRegion: false, Tags: [{ TagKey: "a", TagValue: "b" }] },
        ],
        ["EnableKeyRotation", { KeyId: "k-1" }],
      ],
    ],
    [
      "an alias of a key",
      "aws:kms/alias:Alias",
      { name: "alias/a", targetKeyId: "k" },
      {},
      "alias/a",
      [["CreateAlias", { AliasName: "alias/a", TargetKeyId: "k" }]],
    ],
    [
      "a parameter",
      "aws:ssm/parameter:Parameter",
      { name: "/a", type: "String", insecureValue: "v", tags: { a: "b" } },
      {},
      "/a",
      [["PutParameter", { Name: "/a", Type: "String", Value: "v", Tags: [{ Key: "a", Value: "b" }] }]],
    ],
    [
      "a log group with a retention",
      "aws:cloudwatch/logGroup:LogGroup",
      { name: "g", retentionInDays: 365, tags: { a: "b" } },
      {},
      "g",
      [
        ["CreateLogGroup", { logGroupName: "g", tags: { a: "b" } }],
        ["PutRetentionPolicy", { logGroupName: "g", retentionInDays: 365 }],
      ],
    ],
    [
      "SMS settings",
      "aws:sns/smsPreferences:SmsPreferences",
      { monthlySpendLimit: 30, deliveryStatusIamRoleArn: "arn:r", deliveryStatusSuccessSamplingRate: "100" },
      {},
      "aws_sns_sms_id",
      [
        [
          "SetSMSAttributes",
          {
            attributes: {
              DeliveryStatusIAMRole: "arn:r",
              DeliveryStatusSuccessSamplingRate: "100",
              MonthlySpendLimit: "30",
            },
          },
        ],
      ],
    ],
  ])("make %s as declared", async (_what, type, inputs, script, id, calls) => {
    const scripted = scriptedAws(script);
    await expect(findMaker(type).create(target(scripted.aws, inputs))).resolves.toBe(id);
    expect(scripted.calls).toEqual(calls);
  });

  test.each<[string, string, string, PropertyMap, Script, PropertyMap | undefined]>([
    [
      "a role",
      "aws:iam/role:Role",
      "r",
      {},
      { GetRole: { Role: { Arn: "arn:r", RoleId: "A1", RoleName: "r", CreateDate: new Date(0) } } },
      { arn: "arn:r", uniqueId: "A1", name: "r", createDate: "1970-01-01T00:00:00.000Z" },
    ],
    [
      "an attachment that was taken off as gone",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "x",
      { role: "r", policyArn: "arn:p" },
      { ListAttachedRolePolicies: { AttachedPolicies: [{ PolicyArn: "arn:other" }] } },
      undefined,
    ],
    [
      "an attachment",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "x",
      { role: "r", policyArn: "arn:p" },
      { ListAttachedRolePolicies: { AttachedPolicies: [{ PolicyArn: "arn:p" }] } },
      {},
    ],
    [
      "a key",
      "aws:kms/key:Key",
      "k",
      {},
      { DescribeKey: { KeyMetadata: { Arn: "arn:k", KeyId: "k" } } },
      { arn: "arn:k", keyId: "k" },
    ],
    [
      "a key that waits for its deletion as gone",
      "aws:kms/key:Key",
      "k",
      {},
      { DescribeKey: { KeyMetadata: { KeyId: "k", KeyState: "PendingDeletion" } } },
      undefined,
    ],
    [
      "an alias",
      "aws:kms/alias:Alias",
      "alias/a",
      {},
      { DescribeKey: { KeyMetadata: { Arn: "arn:k" } } },
      { arn: "arn:aws:kms:ap-northeast-1:123456789012:alias/a", targetKeyArn: "arn:k" },
    ],
    [
      "a parameter",
      "aws:ssm/parameter:Parameter",
      "/a",
      {},
      { GetParameter: { Parameter: { ARN: "arn:p", Version: 2, DataType: "text" } } },
      { arn: "arn:p", version: 2, dataType: "text" },
    ],
    [
      "a log group, by its whole name",
      "aws:cloudwatch/logGroup:LogGroup",
      "g",
      {},
      {
        DescribeLogGroups: {
          logGroups: [
            { logGroupName: "g/x", arn: "a:*" },
            { logGroupName: "g", arn: "arn:g:*" },
          ],
        },
      },
      { arn: "arn:g" },
    ],
    [
      "a log group that is not there as gone",
      "aws:cloudwatch/logGroup:LogGroup",
      "g",
      {},
      { DescribeLogGroups: { logGroups: [{ logGroupName: "g/x" }] } },
      undefined,
    ],
    [
      "SMS settings",
      "aws:sns/smsPreferences:SmsPreferences",
      "x",
      {},
      { GetSMSAttributes: { attributes: {} } },
      {},
    ],
  ])("read back %s", async (_what, type, id, outputs, script, found) => {
    const { aws } = scriptedAws(script);
    await expect(findMaker(type).read(existing(aws, id, {}, outputs))).resolves.toEqual(found);
  });

  test.each<[string, string, string, PropertyMap, PropertyMap, unknown[]]>([
    [
      "a role",
      "aws:iam/role:Role",
      "r",
      { assumeRolePolicy: "{}", tags: { a: "1", b: "1" } },
      { assumeRolePolicy: "{1}", tags: { a: "2" } },
      [
        ["UpdateAssumeRolePolicy", { RoleName: "r", PolicyDocument: "{1}" }],
        ["UpdateRole", { RoleName: "r", Description: "" }],
        ["TagRole", { RoleName: "r", Tags: [{ Key: "a", Value: "2" }] }],
        ["UntagRole", { RoleName: "r", TagKeys: ["b"] }],
      ],
    ],
    [
      "a policy in a role",
      "aws:iam/rolePolicy:RolePolicy",
      "r:p",
      {},
      { name: "p", role: "r", policy: "{1}" },
      [["PutRolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument: "{1}" }]],
    ],
    [
      "a key",
      "aws:kms/key:Key",
      "k",
      { description: "a", policy: "{}", enableKeyRotation: true },
      { description: "b", policy: "{1}" },
      [
        ["UpdateKeyDescription", { KeyId: "k", Description: "b" }],
        ["PutKeyPolicy", { KeyId: "k", PolicyName: "default", Policy: "{1}" }],
        ["DisableKeyRotation", { KeyId: "k" }],
      ],
    ],
    [
      "an alias",
      "aws:kms/alias:Alias",
      "alias/a",
      {},
      { name: "alias/a", targetKeyId: "k2" },
      [["UpdateAlias", { AliasName: "alias/a", TargetKeyId: "k2" }]],
    ],
    [
      "a parameter",
      "aws:ssm/parameter:Parameter",
      "/a",
      { tags: { a: "1" } },
      { name: "/a", type: "SecureString", value: "v", keyId: "k" },
      [
        ["PutParameter", { Name: "/a", Type: "SecureString", Value: "v", KeyId: "k", Overwrite: true }],
        ["RemoveTagsFromResource", { ResourceId: "/a", ResourceType: "Parameter", TagKeys: ["a"] }],
      ],
    ],
    [
      "a log group",
      "aws:cloudwatch/logGroup:LogGroup",
      "g",
      { kmsKeyId: "k", retentionInDays: 1 },
      {},
      [
        ["DeleteRetentionPolicy", { logGroupName: "g" }],
        ["DisassociateKmsKey", { logGroupName: "g" }],
      ],
    ],
    [
      "SMS settings, emptying what is no longer given",
      "aws:sns/smsPreferences:SmsPreferences",
      "x",
      { monthlySpendLimit: 1, defaultSenderId: "a" },
      { monthlySpendLimit: 2 },
      [
        [
          "SetSMSAttributes",
          {
            attributes: {
              DefaultSMSType: "",
              DefaultSenderID: "",
              DeliveryStatusIAMRole: "",
              DeliveryStatusSuccessSamplingRate: "",
              MonthlySpendLimit: "2",
              UsageReportS3Bucket: "",
            },
          },
        ],
      ],
    ],
  ])("change %s", async (_what, type, id, before, after, calls) => {
    const scripted = scriptedAws();
    await findMaker(type).update(altered(scripted.aws, id, [before, after]));
    expect(scripted.calls).toEqual(calls);
  });

  test.each<[string, string, string, PropertyMap, unknown[]]>([
    [
      "a key, with the time the program gives to think again",
      "aws:kms/key:Key",
      "k",
      { deletionWindowInDays: 7 },
      [["ScheduleKeyDeletion", { KeyId: "k", PendingWindowInDays: 7 }]],
    ],
    ["a log group", "aws:cloudwatch/logGroup:LogGroup", "g", {}, [["DeleteLogGroup", { logGroupName: "g" }]]],
    [
      "no log group that is to be skipped",
      "aws:cloudwatch/logGroup:LogGroup",
      "g",
      { skipDestroy: true },
      [],
    ],
    [
      "a policy on a role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "x",
      { role: "r", policyArn: "arn:p" },
      [["DetachRolePolicy", { RoleName: "r", PolicyArn: "arn:p" }]],
    ],
  ])("delete %s", async (_what, type, id, outputs, calls) => {
    const scripted = scriptedAws();
    await findMaker(type).delete(existing(scripted.aws, id, {}, outputs));
    expect(scripted.calls).toEqual(calls);
  });
});
