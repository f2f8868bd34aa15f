import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { smsRolePolicy, smsRoleTrust } from "../iam-policies/sms-role.ts";
import type { LossGuards } from "../loss-guards.ts";
import { stackTags } from "../stack-tags.ts";

export interface SmsRoleArgs {
  stack: string;
  region: string;
  account: string;
  /** The guards of the pool: a pool that is kept while its role is gone can send no message and take no update. */
  guards: LossGuards;
}

/** The role Cognito takes to send text messages. */
export class SmsRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** What Cognito shows when it takes the role; the same for the life of the stack. */
  readonly externalId: string;
  /** A pool waits for this: Cognito tries the role when the pool is created. */
  readonly policy: aws.iam.RolePolicy;

  constructor(name: string, args: SmsRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:SmsRole", name, {}, options);
    this.externalId = `sekisho-${args.stack}-${args.account}`;
    const role = this.createRole(args);
    this.policy = this.createPolicy(args, role);
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn, externalId: this.externalId });
  }

  private createRole({ stack, region, account, guards }: SmsRoleArgs): aws.iam.Role {
    return new aws.iam.Role(
      "sekisho-sms",
      {
        description: `Cognito sends the text messages of stack ${stack}`,
        assumeRolePolicy: JSON.stringify(smsRoleTrust({ account, region, externalId: this.externalId })),
        tags: stackTags(stack),
      },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
  }

  // Inline: Cognito's check of the role looks at inline policies.
  private createPolicy({ guards }: SmsRoleArgs, role: aws.iam.Role): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(
      "sekisho-sms-send",
      { role: role.name, policy: JSON.stringify(smsRolePolicy()) },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
  }
}
