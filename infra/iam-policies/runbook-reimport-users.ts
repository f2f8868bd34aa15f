import type { PolicyStatement } from "../policy-document.ts";
import type { RunbookResources } from "./runbook-resources.ts";
import { bringUsersBack, CREATE_USERS, READ_TARGET, RUN_IMPORTS, readImportLogs } from "./user-restores.ts";

/**
 * What reimport-users does: read sets, compare them with the one pool, put into it who is missing, by itself or by
 * import jobs, and write down what it did. It deletes nothing, not even a user.
 */
export function reimportUsersStatements(resources: RunbookResources): PolicyStatement[] {
  const { userPoolArn, userPoolId } = resources;
  return [
    ...bringUsersBack(resources, userPoolId),
    { Sid: "ReadPool", Effect: "Allow", Action: READ_TARGET, Resource: [userPoolArn] },
    {
      Sid: "WriteUsers",
      Effect: "Allow",
      Action: [...CREATE_USERS, ...CHANGE_USERS],
      Resource: [userPoolArn],
    },
    { Sid: "RunImportJobs", Effect: "Allow", Action: RUN_IMPORTS, Resource: [userPoolArn] },
    readImportLogs(resources, `${userPoolId}/*`),
  ];
}

/** What people had besides a password, and what is put back of those who stand there. */
const CHANGE_USERS = [
  "cognito-idp:AdminLinkProviderForUser",
  "cognito-idp:AdminSetUserMFAPreference",
  "cognito-idp:AdminUpdateUserAttributes",
];
