import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionBundle } from "../functions/function-bundle.ts";
import { buildPolicy, buildTrust } from "../iam-policies/backup-schedule.ts";
import type { EncryptedBucket } from "../iam-policies/runbook-resources.ts";
import type { PolicyStatement } from "../policy-document.ts";
import type { Tags } from "../stack-tags.ts";
import { CODEBUILD_SECONDS } from "./backup-place.ts";

export interface BackupProjectArgs {
  bundle: FunctionBundle;
  description: string;
  account: string;
  region: string;
  /** Where the bundle is kept. */
  work: pulumi.Output<EncryptedBucket & { bucket: string }>;
  logRetentionDays: number;
  environment: Record<string, string>;
  statements: pulumi.Output<PolicyStatement[]>;
  tags: Tags;
  logKeyArn: pulumi.Input<string> | undefined;
}

/** The bundle's place in the work bucket; what was there before stays for a while as an older version. */
const CODE_KEY = "functions/scheduled-backup.zip";

/**
 * The same bundle as a build project, for pools that fifteen minutes are not enough for: no cluster, no network and no
 * image of our own to keep, hours of time, and Node comes with the image.
 */
export class BackupProject extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly projectName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: BackupProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:BackupProject", name, {}, opts);
    const logs = this.createLogs(name, args);
    const code = this.uploadCode(name, args);
    const role = this.createRole(name, args);
    const policy = this.createPolicy(name, args, role, logs);
    const project = this.createProject(name, args, { role, logs, after: [policy, code] });

    this.arn = project.arn;
    this.projectName = project.name;
    this.logGroupName = logs.name;
    this.registerOutputs({ arn: this.arn, projectName: this.projectName, logGroupName: this.logGroupName });
  }

  private createLogs(
    name: string,
    { logRetentionDays, logKeyArn, tags }: BackupProjectArgs,
  ): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `/aws/codebuild/${name}`,
        logGroupClass: "STANDARD",
        retentionInDays: logRetentionDays,
        skipDestroy: false,
        ...(logKeyArn !== undefined && { kmsKeyId: logKeyArn }),
        tags,
      },
      { parent: this },
    );
  }

  private uploadCode(name: string, { bundle, work, tags }: BackupProjectArgs): aws.s3.BucketObjectv2 {
    return new aws.s3.BucketObjectv2(
      `${name}-code`,
      {
        bucket: work.bucket,
        key: CODE_KEY,
        source: bundle.archive,
        sourceHash: bundle.sha256,
        contentType: "application/zip",
        serverSideEncryption: "aws:kms",
        kmsKeyId: work.keyArn,
        tags,
      },
      { parent: this },
    );
  }

  private createRole(name: string, { account, region, description, tags }: BackupProjectArgs): aws.iam.Role {
    const projectArn = `arn:aws:codebuild:${region}:${account}:project/${name}`;
    return new aws.iam.Role(
      name,
      { description, assumeRolePolicy: JSON.stringify(buildTrust({ account, projectArn })), tags },
      { parent: this },
    );
  }

  private createPolicy(
    name: string,
    { account, region, work, statements }: BackupProjectArgs,
    role: aws.iam.Role,
    logs: aws.cloudwatch.LogGroup,
  ): aws.iam.RolePolicy {
    const policy = pulumi
      .all([work, statements, logs.name])
      .apply(([bucket, list, logGroup]) =>
        JSON.stringify(
          buildPolicy({ account, region, logGroup, code: { ...bucket, key: CODE_KEY }, statements: list }),
        ),
      );
    return new aws.iam.RolePolicy(name, { role: role.name, policy }, { parent: this });
  }

  private createProject(
    name: string,
    { description, work, environment, tags }: BackupProjectArgs,
    { role, logs, after }: { role: aws.iam.Role; logs: aws.cloudwatch.LogGroup; after: pulumi.Resource[] },
  ): aws.codebuild.Project {
    return new aws.codebuild.Project(
      name,
      {
        name,
        description,
        serviceRole: role.arn,
        source: {
          type: "S3",
          location: pulumi.interpolate`${work.bucket}/${CODE_KEY}`,
          buildspec: BUILD_STEPS,
          insecureSsl: false,
        },
        artifacts: { type: "NO_ARTIFACTS" },
        cache: { type: "NO_CACHE" },
        environment: {
          type: "ARM_CONTAINER",
          computeType: "BUILD_GENERAL1_SMALL",
          image: "aws/codebuild/amazonlinux-aarch64-standard:3.0",
          imagePullCredentialsType: "CODEBUILD",
          privilegedMode: false,
          environmentVariables: Object.entries(environment).map(([key, value]) => ({
            name: key,
            value,
            type: "PLAINTEXT",
          })),
        },
        logsConfig: {
          cloudwatchLogs: { status: "ENABLED", groupName: logs.name },
          s3Logs: { status: "DISABLED" },
        },
        encryptionKey: work.keyArn,
        buildTimeout: CODEBUILD_SECONDS / 60,
        queuedTimeout: 60,
        badgeEnabled: false,
        projectVisibility: "PRIVATE",
        tags,
      },
      { parent: this, dependsOn: after },
    );
  }
}

/** JSON is YAML too, and needs no indentation that somebody might break. */
const BUILD_STEPS = JSON.stringify({
  version: 0.2,
  phases: {
    install: { "runtime-versions": { nodejs: 24 } },
    build: { commands: ["node index.mjs"] },
  },
});
