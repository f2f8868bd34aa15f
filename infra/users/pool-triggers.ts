import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { evidenceGuards } from "../audit/evidence-guards.ts";
import { TRIGGER_LOG_RETENTION_DAYS } from "../defaults.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "../functions/lambda-function.ts";
import type { TriggerBundles } from "../functions/trigger-bundles.ts";
import {
  type PoolTrigger,
  TRIGGER_FUNCTIONS,
  type TriggerName,
  triggerFunctionName,
  wantedTriggers,
} from "../functions/trigger-functions.ts";
import { groupMembershipPolicy } from "../iam-policies/group-membership.ts";
import { judgeAnswers, readQuestions } from "../iam-policies/question-table.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import type { PolicyStatement } from "../policy-document.ts";
import { QuestionTable } from "../question/question-table.ts";
import { TABLE_VARIABLE } from "../question/trigger-table.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { nameOfGeneration } from "./generation.ts";

export interface PoolTriggersArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "triggers" | "audit" | "letGo">;
  account: string;
  /** The code of each function that the settings ask for. */
  bundles: TriggerBundles;
  /** The key of the functions' logs. Default: a key of CloudWatch's own. */
  logKeyArn?: pulumi.Input<string> | undefined;
}

/** A pool that calls the functions. */
export interface CallingPool {
  generation: number;
  userPoolId: pulumi.Output<string>;
}

/** Which function the pool calls when; undefined values are triggers that it has not. */
export type TriggerArns = Partial<Record<PoolTrigger, pulumi.Output<string>>>;

/**
 * The functions that Cognito calls when people sign up and in, and what they need. The pool names the functions, so
 * they come first; whatever names the pool comes with `serve`.
 */
export class PoolTriggers extends pulumi.ComponentResource {
  /** For the pool's inputs; absent without a trigger: an empty block is one that changes at each deployment. */
  readonly arns: TriggerArns | undefined;
  /** Where the log of sign-ins is; absent without one. */
  readonly signInLogGroup: pulumi.Output<string> | undefined;
  /** What runbooks need to know, for `/sekisho/<stack>/questions`; absent without questions. */
  readonly questions: pulumi.Output<NonNullable<StackOutputs["questions"]>> | undefined;
  private readonly functions: ReadonlyMap<TriggerName, LambdaFunction>;
  private readonly place: { account: string; region: string };

  constructor(name: string, args: PoolTriggersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:PoolTriggers", name, {}, opts);
    const { settings, account } = args;
    this.place = { account, region: settings.region };
    const table = settings.triggers?.secretQuestion
      ? new QuestionTable(`sekisho-${settings.stack}-questions`, { settings, account }, { parent: this })
      : undefined;

    this.functions = new Map(
      wantedTriggers(settings).map((trigger) => [trigger, this.createFunction(trigger, args, table)]),
    );
    this.arns = triggerArns(this.functions);
    this.signInLogGroup = this.functions.get("signInLog")?.logGroupName;
    this.questions =
      table && pulumi.output({ table: table.tableName, tableArn: table.tableArn, keyArn: table.keyArn });
    this.registerOutputs({ signInLogGroup: this.signInLogGroup, questions: this.questions });
  }

  /** Lets these pools, and no others, call the functions, and the functions do what they do in these pools. */
  serve(pools: readonly CallingPool[]): void {
    const { account, region } = this.place;
    const arnOf = ({ userPoolId }: CallingPool) =>
      pulumi.interpolate`arn:aws:cognito-idp:${region}:${account}:userpool/${userPoolId}`;
    for (const [trigger, code] of this.functions) {
      for (const pool of pools) {
        code.allow(nameOfGeneration(`${TRIGGER_FUNCTIONS[trigger].name}-pool`, pool.generation), {
          principal: "cognito-idp.amazonaws.com",
          sourceArn: arnOf(pool),
        });
      }
    }
    const postConfirmation = this.functions.get("postConfirmation");
    if (postConfirmation) this.allowMembership(postConfirmation, pulumi.all(pools.map(arnOf)));
  }

  // A policy of its own: as part of the function's it would need the pool, which needs the function.
  private allowMembership({ roleName }: LambdaFunction, userPoolArns: pulumi.Output<string[]>): void {
    new aws.iam.RolePolicy(
      "post-confirmation-group",
      {
        role: roleName,
        policy: userPoolArns.apply((arns) => JSON.stringify(groupMembershipPolicy(arns))),
      },
      { parent: this },
    );
  }

  private createFunction(
    trigger: TriggerName,
    { settings, account, bundles, logKeyArn }: PoolTriggersArgs,
    table: QuestionTable | undefined,
  ): LambdaFunction {
    const { stack, region } = settings;
    const bundle = bundles[trigger];
    if (!bundle) throw new pulumi.RunError(`The function ${trigger} was not bundled; bundle it first.`);
    const { description, memoryMb } = TRIGGER_FUNCTIONS[trigger];
    return new LambdaFunction(
      triggerFunctionName(stack, trigger),
      {
        bundle,
        description: `${description} (stack ${stack})`,
        account,
        region,
        // Cognito waits no longer (Amazon Cognito Developer Guide, Important considerations for triggers).
        timeoutSeconds: 5,
        memoryMb,
        ...logRules(trigger, settings),
        ...questionAccess(trigger, table),
        tags: stackTags(stack),
        ...(logKeyArn !== undefined && { logKeyArn }),
      },
      { parent: this },
    );
  }
}

function triggerArns(functions: ReadonlyMap<TriggerName, LambdaFunction>): TriggerArns | undefined {
  const entries = [...functions].flatMap(([trigger, { arn }]) =>
    TRIGGER_FUNCTIONS[trigger].serves.map((served: PoolTrigger) => [served, arn]),
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** The log of sign-ins is evidence; what the others log is for whoever looks for a fault. */
function logRules(
  trigger: TriggerName,
  settings: PoolTriggersArgs["settings"],
): Pick<LambdaFunctionArgs, "logRetentionDays" | "logGuards"> {
  const { triggers, audit } = settings;
  return trigger === "signInLog" && audit
    ? { logRetentionDays: audit.keepDays, logGuards: evidenceGuards(settings) }
    : { logRetentionDays: triggers?.logRetentionDays ?? TRIGGER_LOG_RETENTION_DAYS };
}

function questionAccess(
  trigger: TriggerName,
  table: QuestionTable | undefined,
): { statements: pulumi.Input<PolicyStatement[]>; environment?: Record<string, pulumi.Output<string>> } {
  const statements = { createQuestion: readQuestions, verifyAnswer: judgeAnswers };
  if (!table || !(trigger === "createQuestion" || trigger === "verifyAnswer")) return { statements: [] };
  const { tableArn, keyArn, tableName } = table;
  return {
    statements: pulumi.output({ tableArn, keyArn }).apply((arns) => statements[trigger](arns)),
    environment: { [TABLE_VARIABLE]: tableName },
  };
}
