import type { PolicyStatement } from "../policy-document.ts";
import {
  listBucket,
  type RunbookResources,
  readOutputs,
  readSets,
  useKey,
  writeRunbookLog,
} from "./runbook-resources.ts";
import type { PassedRole } from "./runbook-role.ts";

/**
 * What a runbook that puts users into a pool needs beside that pool: backup sets, a lease and a journal in the work
 * bucket, the list of those who must not come back with its key, and the log of what was changed. `pools` is the pool's
 * id, or `*` where it is made only then.
 */
export function bringUsersBack(resources: RunbookResources, pools: string): PolicyStatement[] {
  const { region, work } = resources;
  return [
    readOutputs(resources),
    ...readSets(resources),
    listBucket("ListWork", work),
    {
      Sid: "HoldLeaseAndJournal",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: [`${work.bucketArn}/leases/reimport-${pools}.json`, `${work.bucketArn}/reimports/${pools}/*`],
    },
    {
      Sid: "ReadErasedList",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [`${work.bucketArn}/erased/*`],
    },
    useKey("UseWorkKey", ["kms:Decrypt", "kms:GenerateDataKey"], work, region),
    ...readErasedKey(resources),
    writeRunbookLog(resources),
  ];
}

/** How a pool is compared with a set. AWS bills a user who is read one by one as active this month. */
export const READ_TARGET = [
  "cognito-idp:AdminGetUser",
  "cognito-idp:AdminListGroupsForUser",
  "cognito-idp:DescribeUserPool",
  "cognito-idp:GetUserPoolMfaConfig",
  "cognito-idp:ListGroups",
  "cognito-idp:ListIdentityProviders",
  "cognito-idp:ListUsers",
  "cognito-idp:ListUsersInGroup",
];

/** How users come back, one by one. */
export const CREATE_USERS = [
  "cognito-idp:AdminAddUserToGroup",
  "cognito-idp:AdminCreateUser",
  "cognito-idp:AdminDisableUser",
  "cognito-idp:AdminSetUserPassword",
  "cognito-idp:CreateGroup",
];

/** How users come back, thousands at a time. */
export const RUN_IMPORTS = [
  "cognito-idp:CreateUserImportJob",
  "cognito-idp:DescribeUserImportJob",
  "cognito-idp:GetCSVHeader",
  "cognito-idp:ListUserImportJobs",
  "cognito-idp:StartUserImportJob",
];

/** What became of each row of an import: Cognito writes it below the pool's id, under the pool's name. */
export function readImportLogs({ account, region }: RunbookResources, groups: string): PolicyStatement {
  return {
    Sid: "ReadImportLogs",
    Effect: "Allow",
    Action: ["logs:GetLogEvents"],
    Resource: [`arn:aws:logs:${region}:${account}:log-group:/aws/cognito/userpools/${groups}`],
  };
}

/** The role that import jobs write their logs with is for Cognito alone. */
export function passImportRole({ importRoleArn }: RunbookResources): PassedRole {
  return { roleArn: importRoleArn, service: "cognito-idp.amazonaws.com" };
}

/**
 * Secrets Manager names the secret when it asks for its key (AWS Secrets Manager User Guide, "Secret encryption and
 * decryption").
 */
function readErasedKey({ region, erasedKey: { secretArn, keyArn } }: RunbookResources): PolicyStatement[] {
  return [
    {
      Sid: "ReadErasedKey",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: [secretArn],
    },
    ...(keyArn === undefined
      ? []
      : [
          {
            Sid: "DecryptErasedKey",
            Effect: "Allow" as const,
            Action: ["kms:Decrypt"],
            Resource: [keyArn],
            Condition: {
              StringEquals: {
                "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
                "kms:EncryptionContext:SecretARN": secretArn,
              },
            },
          },
        ]),
  ];
}
