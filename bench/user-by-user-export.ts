import {
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";

// What other tools do: list users, and ask for the groups of each user by himself, one after the other.
// `user-by-user-export.ts <pool id> <users>` reads so many users and tells how many it read.

const [UserPoolId = "", most = ""] = process.argv.slice(2);
// As patient with throttling as such a tool can be; the quotas are what it waits for.
const client = new CognitoIdentityProviderClient({ maxAttempts: 20, retryMode: "adaptive" });
let users = 0;
let bytes = 0;
let PaginationToken: string | undefined;
do {
  const page = await client.send(
    new ListUsersCommand({ UserPoolId, ...(PaginationToken && { PaginationToken }) }),
  );
  for (const user of page.Users ?? []) {
    const { Groups } = await client.send(
      new AdminListGroupsForUserCommand({ UserPoolId, Username: user.Username }),
    );
    bytes += JSON.stringify({ ...user, Groups }).length;
    users += 1;
    if (users >= Number(most)) break;
  }
  PaginationToken = page.PaginationToken;
} while (PaginationToken !== undefined && users < Number(most));
process.stdout.write(`${JSON.stringify({ users, bytes })}\n`);
