import type { GroupRecord, UserRecord } from "../../runbooks/backup/format.ts";
import type { UserPool } from "../../runbooks/backup/user-pool.ts";

/** A user pool as plain values, for tests of what happens above the AWS calls. */
export interface PoolContents {
  users: UserRecord[];
  groups: GroupRecord[];
  /** Group name -> subs of its members. */
  members: Map<string, string[]>;
  estimatedUsers?: number;
  /** AWS's time, at the start as at the end; undefined = it tells none. */
  time?: Date | undefined;
}

/** Reads the contents as they are when each page is asked for; `pages` may break or churn them. */
export function createInMemoryPool(
  contents: PoolContents,
  pages: (users: UserRecord[]) => Iterable<UserRecord[]> = inPagesOf60,
): UserPool {
  return {
    id: "ap-northeast-1_Test12345",
    describe: async () => ({
      name: "sekisho-test",
      estimatedUsers: contents.estimatedUsers ?? contents.users.length,
    }),
    awsTime: () => {
      const time = "time" in contents ? contents.time : new Date("2026-11-21T03:00:00.000Z");
      return { described: time, latest: time };
    },
    listUsers: async function* ({ prefix }) {
      for (const page of pages(contents.users)) yield page.filter(({ sub }) => sub.startsWith(prefix ?? ""));
    },
    listGroups: async function* () {
      yield contents.groups;
    },
    listMembers: async function* (group) {
      const subs = new Set(contents.members.get(group));
      const users = subs.size === 0 ? [] : contents.users.filter(({ sub }) => subs.has(sub));
      yield users.map(({ sub, username, created }) => ({ sub, username, created: new Date(created) }));
    },
    listGroupsOf: async function* (username) {
      const user = contents.users.find((candidate) => candidate.username === username);
      yield contents.groups.filter(({ name }) => user && contents.members.get(name)?.includes(user.sub));
    },
    readMfa: async ({ sub, username }) => ({ kind: "mfa", sub, username, factors: ["SOFTWARE_TOKEN_MFA"] }),
  };
}

/** A user who has nothing but a number. */
export function createUser(number: number, values: Partial<UserRecord> = {}): UserRecord {
  const sub = `${((number * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`;
  return {
    kind: "user",
    sub,
    username: `user-${number}`,
    enabled: true,
    status: "CONFIRMED",
    created: "2026-01-02T03:04:05.678Z",
    modified: "2026-01-02T03:04:05.678Z",
    attributes: [
      ["sub", sub],
      ["email", `user-${number}@example.com`],
    ],
    ...values,
  };
}

export function createGroup(name: string, values: Partial<GroupRecord> = {}): GroupRecord {
  return { kind: "group", name, created: "2026-01-01T00:00:00.000Z", ...values };
}

export function* inPagesOf60(users: UserRecord[]): Generator<UserRecord[]> {
  for (let start = 0; start < users.length; start += 60) yield users.slice(start, start + 60);
}
