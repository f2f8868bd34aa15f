import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import type { TopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription.js";
import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, outputsOf, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["NotFound", "NotFoundException"];

// Input of the provider -> attribute of SNS.
const TOPIC_ATTRIBUTES = {
  deliveryPolicy: "DeliveryPolicy",
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
  signatureVersion: "SignatureVersion",
  tracingConfig: "TracingConfig",
} as const;

const SUBSCRIPTION_ATTRIBUTES = {
  deliveryPolicy: "DeliveryPolicy",
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
} as const;

const topic: Maker = {
  autoName: { property: "name", longest: 256 },
  async create({ inputs, aws }) {
    const { TopicArn } = await aws.sns.send(
      new CreateTopicCommand({
        Name: textOf(inputs, "name"),
        Attributes: attributesOf(inputs, TOPIC_ATTRIBUTES),
        Tags: tagList(tagsOf(inputs)),
      }),
    );
    if (!TopicArn) throw new Error("CreateTopic answered without an ARN");
    return TopicArn;
  },
  async read({ id, aws }) {
    const found = await readTopic(aws, id);
    return found && outputsOf({ arn: id, owner: found.Owner, name: id.slice(id.lastIndexOf(":") + 1) });
  },
  async update({ id: TopicArn, inputs, before, aws }) {
    await changeAttributes(before, inputs, TOPIC_ATTRIBUTES, (AttributeName, AttributeValue) =>
      aws.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue })),
    );
    await changeTags(before, inputs, {
      set: (tags) => aws.sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: tagList(tags) })),
      remove: (TagKeys) => aws.sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.sns.send(new DeleteTopicCommand({ TopicArn: id })));
  },
};

const topicPolicy: Maker = {
  async create({ inputs, aws }) {
    await setPolicy(aws, textOf(inputs, "arn"), textOf(inputs, "policy"));
    return textOf(inputs, "arn");
  },
  async read({ id, aws }) {
    const found = await readTopic(aws, id);
    return found && outputsOf({ owner: found.Owner });
  },
  async update({ id, inputs, aws }) {
    await setPolicy(aws, id, textOf(inputs, "policy"));
  },
  // A topic is never without a policy: the provider leaves the one behind that AWS begins with.
  async delete({ id, aws }) {
    const owner = await aws.account();
    await unless(GONE, () => setPolicy(aws, id, JSON.stringify(ownerPolicy(id, owner))));
  },
};

const topicSubscription: Maker = {
  async create({ inputs, aws }) {
    const { endpoint, protocol } = inputsAs<TopicSubscriptionArgs>(inputs);
    const { SubscriptionArn } = await aws.sns.send(
      new SubscribeCommand({
        TopicArn: textOf(inputs, "topic"),
        Protocol: protocol,
        Endpoint: endpoint,
        Attributes: attributesOf(inputs, SUBSCRIPTION_ATTRIBUTES),
        ReturnSubscriptionArn: true,
      }),
    );
    if (!SubscriptionArn) throw new Error("Subscribe answered without an ARN");
    return SubscriptionArn;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id })),
    );
    if (!found) return undefined;
    const { Owner, PendingConfirmation, ConfirmationWasAuthenticated } = found.Attributes ?? {};
    return outputsOf({
      arn: id,
      ownerId: Owner,
      pendingConfirmation: PendingConfirmation === "true",
      confirmationWasAuthenticated: ConfirmationWasAuthenticated === "true",
    });
  },
  async update({ id: SubscriptionArn, inputs, before, aws }) {
    await changeAttributes(before, inputs, SUBSCRIPTION_ATTRIBUTES, (AttributeName, AttributeValue) =>
      aws.sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue })),
    );
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.sns.send(new UnsubscribeCommand({ SubscriptionArn: id })));
  },
};

export const topicMakers: Makers = {
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
};

function attributesOf(inputs: PropertyMap, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([input, attribute]) => {
      const value = inputs[input];
      return value === undefined ? [] : [[attribute, String(value)]];
    }),
  );
}

async function changeAttributes(
  before: PropertyMap,
  after: PropertyMap,
  names: Readonly<Record<string, string>>,
  set: (name: string, value: string) => Promise<unknown>,
): Promise<void> {
  const [old, wanted] = [attributesOf(before, names), attributesOf(after, names)];
  for (const name of Object.keys({ ...old, ...wanted })) {
    const value = wanted[name] ?? "";
    if (value !== old[name]) await set(name, value);
  }
}

async function readTopic({ sns }: AwsClients, arn: string): Promise<Record<string, string> | undefined> {
  const found = await unless(GONE, () => sns.send(new GetTopicAttributesCommand({ TopicArn: arn })));
  return found?.Attributes;
}

async function setPolicy({ sns }: AwsClients, TopicArn: string, policy: string): Promise<void> {
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue: policy }),
  );
}

/** What AWS gives a new topic: its owner may do everything (Amazon SNS Developer Guide, "Default policy"). */
function ownerPolicy(arn: string, owner: string) {
  return {
    Version: "2008-10-17",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
      },
    ],
  };
}
