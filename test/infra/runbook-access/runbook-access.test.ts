import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunbookResources } from "../../../infra/iam-policies/runbook-resources.ts";
import { estimatePartBytes } from "../../../infra/outputs/output-sizes.ts";
import { LARGEST_PARAMETER_BYTES } from "../../../infra/outputs/outputs.ts";
import type { PolicyDocument } from "../../../infra/policy-document.ts";
import { RunbookAccess } from "../../../infra/runbook-access/runbook-access.ts";
import type { RunbookAccessSettings } from "../../../infra/settings.ts";
import { renderStack } from "../../../local/render-stack.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import { goodSettings, sampleConfig } from "../../support/sample-settings.ts";

const people = "arn:aws:iam::123456789012:role/ops";
const access: RunbookAccessSettings = {
  principals: [people],
  requireMfa: true,
  requireSourceIdentity: false,
};
const resources: RunbookResources = {
  account: "123456789012",
  region: "ap-northeast-1",
  stack: "dev",
  userPoolId: "ap-northeast-1_Test12345",
  userPoolArn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_Test12345",
  backups: {
    bucketArn: "arn:aws:s3:::backups",
    keyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/backups",
  },
  work: { bucketArn: "arn:aws:s3:::work", keyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/work" },
  runbookLogGroup: "/sekisho/dev/runbooks",
  importRoleArn: "arn:aws:iam::123456789012:role/sekisho-dev-user-import",
  clientSecrets: {
    secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sekisho/dev/clients/*",
  },
  listenerArn: "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/balancer/1/2",
  erasedKey: {
    secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sekisho/dev/erased-list-key-AbCdEf",
  },
};

function declareAccess(change: Partial<RunbookAccessSettings> = {}) {
  return declare(() => ({
    part: new RunbookAccess("runbook-access", {
      settings: { stack: "dev" },
      access: { ...access, ...change },
      resources: pulumi.output(resources),
    }).part,
  }));
}

const trust = (text: unknown): PolicyDocument => JSON.parse(String(text));

describe("the roles of runbooks", () => {
  test("are given to the people of the settings, who have shown a second factor, and to nobody else", async () => {
    const declared = await declareAccess();
    for (const { inputs } of declared.all("aws:iam/role:Role")) {
      expect(trust(inputs.assumeRolePolicy).Statement).toEqual([
        {
          Sid: "PeopleOfTheSettings",
          Effect: "Allow",
          Principal: { AWS: [people] },
          Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        },
      ]);
    }
  });

  test("ask who somebody is where the settings do, and no second factor where they spell it", async () => {
    const declared = await declareAccess({ requireMfa: false, requireSourceIdentity: true });
    const [role] = declared.all("aws:iam/role:Role");
    expect(trust(role?.inputs.assumeRolePolicy).Statement[0]?.Condition).toEqual({
      Null: { "sts:SourceIdentity": "false" },
    });
  });

  test("last as long as their runbook takes, an hour or half a day", async () => {
    const declared = await declareAccess();
    const hours = declared
      .all("aws:iam/role:Role")
      .map(({ name, inputs }) => [name, Number(inputs.maxSessionDuration) / 3600]);
    expect(hours).toEqual([
      ["sekisho-dev-back-up-users", 4],
      ["sekisho-dev-verify-backup", 1],
      ["sekisho-dev-reimport-users", 12],
      ["sekisho-dev-rehearse-restore", 12],
      ["sekisho-dev-rotate-client-secret", 1],
      ["sekisho-dev-rotate-client-secret-finish", 1],
    ]);
  });

  test("are bounded where the organisation demands it", async () => {
    const boundary = "arn:aws:iam::123456789012:policy/boundary";
    const declared = await declareAccess({ boundary });
    for (const { inputs } of declared.all("aws:iam/role:Role"))
      expect(inputs.permissionsBoundary).toBe(boundary);
    const [unbounded] = (await declareAccess()).all("aws:iam/role:Role");
    expect(unbounded?.inputs).not.toHaveProperty("permissionsBoundary");
  });

  test("are told to runbooks by name", async () => {
    const { outputs } = await declareAccess();
    expect(outputs.part).toEqual({
      roles: {
        "back-up-users": expect.stringContaining("sekisho-dev-back-up-users-id"),
        "verify-backup": expect.stringContaining("sekisho-dev-verify-backup-id"),
        "reimport-users": expect.stringContaining("sekisho-dev-reimport-users-id"),
        "rehearse-restore": expect.stringContaining("sekisho-dev-rehearse-restore-id"),
        "rotate-client-secret": expect.stringContaining("sekisho-dev-rotate-client-secret-id"),
        "rotate-client-secret-finish": expect.stringContaining("sekisho-dev-rotate-client-secret-finish-id"),
      },
    });
  });
});

describe("the parameter that tells the roles", () => {
  test("holds them all, however long their ARNs are", () => {
    const bound = estimatePartBytes(goodSettings())["runbook-access"];
    expect(bound).toBeGreaterThan(100);
    expect(bound).toBeLessThanOrEqual(LARGEST_PARAMETER_BYTES);
  });
});

const statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]).optional(),
});
const document = z.looseObject({ Statement: z.array(statement) });

/** What has no resource that a policy could name (Service Authorization Reference of each service). */
const WITHOUT_RESOURCE = [
  /^sns:Publish$/,
  /^elasticloadbalancing:Describe\w+$/,
  /^cloudtrail:LookupEvents$/,
  // A pool that is not there yet has no ARN, and a list of pools is of none of them.
  /^cognito-idp:(CreateUserPool|ListUserPools)$/,
];

function wildcardsOf(text: string): string[] {
  return document.parse(JSON.parse(text)).Statement.flatMap(({ Effect, Action, Resource = [] }) => {
    const actions = [Action].flat();
    const isAnywhere = [Resource].flat().includes("*");
    return Effect === "Allow"
      ? actions.filter(
          (action) =>
            action.includes("*") || (isAnywhere && !WITHOUT_RESOURCE.some((known) => known.test(action))),
        )
      : [];
  });
}

describe.each([
  ["the whole sample", sampleConfig()],
  ["the sample with backups on CodeBuild", sampleConfig([["backup", "runOn"], "codebuild"])],
])("the roles of %s", { timeout: 180_000 }, (_, config) => {
  test("have no wildcard but for what AWS gives no name to", async () => {
    const { registrations } = await renderStack({ stack: "dev", region: "ap-northeast-1", config });
    const policies = registrations.filter(({ type }) =>
      ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"].includes(type),
    );
    expect(policies.length).toBeGreaterThan(3);
    const found = policies.map(({ name, inputs }) => [name, wildcardsOf(String(inputs.policy))]);
    expect(found.filter(([, wildcards]) => wildcards?.length !== 0)).toEqual([]);
  });
});

describe("the policy of each role", () => {
  // IAM and AWS STS quotas: 10,240 characters of inline policies in all, without blanks; 64 of a role's name.
  test("fits into a role, with the longest names that a stack can have", async () => {
    const stack = "a-stack-with-a-long-name";
    const place = { ...resources.backups, bucketArn: `arn:aws:s3:::${"x".repeat(63)}` };
    const erasedKey = { ...resources.erasedKey, keyArn: place.keyArn };
    const copy = { ...place, region: "ap-northeast-3" };
    const clientSecrets = { ...resources.clientSecrets, keyArn: place.keyArn };
    const named = {
      stack,
      erasedKey,
      clientSecrets,
      listenerArn: `${resources.listenerArn}${"x".repeat(64)}`,
    };
    const long: RunbookResources = { ...resources, ...named, backups: place, work: place, copy };
    const declared = await declare(() => {
      new RunbookAccess("runbook-access", { settings: { stack }, access, resources: pulumi.output(long) });
      return {};
    });
    for (const { inputs } of declared.all("aws:iam/rolePolicy:RolePolicy")) {
      expect(String(inputs.policy).length).toBeLessThanOrEqual(10_240);
    }
    for (const { inputs } of declared.all("aws:iam/role:Role")) {
      expect(String(inputs.name).length).toBeLessThanOrEqual(64);
    }
  });
});

describe("the search for wildcards", () => {
  test.each([
    ['{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::x"}', ["s3:*"]],
    ['{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["*"]}', ["kms:Decrypt"]],
    ['{"Effect":"Allow","Action":["sns:Publish"],"Resource":["*"]}', []],
    ['{"Effect":"Deny","Action":["iam:*"],"Resource":["*"]}', []],
  ])("finds in %s: %j", (text, found) => {
    expect(wildcardsOf(`{"Statement":[${text}]}`)).toEqual(found);
  });
});
