import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";
import { type EncryptedBucket, useKey } from "./runbook-resources.ts";

/**
 * Who may take the role of the schedule: EventBridge Scheduler, for schedules of this one group (EventBridge Scheduler
 * User Guide, "Confused deputy prevention": the source is the group).
 */
export function scheduleTrust({ account, groupArn }: { account: string; groupArn: string }): PolicyDocument {
  return policyDocument([
    {
      Sid: "SchedulerRunsThisGroup",
      Effect: "Allow",
      Principal: { Service: ["scheduler.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": groupArn } },
    },
  ]);
}

/** What the schedule may do: start the one thing that backs up. */
export function schedulePolicy(
  action: "lambda:InvokeFunction" | "codebuild:StartBuild",
  targetArn: string,
): PolicyDocument {
  return policyDocument([{ Sid: "StartBackup", Effect: "Allow", Action: [action], Resource: [targetArn] }]);
}

/** Who may take the role of the build: CodeBuild, for this one project. */
export function buildTrust({ account, projectArn }: { account: string; projectArn: string }): PolicyDocument {
  return policyDocument([
    {
      Sid: "CodeBuildRunsThisProject",
      Effect: "Allow",
      Principal: { Service: ["codebuild.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": projectArn } },
    },
  ]);
}

export interface BuildRights {
  account: string;
  region: string;
  logGroup: string;
  /** Where the bundle lies. */
  code: EncryptedBucket & { key: string };
  statements: readonly PolicyStatement[];
}

/** What a build may do: write to its own log, fetch its bundle, and what a backup needs. */
export function buildPolicy({ account, region, logGroup, code, statements }: BuildRights): PolicyDocument {
  return policyDocument([
    {
      Sid: "WriteOwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`arn:aws:logs:${region}:${account}:log-group:${logGroup}:*`],
    },
    {
      Sid: "FetchBundle",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: [`${code.bucketArn}/${code.key}`],
    },
    useKey("DecryptBundle", ["kms:Decrypt"], code, region),
    ...statements,
  ]);
}
