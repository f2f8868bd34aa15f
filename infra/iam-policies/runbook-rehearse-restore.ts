import type { PolicyStatement } from "../policy-document.ts";
import type { RunbookResources } from "./runbook-resources.ts";
import { bringUsersBack, CREATE_USERS, READ_TARGET, RUN_IMPORTS, readImportLogs } from "./user-restores.ts";

/** The tag of a pool that was made to be thrown away; its value is the stack. */
export const REHEARSAL_TAG = "sekisho:rehearsal";

/**
 * What rehearse-restore does: make a pool that is marked as a rehearsal, put the newest set into it, compare, and delete
 * it. It asks nothing of the stack's own pool, and can change nothing there whatever tags that bears.
 */
export function rehearseRestoreStatements(resources: RunbookResources): PolicyStatement[] {
  const { account, region, stack, userPoolArn } = resources;
  const anyPool = [`arn:aws:cognito-idp:${region}:${account}:userpool/*`];
  const isRehearsal = { [`aws:ResourceTag/${REHEARSAL_TAG}`]: stack };
  const becomesRehearsal = { [`aws:RequestTag/${REHEARSAL_TAG}`]: stack };
  return [
    ...bringUsersBack(resources, "*"),
    {
      Sid: "CreateRehearsalPool",
      Effect: "Allow",
      Action: ["cognito-idp:CreateUserPool"],
      Resource: ["*"],
      Condition: { StringEquals: becomesRehearsal },
    },
    // A drill that was killed leaves its pool behind; the next one finds it by its name.
    { Sid: "FindRehearsalPools", Effect: "Allow", Action: ["cognito-idp:ListUserPools"], Resource: ["*"] },
    {
      Sid: "UseRehearsalPool",
      Effect: "Allow",
      Action: [...READ_TARGET, ...CREATE_USERS, ...RUN_IMPORTS, ...SHAPE_POOL],
      Resource: anyPool,
      Condition: { StringEquals: isRehearsal },
    },
    {
      Sid: "TagRehearsalPool",
      Effect: "Allow",
      Action: ["cognito-idp:TagResource"],
      Resource: anyPool,
      // Both: whoever could give the tag to any pool could delete any pool.
      Condition: { StringEquals: { ...isRehearsal, ...becomesRehearsal } },
    },
    {
      Sid: "NeverTheRealPool",
      Effect: "Deny",
      Action: ["cognito-idp:TagResource", ...CREATE_USERS, ...RUN_IMPORTS, ...SHAPE_POOL],
      Resource: [userPoolArn],
    },
    readImportLogs(resources, `*/sekisho-${stack}-rehearsal-*`),
  ];
}

const SHAPE_POOL = [
  "cognito-idp:AddCustomAttributes",
  "cognito-idp:DeleteUserPool",
  // A job that still imports when the drill ends: an account has one at a time.
  "cognito-idp:StopUserImportJob",
  "cognito-idp:SetUserPoolMfaConfig",
];
