import * as pulumi from "@pulumi/pulumi";
import type { IdentityAccess } from "../aws-access/identity-access.ts";
import type { UserBackups } from "../backups/user-backups.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";
import type { RunbookResources } from "../iam-policies/runbook-resources.ts";
import { clientSecretName } from "../outputs/outputs.ts";
import type { UserRestores } from "../restores/user-restores.ts";
import type { ProtectedRoutes } from "../routes/protected-routes.ts";
import type { Settings } from "../settings.ts";
import type { UserDirectory } from "../users/user-directory.ts";
import type { RunbookLog } from "./runbook-log.ts";

export interface RunbookComponents {
  account: string;
  users: Pick<UserDirectory, "userPoolId" | "userPoolArn">;
  backups: Pick<UserBackups, "part">;
  access: Pick<IdentityAccess, "identityPoolId"> | undefined;
  runbookLog: Pick<RunbookLog, "part">;
  restores: Pick<UserRestores, "importRoleArn" | "erasedKeySecretArn">;
  /** Keys of the preset strict. */
  keys: Pick<EncryptionKeys, "secretKeyArn"> | undefined;
}

/** What runbooks work on, for the policies of their roles. */
export function runbookResources(
  { stack, region }: Pick<Settings, "stack" | "region">,
  { account, users, backups, access, runbookLog, restores, keys }: RunbookComponents,
): pulumi.Output<RunbookResources> {
  return pulumi
    .output({
      userPoolId: users.userPoolId,
      userPoolArn: users.userPoolArn,
      stores: backups.part,
      identityPoolId: access?.identityPoolId,
      runbookLogGroup: runbookLog.part.logGroup,
      importRoleArn: restores.importRoleArn,
      secretArn: restores.erasedKeySecretArn,
      secretKeyArn: keys?.secretKeyArn,
    })
    .apply(({ stores, identityPoolId, secretArn, secretKeyArn, ...named }) => {
      const { bucket, keyArn, workBucket, workKeyArn, copy } = stores;
      const key = secretKeyArn !== undefined && { keyArn: secretKeyArn };
      return {
        account,
        region,
        stack,
        ...named,
        ...(identityPoolId !== undefined && { identityPoolId }),
        backups: { bucketArn: bucketArn(bucket), keyArn },
        work: { bucketArn: bucketArn(workBucket), keyArn: workKeyArn },
        ...(copy && {
          copy: { region: copy.region, bucketArn: bucketArn(copy.bucket), keyArn: copy.keyArn },
        }),
        erasedKey: { secretArn, ...key },
        clientSecrets: {
          secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:${clientSecretName(stack, "*")}`,
          ...key,
        },
      };
    });
}

/** The same with the listener that the routes are on, which comes later than what backups need. */
export function withListener(
  resources: pulumi.Output<RunbookResources>,
  routes: Pick<ProtectedRoutes, "listenerArn"> | undefined,
): pulumi.Output<RunbookResources> {
  if (routes === undefined) return resources;
  return pulumi
    .all([resources, routes.listenerArn])
    .apply(([known, listenerArn]) => ({ ...known, listenerArn }));
}

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
