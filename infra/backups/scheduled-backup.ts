import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { SLACK_HOURS, type WatchedBackup } from "../alarms/backup-alarms.ts";
import { writeOrder } from "../functions/backup-environment.ts";
import type { FunctionBundle } from "../functions/function-bundle.ts";
import { LambdaFunction } from "../functions/lambda-function.ts";
import { schedulePolicy, scheduleTrust } from "../iam-policies/backup-schedule.ts";
import { backUpUsersStatements } from "../iam-policies/runbook-back-up-users.ts";
import type { RunbookResources } from "../iam-policies/runbook-resources.ts";
import { verifyBackupStatements } from "../iam-policies/runbook-verify-backup.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import type { PolicyStatement } from "../policy-document.ts";
import type { BackupScheduleSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { type BackupPlace, CODEBUILD_SECONDS, LAMBDA_SECONDS } from "./backup-place.ts";
import { BackupProject } from "./backup-project.ts";

export interface ScheduledBackupArgs {
  settings: Pick<Settings, "stack" | "region">;
  schedule: BackupScheduleSettings;
  account: string;
  place: BackupPlace;
  /** The bundle of infra/functions/scheduled-backup.ts. */
  bundle: FunctionBundle;
  resources: pulumi.Output<RunbookResources>;
  /** The name of the work bucket. */
  workBucket: pulumi.Input<string>;
  /** The key of its log. Default: a key of CloudWatch's own. */
  logKeyArn?: pulumi.Input<string> | undefined;
}

/** What is bundled, a path from the folder of Pulumi.yaml. */
export const SCHEDULED_BACKUP_ENTRY = "infra/functions/scheduled-backup.ts";

/** The backup that runs by itself, and reads back what it made: a function or a build, and the schedule that calls it. */
export class ScheduledBackup extends pulumi.ComponentResource {
  /** What runbooks and alarms need to know, for `/sekisho/<stack>/backup-schedule`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["backup-schedule"]>>;
  /** What alarms watch. */
  readonly watched: WatchedBackup<pulumi.Output<string>>;

  constructor(name: string, args: ScheduledBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ScheduledBackup", name, {}, opts);
    const runner = args.place === "lambda" ? this.createFunction(args) : this.createProject(args);
    this.createSchedule(args, runner);
    this.watched = {
      name: runner.name,
      runsOn: args.place,
      recoveryPointHours: recoveryPointHours(args.schedule),
    };
    this.part = pulumi.output({
      runsOn: args.place,
      name: runner.name,
      logGroup: runner.logGroupName,
      schedule: args.schedule.expression,
      timezone: args.schedule.timezone,
      recoveryPointHours: recoveryPointHours(args.schedule),
    });
    this.registerOutputs({ part: this.part });
  }

  private createFunction(args: ScheduledBackupArgs): Runner {
    const { settings, schedule, account, bundle } = args;
    const { reservedConcurrency, logRetentionDays } = schedule;
    const code = new LambdaFunction(
      runnerName(settings),
      {
        bundle,
        description: describe(settings),
        account,
        region: settings.region,
        timeoutSeconds: LAMBDA_SECONDS,
        // A run over 100,000 users peaks at 233 MB; the rest is for pools that grow, and for the processor share
        // that comes with it.
        memoryMb: 1_024,
        logRetentionDays,
        environment: environmentOf(args, LAMBDA_SECONDS),
        statements: statementsOf(args),
        tags: stackTags(settings.stack),
        ...(reservedConcurrency !== undefined && { reservedConcurrency }),
        ...(args.logKeyArn !== undefined && { logKeyArn: args.logKeyArn }),
      },
      { parent: this },
    );
    // A run that failed is not repeated behind everybody's back: the next one comes by itself, and alarms ring.
    new aws.lambda.FunctionEventInvokeConfig(
      runnerName(settings),
      { functionName: code.functionName, maximumRetryAttempts: 0, maximumEventAgeInSeconds: 3_600 },
      { parent: this },
    );
    const { arn, functionName, logGroupName } = code;
    return { arn, name: functionName, logGroupName, action: "lambda:InvokeFunction" };
  }

  private createProject(args: ScheduledBackupArgs): Runner {
    const { settings, schedule, account, bundle, resources, workBucket } = args;
    const project = new BackupProject(
      runnerName(settings),
      {
        bundle,
        description: describe(settings),
        account,
        region: settings.region,
        work: pulumi.all([resources, workBucket]).apply(([{ work }, bucket]) => ({ ...work, bucket })),
        logRetentionDays: schedule.logRetentionDays,
        environment: environmentOf(args, CODEBUILD_SECONDS),
        statements: statementsOf(args),
        tags: stackTags(settings.stack),
        logKeyArn: args.logKeyArn,
      },
      { parent: this },
    );
    const { arn, projectName, logGroupName } = project;
    return { arn, name: projectName, logGroupName, action: "codebuild:StartBuild" };
  }

  private createSchedule(
    { settings, schedule, account }: ScheduledBackupArgs,
    { arn, action }: Runner,
  ): void {
    const name = runnerName(settings);
    const tags = stackTags(settings.stack);
    const group = new aws.scheduler.ScheduleGroup(name, { name, tags }, { parent: this });
    const role = new aws.iam.Role(
      `${name}-schedule`,
      {
        description: `Starts the backups of stack ${settings.stack}`,
        assumeRolePolicy: group.arn.apply((groupArn) => JSON.stringify(scheduleTrust({ account, groupArn }))),
        tags,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-schedule`,
      { role: role.name, policy: arn.apply((target) => JSON.stringify(schedulePolicy(action, target))) },
      { parent: this },
    );
    new aws.scheduler.Schedule(
      name,
      {
        name,
        groupName: group.name,
        description: describe(settings),
        scheduleExpression: schedule.expression,
        scheduleExpressionTimezone: schedule.timezone,
        flexibleTimeWindow: { mode: "OFF" },
        state: "ENABLED",
        target: {
          arn,
          roleArn: role.arn,
          input: "{}",
          // Of starting it, not of what was started.
          retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 5 },
        },
      },
      { parent: this, dependsOn: [policy] },
    );
  }
}

/** What runs a backup, whichever it is. */
interface Runner {
  arn: pulumi.Output<string>;
  name: pulumi.Output<string>;
  logGroupName: pulumi.Output<string>;
  action: "lambda:InvokeFunction" | "codebuild:StartBuild";
}

/** The hours before a loss whose changes are lost at most. */
export function recoveryPointHours({ longestGapMinutes }: Pick<BackupScheduleSettings, "longestGapMinutes">) {
  return Math.ceil(longestGapMinutes / 60);
}

function runnerName({ stack }: Pick<Settings, "stack">): string {
  return `sekisho-${stack}-backup`;
}

function describe({ stack }: Pick<Settings, "stack">): string {
  return `Backs up the users of stack ${stack}, and reads the backup back`;
}

function environmentOf({ settings, schedule }: ScheduledBackupArgs, longestSeconds: number) {
  return writeOrder({
    stack: settings.stack,
    order: {
      share: schedule.quotaShare,
      copyWaitSeconds: COPY_WAIT_SECONDS,
      longestCopyAgeHours: recoveryPointHours(schedule) + SLACK_HOURS,
    },
    longestSeconds,
  });
}

/** Most objects are replicated within seconds, nearly all within 15 minutes (Amazon S3 User Guide, "Replication"). */
const COPY_WAIT_SECONDS = 120;

/** What both runbooks do that it is made of, without second factors, which AWS bills. Each Sid once. */
function statementsOf({ resources }: ScheduledBackupArgs): pulumi.Output<PolicyStatement[]> {
  return resources.apply((known) => {
    const backUp = backUpUsersStatements(known, { withMfa: false });
    const sids = backUp.map(({ Sid }) => Sid);
    return [...backUp, ...verifyBackupStatements(known).filter(({ Sid }) => !sids.includes(Sid))];
  });
}
