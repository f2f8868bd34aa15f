import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { identityRoleTrust } from "../iam-policies/identity-roles.ts";
import type { AccessRoleSettings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";

export interface IdentityRoleArgs {
  stack: string;
  identityPoolId: pulumi.Output<string>;
  policies: AccessRoleSettings;
}

/**
 * A role that an identity pool hands out. Neither protected nor retained: who takes a role out of the settings wants
 * the access gone.
 */
export class IdentityRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** What the role may do; it should not be handed out before these are in place. */
  readonly attached: pulumi.Resource[];

  constructor(name: string, args: IdentityRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:IdentityRole", name, {}, options);
    const role = this.createRole(name, args);
    this.attached = [...this.attachManaged(name, args, role), ...this.attachInline(name, args, role)];
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }

  private createRole(name: string, { stack, identityPoolId }: IdentityRoleArgs): aws.iam.Role {
    return new aws.iam.Role(
      name,
      {
        description: `For people who signed in through the identity pool of stack ${stack}`,
        assumeRolePolicy: identityPoolId.apply((id) => JSON.stringify(identityRoleTrust(id))),
        maxSessionDuration: 3600,
        tags: stackTags(stack),
      },
      { parent: this },
    );
  }

  private attachManaged(name: string, { policies }: IdentityRoleArgs, role: aws.iam.Role): pulumi.Resource[] {
    return policies.managedPolicies.map(
      (policy) =>
        new aws.iam.RolePolicyAttachment(
          // Two colons separate the parts of a resource's URN.
          `${name}-${policy.replaceAll("::", ":")}`,
          { role: role.name, policyArn: policyArn(policy) },
          { parent: this },
        ),
    );
  }

  private attachInline(name: string, { policies }: IdentityRoleArgs, role: aws.iam.Role): pulumi.Resource[] {
    if (!policies.inlinePolicy) return [];
    const policy = JSON.stringify(policies.inlinePolicy);
    return [new aws.iam.RolePolicy(name, { role: role.name, policy }, { parent: this })];
  }
}

function policyArn(policy: string): string {
  return policy.startsWith("arn:") ? policy : `arn:aws:iam::aws:policy/${policy}`;
}
