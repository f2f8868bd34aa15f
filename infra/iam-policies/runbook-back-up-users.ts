import type { PolicyStatement } from "../policy-document.ts";
import { listBucket, type RunbookResources, readOutputs, useKey } from "./runbook-resources.ts";

/**
 * What back-up-users does: read the one pool, write new objects to the backup bucket, read the manifests there, and
 * hold its lease in the work bucket. It can read no user out of an earlier backup, and change or delete nothing.
 */
export function backUpUsersStatements(
  resources: RunbookResources,
  options: { withMfa: boolean },
): PolicyStatement[] {
  const { account, region, userPoolArn, userPoolId, identityPoolId, backups, work } = resources;
  const sets = `${backups.bucketArn}/${userPoolId}`;
  return [
    readOutputs(resources),
    {
      Sid: "ReadPool",
      Effect: "Allow",
      Action: [...READ_POOL, ...(options.withMfa ? READ_FACTORS : [])],
      Resource: [userPoolArn],
    },
    ...(identityPoolId === undefined
      ? []
      : [
          {
            Sid: "ReadIdentityPool",
            Effect: "Allow" as const,
            Action: ["cognito-identity:DescribeIdentityPool", "cognito-identity:GetIdentityPoolRoles"],
            Resource: [`arn:aws:cognito-identity:${region}:${account}:identitypool/${identityPoolId}`],
          },
        ]),
    listBucket("ListSets", backups),
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [`${sets}/*/manifest.json`],
    },
    { Sid: "WriteSets", Effect: "Allow", Action: ["s3:PutObject"], Resource: [`${sets}/*`] },
    useKey("UseBackupKey", ["kms:Decrypt", "kms:GenerateDataKey"], backups, region),
    {
      Sid: "HoldLease",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: [`${work.bucketArn}/leases/backup-${userPoolId}.json`],
    },
    useKey("UseWorkKey", ["kms:Decrypt", "kms:GenerateDataKey"], work, region),
  ];
}

const READ_POOL = [
  "cognito-idp:AdminListGroupsForUser",
  "cognito-idp:DescribeIdentityProvider",
  "cognito-idp:DescribeUserPool",
  "cognito-idp:DescribeUserPoolClient",
  "cognito-idp:GetUserPoolMfaConfig",
  "cognito-idp:ListGroups",
  "cognito-idp:ListIdentityProviders",
  "cognito-idp:ListResourceServers",
  "cognito-idp:ListUserPoolClients",
  "cognito-idp:ListUsers",
  "cognito-idp:ListUsersInGroup",
];

/** AWS counts every user that is read like this as active this month, and bills it. */
const READ_FACTORS = ["cognito-idp:AdminGetUser"];
