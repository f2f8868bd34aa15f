import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { importRolePolicy, importRoleTrust } from "../iam-policies/import-role.ts";
import { stackTags } from "../stack-tags.ts";

export interface ImportRoleArgs {
  stack: string;
  region: string;
  /** Twelve digits. */
  account: string;
}

/** The role Cognito takes to write the log of an import job: `sekisho-<stack>-user-import`. */
export class ImportRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { stack, ...place }: ImportRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ImportRole", name, {}, opts);
    const roleName = `sekisho-${stack}-user-import`;
    const role = new aws.iam.Role(
      roleName,
      {
        name: roleName,
        description: `Cognito writes the logs of import jobs of stack ${stack}`,
        assumeRolePolicy: JSON.stringify(importRoleTrust(place)),
        tags: stackTags(stack),
      },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      roleName,
      { role: role.name, policy: JSON.stringify(importRolePolicy(place)) },
      { parent: this },
    );
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
