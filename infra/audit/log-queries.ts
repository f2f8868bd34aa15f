import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { answerLifecycle } from "../backups/bucket-lifecycle.ts";
import { PrivateBucket } from "../backups/private-bucket.ts";
import { answerBucketPolicy } from "../iam-policies/log-buckets.ts";
import type { AuditSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { evidenceGuards } from "./evidence-guards.ts";
import { type LogTable, OUTPUT_FORMAT, queryNames } from "./log-tables.ts";

export interface LogQueriesArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "letGo"> & {
    audit: Pick<AuditSettings, "queryLimitGb">;
  };
  account: string;
  /** The tables there are; their buckets may still be being made. */
  tables: Record<string, pulumi.Output<LogTable>>;
}

/**
 * Where the logs are asked: a workgroup of Athena that nobody can make answer elsewhere or unencrypted, that stops a
 * question which reads too much, and the tables over the logs.
 */
export class LogQueries extends pulumi.ComponentResource {
  readonly workgroup: string;
  readonly database: string;
  readonly answers: PrivateBucket;

  constructor(name: string, args: LogQueriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:LogQueries", name, {}, opts);
    const { stack } = args.settings;
    const { workgroup, database: databaseName } = queryNames(stack);
    this.workgroup = workgroup;
    this.database = databaseName;

    this.answers = answerBucket(this, args);
    declareWorkgroup(this, { name, workgroup, ...args }, this.answers);
    const database = new aws.glue.CatalogDatabase(
      name,
      { name: databaseName, description: `Logs of ${stack}`, tags: stackTags(stack) },
      { parent: this },
    );
    for (const [table, description] of Object.entries(args.tables)) {
      declareTable(this, `${name}-${table}`, database, description);
    }
    this.registerOutputs({ workgroup: this.workgroup, database: this.database });
  }
}

function answerBucket(parent: pulumi.Resource, { settings, account }: LogQueriesArgs): PrivateBucket {
  const { stack, region } = settings;
  return new PrivateBucket(
    `sekisho-${stack}-answers`,
    {
      account,
      region,
      isElsewhere: false,
      guards: evidenceGuards(settings),
      tags: stackTags(stack),
      purpose: `Answers to questions about the logs of ${stack}`,
      lifecycle: answerLifecycle(),
      policy: answerBucketPolicy,
    },
    { parent },
  );
}

function declareWorkgroup(
  parent: pulumi.Resource,
  { name, workgroup, settings, account }: LogQueriesArgs & { name: string; workgroup: string },
  answers: PrivateBucket,
): void {
  new aws.athena.Workgroup(
    name,
    {
      name: workgroup,
      description: `Questions about the logs of ${settings.stack}`,
      state: "ENABLED",
      // Only its list of past questions would be lost.
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        bytesScannedCutoffPerQuery: settings.audit.queryLimitGb * 1_000_000_000,
        publishCloudwatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        engineVersion: { selectedEngineVersion: "AUTO" },
        resultConfiguration: {
          outputLocation: pulumi.interpolate`s3://${answers.bucket}/`,
          expectedBucketOwner: account,
          encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: answers.keyArn },
        },
      },
      tags: stackTags(settings.stack),
    },
    { parent },
  );
}

function declareTable(
  parent: pulumi.Resource,
  name: string,
  database: aws.glue.CatalogDatabase,
  table: pulumi.Output<LogTable>,
): void {
  new aws.glue.CatalogTable(
    name,
    {
      databaseName: database.name,
      name: table.name,
      description: table.description,
      tableType: "EXTERNAL_TABLE",
      parameters: table.parameters,
      partitionKeys: table.apply(({ partitions }) => [...partitions]),
      storageDescriptor: {
        location: table.location,
        columns: table.apply(({ columns }) => [...columns]),
        inputFormat: table.inputFormat,
        outputFormat: OUTPUT_FORMAT,
        compressed: false,
        numberOfBuckets: 0,
        storedAsSubDirectories: false,
        serDeInfo: {
          serializationLibrary: table.apply(({ serializer }) => serializer.library),
          parameters: table.apply(({ serializer }) => serializer.parameters),
        },
      },
    },
    { parent },
  );
}
