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
import { watchTime } from "../runtime/aws-clock.ts";
import { NotFoundError } from "../runtime/errors.ts";
import { type ListEnd, readPages } from "../runtime/pages.ts";
import type { GroupRecord, MfaRecord, UserRecord } from "./format.ts";
import { type Member, readGroup, readMember, readMfa, readUser } from "./user-records.ts";

/** What a backup reads from a user pool, page by page; everything comes checked. */
export interface UserPool {
  id: string;
  describe: () => Promise<{ name: string; estimatedUsers: number }>;
  /** AWS's own time, as its answers told it: this machine's clock may be wrong. */
  awsTime: () => AwsTime;
  /** All users, or those whose `sub` begins with the prefix. Here as in the other lists, items may come twice. */
  listUsers: (options: { prefix?: string }) => AsyncGenerator<UserRecord[]>;
  listGroups: () => AsyncGenerator<GroupRecord[]>;
  listMembers: (group: string) => AsyncGenerator<Member[]>;
  listGroupsOf: (username: string) => AsyncGenerator<GroupRecord[]>;
  /** Second factors of one user. AWS counts the user as active this month. */
  readMfa: (user: Pick<UserRecord, "sub" | "username">) => Promise<MfaRecord>;
}

/** Whole seconds, from the Date headers of good answers; undefined where none came. */
export interface AwsTime {
  /** When the pool was last described. */
  described: Date | undefined;
  /** When the last answer came. */
  latest: Date | undefined;
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
  const membersEnds = createEndDoubt();
  const groupsEnds = createEndDoubt();
  const latestTime = watchTime(client);
  let described: Date | undefined;
  return {
    id: userPoolId,
    describe: async () => {
      const what = `DescribeUserPool on ${userPoolId}`;
      const answer = await call(what, (abortSignal) =>
        client.send(new DescribeUserPoolCommand(pool), { abortSignal }),
      );
      described = latestTime();
      if (!answer.UserPool) throw new NotFoundError(`${what}: the answer holds no pool.`);
      return {
        name: answer.UserPool.Name ?? "",
        estimatedUsers: answer.UserPool.EstimatedNumberOfUsers ?? 0,
      };
    },
    awsTime: () => ({ described, latest: latestTime() }),
    // Never AttributesToGet: a user without one of the attributes makes the whole call fail, and a backup wants all.
    listUsers: ({ prefix }) => {
      const filter = prefix === undefined ? {} : { Filter: `sub ^= "${prefix}"` };
      const what = `ListUsers on ${userPoolId}${prefix === undefined ? "" : ` (sub ${prefix}…)`}`;
      return readPages({
        what,
        pause,
        readItem: readUser,
        isEndDoubtful: always,
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
        isEndDoubtful: always,
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
        isEndDoubtful: membersEnds.isDoubtful,
        fetchPage: async (token) => {
          const input = { ...page, GroupName: group, ...(token && { NextToken: token }) };
          const answer = await call(what, (abortSignal) =>
            client.send(new ListUsersInGroupCommand(input), { abortSignal }),
          );
          membersEnds.note(answer.Users, answer.NextToken);
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
        isEndDoubtful: groupsEnds.isDoubtful,
        fetchPage: async (token) => {
          const input = { ...page, Username: username, ...(token && { NextToken: token }) };
          const answer = await call(what, (abortSignal) =>
            client.send(new AdminListGroupsForUserCommand(input), { abortSignal }),
          );
          groupsEnds.note(answer.Groups, answer.NextToken);
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

const always = () => true;

/**
 * Which ends of many short lists are read twice. All of them would double the calls of a pool with many groups, so
 * an end is believed at once only where a list is one page that is neither empty nor full: a token that was lost
 * there had to be lost behind a short page, and once a short page with a token is seen, no end is believed any more.
 * What stays unseen: a single answer that is cut to some of its members and has no token, in a pool whose pages are
 * otherwise full. AWS gives no count of a group's members to hold against it.
 */
function createEndDoubt() {
  let hasShortPages = false;
  return {
    /** Told of every answer, as it came. */
    note: (items: readonly unknown[] | undefined, nextToken: string | undefined): void => {
      hasShortPages ||= nextToken !== undefined && items !== undefined && items.length < PAGE_SIZE;
    },
    isDoubtful: ({ items, hasEarlierPages }: ListEnd): boolean =>
      items === 0 || items >= PAGE_SIZE || hasEarlierPages || hasShortPages,
  };
}
