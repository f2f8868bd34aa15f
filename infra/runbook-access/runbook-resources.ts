import * as pulumi from "@pulumi/pulumi";
import type { IdentityAccess } from "../aws-access/identity-access.ts";
import type { UserBackups } from "../backups/user-backups.ts";
import type { RunbookResources } from "../iam-policies/runbook-resources.ts";
import type { Settings } from "../settings.ts";
import type { UserDirectory } from "../users/user-directory.ts";

export interface RunbookComponents {
  account: string;
  users: Pick<UserDirectory, "userPoolId" | "userPoolArn">;
  backups: Pick<UserBackups, "part">;
  access: Pick<IdentityAccess, "identityPoolId"> | undefined;
}

/** What runbooks work on, for the policies of their roles. */
export function runbookResources(
  { stack, region }: Pick<Settings, "stack" | "region">,
  { account, users, backups, access }: RunbookComponents,
): pulumi.Output<RunbookResources> {
  return pulumi
    .all([users.userPoolId, users.userPoolArn, backups.part, access?.identityPoolId])
    .apply(([userPoolId, userPoolArn, { bucket, keyArn, workBucket, workKeyArn, copy }, identityPoolId]) => ({
      account,
      region,
      stack,
      userPoolId,
      userPoolArn,
      ...(identityPoolId !== undefined && { identityPoolId }),
      backups: { bucketArn: bucketArn(bucket), keyArn },
      work: { bucketArn: bucketArn(workBucket), keyArn: workKeyArn },
      ...(copy && { copy: { region: copy.region, bucketArn: bucketArn(copy.bucket), keyArn: copy.keyArn } }),
    }));
}

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
