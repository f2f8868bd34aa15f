import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmKeyPolicy, alarmTopicPolicy } from "../iam-policies/alarm-topic.ts";
import { lossGuards } from "../loss-guards.ts";
import type { AlarmSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";

export interface AlarmTopicArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable"> & { alarms: Pick<AlarmSettings, "emails"> };
  account: string;
}

/**
 * Where alarms go: a topic encrypted with a key of its own, and a mail to each address of the settings. AWS asks each
 * address to confirm first. Nothing in it is kept: a topic that is gone comes back with the next deployment.
 */
export class AlarmTopic extends pulumi.ComponentResource {
  /** Known once CloudWatch may publish to it. */
  readonly arn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:AlarmTopic", name, {}, opts);
    const key = declareKey(this, name, args);
    const topic = declareTopic(this, name, args, key);
    const policy = declarePolicy(this, name, args, topic);
    for (const [place, email] of args.settings.alarms.emails.entries()) {
      new aws.sns.TopicSubscription(
        place === 0 ? name : `${name}-${place + 1}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }
    this.arn = policy.arn;
    this.keyArn = key.arn;
    this.registerOutputs({ arn: this.arn, keyArn: this.keyArn });
  }
}

function declareKey(
  parent: pulumi.Resource,
  name: string,
  { settings, account }: AlarmTopicArgs,
): aws.kms.Key {
  const { stack } = settings;
  return new aws.kms.Key(
    `${name}-key`,
    {
      description: `Alarms of ${stack}`,
      policy: JSON.stringify(alarmKeyPolicy({ account })),
      enableKeyRotation: true,
      multiRegion: false,
      deletionWindowInDays: lossGuards(settings).deletionProtection ? 30 : 7,
      tags: stackTags(stack),
    },
    { parent },
  );
}

function declareTopic(
  parent: pulumi.Resource,
  name: string,
  { settings: { stack } }: AlarmTopicArgs,
  key: aws.kms.Key,
): aws.sns.Topic {
  return new aws.sns.Topic(
    name,
    {
      name: `sekisho-${stack}-alarms`,
      displayName: `Sekisho ${stack}`,
      kmsMasterKeyId: key.arn,
      fifoTopic: false,
      tags: stackTags(stack),
    },
    { parent },
  );
}

function declarePolicy(
  parent: pulumi.Resource,
  name: string,
  { settings, account }: AlarmTopicArgs,
  topic: aws.sns.Topic,
): aws.sns.TopicPolicy {
  const { region } = settings;
  return new aws.sns.TopicPolicy(
    name,
    {
      arn: topic.arn,
      policy: topic.arn.apply((topicArn) => JSON.stringify(alarmTopicPolicy({ account, region, topicArn }))),
    },
    { parent },
  );
}
