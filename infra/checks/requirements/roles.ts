import { allows, readStatements, type Statement } from "../policy-statements.ts";
import type { RenderedResource } from "../rendered-stack.ts";
import { readInput } from "../rendered-stack.ts";
import type { Requirement } from "../requirement.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** What scanners ask of IAM roles and their policies. */
export const roleRequirements: readonly Requirement[] = [
  {
    says: "a service takes a role only on behalf of this account",
    ids: ["prowler:iam_role_cross_service_confused_deputy_prevention"],
    of: ROLE,
    where: (role) => trustOf(role).some(({ services }) => services.length > 0),
    isMet: (role) =>
      trustOf(role)
        .filter(({ services }) => services.length > 0)
        .every(({ conditions }) => conditions.some(({ key }) => key.toLowerCase() === "aws:sourceaccount")),
  },
  {
    says: "no policy allows everything",
    ids: [
      "prowler:iam_inline_policy_no_administrative_privileges",
      "security-hub:IAM.1",
      "cdk-nag:IAMPolicyNoStatementsWithAdminAccess",
    ],
    of: ROLE_POLICY,
    isMet: (policy) => allowed(policy).every(({ actions }) => !actions.includes("*")),
  },
  {
    says: "no policy allows everything of a service",
    ids: ["security-hub:IAM.21", "cdk-nag:IAMPolicyNoStatementsWithFullAccess"],
    of: ROLE_POLICY,
    isMet: (policy) =>
      allowed(policy).every(({ actions }) => actions.every((action) => !/^(\*|[\w-]+:\*)$/.test(action))),
  },
  {
    says: "no policy allows everything of IAM",
    ids: ["checkov:CKV2_AWS_40"],
    of: ROLE_POLICY,
    isMet: (policy) =>
      allowed(policy).every(({ actions }) => !actions.some((action) => /^(\*|iam:\*)$/.test(action))),
  },
  {
    says: "no policy allows everything of KMS",
    ids: ["prowler:iam_inline_policy_no_full_access_to_kms"],
    of: ROLE_POLICY,
    isMet: (policy) =>
      allowed(policy).every(({ actions }) => !actions.some((action) => /^(\*|kms:\*)$/.test(action))),
  },
  {
    says: "no policy decrypts with every key",
    ids: ["security-hub:KMS.2"],
    of: ROLE_POLICY,
    isMet: (policy) =>
      allowed(policy).every(
        ({ actions, resources }) =>
          !(
            actions.some((action) => /^kms:(\*|Decrypt|ReEncrypt)/.test(action)) && resources.some(isAllKeys)
          ),
      ),
  },
  {
    says: "no policy lets a role give itself more rights",
    ids: ["prowler:iam_inline_policy_allows_privilege_escalation"],
    of: ROLE_POLICY,
    isMet: (policy) => allowed(policy).every(({ actions }) => !actions.some(escalates)),
  },
  {
    says: "a policy names what it is about, without wildcards",
    ids: ["cdk-nag:IAM5"],
    of: ROLE_POLICY,
    isMet: (policy) =>
      allowed(policy).every(
        ({ actions, resources }) => ![...actions, ...resources].some((text) => text.includes("*")),
      ),
  },
  {
    says: "no role has a policy that AWS manages",
    ids: ["cdk-nag:IAM4"],
    of: ATTACHMENT,
    isMet: (attachment) => !String(readInput(attachment, "policyArn")).startsWith("arn:aws:iam::aws:policy/"),
  },
];

function trustOf(role: RenderedResource): Statement[] {
  return readStatements(role.inputs.assumeRolePolicy).filter(allows);
}

function allowed(policy: RenderedResource): Statement[] {
  return readStatements(policy.inputs.policy).filter(allows);
}

function isAllKeys(resource: string): boolean {
  return resource === "*" || /^arn:aws:kms:[^:]*:[^:]*:(\*|key\/\*)$/.test(resource);
}

/** What AWS and prowler list as ways from few rights to all of them. */
function escalates(action: string): boolean {
  return (
    /^iam:(\*|Put\w+Policy|Attach\w+Policy|Create(AccessKey|LoginProfile|PolicyVersion)|Set\w+|Update(AssumeRolePolicy|LoginProfile)|AddUserToGroup)$/.test(
      action,
    ) || /^(lambda:(\*|UpdateFunctionCode|CreateFunction)|sts:\*|\*)$/.test(action)
  );
}
