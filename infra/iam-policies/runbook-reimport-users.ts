import type { PolicyStatement } from "../policy-document.ts";
import type { RunbookResources } from "./runbook-resources.ts";
import { bringUsersBack, READ_TARGET, RUN_IMPORTS, readImportLogs, WRITE_USERS } from "./user-restores.ts";

/**
 * What reimport-users does: read sets, compare them with the one pool, put into it who is missing, by itself or by
 * import jobs, and write down what it did. It deletes nothing, not even a user.
 */
export function reimportUsersStatements(resources: RunbookResources): PolicyStatement[] {
  const { userPoolArn, userPoolId } = resources;
  return [
    ...bringUsersBack(resources),
    { Sid: "ReadPool", Effect: "Allow", Action: READ_TARGET, Resource: [userPoolArn] },
    { Sid: "WriteUsers", Effect: "Allow", Action: WRITE_USERS, Resource: [userPoolArn] },
    { Sid: "RunImportJobs", Effect: "Allow", Action: RUN_IMPORTS, Resource: [userPoolArn] },
    readImportLogs(resources, `${userPoolId}/*`),
  ];
}
