import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { smsDeliveryPolicy, smsDeliveryTrust } from "../iam-policies/sms-delivery.ts";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { Settings, SmsSettings } from "../settings.ts";
import { stackTags, type Tags } from "../stack-tags.ts";
import { smsLogGroupNames } from "./sms-log-groups.ts";

export interface SmsSenderArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "letGo"> & { sms: SmsSettings };
  /** The account that sends, twelve digits. */
  account: string;
  /** Log groups that are there already and are taken over, as `lookUpSmsLogGroups` found them. */
  existingLogGroups: string[];
  /** What the logs are encrypted with; AWS's own key without it. */
  logKeyArn?: pulumi.Input<string>;
}

/**
 * The SMS settings of the account: what a month may cost, and a log of every delivery. Without
 * `ownAccountSettings` it declares nothing and only tells where SNS would log.
 */
export class SmsSender extends pulumi.ComponentResource {
  /** What runbooks need to know, for `/sekisho/<stack>/sms`. */
  readonly part: NonNullable<StackOutputs["sms"]>;

  constructor(name: string, args: SmsSenderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:SmsSender", name, {}, opts);
    const { stack, region, sms } = args.settings;
    const { account } = args;
    const groups = smsLogGroupNames({ account, region });

    if (sms.ownAccountSettings) {
      const guards = lossGuards(args.settings, isLetGo(args.settings.letGo, "sms"));
      const shared = { name, tags: stackTags(stack), guards };
      const key = args.logKeyArn === undefined ? {} : { kmsKeyId: args.logKeyArn };
      const existing = new Set(args.existingLogGroups);
      const logs = [
        deliveryLog(this, "deliveries", { ...shared, group: groups.success, sms, existing, key }),
        deliveryLog(this, "failures", { ...shared, group: groups.failure, sms, existing, key }),
      ];
      const { role, policy } = deliveryRole(this, {
        ...shared,
        account,
        region,
        logGroups: [groups.success, groups.failure],
      });
      accountSettings(this, { ...shared, sms, role, after: [policy, ...logs] });
    }

    this.part = { successLogGroup: groups.success, failureLogGroup: groups.failure };
    this.registerOutputs({ part: this.part });
  }
}

interface Shared {
  name: string;
  tags: Tags;
  guards: LossGuards;
}

function deliveryLog(
  parent: pulumi.Resource,
  what: string,
  {
    name,
    tags,
    guards,
    group,
    sms,
    existing,
    key,
  }: Shared & {
    group: string;
    sms: SmsSettings;
    existing: Set<string>;
    key: { kmsKeyId?: pulumi.Input<string> };
  },
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-${what}`,
    {
      name: group,
      logGroupClass: "STANDARD",
      retentionInDays: sms.logRetentionDays,
      ...key,
      skipDestroy: false,
      tags,
    },
    // Importing what is in the state already changes nothing; what is not gets retention and tags on the way in.
    { parent, ...kept(guards), ...(existing.has(group) ? { import: group } : {}) },
  );
}

function deliveryRole(
  parent: pulumi.Resource,
  {
    name,
    tags,
    guards,
    account,
    region,
    logGroups,
  }: Shared & { account: string; region: string; logGroups: string[] },
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const role = new aws.iam.Role(
    `${name}-delivery`,
    {
      description: "Lets SNS log SMS deliveries",
      assumeRolePolicy: JSON.stringify(smsDeliveryTrust({ account })),
      tags,
    },
    { parent, ...kept(guards) },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-delivery`,
    { role: role.name, policy: JSON.stringify(smsDeliveryPolicy({ account, region, logGroups })) },
    { parent, ...kept(guards) },
  );
  return { role, policy };
}

function accountSettings(
  parent: pulumi.Resource,
  {
    name,
    guards,
    sms,
    role,
    after,
  }: Shared & { sms: SmsSettings; role: aws.iam.Role; after: pulumi.Resource[] },
): void {
  new aws.sns.SmsPreferences(
    `${name}-settings`,
    {
      monthlySpendLimit: sms.monthlySpendLimitUsd,
      deliveryStatusIamRoleArn: role.arn,
      deliveryStatusSuccessSamplingRate: String(sms.successSamplingPercent),
      // Codes must arrive; SNS sends promotional messages with the lowest priority.
      defaultSmsType: "Transactional",
      defaultSenderId: sms.senderId ?? "",
      usageReportS3Bucket: "",
    },
    // Logging that is on before its groups are there makes SNS create them itself, without retention.
    { parent, dependsOn: after, ...kept(guards) },
  );
}

/**
 * Nothing here is ever deleted, not even with a disposable stack: deleting the settings would blank all six for
 * everybody in the account, and what they point at must live as long as they do.
 */
function kept(guards: LossGuards): { protect: boolean; retainOnDelete: true } {
  return { protect: guards.protect, retainOnDelete: true };
}
