import type { Requirement } from "./requirement.ts";
import { bucketRequirements } from "./requirements/buckets.ts";
import { cognitoRequirements } from "./requirements/cognito.ts";
import { evidenceRequirements } from "./requirements/evidence.ts";
import { functionRequirements } from "./requirements/functions.ts";
import { keyRequirements } from "./requirements/keys.ts";
import { loadBalancerRequirements } from "./requirements/load-balancer.ts";
import { logRequirements } from "./requirements/logs.ts";
import { notificationRequirements } from "./requirements/notifications.ts";
import { roleRequirements } from "./requirements/roles.ts";
import { secretRequirements } from "./requirements/secrets.ts";
import { webAclRequirements } from "./requirements/web-acl.ts";

/** Every question of prowler, checkov, cdk-nag and Security Hub that a stack like this one must answer. */
export const requirements: readonly Requirement[] = [
  ...cognitoRequirements,
  ...loadBalancerRequirements,
  ...webAclRequirements,
  ...notificationRequirements,
  ...bucketRequirements,
  ...keyRequirements,
  ...logRequirements,
  ...functionRequirements,
  ...roleRequirements,
  ...secretRequirements,
  ...evidenceRequirements,
];
