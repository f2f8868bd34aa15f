import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { nameOfGeneration } from "./generation.ts";
import type { LossGuards } from "./loss-guards.ts";
import type { GroupSettings } from "./settings.ts";

export interface UserGroupsArgs {
  groups: GroupSettings[];
  generation: number;
  userPoolId: pulumi.Input<string>;
  /** With a group its memberships are lost. */
  guards: LossGuards;
}

/** The groups of the pool; who is in them is not the program's business. */
export class UserGroups extends pulumi.ComponentResource {
  constructor(name: string, args: UserGroupsArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:UserGroups", name, {}, options);
    for (const group of args.groups) this.createGroup(args, group);
    this.registerOutputs();
  }

  private createGroup(
    args: UserGroupsArgs,
    { name, precedence, description }: GroupSettings,
  ): aws.cognito.UserGroup {
    return new aws.cognito.UserGroup(
      nameOfGeneration(`group-${name}`, args.generation),
      { name, precedence, description, userPoolId: args.userPoolId },
      { parent: this, protect: args.guards.protect, retainOnDelete: args.guards.retainOnDelete },
    );
  }
}
