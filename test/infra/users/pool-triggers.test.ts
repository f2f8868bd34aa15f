import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { FunctionBundle } from "../../../infra/functions/function-bundle.ts";
import {
  TRIGGER_FUNCTIONS,
  type TriggerName,
  wantedTriggers,
} from "../../../infra/functions/trigger-functions.ts";
import type { AuditSettings, Settings, TriggersSettings } from "../../../infra/settings.ts";
import { PoolTriggers } from "../../../infra/users/pool-triggers.ts";
import { type Declaration, declare } from "../../support/pulumi-mocks.ts";
import { goodSettings } from "../../support/sample-settings.ts";

const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const TABLE = "aws:dynamodb/table:Table";
const poolArn = "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_Example01";
const oldPoolArn = "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_Old000001";

const off: TriggersSettings = { customMessage: false, secretQuestion: false, logRetentionDays: 90 };
const everything: TriggersSettings = {
  customMessage: true,
  allowMailDomains: ["example.com"],
  groupOnSignUp: "members",
  secretQuestion: true,
  logRetentionDays: 90,
};
const { audit: sampleAudit } = goodSettings();
if (!sampleAudit) throw new Error("the sample has no audit");
const logged: AuditSettings = { ...sampleAudit, signInLog: "trigger", keepDays: 365 };

function bundleOf(text: string): FunctionBundle {
  const archive = new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(text) });
  return { archive, bytes: text.length, sha256: text };
}

function declareTriggers(
  { triggers = everything, audit, disposable = false, letGo }: Partial<Settings>,
  { generations = [1], logKeyArn }: { generations?: number[]; logKeyArn?: string } = {},
): Promise<Declaration> {
  const settings = {
    stack: "dev",
    region: "ap-northeast-1",
    disposable,
    letGo,
    triggers,
    ...(audit && { audit }),
  };
  const ids = ["ap-northeast-1_Example01", "ap-northeast-1_Old000001"];
  return declare(() => {
    const component = new PoolTriggers("pool-triggers", {
      settings,
      account: "123456789012",
      bundles: Object.fromEntries(wantedTriggers(settings).map((name) => [name, bundleOf(name)])),
      logKeyArn,
    });
    component.serve(
      generations.map((generation, place) => ({
        generation,
        userPoolId: pulumi.output(ids[place] ?? ""),
      })),
    );
    const { arns, signInLogGroup, questions } = component;
    return {
      ...(arns && { arns }),
      ...(signInLogGroup && { signInLogGroup }),
      ...(questions && { questions }),
    };
  });
}

function statementsOf(declared: Declaration, role: string): { Sid: string; Action: string[] }[] {
  const policy = declared.one(ROLE_POLICY, role).inputs.policy;
  return JSON.parse(String(policy)).Statement;
}

describe("the functions that a stack has", () => {
  test.each<[string, Pick<Settings, "triggers" | "audit">, TriggerName[]]>([
    ["no section", {}, []],
    ["a section that switches nothing on", { triggers: off }, []],
    ["messages", { triggers: { ...off, customMessage: true } }, ["customMessage"]],
    ["mail domains", { triggers: { ...off, allowMailDomains: ["example.com"] } }, ["preSignUp"]],
    ["a first group", { triggers: { ...off, groupOnSignUp: "members" } }, ["postConfirmation"]],
    [
      "a question",
      { triggers: { ...off, secretQuestion: true } },
      ["defineQuestion", "createQuestion", "verifyAnswer"],
    ],
    ["a log of sign-ins, without the section", { audit: logged }, ["signInLog"]],
    ["no log of sign-ins", { audit: { ...logged, signInLog: "off" } }, []],
  ])("follow from the settings: %s", (_what, settings, names) => {
    expect(wantedTriggers(settings)).toEqual(names);
  });

  test("leave nothing behind when everything is off: no function, table, log or block in the pool", async () => {
    const declared = await declareTriggers({ triggers: off });
    expect(declared.resources.map(({ type }) => type)).toEqual(["sekisho:index:PoolTriggers"]);
    expect(declared.outputs).toEqual({});
  });

  test("have names that AWS takes, with the longest stack name too", () => {
    for (const { name } of Object.values(TRIGGER_FUNCTIONS)) {
      // A role's name has a hyphen and seven digits besides.
      expect(`sekisho-${"a".repeat(24)}-${name}-0123456`.length).toBeLessThanOrEqual(64);
    }
  });
});

describe("the functions of a pool", () => {
  test("are named to the pool, each for its own triggers", async () => {
    const declared = await declareTriggers({ audit: logged });
    const arn = (name: string) => `arn:aws:lambda:ap-northeast-1:123456789012:sekisho-dev-${name}-id`;
    expect(declared.outputs.arns).toEqual({
      customMessage: arn("custom-message"),
      preSignUp: arn("pre-sign-up"),
      postConfirmation: arn("post-confirmation"),
      defineAuthChallenge: arn("define-question"),
      createAuthChallenge: arn("create-question"),
      verifyAuthChallengeResponse: arn("verify-answer"),
      preAuthentication: arn("sign-in-log"),
      postAuthentication: arn("sign-in-log"),
    });
  });

  test("can be called by Cognito for this pool of this account, and by nobody else", async () => {
    const declared = await declareTriggers({ audit: logged });
    const permissions = declared.all(PERMISSION).map(({ inputs }) => inputs);
    expect(permissions.map((inputs) => inputs.function)).toEqual(
      declared.all(FUNCTION).map(({ inputs }) => inputs.name),
    );
    for (const inputs of permissions) {
      expect(inputs).toMatchObject({
        action: "lambda:InvokeFunction",
        principal: "cognito-idp.amazonaws.com",
        sourceArn: poolArn,
        sourceAccount: "123456789012",
      });
    }
  });

  test("serve a pool that is kept beside it as well: people still sign in there", async () => {
    const declared = await declareTriggers({ triggers: everything }, { generations: [2, 1] });
    const ofMessages = declared
      .all(PERMISSION)
      .filter(({ inputs }) => inputs.function === "sekisho-dev-custom-message")
      .map(({ name, inputs }) => [name, inputs.sourceArn]);
    expect(ofMessages).toEqual([
      ["custom-message-pool-g2", poolArn],
      ["custom-message-pool", oldPoolArn],
    ]);
    const [membership] = statementsOf(declared, "post-confirmation-group");
    expect(membership).toMatchObject({ Resource: [poolArn, oldPoolArn] });
  });

  test("end when Cognito has stopped waiting, and run the code that was bundled for them", async () => {
    const declared = await declareTriggers({ audit: logged });
    for (const { inputs } of declared.all(FUNCTION)) expect(inputs.timeout).toBe(5);
  });

  test("may do what their task needs, and nothing else", async () => {
    const declared = await declareTriggers({ audit: logged });
    const rights = (name: string) =>
      statementsOf(declared, `sekisho-dev-${name}`)
        .filter(({ Sid }) => Sid !== "WriteOwnLog")
        .map(({ Action }) => Action);
    for (const name of ["custom-message", "pre-sign-up", "define-question", "sign-in-log"]) {
      expect(rights(name)).toEqual([]);
    }
    expect(rights("create-question")).toEqual([["dynamodb:GetItem"], ["kms:Decrypt"]]);
    expect(rights("verify-answer")).toEqual([["dynamodb:GetItem", "dynamodb:UpdateItem"], ["kms:Decrypt"]]);
    expect(statementsOf(declared, "post-confirmation-group")).toEqual([
      {
        Sid: "AddToGroup",
        Effect: "Allow",
        Action: ["cognito-idp:AdminAddUserToGroup"],
        Resource: [poolArn],
      },
    ]);
    expect(declared.one(ROLE_POLICY, "post-confirmation-group").inputs.role).toBe(
      "sekisho-dev-post-confirmation",
    );
  });

  test("that were not bundled stop the program before anything else is declared", async () => {
    const declaring = declare(() => {
      new PoolTriggers("pool-triggers", {
        settings: {
          stack: "dev",
          region: "ap-northeast-1",
          disposable: false,
          letGo: undefined,
          triggers: everything,
        },
        account: "123456789012",
        bundles: {},
      });
      return {};
    });
    await expect(declaring).rejects.toThrow("The function customMessage was not bundled; bundle it first.");
  });
});

describe("the logs of the functions", () => {
  test("go with their functions after the days that were named; the log of sign-ins is evidence and stays", async () => {
    const declared = await declareTriggers({ audit: logged });
    const logs = declared.all(LOG_GROUP).map(({ inputs, options }) => ({
      name: String(inputs.name),
      days: inputs.retentionInDays,
      isKept: options.protect && options.retainOnDelete,
    }));
    const ofSignIns = "/aws/lambda/sekisho-dev-sign-in-log";
    expect(logs.filter(({ name }) => name === ofSignIns)).toEqual([
      { name: ofSignIns, days: 365, isKept: true },
    ]);
    for (const { days, isKept } of logs.filter(({ name }) => name !== ofSignIns)) {
      expect({ days, isKept }).toEqual({ days: 90, isKept: false });
    }
    expect(declared.outputs.signInLogGroup).toBe(ofSignIns);
  });

  test("may leave the program once evidence was let go, and the log of sign-ins stays in AWS", async () => {
    const letGo = { generations: [], groups: [], clients: [], parts: ["evidence" as const] };
    const declared = await declareTriggers({ audit: logged, letGo });
    const { options } = declared.one(LOG_GROUP, "sekisho-dev-sign-in-log-log");
    expect(options).toMatchObject({ protect: false, retainOnDelete: true });
  });

  test("leave with a disposable stack, the log of sign-ins too", async () => {
    const declared = await declareTriggers({ audit: logged, disposable: true });
    for (const { options } of declared.all(LOG_GROUP)) expect(options.protect).toBe(false);
  });

  test("are encrypted with a key of ours where there is one", async () => {
    const declared = await declareTriggers({ audit: logged }, { logKeyArn: "arn:of-a-key" });
    for (const { inputs } of declared.all(LOG_GROUP)) expect(inputs.kmsKeyId).toBe("arn:of-a-key");
  });
});

describe("the table of questions", () => {
  test("has a key of its own, can be taken back to any minute, and is refused for deletion", async () => {
    const declared = await declareTriggers({});
    const { inputs, options } = declared.one(TABLE);
    expect(inputs).toEqual({
      attributes: [
        { name: "user", type: "S" },
        { name: "item", type: "S" },
      ],
      hashKey: "user",
      rangeKey: "item",
      billingMode: "PAY_PER_REQUEST",
      tableClass: "STANDARD",
      streamEnabled: false,
      ttl: { attributeName: "expires", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: {
        enabled: true,
        kmsKeyArn: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-questions-key-id",
      },
      deletionProtectionEnabled: true,
      tags: { "sekisho:stack": "dev" },
    });
    expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    const key = declared.one("aws:kms/key:Key");
    expect(key.inputs).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30 });
    expect(key.options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  test("can go with a disposable stack", async () => {
    const declared = await declareTriggers({ disposable: true });
    expect(declared.one(TABLE).inputs.deletionProtectionEnabled).toBe(false);
    expect(declared.one(TABLE).options).toMatchObject({ protect: false, retainOnDelete: false });
  });

  test("is known to the two functions that use it, and to runbooks", async () => {
    const declared = await declareTriggers({});
    const environments = declared
      .all(FUNCTION)
      .flatMap(({ inputs }) => (inputs.environment ? [[inputs.name, inputs.environment]] : []));
    const environment = { variables: { QUESTION_TABLE: "sekisho-dev-questions" } };
    expect(environments).toEqual([
      ["sekisho-dev-create-question", environment],
      ["sekisho-dev-verify-answer", environment],
    ]);
    expect(declared.outputs.questions).toMatchObject({ table: "sekisho-dev-questions" });
  });
});
