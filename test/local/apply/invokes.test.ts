import { describe, expect, test } from "vitest";
import { invokes } from "../../../local/apply/invokes.ts";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { awsError, type Script, scriptedAws } from "./scripted-aws.ts";

async function invoke(token: string, args: PropertyMap, script: Script = {}) {
  const run = invokes[token];
  if (!run) throw new Error(`no answer for ${token}`);
  const { aws, calls } = scriptedAws(script);
  return { found: await run(args, aws), calls };
}

const EMAIL = "aws:sesv2/getEmailIdentity:getEmailIdentity";
const SECRET = "aws:secretsmanager/getSecretVersion:getSecretVersion";
const PARAMETERS = "aws:ssm/getParametersByPath:getParametersByPath";

describe("look-ups of the program", () => {
  test("tell who deploys, and where", async () => {
    const who = { Account: "123456789012", Arn: "arn:me", UserId: "A" };
    const { found } = await invoke(
      "aws:index/getCallerIdentity:getCallerIdentity",
      {},
      { GetCallerIdentity: who },
    );
    expect(found).toEqual({ accountId: "123456789012", arn: "arn:me", id: "123456789012", userId: "A" });
    const { found: place } = await invoke("aws:index/getRegion:getRegion", {});
    expect(place).toMatchObject({ region: "ap-northeast-1", id: "ap-northeast-1" });
  });

  test("find a sender and whether it is verified", async () => {
    const identity = {
      IdentityType: "DOMAIN",
      VerifiedForSendingStatus: false,
      DkimAttributes: { Tokens: ["t"] },
    };
    const { found } = await invoke(EMAIL, { emailIdentity: "example.com" }, { GetEmailIdentity: identity });
    expect(found).toMatchObject({
      emailIdentity: "example.com",
      verifiedForSendingStatus: false,
      dkimSigningAttributes: [{ tokens: ["t"] }],
    });
  });

  test("fail for a sender that is not there in the provider's words, and for anything else in AWS's", async () => {
    await expect(
      invoke(EMAIL, { emailIdentity: "example.com" }, { GetEmailIdentity: awsError("NotFoundException") }),
    ).rejects.toThrow(
      "reading SESV2 (Simple Email V2) Email Identity Data Source (example.com): couldn't find resource",
    );
    await expect(
      invoke(
        EMAIL,
        { emailIdentity: "example.com" },
        { GetEmailIdentity: awsError("AccessDenied", "no right") },
      ),
    ).rejects.toThrow("no right");
  });

  test("list parameters over all pages, and none is an empty list", async () => {
    const { found: none } = await invoke(PARAMETERS, { path: "/s" });
    expect(none).toMatchObject({ names: [], values: [] });
    const pages = [
      { Parameters: [{ Name: "/s/a", Value: "1", ARN: "arn:a", Type: "String" }], NextToken: "t" },
      { Parameters: [{ Name: "/s/b", Value: "2", ARN: "arn:b", Type: "String" }] },
    ];
    const { found, calls } = await invoke(
      PARAMETERS,
      { path: "/s", recursive: true },
      { GetParametersByPath: () => pages.shift() ?? {} },
    );
    expect(found).toMatchObject({ names: ["/s/a", "/s/b"], values: ["1", "2"], arns: ["arn:a", "arn:b"] });
    expect(calls).toEqual([
      ["GetParametersByPath", { Path: "/s", Recursive: true, WithDecryption: true }],
      ["GetParametersByPath", { Path: "/s", Recursive: true, WithDecryption: true, NextToken: "t" }],
    ]);
  });

  test("read the version of a secret that is live, or the one a label names", async () => {
    const value = {
      ARN: "arn:s",
      SecretString: "{}",
      VersionId: "v2",
      VersionStages: ["AWSCURRENT"],
      CreatedDate: new Date("2026-11-21T03:00:00Z"),
    };
    const { found, calls } = await invoke(SECRET, { secretId: "arn:s" }, { GetSecretValue: value });
    expect(found).toMatchObject({
      secretString: "{}",
      versionId: "v2",
      versionStages: ["AWSCURRENT"],
      createdDate: "2026-11-21T03:00:00.000Z",
    });
    const first = await invoke(SECRET, { secretId: "s", versionStage: "first" }, { GetSecretValue: value });
    expect([...calls, ...first.calls]).toEqual([
      ["GetSecretValue", { SecretId: "arn:s", VersionStage: "AWSCURRENT" }],
      ["GetSecretValue", { SecretId: "s", VersionStage: "first" }],
    ]);
    await expect(
      invoke(SECRET, { secretId: "s" }, { GetSecretValue: awsError("ResourceNotFoundException", "gone") }),
    ).rejects.toThrow("gone");
  });

  test("list the labelled versions of a secret, page by page", async () => {
    const pages = [
      { Versions: [{ VersionId: "v2", VersionStages: ["AWSCURRENT"] }], NextToken: "t" },
      { Versions: [{ VersionId: "v1", VersionStages: ["AWSPREVIOUS"], CreatedDate: new Date(0) }] },
    ];
    const { found, calls } = await invoke(
      "aws:secretsmanager/getSecretVersions:getSecretVersions",
      { secretId: "s" },
      { ListSecretVersionIds: () => pages.shift() ?? {} },
    );
    expect(found).toMatchObject({
      versions: [
        { versionId: "v2", versionStages: ["AWSCURRENT"], createdTime: "" },
        { versionId: "v1", versionStages: ["AWSPREVIOUS"], createdTime: "1970-01-01T00:00:00.000Z" },
      ],
    });
    expect(calls).toEqual([
      ["ListSecretVersionIds", { SecretId: "s" }],
      ["ListSecretVersionIds", { SecretId: "s", NextToken: "t" }],
    ]);
  });

  test("list log groups, and read one with its tags", async () => {
    const groups = {
      DescribeLogGroups: { logGroups: [{ logGroupName: "g", arn: "arn:g:*", retentionInDays: 3 }] },
    };
    const { found } = await invoke(
      "aws:cloudwatch/getLogGroups:getLogGroups",
      { logGroupNamePrefix: "g" },
      groups,
    );
    expect(found).toMatchObject({ logGroupNames: ["g"], arns: ["arn:g"] });
    const tagged = { ...groups, ListTagsForResource: { tags: { a: "b" } } };
    const one = await invoke("aws:cloudwatch/getLogGroup:getLogGroup", { name: "g" }, tagged);
    expect(one.found).toMatchObject({ name: "g", arn: "arn:g", tags: { a: "b" }, retentionInDays: 3 });
    await expect(invoke("aws:cloudwatch/getLogGroup:getLogGroup", { name: "h" }, groups)).rejects.toThrow(
      "reading CloudWatch Logs Log Group (h): couldn't find resource",
    );
  });
});
