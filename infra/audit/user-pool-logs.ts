import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AuditSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { evidenceGuards } from "./evidence-guards.ts";

export interface UserPoolLogsArgs {
  settings: Pick<Settings, "stack" | "disposable" | "letGo"> & {
    audit: Pick<AuditSettings, "userEvents" | "keepDays">;
  };
  userPoolId: pulumi.Input<string>;
}

/**
 * What Cognito writes down by itself: mails and messages that it could not send, on every plan, and with
 * `userEvents: log` each sign-in with its risk. Its log groups take no key of one's own, and lie where the policy
 * that lets AWS deliver never grows too long (Amazon Cognito Developer Guide, "Exporting logs from user pools").
 */
export class UserPoolLogs extends pulumi.ComponentResource {
  readonly names: UserPoolLogNames;

  constructor(name: string, args: UserPoolLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:UserPoolLogs", name, {}, opts);
    const { stack, audit } = args.settings;
    this.names = userPoolLogNames(stack, audit);

    new aws.cognito.LogDeliveryConfiguration(
      name,
      {
        userPoolId: args.userPoolId,
        logConfigurations: [
          delivery(
            "userNotification",
            "ERROR",
            this.logGroup(`${name}-notifications`, this.names.notifications, args),
          ),
          ...(this.names.userEvents === undefined
            ? []
            : [
                delivery(
                  "userAuthEvents",
                  "INFO",
                  this.logGroup(`${name}-events`, this.names.userEvents, args),
                ),
              ]),
        ],
      },
      { parent: this },
    );
    this.registerOutputs({ names: this.names });
  }

  private logGroup(resource: string, name: string, { settings }: UserPoolLogsArgs): aws.cloudwatch.LogGroup {
    const { protect, retainOnDelete } = evidenceGuards(settings);
    return new aws.cloudwatch.LogGroup(
      resource,
      {
        name,
        logGroupClass: "STANDARD",
        retentionInDays: settings.audit.keepDays,
        skipDestroy: false,
        tags: stackTags(settings.stack),
      },
      { parent: this, protect, retainOnDelete },
    );
  }
}

export interface UserPoolLogNames {
  notifications: string;
  userEvents?: string;
}

/** The log groups that Cognito delivers to. */
export function userPoolLogNames(
  stack: string,
  { userEvents }: Pick<AuditSettings, "userEvents">,
): UserPoolLogNames {
  const folder = `/aws/vendedlogs/cognito/sekisho-${stack}`;
  return {
    notifications: `${folder}/notifications`,
    ...(userEvents === "log" && { userEvents: `${folder}/user-events` }),
  };
}

function delivery(eventSource: string, logLevel: string, group: aws.cloudwatch.LogGroup) {
  return { eventSource, logLevel, cloudWatchLogsConfiguration: { logGroupArn: group.arn } };
}
