import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionBundle } from "../functions/function-bundle.ts";
import { LambdaFunction } from "../functions/lambda-function.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";

/** The handler of the function, from the folder of Pulumi.yaml. */
export const SECRET_WATCH_ENTRY = "infra/functions/secret-age.ts";

/** What prowler asks of log groups; two lines a day. */
const LOG_DAYS = 365;

export interface SecretWatchArgs {
  settings: Pick<Settings, "stack" | "region">;
  account: string;
  bundle: FunctionBundle;
  /** Names of the secrets of the stack's clients. */
  secrets: readonly string[];
  /** The key of its log. Default: a key of CloudWatch's own. */
  logKeyArn?: pulumi.Input<string> | undefined;
}

/** A function that looks every twelve hours how old the secrets of the stack's clients are; AWS has no metric of it. */
export class SecretWatch extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: SecretWatchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:SecretWatch", name, {}, opts);
    const { settings, account, bundle, secrets, logKeyArn } = args;
    const { stack, region } = settings;
    const watch = new LambdaFunction(
      `sekisho-${stack}-secret-age`,
      {
        bundle,
        description: `How old the secrets of the clients of ${stack} are`,
        account,
        region,
        timeoutSeconds: 60,
        memoryMb: 256,
        logRetentionDays: LOG_DAYS,
        ...(logKeyArn !== undefined && { logKeyArn }),
        environment: { STACK: stack, SECRETS: JSON.stringify([...secrets].sort()) },
        statements: [
          {
            Sid: "ReadAgesOfSecrets",
            Effect: "Allow",
            Action: ["secretsmanager:ListSecretVersionIds"],
            // Secrets Manager appends a hyphen and six characters to each name.
            Resource: [...secrets]
              .sort()
              .map((secret) => `arn:aws:secretsmanager:${region}:${account}:secret:${secret}-??????`),
          },
        ],
        tags: stackTags(stack),
      },
      { parent: this },
    );
    this.callOnSchedule(name, settings, watch);
    this.functionName = watch.functionName;
    this.registerOutputs({ functionName: this.functionName });
  }

  private callOnSchedule(name: string, { stack }: SecretWatchArgs["settings"], watch: LambdaFunction): void {
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: `sekisho-${stack}-secret-age-schedule`,
        description: "Looks how old the clients' secrets are",
        eventBusName: "default",
        scheduleExpression: "rate(12 hours)",
        state: "ENABLED",
        tags: stackTags(stack),
      },
      { parent: this },
    );
    const permission = watch.allow(`${name}-schedule`, {
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
    new aws.cloudwatch.EventTarget(
      name,
      { rule: rule.name, eventBusName: "default", targetId: "secret-age", arn: watch.arn },
      { parent: this, dependsOn: [permission] },
    );
  }
}
