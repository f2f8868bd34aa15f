import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { SmsSettings } from "../../../infra/settings.ts";
import { SmsSender } from "../../../infra/sms/sms-sender.ts";
import { declare } from "../../support/pulumi-mocks.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const SETTINGS = "aws:sns/smsPreferences:SmsPreferences";
const success = "sns/ap-northeast-1/123456789012/DirectPublishToPhoneNumber";
const failure = `${success}/Failure`;

async function declareSender(
  sms: Partial<SmsSettings> = {},
  { disposable = false, existing = [] }: { disposable?: boolean; existing?: string[] } = {},
) {
  const imported = new Map<string, unknown>();
  const declared = await declare(() => {
    pulumi.runtime.registerStackTransformation(({ name, opts }) => {
      const custom: pulumi.CustomResourceOptions = opts;
      if (custom.import !== undefined) imported.set(name, custom.import);
      return undefined;
    });
    const { part } = new SmsSender("sms", {
      settings: {
        stack: "dev",
        region: "ap-northeast-1",
        disposable,
        letGo: undefined,
        sms: {
          monthlySpendLimitUsd: 30,
          successSamplingPercent: 100,
          logRetentionDays: 365,
          ownAccountSettings: true,
          ...sms,
        },
      },
      account: "123456789012",
      existingLogGroups: existing,
    });
    return { part };
  });
  return { ...declared, imported };
}

describe("the SMS settings of the account", () => {
  test("spell all six, so that nothing is left to a default that differs by account", async () => {
    const declared = await declareSender({ senderId: "Example", successSamplingPercent: 50 });
    expect(declared.one(SETTINGS).inputs).toEqual({
      monthlySpendLimit: 30,
      deliveryStatusIamRoleArn: "arn:aws:iam:ap-northeast-1:123456789012:sms-delivery-id",
      deliveryStatusSuccessSamplingRate: "50",
      defaultSmsType: "Transactional",
      defaultSenderId: "Example",
      usageReportS3Bucket: "",
    });
    expect((await declareSender()).one(SETTINGS).inputs.defaultSenderId).toBe("");
  });

  test("turn delivery logging on only after both log groups and the role's rights exist", async () => {
    const declared = await declareSender();
    expect(declared.one(SETTINGS).options.dependsOn.toSorted()).toEqual([
      "sms-deliveries",
      "sms-delivery",
      "sms-failures",
    ]);
    expect(declared.one("aws:iam/rolePolicy:RolePolicy").name).toBe("sms-delivery");
  });

  test("are touched only by a stack that says it owns them", async () => {
    const declared = await declareSender({ ownAccountSettings: false });
    expect(declared.resources.map(({ type }) => type)).toEqual(["sekisho:index:SmsSender"]);
    expect(declared.outputs.part).toEqual({ successLogGroup: success, failureLogGroup: failure });
  });

  test.each([false, true])(
    "are never blanked for everybody else, nor is what they point at: disposable %s",
    async (disposable) => {
      const declared = await declareSender({}, { disposable });
      const custom = declared.resources.filter(({ isCustom }) => isCustom);
      expect(custom).toHaveLength(5);
      for (const { options } of custom) {
        expect(options).toMatchObject({ protect: !disposable, retainOnDelete: true });
      }
    },
  );
});

describe("the logs of SMS deliveries", () => {
  test("keep successes and failures as long as the settings say: they hold phone numbers", async () => {
    const declared = await declareSender({ logRetentionDays: 90 });
    expect(declared.all(LOG_GROUP).map(({ inputs }) => [inputs.name, inputs.retentionInDays])).toEqual([
      [success, 90],
      [failure, 90],
    ]);
    for (const { inputs } of declared.all(LOG_GROUP)) {
      expect(inputs).toMatchObject({ tags: { "sekisho:stack": "dev" } });
    }
    expect(declared.outputs.part).toEqual({ successLogGroup: success, failureLogGroup: failure });
  });

  test("are taken over when SNS has made them already, instead of failing because they exist", async () => {
    const fresh = await declareSender();
    expect(fresh.imported).toEqual(new Map());
    const used = await declareSender({}, { existing: [failure] });
    expect(used.imported).toEqual(new Map([["sms-failures", failure]]));
    expect(used.one(LOG_GROUP, "sms-failures").inputs.retentionInDays).toBe(365);
  });

  test("can be written by SNS for this account, and by nobody else", async () => {
    const declared = await declareSender();
    const role = declared.one("aws:iam/role:Role");
    expect(JSON.parse(String(role.inputs.assumeRolePolicy))).toMatchObject({
      Statement: [
        {
          Principal: { Service: ["sns.amazonaws.com"] },
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
    const policy = declared.one("aws:iam/rolePolicy:RolePolicy");
    expect(policy.inputs.role).toBe("sms-delivery");
    const [statement] = JSON.parse(String(policy.inputs.policy)).Statement;
    for (const resource of statement.Resource) expect(resource).toContain(success);
  });
});
