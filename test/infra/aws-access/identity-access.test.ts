import { describe, expect, test } from "vitest";
import { IdentityAccess } from "../../../infra/aws-access/identity-access.ts";
import { identityRoleTrust } from "../../../infra/iam-policies/identity-roles.ts";
import type { AwsAccessSettings } from "../../../infra/settings.ts";
import { declare } from "../../support/pulumi-mocks.ts";

const POOL = "aws:cognito/identityPool:IdentityPool";
const ATTACHMENT = "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const MANAGED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

const provider = "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_abc";
const inlinePolicy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
};

const access: AwsAccessSettings = {
  client: "cli",
  allowSelfSignUp: false,
  rules: [
    { claim: "custom:department", match: "equals", value: "sre", role: "sre" },
    { claim: "cognito:groups", match: "contains", value: "audit", role: "auditor" },
  ],
  roles: {
    sre: { managedPolicies: ["ReadOnlyAccess", "arn:aws:iam::123456789012:policy/own"] },
    auditor: { managedPolicies: [], inlinePolicy },
  },
};

function declareAccess(
  change: Partial<AwsAccessSettings> = {},
  disposable = false,
  clientIds = ["id-of-cli"],
) {
  return declare(() => {
    const { identityPoolId, providerName, roleArns } = new IdentityAccess("access", {
      settings: { stack: "dev", disposable, letGo: undefined },
      access: { ...access, ...change },
      providerName: provider,
      clientIds,
    });
    return { identityPoolId, providerName, roleArns };
  });
}

describe("access to AWS", () => {
  test("has no guests and no classic flow, and asks Cognito whether the user is still signed in", async () => {
    expect((await declareAccess()).one(POOL).inputs).toEqual({
      identityPoolName: "sekisho-dev",
      allowUnauthenticatedIdentities: false,
      allowClassicFlow: false,
      cognitoIdentityProviders: [
        { providerName: provider, clientId: "id-of-cli", serverSideTokenCheck: true },
      ],
      tags: { "sekisho:stack": "dev" },
    });
  });

  test("keeps people's identities unless the stack is disposable", async () => {
    expect((await declareAccess()).one(POOL).options).toMatchObject({ protect: true, retainOnDelete: true });
    expect((await declareAccess({}, true)).one(POOL).options).toMatchObject({
      protect: false,
      retainOnDelete: false,
    });
  });

  test("gives roles only to people who signed in through this identity pool", async () => {
    const roles = (await declareAccess()).all(ROLE);
    expect(roles).toHaveLength(3);
    for (const role of roles) {
      expect(JSON.parse(String(role.inputs.assumeRolePolicy))).toEqual(identityRoleTrust("identity-pool-id"));
    }
  });

  test("takes the access away when a role leaves the settings", async () => {
    for (const role of (await declareAccess()).all(ROLE)) {
      expect(role.options).toMatchObject({ protect: false, retainOnDelete: false });
    }
  });

  test("chooses a role by the rules in their order, for this client's tokens, and denies what no rule decides", async () => {
    const declared = await declareAccess();
    const arnOf = (role: string) => `arn:aws:iam:ap-northeast-1:123456789012:sekisho-access-${role}-id`;
    expect(declared.one(ATTACHMENT).inputs).toEqual({
      identityPoolId: "identity-pool-id",
      roles: { authenticated: "arn:aws:iam:ap-northeast-1:123456789012:sekisho-no-access-id" },
      roleMappings: [
        {
          identityProvider: `${provider}:id-of-cli`,
          type: "Rules",
          ambiguousRoleResolution: "Deny",
          mappingRules: [
            { claim: "custom:department", matchType: "Equals", value: "sre", roleArn: arnOf("sre") },
            { claim: "cognito:groups", matchType: "Contains", value: "audit", roleArn: arnOf("auditor") },
          ],
        },
      ],
    });
    expect(declared.outputs).toEqual({
      identityPoolId: "identity-pool-id",
      providerName: provider,
      roleArns: { sre: arnOf("sre"), auditor: arnOf("auditor") },
    });
  });

  test("takes tokens of both generations of its client, each by the same rules, first that of the one in use", async () => {
    const declared = await declareAccess({}, false, ["id-of-web_2", "id-of-web"]);
    expect(declared.one(POOL).inputs.cognitoIdentityProviders).toEqual([
      { providerName: provider, clientId: "id-of-web_2", serverSideTokenCheck: true },
      { providerName: provider, clientId: "id-of-web", serverSideTokenCheck: true },
    ]);
    const mappings = declared.one(ATTACHMENT).inputs.roleMappings as Record<string, unknown>[];
    expect(mappings.map(({ identityProvider }) => identityProvider)).toEqual([
      `${provider}:id-of-web_2`,
      `${provider}:id-of-web`,
    ]);
    const [inUse, other] = mappings.map(({ identityProvider: _, ...rules }) => rules);
    expect(other).toEqual(inUse);
    expect(inUse).toMatchObject({ ambiguousRoleResolution: "Deny" });
  });

  test("lets those whom no rule matches do nothing", async () => {
    const nobody = (await declareAccess()).one(ROLE_POLICY, "sekisho-no-access");
    expect(nobody.inputs.role).toBe("sekisho-no-access");
    expect(JSON.parse(String(nobody.inputs.policy)).Statement).toEqual([
      { Sid: "NoRuleMatched", Effect: "Deny", Action: ["*"], Resource: ["*"] },
    ]);
  });

  test("hands a role out only with its policies attached", async () => {
    const declared = await declareAccess();
    expect(declared.all(MANAGED).map(({ inputs }) => inputs)).toEqual([
      { role: "sekisho-access-sre", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      { role: "sekisho-access-sre", policyArn: "arn:aws:iam::123456789012:policy/own" },
    ]);
    expect(JSON.parse(String(declared.one(ROLE_POLICY, "sekisho-access-auditor").inputs.policy))).toEqual(
      inlinePolicy,
    );
    expect(declared.one(ATTACHMENT).options.dependsOn).toEqual([
      "identity-pool",
      "sekisho-no-access",
      "sekisho-access-sre-ReadOnlyAccess",
      "sekisho-access-sre-arn:aws:iam:123456789012:policy/own",
      "sekisho-access-auditor",
    ]);
  });

  test("refuses a rule for a role nobody defined", async () => {
    await expect(declareAccess({ roles: {} })).rejects.toThrow(
      'sekisho:awsAccess.rules[0] names the role "sre", which sekisho:awsAccess.roles does not define.',
    );
  });
});
