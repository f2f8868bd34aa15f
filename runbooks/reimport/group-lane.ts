import type { GroupRecord } from "../backup/format.ts";
import type { TargetGroup } from "./target-pool.ts";
import type { UserWriter } from "./user-writer.ts";

/** Groups that are being made beside the users: AWS lets five a second, and whoever is in none need not wait. */
export interface GroupLane {
  /** Resolves when the group is there; rejects when it, or one before it, could not be made. */
  whenMade: (group: string) => Promise<void>;
  /** Resolves when all are there. */
  allMade: () => Promise<void>;
  /** Makes no more, and resolves when none is under way. */
  stop: () => Promise<void>;
}

export interface GroupLaneOptions {
  writer: Pick<UserWriter, "createGroup">;
  /** Throws when the run has lost its right to write. */
  mayWrite: () => void;
  onGroup: () => void;
}

/**
 * Makes groups one after another. Those with a role are awaited: they take a right of their own, and it is better to
 * miss that before any user is made.
 */
export async function startGroups(
  groups: readonly TargetGroup[],
  options: GroupLaneOptions,
): Promise<GroupLane> {
  const made = new Map<string, Promise<void>>();
  let last = Promise.resolve();
  let isStopped = false;
  const withRolesFirst = groups.toSorted((one, other) => Number(!one.roleArn) - Number(!other.roleArn));
  for (const group of withRolesFirst) {
    if (group.roleArn === undefined)
      last = last.then(() => (isStopped ? undefined : makeGroup(group, options)));
    else await makeGroup(group, options);
    // Whoever waits for it hears of a failure; nobody may.
    last.catch(() => undefined);
    made.set(group.name, last);
  }
  return {
    whenMade: (group) => made.get(group) ?? Promise.resolve(),
    allMade: () => last,
    stop: async () => {
      isStopped = true;
      await last.catch(() => undefined);
    },
  };
}

async function makeGroup(group: TargetGroup, { writer, mayWrite, onGroup }: GroupLaneOptions): Promise<void> {
  mayWrite();
  await writer.createGroup(group);
  onGroup();
}

/** A group of the set as it is to be in the target, with its role by the order's mapping. */
export function toTargetGroup(
  { name, description, precedence, roleArn }: GroupRecord,
  { groupRoles, withoutGroupRoles }: { groupRoles: ReadonlyMap<string, string>; withoutGroupRoles: boolean },
): TargetGroup {
  const role = roleArn === undefined || withoutGroupRoles ? undefined : (groupRoles.get(roleArn) ?? roleArn);
  return {
    name,
    ...(description !== undefined && { description }),
    ...(precedence !== undefined && { precedence }),
    ...(role !== undefined && { roleArn: role }),
  };
}
