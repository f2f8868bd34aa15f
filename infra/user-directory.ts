import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { nameOfGeneration } from "./generation.ts";
import { type LossGuards, lossGuards } from "./loss-guards.ts";
import { findSiteUrl, type MessageTemplates, messageTemplates } from "./message-templates.ts";
import type { Settings } from "./settings.ts";
import { SmsRole } from "./sms-role.ts";
import { stackTags } from "./stack-tags.ts";
import { UserGroups } from "./user-groups.ts";
import { emailInputs, mfaInputs, needsSms, poolInputs } from "./user-pool-inputs.ts";

export interface UserDirectoryArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "users" | "mfa" | "email" | "clients">;
  /** Account id. */
  account: string;
  /** ARN of the verified domain identity in SES; required where the settings have an e-mail section. */
  senderIdentityArn?: pulumi.Input<string>;
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

  constructor(name: string, args: UserDirectoryArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:UserDirectory", name, {}, options);
    const { users, clients } = args.settings;
    const guards = lossGuards(args.settings);
    const templates = messageTemplates({
      siteUrl: findSiteUrl(clients),
      temporaryPasswordDays: users.password.temporaryValidDays,
    });

    const smsRole = this.createSmsRole(args, guards);
    const pool = this.createPool(args, guards, templates, smsRole);
    this.createGroups(args, guards, pool);

    this.userPoolId = pool.id;
    this.userPoolArn = pool.arn;
    this.userPoolName = pool.name;
    this.providerName = pulumi.interpolate`cognito-idp.${args.settings.region}.amazonaws.com/${pool.id}`;
    this.issuer = pulumi.interpolate`https://${this.providerName}`;
    this.registerOutputs({ userPoolId: this.userPoolId, userPoolName: this.userPoolName });
  }

  private createSmsRole({ settings, account }: UserDirectoryArgs, guards: LossGuards): SmsRole | undefined {
    if (!needsSms(settings.users, settings.mfa)) return undefined;
    const { stack, region } = settings;
    return new SmsRole("sms-role", { stack, region, account, guards }, { parent: this });
  }

  private createPool(
    args: UserDirectoryArgs,
    guards: LossGuards,
    templates: MessageTemplates,
    smsRole: SmsRole | undefined,
  ): aws.cognito.UserPool {
    const { stack, region, users, mfa } = args.settings;
    return new aws.cognito.UserPool(
      nameOfGeneration("users", users.generation),
      {
        name: nameOfGeneration(`sekisho-${stack}`, users.generation),
        ...poolInputs(users, templates),
        ...mfaInputs(mfa, templates.mfa),
        emailConfiguration: emailInputs(findSender(args)),
        ...(smsRole && {
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
    return new UserGroups(
      "user-groups",
      { groups, generation, userPoolId: pool.id, guards },
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
