import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logLifecycle } from "../backups/bucket-lifecycle.ts";
import type { PrivateBucket } from "../backups/private-bucket.ts";
import { accessLogBucketPolicy, BUCKET_LOGS } from "../iam-policies/log-buckets.ts";
import { ERASED_LIST, type StackOutputs } from "../outputs/outputs.ts";
import type { AuditSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { accessLogStep } from "./access-log-step.ts";
import { evidenceGuards } from "./evidence-guards.ts";
import { EvidenceTrail } from "./evidence-trail.ts";
import { LogBucket } from "./log-bucket.ts";
import { LogQueries } from "./log-queries.ts";
import { accessLogFolder, accessLogTable, type LogTable, trailRegions, trailTable } from "./log-tables.ts";
import { UserPoolLogs } from "./user-pool-logs.ts";

export interface SignInAuditArgs {
  settings: Pick<
    Settings,
    "stack" | "region" | "disposable" | "letGo" | "backup" | "awsAccess" | "routes"
  > & {
    audit: AuditSettings;
  };
  account: string;
  userPoolId: pulumi.Input<string>;
  /** Where backups lie, and the list of erased people: whoever reads or deletes one is written down. */
  backup: pulumi.Output<StackOutputs["backup"]>;
  /** The log group of the trigger that writes down sign-ins, if there is one. */
  signInLogGroup?: pulumi.Input<string> | undefined;
}

/**
 * The evidence of who signed in, when and from where: logs of the load balancer and of the buckets, what Cognito
 * writes down, a trail if none exists, and a place to ask them. What is off is not made.
 */
export class SignInAudit extends pulumi.ComponentResource {
  /** What runbooks need to know, for `/sekisho/<stack>/audit`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["audit"]>>;
  /** Where a load balancer of our own puts its access logs. */
  readonly accessLogsBucket: pulumi.Output<string> | undefined;
  /** Where a trail of our own writes. */
  readonly evidence: PrivateBucket | undefined;
  /** The key of the answers to questions about logs. */
  readonly answersKeyArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: SignInAuditArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:SignInAudit", name, {}, opts);
    const { audit } = args.settings;

    const poolLogs = new UserPoolLogs(`${name}-pool`, args, { parent: this });
    const logs = audit.accessLogs ? accessLogBucket(this, args) : undefined;
    const trail = audit.trail.kind === "create" ? evidenceTrail(this, name, args) : undefined;
    const tables = declaredTables(args, { logs, trail });
    const queries =
      Object.keys(tables).length === 0
        ? undefined
        : new LogQueries(`${name}-queries`, { ...args, tables }, { parent: this });
    if (logs) {
      tellStep(this, args, logs);
      logRequests(this, name, args, logs, {
        ...(trail && { evidence: trail.evidence.bucket }),
        ...(queries && { answers: queries.answers.bucket }),
      });
    }

    this.accessLogsBucket = logs?.bucket;
    this.evidence = trail?.evidence;
    this.answersKeyArn = queries?.answers.keyArn;
    this.part = pulumi.output({
      keepDays: audit.keepDays,
      logGroups: {
        ...poolLogs.names,
        ...(args.signInLogGroup !== undefined && { signIns: args.signInLogGroup }),
      },
      ...(logs && { accessLogs: { bucket: logs.bucket, folder: accessLogFolder(placeOf(args)) } }),
      trail: trailPart(audit, trail),
      ...(queries && {
        queries: {
          workgroup: queries.workgroup,
          database: queries.database,
          tables: Object.keys(tables),
          bucket: queries.answers.bucket,
          keyArn: queries.answers.keyArn,
        },
      }),
    });
    this.registerOutputs({ part: this.part });
  }
}

function accessLogBucket(parent: pulumi.Resource, { settings, account }: SignInAuditArgs): LogBucket {
  const { stack, region, audit } = settings;
  const guards = evidenceGuards(settings);
  return new LogBucket(
    `sekisho-${stack}-access-logs`,
    {
      region,
      isElsewhere: false,
      guards,
      tags: stackTags(stack),
      lifecycle: logLifecycle(audit.keepDays),
      policy: (bucketArn) => accessLogBucketPolicy({ bucketArn, account, isDeletable: guards.forceDestroy }),
    },
    { parent },
  );
}

/** Said at each deployment, not at previews: the bucket's name is known then. */
function tellStep(component: pulumi.Resource, { settings }: SignInAuditArgs, { bucket }: LogBucket): void {
  bucket.apply((name) => {
    const step = accessLogStep(settings.routes, name);
    return step === undefined ? undefined : pulumi.log.info(step, component);
  });
}

function evidenceTrail(parent: pulumi.Resource, name: string, args: SignInAuditArgs): EvidenceTrail {
  return new EvidenceTrail(
    `${name}-trail`,
    {
      settings: args.settings,
      account: args.account,
      objects: args.backup.apply(({ bucket, workBucket, copy }) =>
        [`${bucket}/`, ...(copy ? [`${copy.bucket}/`] : []), `${workBucket}/${ERASED_LIST}`].map(
          (objects) => `arn:aws:s3:::${objects}`,
        ),
      ),
      hasIdentityPool: args.settings.awsAccess !== undefined,
    },
    { parent },
  );
}

function declaredTables(
  args: SignInAuditArgs,
  { logs, trail }: { logs: LogBucket | undefined; trail: EvidenceTrail | undefined },
): Record<string, pulumi.Output<LogTable>> {
  const { region, backup, audit } = args.settings;
  const { keepDays } = audit;
  const location = trail
    ? pulumi.interpolate`s3://${trail.evidence.bucket}/AWSLogs/${args.account}/CloudTrail/`
    : audit.trail.kind === "existing" && audit.trail.location !== undefined
      ? pulumi.output(audit.trail.location)
      : undefined;
  const regions = trailRegions({ region, copyTo: backup.copyTo });
  return {
    ...(logs && {
      access_logs: logs.bucket.apply((bucket) => accessLogTable({ bucket, ...placeOf(args), keepDays })),
    }),
    ...(location && {
      trail: location.apply((folder) => trailTable({ location: folder, regions, keepDays })),
    }),
  };
}

/** Who asked for what in the stack's buckets; the bucket of the copy lies in a Region that has no such log. */
function logRequests(
  parent: pulumi.Resource,
  name: string,
  { backup }: SignInAuditArgs,
  logs: LogBucket,
  others: Record<string, pulumi.Output<string>>,
): void {
  const buckets = {
    backups: backup.apply(({ bucket }) => bucket),
    work: backup.apply(({ workBucket }) => workBucket),
    ...others,
  };
  for (const [what, bucket] of Object.entries(buckets)) {
    new aws.s3.BucketLogging(
      `${name}-${what}-requests`,
      {
        bucket,
        targetBucket: logs.bucket,
        targetPrefix: `${BUCKET_LOGS}/${what}/`,
        targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
      },
      { parent },
    );
  }
}

function trailPart({ trail }: AuditSettings, created: EvidenceTrail | undefined) {
  if (created) {
    const { evidence, trailArn } = created;
    return { kind: "create" as const, trailArn, bucket: evidence.bucket, keyArn: evidence.keyArn };
  }
  const location = trail.kind === "existing" ? trail.location : undefined;
  return { kind: "existing" as const, ...(location !== undefined && { location }) };
}

function placeOf({ settings, account }: SignInAuditArgs): { account: string; region: string } {
  return { account, region: settings.region };
}
