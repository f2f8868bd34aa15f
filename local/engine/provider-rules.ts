import type { ComparisonHints } from "./property-diff.ts";

/** How the AWS provider treats changes of one resource type. */
export interface ProviderRules extends ComparisonHints {
  /** Properties whose change makes a new resource; a path stands for everything below it. */
  replaces: readonly string[];
  /** A list that may grow but whose entries can neither change nor go; the provider refuses. */
  growsOnly?: string;
  /** The property that holds the physical name: as long as it is given and stays, two cannot live side by side. */
  name?: string;
}

/**
 * The rules of the provider by resource type, read from the resource schemas of terraform-provider-aws
 * (ForceNew, RequiresReplace, CustomizeDiff, TypeSet), which @pulumi/aws wraps.
 */
export function providerRules(type: string): ProviderRules {
  const rules = RULES[type];
  return { ...rules, replaces: ["region", ...(rules?.replaces ?? [])] };
}

const BUCKET_PART = { replaces: ["bucket", "expectedBucketOwner"] };
const POLICY_TEXT = { jsonTexts: ["policy"] };

const RULES: Record<string, ProviderRules> = {
  // The provider makes a new pool for a new name although UpdateUserPool could rename it.
  "aws:cognito/userPool:UserPool": {
    replaces: ["name", "aliasAttributes", "usernameAttributes", "usernameConfiguration.caseSensitive"],
    growsOnly: "schemas",
    name: "name",
    sets: [
      "aliasAttributes",
      "autoVerifiedAttributes",
      "usernameAttributes",
      "schemas",
      "accountRecoverySetting.recoveryMechanisms",
      "signInPolicy.allowedFirstAuthFactors",
      "userAttributeUpdateSettings.attributesRequireVerificationBeforeUpdates",
    ],
  },
  "aws:cognito/userPoolClient:UserPoolClient": {
    replaces: ["userPoolId", "generateSecret"],
    sets: [
      "allowedOauthFlows",
      "allowedOauthScopes",
      "callbackUrls",
      "explicitAuthFlows",
      "logoutUrls",
      "readAttributes",
      "supportedIdentityProviders",
      "writeAttributes",
    ],
  },
  "aws:cognito/userPoolDomain:UserPoolDomain": { replaces: ["domain", "userPoolId"] },
  "aws:cognito/userGroup:UserGroup": { replaces: ["name", "userPoolId"], name: "name" },
  "aws:cognito/resourceServer:ResourceServer": { replaces: ["identifier", "userPoolId"], sets: ["scopes"] },
  "aws:cognito/managedLoginBranding:ManagedLoginBranding": {
    replaces: ["clientId", "userPoolId", "assets"],
    sets: ["assets"],
    jsonTexts: ["settings"],
  },
  "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration": { replaces: ["userPoolId"] },
  "aws:cognito/riskConfiguration:RiskConfiguration": {
    replaces: ["userPoolId", "clientId"],
    sets: [
      "compromisedCredentialsRiskConfiguration.eventFilters",
      "riskExceptionConfiguration.blockedIpRangeLists",
      "riskExceptionConfiguration.skippedIpRangeLists",
    ],
  },
  "aws:cognito/identityPool:IdentityPool": {
    replaces: ["identityPoolName", "developerProviderName"],
    sets: ["cognitoIdentityProviders", "openidConnectProviderArns"],
  },
  "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment": {
    replaces: ["identityPoolId"],
    sets: ["roleMappings"],
  },
  "aws:iam/role:Role": {
    replaces: ["name", "namePrefix", "path"],
    name: "name",
    sets: ["managedPolicyArns"],
    jsonTexts: ["assumeRolePolicy"],
  },
  "aws:iam/rolePolicy:RolePolicy": { ...POLICY_TEXT, replaces: ["name", "namePrefix", "role"], name: "name" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { replaces: ["role", "policyArn"] },
  "aws:secretsmanager/secret:Secret": { ...POLICY_TEXT, replaces: ["name", "namePrefix"], name: "name" },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    replaces: ["secretId", "secretString", "secretBinary", "secretStringWoVersion"],
    sets: ["versionStages"],
  },
  "aws:ssm/parameter:Parameter": { replaces: ["name", "dataType"], name: "name" },
  "aws:s3/bucket:Bucket": { replaces: ["bucket", "bucketPrefix", "objectLockEnabled"], name: "bucket" },
  "aws:s3/bucketVersioning:BucketVersioning": BUCKET_PART,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": BUCKET_PART,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    ...BUCKET_PART,
    sets: ["rules"],
  },
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
    replaces: [...BUCKET_PART.replaces, "objectLockEnabled"],
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": BUCKET_PART,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": BUCKET_PART,
  "aws:s3/bucketPolicy:BucketPolicy": { ...BUCKET_PART, ...POLICY_TEXT },
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": BUCKET_PART,
  "aws:s3/bucketObjectv2:BucketObjectv2": { replaces: ["bucket", "key"], name: "key" },
  "aws:kms/key:Key": {
    ...POLICY_TEXT,
    replaces: ["customerMasterKeySpec", "keyUsage", "customKeyStoreId", "multiRegion", "xksKeyId"],
  },
  "aws:kms/alias:Alias": { replaces: ["name", "namePrefix"], name: "name" },
  "aws:athena/workgroup:Workgroup": { replaces: ["name"], name: "name" },
  "aws:cloudtrail/trail:Trail": { replaces: ["name"], name: "name" },
  "aws:cloudwatch/dashboard:Dashboard": {
    replaces: ["dashboardName"],
    name: "dashboardName",
    jsonTexts: ["dashboardBody"],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    replaces: ["name", "namePrefix", "eventBusName"],
    name: "name",
    jsonTexts: ["eventPattern"],
  },
  "aws:cloudwatch/eventTarget:EventTarget": { replaces: ["rule", "targetId", "eventBusName"] },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { replaces: ["name", "logGroupName"], name: "name" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    replaces: ["name"],
    name: "name",
    sets: ["alarmActions", "insufficientDataActions", "okActions"],
  },
  "aws:codebuild/project:Project": { replaces: ["name"], name: "name" },
  "aws:glue/catalogDatabase:CatalogDatabase": { replaces: ["name", "catalogId"], name: "name" },
  "aws:glue/catalogTable:CatalogTable": {
    replaces: ["name", "databaseName", "catalogId", "partitionIndices"],
    name: "name",
  },
  "aws:s3/bucketLogging:BucketLogging": BUCKET_PART,
  "aws:cloudwatch/logGroup:LogGroup": { replaces: ["name", "namePrefix", "logGroupClass"], name: "name" },
  "aws:wafv2/ipSet:IpSet": {
    replaces: ["name", "namePrefix", "scope", "ipAddressVersion"],
    name: "name",
    sets: ["addresses"],
  },
  "aws:wafv2/webAcl:WebAcl": {
    replaces: ["name", "namePrefix", "scope"],
    name: "name",
    sets: ["rules", "customResponseBodies", "tokenDomains"],
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { replaces: ["resourceArn", "webAclArn"] },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    replaces: ["resourceArn"],
    sets: ["logDestinationConfigs", "redactedFields"],
  },
  "aws:dynamodb/table:Table": {
    replaces: [
      "name",
      "hashKey",
      "rangeKey",
      "localSecondaryIndexes",
      "restoreDateTime",
      "restoreSourceName",
      "restoreSourceTableArn",
      "restoreToLatestTime",
    ],
    name: "name",
    sets: ["attributes"],
  },
  "aws:lambda/function:Function": {
    replaces: ["name", "packageType", "tenancyConfig"],
    name: "name",
    sets: ["vpcConfig.securityGroupIds", "vpcConfig.subnetIds"],
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    replaces: ["functionName", "qualifier"],
  },
  // The provider can change nothing of a permission in place.
  "aws:lambda/permission:Permission": {
    replaces: [
      "action",
      "eventSourceToken",
      "function",
      "functionUrlAuthType",
      "invokedViaFunctionUrl",
      "principal",
      "principalOrgId",
      "qualifier",
      "sourceAccount",
      "sourceArn",
      "statementId",
      "statementIdPrefix",
    ],
    name: "statementId",
  },
  "aws:scheduler/schedule:Schedule": { replaces: ["name", "namePrefix", "groupName"], name: "name" },
  "aws:scheduler/scheduleGroup:ScheduleGroup": { replaces: ["name", "namePrefix"], name: "name" },
  "aws:sns/topic:Topic": { ...POLICY_TEXT, replaces: ["name", "namePrefix", "fifoTopic"], name: "name" },
  "aws:sns/topicPolicy:TopicPolicy": { ...POLICY_TEXT, replaces: ["arn"] },
  "aws:sns/topicSubscription:TopicSubscription": {
    replaces: ["endpoint", "protocol", "topic"],
    jsonTexts: ["filterPolicy", "redrivePolicy"],
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    replaces: ["name", "namePrefix", "internal", "loadBalancerType"],
    name: "name",
    sets: ["subnets", "securityGroups"],
  },
  "aws:lb/listener:Listener": { replaces: ["loadBalancerArn"] },
  "aws:lb/listenerRule:ListenerRule": {
    replaces: ["listenerArn"],
    sets: [
      "conditions",
      "conditions[*].hostHeader.values",
      "conditions[*].pathPattern.values",
      "conditions[*].sourceIp.values",
    ],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    replaces: ["name", "namePrefix", "description", "vpcId"],
    name: "name",
    sets: ["ingress", "egress"],
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { replaces: ["securityGroupId"] },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { replaces: ["securityGroupId"] },
  "aws:sesv2/emailIdentity:EmailIdentity": { replaces: ["emailIdentity"] },
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": {
    replaces: ["emailIdentity"],
  },
  "aws:sesv2/configurationSet:ConfigurationSet": { replaces: ["configurationSetName"] },
  "aws:ses/domainIdentityVerification:DomainIdentityVerification": { replaces: ["domain"] },
  "aws:route53/record:Record": { replaces: ["zoneId", "name"], sets: ["records"] },
};
