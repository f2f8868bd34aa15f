import { type RenderedResource, type RenderedStack, readGroups, readInput } from "../rendered-stack.ts";
import { all, inputIs, inputIsGiven, isNamedBy, type Requirement } from "../requirement.ts";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const LISTENER = "aws:lb/listener:Listener";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const WEB_ACL = "aws:wafv2/webAcl:WebAcl";

const isHttps = inputIs("protocol", "HTTPS");

/** What scanners ask of a load balancer of our own; one that exists already is its owner's. */
export const loadBalancerRequirements: readonly Requirement[] = [
  {
    says: "plain HTTP is sent on to HTTPS",
    ids: [
      "prowler:elbv2_ssl_listeners",
      "security-hub:ELB.1",
      "checkov:CKV_AWS_2",
      "checkov:CKV2_AWS_20",
      "cdk-nag:ALBHttpToHttpsRedirection",
    ],
    of: LISTENER,
    where: inputIs("protocol", "HTTP"),
    isMet: (listener) => {
      const actions = readGroups(listener, "defaultActions");
      return actions.length > 0 && actions.every(redirectsToHttps);
    },
  },
  {
    says: "a listener speaks HTTPS or only redirects",
    ids: ["security-hub:ELB.18"],
    of: LISTENER,
    isMet: (listener) => isHttps(listener) || readGroups(listener, "defaultActions").every(redirectsToHttps),
  },
  {
    says: "TLS 1.2 or newer with strong ciphers",
    ids: [
      "prowler:elbv2_insecure_ssl_ciphers",
      "security-hub:ELB.17",
      "checkov:CKV_AWS_103",
      "checkov:CKV2_AWS_74",
    ],
    of: LISTENER,
    where: isHttps,
    isMet: hasPolicy(/^ELBSecurityPolicy-TLS13-1-[23]-/),
  },
  {
    says: "TLS with post-quantum key exchange",
    ids: ["prowler:elbv2_listener_pqc_tls_enabled"],
    of: LISTENER,
    where: isHttps,
    isMet: hasPolicy(/-PQ-2025-09$/),
  },
  {
    says: "HTTPS has a certificate of ACM",
    ids: ["cdk-nag:ELBv2ACMCertificateRequired"],
    of: LISTENER,
    where: isHttps,
    isMet: inputIsGiven("certificateArn"),
  },
  {
    says: "header fields that are not valid are dropped",
    ids: [
      "prowler:elbv2_alb_drop_invalid_header_fields_enabled",
      "security-hub:ELB.4",
      "checkov:CKV_AWS_131",
      "cdk-nag:ALBHttpDropInvalidHeaderEnabled",
    ],
    of: BALANCER,
    isMet: inputIs("dropInvalidHeaderFields", true),
  },
  {
    says: "requests that servers could read in two ways are refused",
    ids: ["prowler:elbv2_desync_mitigation_mode", "security-hub:ELB.12", "checkov:CKV_AWS_328"],
    of: BALANCER,
    isMet: (balancer) =>
      ["defensive", "strictest"].includes(String(readInput(balancer, "desyncMitigationMode"))),
  },
  {
    says: "AWS refuses to delete the load balancer",
    ids: [
      "prowler:elbv2_deletion_protection",
      "security-hub:ELB.6",
      "checkov:CKV_AWS_150",
      "cdk-nag:ELBDeletionProtectionEnabled",
    ],
    of: BALANCER,
    isMet: inputIs("enableDeletionProtection", true),
  },
  {
    says: "the load balancer logs every request",
    ids: [
      "prowler:elbv2_logging_enabled",
      "security-hub:ELB.5",
      "checkov:CKV_AWS_91",
      "cdk-nag:ELB2",
      "cdk-nag:ELBLoggingEnabled",
    ],
    of: BALANCER,
    isMet: all(inputIs("accessLogs.enabled", true), inputIsGiven("accessLogs.bucket")),
  },
  {
    says: "a web ACL stands before the load balancer",
    ids: [
      "prowler:elbv2_waf_acl_attached",
      "security-hub:ELB.16",
      "checkov:CKV2_AWS_28",
      "cdk-nag:ALBWAFEnabled",
    ],
    of: BALANCER,
    isMet: isNamedBy(WEB_ACL_ASSOCIATION, "resourceArn"),
  },
  {
    says: "the web ACL of the load balancer knows the Log4j attack",
    ids: ["checkov:CKV2_AWS_76"],
    of: BALANCER,
    isMet: (balancer, stack) =>
      stack
        .naming(balancer, WEB_ACL_ASSOCIATION, "resourceArn")
        .map((association) => stack.namedBy(association, "webAclArn", WEB_ACL))
        .some((acl) => acl !== undefined && usesRuleGroup(acl, "AWSManagedRulesKnownBadInputsRuleSet")),
  },
  {
    says: "the load balancer stands in two zones or more",
    ids: ["prowler:elbv2_is_in_multiple_az", "security-hub:ELB.13"],
    of: BALANCER,
    isMet: (balancer) => [readInput(balancer, "subnets") ?? []].flat().length >= 2,
  },
  {
    says: "not every address on the internet can connect",
    ids: ["prowler:elbv2_internet_facing"],
    of: BALANCER,
    isMet: (balancer, stack) => ingressOf(balancer, stack).every((rule) => !isAnywhere(rule)),
  },
  {
    says: "the load balancer has a listener",
    ids: ["prowler:elbv2_listeners_underneath"],
    of: BALANCER,
    isMet: isNamedBy(LISTENER, "loadBalancerArn"),
  },
  {
    says: "an application load balancer, which balances across zones by itself",
    ids: ["prowler:elbv2_cross_zone_load_balancing_enabled"],
    of: BALANCER,
    isMet: inputIs("loadBalancerType", "application"),
  },
];

/** Whether a web ACL uses a group of rules that AWS keeps. */
function usesRuleGroup(acl: RenderedResource, name: string): boolean {
  return JSON.stringify(readInput(acl, "rules") ?? []).includes(`"name":"${name}"`);
}

function redirectsToHttps(action: Record<string, unknown>): boolean {
  const { redirect } = action;
  return typeof redirect === "object" && redirect !== null && "protocol" in redirect
    ? redirect.protocol === "HTTPS"
    : false;
}

function hasPolicy(pattern: RegExp) {
  return (listener: RenderedResource): boolean => pattern.test(String(readInput(listener, "sslPolicy")));
}

function ingressOf(balancer: RenderedResource, stack: RenderedStack): RenderedResource[] {
  const groups = [readInput(balancer, "securityGroups") ?? []].flat();
  return stack.ofType(INGRESS).filter((rule) => groups.includes(readInput(rule, "securityGroupId") ?? ""));
}

function isAnywhere(rule: RenderedResource): boolean {
  return readInput(rule, "cidrIpv4") === "0.0.0.0/0" || readInput(rule, "cidrIpv6") === "::/0";
}
