import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import type { MessageTemplates } from "../messages/message-templates.ts";
import type { Settings } from "../settings.ts";
import { type SmsState, smsState } from "../sms/sms-state.ts";
import { stackTags } from "../stack-tags.ts";
import { nameOfGeneration } from "./generation.ts";
import { declareKeptPools, type KeptGeneration } from "./kept-generations.ts";
import type { TriggerArns } from "./pool-triggers.ts";
import { SmsRole } from "./sms-role.ts";
import { threatProtectionInputs } from "./threat-protection.ts";
import { UserGroups } from "./user-groups.ts";
import { emailInputs, mfaInputs, poolInputs } from "./user-pool-inputs.ts";

export interface UserDirectoryArgs {
  settings: Pick<
    Settings,
    "stack" | "region" | "preset" | "disposable" | "users" | "mfa" | "email" | "letGo"
  >;
  /** Account id. */
  account: string;
  /** What the pool says to its users where no function does. */
  templates: MessageTemplates;
  /** ARN of the verified domain identity in SES; required where the settings have an e-mail section. */
  senderIdentityArn?: pulumi.Input<string>;
  /** What the pool can send already. Default: nothing, the pool is new. */
  deployedSms?: SmsState;
  /** Which function the pool calls when. Default: none. */
  triggers?: TriggerArns | undefined;
}

/** The user pool with its groups, and the role that sends its text messages where it needs one. */
export class UserDirectory extends pulumi.ComponentResource {
  readonly userPoolId: pulumi.Output<string>;
  readonly userPoolArn: pulumi.Output<string>;
  readonly userPoolName: pulumi.Output<string>;
  /** The pool as identity pools name it: `cognito-idp.<region>.amazonaws.com/<pool id>`. */
  readonly providerName: pulumi.Output<string>;
  /** The pool as its tokens name it. */
  readonly issuer: pulumi.Output<string>;
  readonly sms: SmsState;
  /** Pools of other generations that stay beside this one. */
  readonly kept: readonly KeptGeneration[];

  constructor(name: string, args: UserDirectoryArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:UserDirectory", name, {}, options);
    const guards = lossGuards(args.settings);

    this.sms = smsState(args.settings, args.deployedSms);
    const smsRole = this.createSmsRole(args);
    const pool = this.createPool(args, guards, smsRole);
    this.kept = declareKeptPools(this, args.settings);
    this.createGroups(args, guards, pool);

    this.userPoolId = pool.id;
    this.userPoolArn = pool.arn;
    this.userPoolName = pool.name;
    this.providerName = pulumi.interpolate`cognito-idp.${args.settings.region}.amazonaws.com/${pool.id}`;
    this.issuer = pulumi.interpolate`https://${this.providerName}`;
    this.registerOutputs({ userPoolId: this.userPoolId, userPoolName: this.userPoolName });
  }

  private createSmsRole({ settings, account }: UserDirectoryArgs): SmsRole | undefined {
    if (!this.sms.hasSmsRole) return undefined;
    const { stack, region, users, letGo } = settings;
    // A role that only kept generations use goes with the last of them.
    const isLetGo =
      !this.sms.sendsSms && users.keep.every((generation) => letGo?.generations.includes(generation));
    const guards = lossGuards(settings, isLetGo);
    return new SmsRole("sms-role", { stack, region, account, guards }, { parent: this });
  }

  private createPool(
    args: UserDirectoryArgs,
    guards: LossGuards,
    smsRole: SmsRole | undefined,
  ): aws.cognito.UserPool {
    const { settings, templates } = args;
    const { stack, region, users, mfa } = settings;
    return new aws.cognito.UserPool(
      nameOfGeneration("users", users.generation),
      {
        name: users.poolName ?? nameOfGeneration(`sekisho-${stack}`, users.generation),
        ...poolInputs(users, templates),
        ...threatProtectionInputs(settings),
        ...mfaInputs(mfa, templates.mfa),
        // Never an empty block: it would change at each deployment. Without one the update takes every trigger away.
        ...(args.triggers && { lambdaConfig: args.triggers }),
        emailConfiguration: emailInputs(findSender(args)),
        ...(smsRole &&
          this.sms.sendsSms && {
            smsConfiguration: {
              externalId: smsRole.externalId,
              snsCallerArn: smsRole.arn,
              snsRegion: region,
            },
            smsAuthenticationMessage: templates.mfa.smsMessage,
          }),
        deletionProtection: guards.deletionProtection ? "ACTIVE" : "INACTIVE",
        tags: stackTags(stack),
      },
      {
        parent: this,
        dependsOn: smsRole ? [smsRole.policy] : [],
        protect: guards.protect,
        retainOnDelete: guards.retainOnDelete,
      },
    );
  }

  private createGroups(
    { settings }: UserDirectoryArgs,
    guards: LossGuards,
    pool: aws.cognito.UserPool,
  ): UserGroups {
    const { groups, generation } = settings.users;
    const { kept } = this;
    return new UserGroups(
      "user-groups",
      { groups, generation, userPoolId: pool.id, guards, kept, letGo: settings.letGo },
      { parent: this },
    );
  }
}

function findSender({ settings: { email }, senderIdentityArn }: UserDirectoryArgs) {
  if (!email) return undefined;
  if (senderIdentityArn === undefined) {
    throw new pulumi.RunError(
      "sekisho:email is set, but the user directory was given no sender; declare the sender first and pass its identity.",
    );
  }
  return { email, identityArn: senderIdentityArn };
}
