import { isGroup, type Properties, type RenderedResource, readGroups } from "../rendered-stack.ts";
import { isNamedBy, type Requirement } from "../requirement.ts";

const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";

/** What scanners ask of web ACLs. */
export const webAclRequirements: readonly Requirement[] = [
  {
    says: "what a web ACL decides is logged",
    ids: [
      "prowler:wafv2_webacl_logging_enabled",
      "security-hub:WAF.11",
      "checkov:CKV2_AWS_31",
      "cdk-nag:WAFv2LoggingEnabled",
    ],
    of: WEB_ACL,
    isMet: isNamedBy(LOGGING, "resourceArn"),
  },
  {
    says: "every rule of a web ACL is measured",
    ids: ["prowler:wafv2_webacl_rule_logging_enabled", "security-hub:WAF.12"],
    of: WEB_ACL,
    isMet: (acl) => rulesOf(acl).every(isMeasured),
  },
  {
    says: "a web ACL has rules",
    ids: ["prowler:wafv2_webacl_with_rules", "security-hub:WAF.10"],
    of: WEB_ACL,
    isMet: (acl) => rulesOf(acl).length > 0,
  },
  {
    says: "a web ACL uses rules that AWS keeps",
    ids: ["prowler:wafv2_webacl_managed_rule_groups_enabled"],
    of: WEB_ACL,
    isMet: (acl) => rulesOf(acl).some((rule) => JSON.stringify(rule).includes('"vendorName":"AWS"')),
  },
];

function rulesOf(acl: RenderedResource): Properties[] {
  return readGroups(acl, "rules");
}

function isMeasured({ visibilityConfig }: Properties): boolean {
  return isGroup(visibilityConfig) && visibilityConfig.cloudwatchMetricsEnabled === true;
}
