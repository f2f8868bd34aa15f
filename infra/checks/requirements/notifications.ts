import {
  allows,
  deniesPlainTransport,
  foreignPrincipals,
  isForEverybody,
  readStatements,
  type Statement,
} from "../policy-statements.ts";
import { type RenderedResource, type RenderedStack, readInput } from "../rendered-stack.ts";
import { inputIs, inputIsGiven, type Requirement } from "../requirement.ts";

const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const IDENTITY_POLICY = "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy";
const CONFIGURATION_SET = "aws:sesv2/configurationSet:ConfigurationSet";

/** What scanners ask of topics and of whatever sends mail. */
export const notificationRequirements: readonly Requirement[] = [
  {
    says: "a topic is encrypted with a key of ours",
    ids: [
      "prowler:sns_topics_kms_encryption_at_rest_enabled",
      "security-hub:SNS.1",
      "checkov:CKV_AWS_26",
      "cdk-nag:SNSEncryptedKMS",
    ],
    of: TOPIC,
    isMet: (topic) => {
      const key = readInput(topic, "kmsMasterKeyId");
      // CloudWatch cannot publish to a topic under AWS's own key.
      return typeof key === "string" && key !== "" && key !== "alias/aws/sns";
    },
  },
  {
    says: "not everybody may use a topic",
    ids: ["prowler:sns_topics_not_publicly_accessible", "security-hub:SNS.4", "checkov:CKV_AWS_169"],
    of: TOPIC,
    isMet: (topic, stack) =>
      statementsOf(topic, stack)
        .filter(allows)
        .every((statement) => !isForEverybody(statement)),
  },
  {
    says: "no other account may use a topic",
    ids: ["checkov:CKV_AWS_385"],
    of: TOPIC,
    isMet: (topic, stack) =>
      statementsOf(topic, stack)
        .filter(allows)
        .every((statement) => foreignPrincipals(statement, accountOf(topic)).length === 0),
  },
  {
    says: "a topic takes messages over TLS only",
    ids: ["cdk-nag:SNS3"],
    of: TOPIC,
    isMet: (topic, stack) => statementsOf(topic, stack).some(deniesPlainTransport),
  },
  {
    says: "no subscription goes over plain HTTP",
    ids: ["prowler:sns_subscription_not_using_http_endpoints"],
    of: SUBSCRIPTION,
    isMet: (subscription) => readInput(subscription, "protocol") !== "http",
  },
  {
    says: "what a subscription cannot deliver is kept",
    ids: ["cdk-nag:SNSRedrivePolicy"],
    of: SUBSCRIPTION,
    isMet: inputIsGiven("redrivePolicy"),
  },
  {
    says: "mail is signed with DKIM",
    ids: ["prowler:ses_identity_dkim_enabled"],
    of: IDENTITY,
    isMet: inputIs("dkimSigningAttributes.nextSigningKeyLength", "RSA_2048_BIT"),
  },
  {
    says: "nobody else may send in our name",
    ids: ["prowler:ses_identity_not_publicly_accessible"],
    of: IDENTITY,
    isMet: (identity, stack) =>
      stack
        .naming(identity, IDENTITY_POLICY, "emailIdentity")
        .flatMap(({ inputs }) => readStatements(inputs.policy))
        .filter(allows)
        .every((statement) => !isForEverybody(statement)),
  },
  {
    says: "mail leaves over TLS or not at all",
    ids: ["checkov:CKV_AWS_365", "security-hub:SES.3"],
    of: CONFIGURATION_SET,
    isMet: inputIs("deliveryOptions.tlsPolicy", "REQUIRE"),
  },
  {
    says: "a mail configuration set tells its stack",
    ids: ["security-hub:SES.2"],
    of: CONFIGURATION_SET,
    isMet: inputIsGiven("tags"),
  },
];

function statementsOf(topic: RenderedResource, stack: RenderedStack): Statement[] {
  const attached = stack.naming(topic, TOPIC_POLICY, "arn").map(({ inputs }) => inputs.policy);
  return [topic.inputs.policy, ...attached].flatMap((policy) => readStatements(policy));
}

/** The account in a resource's ARN. */
function accountOf({ outputs: { arn } }: RenderedResource): string {
  return (typeof arn === "string" && arn.split(":")[4]) || "the account is unknown";
}
