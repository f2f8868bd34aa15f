import type { Invoke, Invokes } from "./apply/maker.ts";
import type { PropertyMap, PropertyValue } from "./engine/property-values.ts";

/** The account that a rendering deploys to. */
export const RENDER_ACCOUNT = "123456789012";

/** What that account may spend on text messages in a month. */
const RENDER_SMS_QUOTA_USD = 1_000;

export interface RenderedResource {
  type: string;
  name: string;
  inputs: PropertyMap;
  aws: { region: string };
  account: string;
}

/** What AWS would add to a resource: an ARN that is its own, and what the program reads of some types besides. */
export function computedOutputs(resource: RenderedResource): PropertyMap {
  return {
    arn: arnOf(resource),
    name: physicalName(resource),
    ...(SPECIAL[resource.type]?.(resource) ?? {}),
  };
}

/** How a first deployment into a quiet account would be answered, by provider function. */
export const renderedInvokes: Invokes = {
  "aws:acm/getCertificate:getCertificate": async ({ domain = "" }) => {
    throw new Error(`no ACM Certificate matching domain (${domain})`);
  },
  "aws:cloudwatch/getLogGroups:getLogGroups": async () => ({ id: "", arns: [], logGroupNames: [] }),
  "aws:index/getCallerIdentity:getCallerIdentity": async () => ({
    accountId: RENDER_ACCOUNT,
    arn: `arn:aws:iam::${RENDER_ACCOUNT}:user/render`,
    id: RENDER_ACCOUNT,
    userId: "render",
  }),
  "aws:index/getRegion:getRegion": async (_args, { region }) => ({ id: region, region, name: region }),
  "aws:lb/getListener:getListener": async ({ arn = "" }) => ({ id: arn, arn, protocol: "HTTPS", port: 443 }),
  "aws:lb/getLoadBalancer:getLoadBalancer": async ({ arn = "" }) => ({
    id: arn,
    arn,
    internal: false,
    ipAddressType: "dualstack",
  }),
  "aws:lb/getListenerRule:getListenerRule": async () => {
    throw new Error("reading ELBV2 Listener Rule Data Source: empty result");
  },
  "aws:secretsmanager/getSecretVersion:getSecretVersion": async ({ secretId = "", versionStage = "" }) => ({
    id: `${secretId}|${versionStage}`,
    secretString: JSON.stringify({ clientSecret: `live secret of ${secretId}` }),
  }),
  "aws:servicequotas/getService:getService": async () => ({ id: "messaging", serviceCode: "messaging" }),
  "aws:servicequotas/getServiceQuota:getServiceQuota": async () => ({
    id: "spend",
    value: RENDER_SMS_QUOTA_USD,
  }),
  "aws:sesv2/getEmailIdentity:getEmailIdentity": async ({ emailIdentity = "" }) => ({
    id: emailIdentity,
    emailIdentity,
    verifiedForSendingStatus: true,
  }),
  "aws:ssm/getParametersByPath:getParametersByPath": emptyParameters(),
  "aws:wafv2/getWebAcl:getWebAcl": async ({ resourceArn = "" }) => {
    throw new Error(`WAFv2 WebACL not found for resource_arn: ${resourceArn}`);
  },
};

function emptyParameters(): Invoke {
  return async ({ path = "" }) => ({ id: path, path, arns: [], names: [], types: [], values: [] });
}

const SPECIAL: Readonly<Record<string, (resource: RenderedResource) => PropertyMap>> = {
  "aws:cognito/userPool:UserPool": (pool) => ({
    endpoint: `cognito-idp.${pool.aws.region}.amazonaws.com/${pool.name}`,
  }),
  "aws:cognito/userPoolClient:UserPoolClient": ({ name, inputs }) =>
    inputs.generateSecret === true ? { clientSecret: `secret of ${name}` } : {},
  "aws:cognito/userPoolDomain:UserPoolDomain": () => ({
    cloudfrontDistribution: "d111111abcdef8.cloudfront.net",
    cloudfrontDistributionZoneId: "Z2FDTNDATAQYW2",
  }),
  "aws:lb/listener:Listener": (listener) => ({
    arn: balancerArn(listener, `listener/app/${listener.name}/50dc6c495c0c9188/f2f7dc8efc522ab2`),
  }),
  "aws:lb/loadBalancer:LoadBalancer": (balancer) => ({
    arn: balancerArn(balancer, `loadbalancer/app/${balancer.name}/50dc6c495c0c9188`),
    dnsName: `${balancer.name}.${balancer.aws.region}.elb.amazonaws.com`,
    zoneId: "Z14GRHDCWA56QT",
  }),
  "aws:s3/bucket:Bucket": ({ inputs }) => ({ arn: `arn:aws:s3:::${text(inputs.bucket)}` }),
  "aws:secretsmanager/secretVersion:SecretVersion": ({ name }) => ({ versionId: name }),
  "aws:sesv2/emailIdentity:EmailIdentity": () => ({
    dkimSigningAttributes: { tokens: ["one", "two", "three"] },
    verifiedForSendingStatus: true,
  }),
};

function arnOf({ type, name, aws, account }: RenderedResource): string {
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  const region = service === "iam" ? "" : aws.region;
  return `arn:aws:${service}:${region}:${account}:${name}`;
}

/** Programs take the parts of these ARNs, so they must have all of them. */
function balancerArn({ aws, account }: RenderedResource, resource: string): string {
  return `arn:aws:elasticloadbalancing:${aws.region}:${account}:${resource}`;
}

/** The name in AWS where the program gives one, else the name in the program. */
function physicalName({ name, inputs }: RenderedResource): PropertyValue {
  return inputs.name ?? name;
}

function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
