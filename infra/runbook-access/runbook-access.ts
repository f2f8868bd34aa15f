import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RunbookResources } from "../iam-policies/runbook-resources.ts";
import { runbookRolePolicy, runbookTrust } from "../iam-policies/runbook-role.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import type { RunbookAccessSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { type RunbookRole, roleKey, runbookRoles } from "./runbook-roles.ts";

export interface RunbookAccessArgs {
  settings: Pick<Settings, "stack">;
  access: RunbookAccessSettings;
  resources: pulumi.Output<RunbookResources>;
}

/**
 * One role for each runbook, with what that runbook does and nothing else, for the people of the settings. The roles
 * go when the settings do: who takes somebody out wants the access gone.
 */
export class RunbookAccess extends pulumi.ComponentResource {
  /** What runbooks and people need to know, for `/sekisho/<stack>/runbook-access`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["runbook-access"]>>;

  constructor(name: string, args: RunbookAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:RunbookAccess", name, {}, opts);
    const arns = Object.fromEntries(
      runbookRoles.map((role) => [roleKey(role), this.createRole(args, role).arn]),
    );
    this.part = pulumi.output({ roles: pulumi.all(arns) });
    this.registerOutputs({ part: this.part });
  }

  private createRole(
    { settings: { stack }, access, resources }: RunbookAccessArgs,
    role: RunbookRole,
  ): aws.iam.Role {
    const { longestSessionHours, statements, passes } = role;
    const name = `sekisho-${stack}-${roleKey(role)}`;
    const created = new aws.iam.Role(
      name,
      {
        name,
        description: `Runs ${roleKey(role)} for stack ${stack}`,
        assumeRolePolicy: JSON.stringify(runbookTrust(access)),
        maxSessionDuration: longestSessionHours * 3_600,
        ...(access.boundary !== undefined && { permissionsBoundary: access.boundary }),
        tags: stackTags(stack),
      },
      { parent: this },
    );
    const policy = resources.apply((known) =>
      JSON.stringify(runbookRolePolicy(statements(known), passes?.(known))),
    );
    new aws.iam.RolePolicy(name, { role: created.name, policy }, { parent: this });
    return created;
  }
}
