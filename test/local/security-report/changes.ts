import type { Properties, Property, RenderedResource } from "../../../infra/checks/rendered-stack.ts";

/** Alters the resources of a rendered stack. */
export type Change = (resources: RenderedResource[]) => RenderedResource[];

interface Turn {
  apply: Change;
  /** The sample does not meet it, by exception: this change would. */
  mends: boolean;
}

const POOL = "aws:cognito/userPool:UserPool";
const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const RISK = "aws:cognito/riskConfiguration:RiskConfiguration";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const LISTENER = "aws:lb/listener:Listener";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
const WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const WEB_ACL_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const CONFIGURATION_SET = "aws:sesv2/configurationSet:ConfigurationSet";
const BUCKET = "aws:s3/bucket:Bucket";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const KEY = "aws:kms/key:Key";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const SECRET = "aws:secretsmanager/secret:Secret";
const TRAIL = "aws:cloudtrail/trail:Trail";
const WORKGROUP = "aws:athena/workgroup:Workgroup";
const TABLE = "aws:dynamodb/table:Table";

const everybody: Properties = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
const stranger: Properties = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::999999999999:root" },
  Action: "*",
  Resource: "*",
};
const lockout: Properties = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" };

/** For each question the change that turns its answer, by what the question says. */
export const changesOf: ReadonlyMap<string, Turn> = new Map<string, Turn>([
  spoil("everybody is asked for a second factor", set(POOL, "mfaConfiguration", "OPTIONAL")),
  spoil("passwords have at least 14 characters", set(POOL, "passwordPolicy.minimumLength", 13)),
  spoil("passwords need a lower-case letter", set(POOL, "passwordPolicy.requireLowercase", false)),
  spoil("passwords need an upper-case letter", set(POOL, "passwordPolicy.requireUppercase", false)),
  spoil("passwords need a digit", set(POOL, "passwordPolicy.requireNumbers", false)),
  spoil("passwords need a symbol", set(POOL, "passwordPolicy.requireSymbols", false)),
  spoil(
    "passwords are strong: at least 8 characters of four kinds",
    set(POOL, "passwordPolicy.minimumLength", 7),
  ),
  spoil(
    "an invitation's password works for seven days at most",
    set(POOL, "passwordPolicy.temporaryPasswordValidityDays", 8),
  ),
  spoil("the password policy is strong throughout", set(POOL, "passwordPolicy.requireSymbols", false)),
  spoil("the pool is of the plus tier", set(POOL, "userPoolTier", "ESSENTIALS")),
  spoil(
    "threat protection acts on sign-ins that look taken over",
    set(POOL, "userPoolAddOns.advancedSecurityMode", "AUDIT"),
  ),
  spoil(
    "threat protection acts on custom sign-in flows too",
    set(POOL, "userPoolAddOns.advancedSecurityAdditionalFlows.customAuthMode", "AUDIT"),
  ),
  spoil(
    "sign-ins with a password known from elsewhere are blocked",
    set(RISK, "compromisedCredentialsRiskConfiguration.eventFilters", ["SIGN_UP"]),
  ),
  spoil(
    "sign-ins of low, medium and high risk are blocked",
    set(RISK, "accountTakeoverRiskConfiguration.actions.lowAction.eventAction", "NO_ACTION"),
  ),
  spoil(
    "nobody makes an account without being invited",
    set(POOL, "adminCreateUserConfig.allowAdminCreateUserOnly", false),
  ),
  spoil("AWS refuses to delete the pool", set(POOL, "deletionProtection", "INACTIVE")),
  spoil("a web ACL stands before the sign-in page", drop(WEB_ACL_ASSOCIATION)),
  spoil(
    "a forgotten password is not reset over SMS first",
    set(POOL, "accountRecoverySetting.recoveryMechanisms", [{ name: "verified_phone_number", priority: 1 }]),
  ),
  spoil("a client does not tell whether a user exists", set(CLIENT, "preventUserExistenceErrors", "LEGACY")),
  spoil("a client's refresh tokens can be revoked", set(CLIENT, "enableTokenRevocation", false)),
  spoil(
    "guests get no AWS credentials",
    set("aws:cognito/identityPool:IdentityPool", "allowUnauthenticatedIdentities", true),
  ),

  spoil("plain HTTP is sent on to HTTPS", set(LISTENER, "defaultActions", [{ type: "forward" }])),
  spoil("a listener speaks HTTPS or only redirects", set(LISTENER, "protocol", "HTTP")),
  spoil("TLS 1.2 or newer with strong ciphers", set(LISTENER, "sslPolicy", "ELBSecurityPolicy-2016-08")),
  spoil(
    "TLS with post-quantum key exchange",
    set(LISTENER, "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
  ),
  spoil("HTTPS has a certificate of ACM", set(LISTENER, "certificateArn", "")),
  spoil("header fields that are not valid are dropped", set(BALANCER, "dropInvalidHeaderFields", false)),
  spoil(
    "requests that servers could read in two ways are refused",
    set(BALANCER, "desyncMitigationMode", "monitor"),
  ),
  spoil("AWS refuses to delete the load balancer", set(BALANCER, "enableDeletionProtection", false)),
  spoil("the load balancer logs every request", set(BALANCER, "accessLogs.enabled", false)),
  spoil("a web ACL stands before the load balancer", drop(WEB_ACL_ASSOCIATION)),
  spoil("the web ACL of the load balancer knows the Log4j attack", set(WEB_ACL, "rules", [])),
  spoil("the load balancer stands in two zones or more", set(BALANCER, "subnets", ["subnet-one"])),
  spoil("not every address on the internet can connect", set(INGRESS, "cidrIpv4", "0.0.0.0/0")),
  spoil("the load balancer has a listener", drop(LISTENER)),
  spoil(
    "an application load balancer, which balances across zones by itself",
    set(BALANCER, "loadBalancerType", "network"),
  ),

  spoil("what a web ACL decides is logged", drop(WEB_ACL_LOGGING)),
  spoil(
    "every rule of a web ACL is measured",
    set(WEB_ACL, "rules.0.visibilityConfig.cloudwatchMetricsEnabled", false),
  ),
  spoil("a web ACL has rules", set(WEB_ACL, "rules", [])),
  spoil("a web ACL uses rules that AWS keeps", set(WEB_ACL, "rules", [])),

  spoil("a topic is encrypted with a key of ours", set(TOPIC, "kmsMasterKeyId", "alias/aws/sns")),
  spoil("not everybody may use a topic", state(TOPIC_POLICY, "policy", everybody)),
  spoil("no other account may use a topic", state(TOPIC_POLICY, "policy", stranger)),
  spoil("a topic takes messages over TLS only", set(TOPIC_POLICY, "policy", "")),
  spoil("no subscription goes over plain HTTP", set(SUBSCRIPTION, "protocol", "http")),
  mend("what a subscription cannot deliver is kept", set(SUBSCRIPTION, "redrivePolicy", "{}")),
  spoil("mail is signed with DKIM", set(IDENTITY, "dkimSigningAttributes", {})),
  spoil(
    "nobody else may send in our name",
    add(IDENTITY, "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy", (identity) => ({
      emailIdentity: identity,
      policy: JSON.stringify({ Statement: [everybody] }),
    })),
  ),
  spoil(
    "mail leaves over TLS or not at all",
    set(CONFIGURATION_SET, "deliveryOptions.tlsPolicy", "OPTIONAL"),
  ),
  spoil("a mail configuration set tells its stack", set(CONFIGURATION_SET, "tags", "")),

  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((name) =>
    spoil(`a bucket has ${name}`, set(PUBLIC_ACCESS, name, false)),
  ),
  spoil("all public access to a bucket is blocked", set(PUBLIC_ACCESS, "blockPublicPolicy", false)),
  spoil("a bucket encrypts what comes in", drop(ENCRYPTION)),
  spoil(
    "a bucket encrypts with a key of ours",
    set(ENCRYPTION, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "AES256"),
  ),
  spoil("a bucket keeps versions", set(VERSIONING, "versioningConfiguration.status", "Suspended")),
  spoil("a bucket is reached over TLS only", set(BUCKET_POLICY, "policy", "")),
  spoil("old versions of a bucket go in the end", set(LIFECYCLE, "rules", [{ status: "Disabled" }])),
  spoil("uploads that were given up go in the end", set(LIFECYCLE, "rules", [{ status: "Enabled" }])),
  spoil(
    "a bucket knows no access control lists",
    set(OWNERSHIP, "rule.objectOwnership", "BucketOwnerPreferred"),
  ),
  spoil(
    "what is in a bucket is locked for a time",
    drop("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"),
  ),
  spoil(
    "a bucket is copied to another Region",
    drop("aws:s3/bucketReplicationConfig:BucketReplicationConfig"),
  ),
  spoil("reads and writes of a bucket are logged by S3", drop("aws:s3/bucketLogging:BucketLogging")),
  mend(
    "a bucket tells when something changes",
    add(BUCKET, "aws:s3/bucketNotification:BucketNotification", (bucket) => ({ bucket })),
  ),
  mend(
    "deleting a version needs the root user's second factor",
    set(VERSIONING, "versioningConfiguration.mfaDelete", "Enabled"),
  ),
  spoil("no other account may use a bucket", state(BUCKET_POLICY, "policy", stranger)),
  spoil("not everybody may use a bucket", state(BUCKET_POLICY, "policy", everybody)),
  spoil("a policy does not shut everybody but the root user out", state(BUCKET_POLICY, "policy", lockout)),
  spoil("a bucket does not have a name that AWS services look for", (resources) =>
    resources.map((resource) =>
      resource.type === BUCKET
        ? { ...resource, outputs: { ...resource.outputs, bucket: "aws-glue-assets-123456789012-x" } }
        : resource,
    ),
  ),

  spoil("a key is renewed every year", set(KEY, "enableKeyRotation", false)),
  spoil("a key that is deleted can be saved for 30 days", set(KEY, "deletionWindowInDays", 7)),
  spoil("a key is of one Region", set(KEY, "multiRegion", true)),
  spoil("not everybody may use a key", state(KEY, "policy", everybody)),
  spoil("no statement of a key lets everybody in, whatever its conditions", state(KEY, "policy", everybody)),
  spoil("a key has a policy of ours", set(KEY, "policy", "")),
  spoil("a key is switched on", set(KEY, "isEnabled", false)),
  spoil("a key is used", (resources) => resources.filter(({ type }) => type === KEY)),

  spoil("a log has a time after which entries go", set(LOG_GROUP, "retentionInDays", 0)),
  spoil("a log is kept for a year or more", set(LOG_GROUP, "retentionInDays", 180)),
  spoil("a log is encrypted with a key of ours", set(LOG_GROUP, "kmsKeyId", "")),
  spoil(
    "not everybody may write to or read the logs",
    add(LOG_GROUP, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", () => ({
      policyDocument: JSON.stringify({ Statement: [everybody] }),
    })),
  ),
  spoil("an alarm tells somebody", set(ALARM, "alarmActions", [])),
  spoil("an alarm's actions are switched on", set(ALARM, "actionsEnabled", false)),

  spoil("a function runs on a runtime that AWS supports", set(FUNCTION, "runtime", "nodejs18.x")),
  spoil("a function runs on the newest runtime", set(FUNCTION, "runtime", "nodejs22.x")),
  spoil("only a service acting for a resource of ours may call a function", set(PERMISSION, "sourceArn", "")),
  spoil(
    "a function has no secret among its variables",
    set(FUNCTION, "environment.variables", { API_KEY: "0123456789" }),
  ),
  spoil("a function has no secret in its code", set(FUNCTION, "code", "const key = 'AKIAIOSFODNN7EXAMPLE'")),
  mend(
    "calls of a function are noted by a trail",
    add(FUNCTION, TRAIL, () => ({ selectors: "AWS::Lambda::Function" })),
  ),
  spoil(
    "a function in a VPC is in two zones or more",
    set(FUNCTION, "vpcConfig", { subnetIds: ["subnet-one"] }),
  ),
  mend(
    "a function's variables are encrypted with a key of ours",
    set(FUNCTION, "kmsKeyArn", "arn:aws:kms:ap-northeast-1:123456789012:key/variables"),
  ),
  mend(
    "what a function could not handle is kept in a queue",
    set(FUNCTION, "deadLetterConfig", { targetArn: "arn:aws:sqs:ap-northeast-1:123456789012:dead" }),
  ),
  mend("a function runs inside a VPC", set(FUNCTION, "vpcConfig", { subnetIds: ["subnet-one"] })),
  mend("a function's calls can be traced", set(FUNCTION, "tracingConfig.mode", "Active")),
  mend(
    "a function cannot use up the account's concurrency",
    set(FUNCTION, "reservedConcurrentExecutions", 1),
  ),
  mend("a function runs signed code only", set(FUNCTION, "codeSigningConfigArn", "arn:aws:lambda:::csc")),

  spoil("a service takes a role only on behalf of this account", (resources) =>
    resources.map((resource) => withoutConditions(resource, ROLE, "assumeRolePolicy")),
  ),
  spoil("no policy allows everything", state(ROLE_POLICY, "policy", everybody)),
  spoil(
    "no policy allows everything of a service",
    state(ROLE_POLICY, "policy", { ...everybody, Action: "s3:*" }),
  ),
  spoil(
    "no policy allows everything of IAM",
    state(ROLE_POLICY, "policy", { ...everybody, Action: "iam:*" }),
  ),
  spoil(
    "no policy allows everything of KMS",
    state(ROLE_POLICY, "policy", { ...everybody, Action: "kms:*" }),
  ),
  spoil(
    "no policy decrypts with every key",
    state(ROLE_POLICY, "policy", { ...everybody, Action: "kms:Decrypt" }),
  ),
  spoil(
    "no policy lets a role give itself more rights",
    state(ROLE_POLICY, "policy", { ...everybody, Action: "iam:PutRolePolicy" }),
  ),
  spoil("a policy names what it is about, without wildcards", state(ROLE_POLICY, "policy", everybody)),
  mend(
    "no role has a policy that AWS manages",
    set(
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "policyArn",
      "arn:aws:iam::123456789012:policy/own",
    ),
  ),

  spoil("a secret is encrypted with a key of ours", set(SECRET, "kmsKeyId", "")),
  mend(
    "a secret is rotated by Secrets Manager",
    add(SECRET, "aws:secretsmanager/secretRotation:SecretRotation", (secretId) => ({ secretId })),
  ),
  mend(
    "a secret is rotated every 90 days or sooner",
    add(SECRET, "aws:secretsmanager/secretRotation:SecretRotation", (secretId) => ({
      secretId,
      rotationRules: { automaticallyAfterDays: 90 },
    })),
  ),
  spoil(
    "not everybody may read a secret",
    add(SECRET, "aws:secretsmanager/secretPolicy:SecretPolicy", (secretArn) => ({
      secretArn,
      policy: JSON.stringify({ Statement: [everybody] }),
    })),
  ),
  mend(
    "a secret's own policy denies whoever is not meant to read it",
    add(SECRET, "aws:secretsmanager/secretPolicy:SecretPolicy", (secretArn) => ({
      secretArn,
      policy: JSON.stringify({
        Statement: [{ ...everybody, Effect: "Deny", Condition: { ArnNotLike: { "aws:PrincipalArn": "x" } } }],
      }),
    })),
  ),

  spoil("a trail covers every Region", set(TRAIL, "isMultiRegionTrail", false)),
  spoil("a trail is encrypted with a key of ours", set(TRAIL, "kmsKeyId", "")),
  spoil("a trail proves that its files were not altered", set(TRAIL, "enableLogFileValidation", false)),
  mend(
    "a trail also goes to CloudWatch Logs",
    set(TRAIL, "cloudWatchLogsGroupArn", "arn:aws:logs:log-group:trail"),
  ),
  spoil("a trail notes reads and writes of objects", (resources) =>
    set(TRAIL, "eventSelectors", [])(set(TRAIL, "advancedEventSelectors", [])(resources)),
  ),
  spoil("nobody outside can read the files of a trail", set(PUBLIC_ACCESS, "restrictPublicBuckets", false)),
  spoil("who reads the files of a trail is logged", drop("aws:s3/bucketLogging:BucketLogging")),
  spoil(
    "answers to questions about logs are encrypted",
    set(WORKGROUP, "configuration.resultConfiguration.encryptionConfiguration.encryptionOption", ""),
  ),
  spoil(
    "who asks about logs cannot choose another place for the answers",
    set(WORKGROUP, "configuration.enforceWorkgroupConfiguration", false),
  ),
  spoil(
    "questions about logs are measured",
    set(WORKGROUP, "configuration.publishCloudwatchMetricsEnabled", false),
  ),
  spoil("a table can be taken back to any minute", set(TABLE, "pointInTimeRecovery.enabled", false)),
  spoil("a table is encrypted with a key of ours", set(TABLE, "serverSideEncryption.kmsKeyArn", "")),
  spoil("AWS refuses to delete a table", set(TABLE, "deletionProtectionEnabled", false)),
]);

function spoil(says: string, apply: Change): [string, Turn] {
  return [says, { apply, mends: false }];
}

function mend(says: string, apply: Change): [string, Turn] {
  return [says, { apply, mends: true }];
}

function set(type: string, path: string, value: Property): Change {
  return (resources) =>
    resources.map((resource) =>
      resource.type === type
        ? { ...resource, inputs: withValue(resource.inputs, path.split("."), value) }
        : resource,
    );
}

function drop(type: string): Change {
  return (resources) => resources.filter((resource) => resource.type !== type);
}

/** Adds a statement to a policy in an input. */
function state(type: string, input: string, statement: Properties): Change {
  return (resources) =>
    resources.map((resource) => {
      const { inputs } = resource;
      if (resource.type !== type) return resource;
      const document = JSON.parse(String(inputs[input] ?? "{}"));
      const altered = { ...document, Statement: [...(document.Statement ?? []), statement] };
      return { ...resource, inputs: { ...inputs, [input]: JSON.stringify(altered) } };
    });
}

/** Adds one resource beside each of a type. */
function add(beside: string, type: string, inputsFor: (id: string) => Properties): Change {
  return (resources) => [
    ...resources,
    ...resources
      .filter((resource) => resource.type === beside)
      .map(({ id, name }) => ({
        type,
        name: `${name}-added`,
        id: `${id}-added`,
        inputs: inputsFor(id),
        outputs: {},
      })),
  ];
}

function withoutConditions(resource: RenderedResource, type: string, input: string): RenderedResource {
  if (resource.type !== type) return resource;
  const document = JSON.parse(String(resource.inputs[input]));
  const statements = document.Statement.map(({ Condition: _gone, ...rest }: Properties) => rest);
  const altered = JSON.stringify({ ...document, Statement: statements });
  return { ...resource, inputs: { ...resource.inputs, [input]: altered } };
}

function withValue(group: Properties, [key = "", ...rest]: string[], value: Property): Properties {
  if (rest.length === 0) return { ...group, [key]: value };
  const below = group[key];
  if (Array.isArray(below)) {
    const [place = "", ...deeper] = rest;
    const entries = below.map((entry, at) =>
      at === Number(place) && isProperties(entry) ? withValue(entry, deeper, value) : entry,
    );
    return { ...group, [key]: entries };
  }
  return { ...group, [key]: withValue(isProperties(below) ? below : {}, rest, value) };
}

function isProperties(value: Property | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
