import {
  type CognitoIdentityProviderClient,
  ListGroupsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { FoundUser } from "./directory-comparison.ts";

/** Reads everybody in a pool with their groups, with nothing of what the runbooks read by. */
export async function readDirectory(
  cognito: CognitoIdentityProviderClient,
  userPoolId: string,
): Promise<FoundUser[]> {
  const found = new Map<string, FoundUser>();
  for await (const { Username = "", Attributes = [], Enabled = false } of listUsers(cognito, userPoolId)) {
    const attributes = Object.fromEntries(Attributes.map(({ Name = "", Value = "" }) => [Name, Value]));
    found.set(Username, { attributes, isEnabled: Enabled, groups: [] });
  }
  for await (const group of listGroups(cognito, userPoolId)) {
    for await (const { Username = "" } of listUsers(cognito, userPoolId, group)) {
      found.get(Username)?.groups.push(group);
    }
  }
  return [...found.values()];
}

/** Everybody, or the members of a group. */
async function* listUsers(cognito: CognitoIdentityProviderClient, UserPoolId: string, GroupName?: string) {
  let token: string | undefined;
  do {
    const page =
      GroupName === undefined
        ? await cognito.send(new ListUsersCommand({ UserPoolId, Limit: 60, PaginationToken: token }))
        : await cognito.send(
            new ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: 60, NextToken: token }),
          );
    yield* page.Users ?? [];
    token =
      "PaginationToken" in page ? page.PaginationToken : "NextToken" in page ? page.NextToken : undefined;
  } while (token !== undefined);
}

async function* listGroups(cognito: CognitoIdentityProviderClient, UserPoolId: string) {
  let token: string | undefined;
  do {
    const page = await cognito.send(new ListGroupsCommand({ UserPoolId, Limit: 60, NextToken: token }));
    for (const { GroupName } of page.Groups ?? []) if (GroupName !== undefined) yield GroupName;
    token = page.NextToken;
  } while (token !== undefined);
}
