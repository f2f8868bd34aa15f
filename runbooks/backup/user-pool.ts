import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ListGroupsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { NotFoundError } from "../runtime/errors.ts";
import { readPages } from "../runtime/pages.ts";
import type { GroupRecord, MfaRecord, UserRecord } from "./format.ts";
import { type Member, readGroup, readMember, readMfa, readUser } from "./user-records.ts";

/** What a backup reads from a user pool, page by page; everything comes checked. */
export interface UserPool {
  id: string;
  describe: () => Promise<{ name: string; estimatedUsers: number }>;
  /** All users, or those whose `sub` begins with the prefix. A doubtful end is read twice. */
  listUsers: (options: { prefix?: string; isEndDoubtful?: () => boolean }) => AsyncGenerator<UserRecord[]>;
  listGroups: () => AsyncGenerator<GroupRecord[]>;
  listMembers: (group: string) => AsyncGenerator<Member[]>;
  listGroupsOf: (username: string) => AsyncGenerator<GroupRecord[]>;
  /** Second factors of one user. AWS counts the user as active this month. */
  readMfa: (user: Pick<UserRecord, "sub" | "username">) => Promise<MfaRecord>;
}

export interface UserPoolOptions {
  client: CognitoIdentityProviderClient;
  userPoolId: string;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

/** The largest page each of these lists gives (Amazon Cognito user pools API reference). */
const PAGE_SIZE = 60;

export function openUserPool({ client, userPoolId, call, pause }: UserPoolOptions): UserPool {
  const pool = { UserPoolId: userPoolId };
  const page = { ...pool, Limit: PAGE_SIZE };
  return {
    id: userPoolId,
    describe: async () => {
      const what = `DescribeUserPool on ${userPoolId}`;
      const answer = await call(what, (abortSignal) =>
        client.send(new DescribeUserPoolCommand(pool), { abortSignal }),
      );
      if (!answer.UserPool) throw new NotFoundError(`${what}: the answer holds no pool.`);
      return {
        name: answer.UserPool.Name ?? "",
        estimatedUsers: answer.UserPool.EstimatedNumberOfUsers ?? 0,
      };
    },
    // Never AttributesToGet: a user without one of the attributes makes the whole call fail, and a backup wants all.
    listUsers: ({ prefix, isEndDoubtful }) => {
      const filter = prefix === undefined ? {} : { Filter: `sub ^= "${prefix}"` };
      const what = `ListUsers on ${userPoolId}${prefix === undefined ? "" : ` (sub ${prefix}…)`}`;
      return readPages({
        what,
        pause,
        readItem: readUser,
        ...(isEndDoubtful && { isEndDoubtful }),
        fetchPage: async (token) => {
          const input = { ...page, ...filter, ...(token && { PaginationToken: token }) };
          const answer = await call(what, (abortSignal) =>
            client.send(new ListUsersCommand(input), { abortSignal }),
          );
          return { items: answer.Users, nextToken: answer.PaginationToken };
        },
      });
    },
    listGroups: () => {
      const what = `ListGroups on ${userPoolId}`;
      return readPages({
        what,
        pause,
        readItem: readGroup,
        fetchPage: async (token) => {
          const input = { ...page, ...(token && { NextToken: token }) };
          const answer = await call(what, (abortSignal) =>
            client.send(new ListGroupsCommand(input), { abortSignal }),
          );
          return { items: answer.Groups, nextToken: answer.NextToken };
        },
      });
    },
    listMembers: (group) => {
      const what = `ListUsersInGroup on ${userPoolId}, group ${group}`;
      return readPages({
        what,
        pause,
        readItem: readMember,
        fetchPage: async (token) => {
          const input = { ...page, GroupName: group, ...(token && { NextToken: token }) };
          const answer = await call(what, (abortSignal) =>
            client.send(new ListUsersInGroupCommand(input), { abortSignal }),
          );
          return { items: answer.Users, nextToken: answer.NextToken };
        },
      });
    },
    listGroupsOf: (username) => {
      const what = `AdminListGroupsForUser on ${userPoolId}`;
      return readPages({
        what,
        pause,
        readItem: readGroup,
        fetchPage: async (token) => {
          const input = { ...page, Username: username, ...(token && { NextToken: token }) };
          const answer = await call(what, (abortSignal) =>
            client.send(new AdminListGroupsForUserCommand(input), { abortSignal }),
          );
          return { items: answer.Groups, nextToken: answer.NextToken };
        },
      });
    },
    readMfa: async (user) => {
      const answer = await call(`AdminGetUser on ${userPoolId}`, (abortSignal) =>
        client.send(new AdminGetUserCommand({ ...pool, Username: user.username }), { abortSignal }),
      );
      return readMfa(user, answer);
    },
  };
}
