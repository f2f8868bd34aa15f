import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LossGuards } from "../loss-guards.ts";
import type { GroupSettings, LetGoSettings } from "../settings.ts";
import { nameOfGeneration } from "./generation.ts";
import { type KeptGeneration, keptOptions } from "./kept-generations.ts";

export interface UserGroupsArgs {
  groups: GroupSettings[];
  generation: number;
  userPoolId: pulumi.Input<string>;
  /** With a group its memberships are lost. */
  guards: LossGuards;
  /** Other generations, whose groups of the same names stay with them. */
  kept: readonly KeptGeneration[];
  letGo: LetGoSettings | undefined;
}

/** The groups of the pool; who is in them is not the program's business. */
export class UserGroups extends pulumi.ComponentResource {
  constructor(name: string, args: UserGroupsArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:UserGroups", name, {}, options);
    for (const group of args.groups) {
      this.createGroup(args, group);
      for (const generation of args.kept) this.keepGroup(args, group, generation);
    }
    this.registerOutputs();
  }

  private createGroup(
    args: UserGroupsArgs,
    { name, precedence, description }: GroupSettings,
  ): aws.cognito.UserGroup {
    const { protect, retainOnDelete } = args.guards;
    return new aws.cognito.UserGroup(
      nameOfGeneration(`group-${name}`, args.generation),
      { name, precedence, description, userPoolId: args.userPoolId },
      { parent: this, protect: protect && !isLetGo(args, name), retainOnDelete },
    );
  }

  private keepGroup(
    args: UserGroupsArgs,
    { name }: GroupSettings,
    { generation, userPoolId, guards }: KeptGeneration,
  ): aws.cognito.UserGroup {
    const protect = guards.protect && !isLetGo(args, name);
    return new aws.cognito.UserGroup(
      nameOfGeneration(`group-${name}`, generation),
      { name, userPoolId },
      { parent: this, ...keptOptions({ ...guards, protect }) },
    );
  }
}

function isLetGo({ letGo }: UserGroupsArgs, group: string): boolean {
  return letGo?.groups.includes(group) ?? false;
}
