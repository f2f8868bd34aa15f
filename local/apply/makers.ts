import { logMakers } from "./cloudwatch-logs.ts";
import { identityPoolMakers } from "./cognito-identity-pool.ts";
import { userPoolPartMakers } from "./cognito-pool-parts.ts";
import { userPoolSettingMakers } from "./cognito-pool-settings.ts";
import { userPoolMakers } from "./cognito-user-pool.ts";
import { dynamodbMakers } from "./dynamodb.ts";
import { iamMakers } from "./iam.ts";
import { kmsMakers } from "./kms.ts";
import { lambdaMakers } from "./lambda.ts";
import { listenerRuleMakers } from "./listener-rule.ts";
import { loadBalancerMakers } from "./load-balancer.ts";
import type { Makers } from "./maker.ts";
import { recordedMakers } from "./recorded.ts";
import { bucketMakers } from "./s3-bucket.ts";
import { bucketPartMakers } from "./s3-bucket-parts.ts";
import { objectMakers } from "./s3-object.ts";
import { schedulerMakers } from "./scheduler.ts";
import { secretsManagerMakers } from "./secrets-manager.ts";
import { sesMakers } from "./ses.ts";
import { snsMakers } from "./sns.ts";
import { topicMakers } from "./sns-topics.ts";
import { ssmMakers } from "./ssm.ts";

/** Every resource type a local deployment knows. */
export const makers: Makers = {
  ...bucketMakers,
  ...bucketPartMakers,
  ...dynamodbMakers,
  ...iamMakers,
  ...identityPoolMakers,
  ...kmsMakers,
  ...lambdaMakers,
  ...listenerRuleMakers,
  ...loadBalancerMakers,
  ...logMakers,
  ...objectMakers,
  ...recordedMakers,
  ...schedulerMakers,
  ...secretsManagerMakers,
  ...sesMakers,
  ...snsMakers,
  ...ssmMakers,
  ...topicMakers,
  ...userPoolMakers,
  ...userPoolPartMakers,
  ...userPoolSettingMakers,
};
