import { AwsFault } from "../../aws-fault.ts";
import { invalidParameter, limitExceeded, resourceNotFound } from "../faults.ts";
import { limits } from "../limits.ts";
import { continuation, readPage } from "../pages.ts";
import { SequencedList } from "../sequenced-list.ts";
import {
  listGroups,
  listGroupsForUser,
  listUsersInGroup,
  membership,
  oneGroup,
  writeGroup,
} from "../shapes/groups.ts";
import type { Group, Pool, User, World } from "../state.ts";
import { toTimestamp } from "../timestamp.ts";
import { describeUser } from "../user-view.ts";
import { type Operations, operation, requirePool, requireUser } from "./operation.ts";

export const groupOperations: Operations = {
  CreateGroup: operation(writeGroup, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const group = createGroup(world, pool, {
      name: input.GroupName,
      description: input.Description,
      roleArn: input.RoleArn,
      precedence: input.Precedence,
    });
    return { Group: describeGroup(pool, group) };
  }),

  UpdateGroup: operation(writeGroup, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const group = requireGroup(pool, input.GroupName);
    group.description = input.Description ?? group.description;
    group.roleArn = input.RoleArn ?? group.roleArn;
    group.precedence = input.Precedence ?? group.precedence;
    group.modifiedAt = world.now();
    return { Group: describeGroup(pool, group) };
  }),

  GetGroup: operation(oneGroup, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    return { Group: describeGroup(pool, requireGroup(pool, input.GroupName)) };
  }),

  DeleteGroup: operation(oneGroup, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const group = requireGroup(pool, input.GroupName);
    for (const { item: member } of group.members.after(0)) member.memberships?.delete(group);
    pool.groups.remove(group.sequence);
    pool.groupsByName.delete(group.name);
    return {};
  }),

  ListGroups: operation(listGroups, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const page = readPage(
      world,
      pool.groups,
      { operation: "ListGroups", owner: pool.id },
      { limit: input.Limit, token: input.NextToken },
    );
    return {
      Groups: page.items.map((group) => describeGroup(pool, group)),
      ...continuation("NextToken", page.nextToken),
    };
  }),

  AdminAddUserToGroup: operation(membership, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    addMember(requireGroup(pool, input.GroupName), user);
    return {};
  }),

  AdminRemoveUserFromGroup: operation(membership, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    removeMember(requireGroup(pool, input.GroupName), user);
    return {};
  }),

  AdminListGroupsForUser: operation(listGroupsForUser, (world, input) => {
    if (input.Limit === 0) {
      throw invalidParameter(
        "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
      );
    }
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    const page = readPage(
      world,
      groupsOf(user),
      { operation: "AdminListGroupsForUser", owner: pool.id, parameters: [user.sub] },
      { limit: input.Limit, token: input.NextToken },
    );
    return {
      Groups: page.items.map((group) => describeGroup(pool, group)),
      ...continuation("NextToken", page.nextToken),
    };
  }),

  ListUsersInGroup: operation(listUsersInGroup, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const group = requireGroup(pool, input.GroupName);
    const page = readPage(
      world,
      group.members,
      { operation: "ListUsersInGroup", owner: pool.id, parameters: [group.name] },
      { limit: input.Limit, token: input.NextToken },
    );
    return {
      Users: page.items.map((user) => describeUser(user)),
      ...continuation("NextToken", page.nextToken),
    };
  }),
};

/** Creates a group; used for seeded users too. */
export function createGroup(
  world: World,
  pool: Pool,
  input: { name: string } & Partial<Pick<Group, "description" | "roleArn" | "precedence">>,
): Group {
  if (pool.groupsByName.has(input.name)) {
    throw new AwsFault("GroupExistsException", "A group with the name already exists.");
  }
  if (pool.groups.size >= limits.groupsPerPool) {
    throw limitExceeded(`Maximum of ${limits.groupsPerPool} groups in a user pool.`);
  }
  const now = world.now();
  const group: Group = {
    name: input.name,
    sequence: pool.groups.nextSequence,
    createdAt: now,
    modifiedAt: now,
    description: input.description,
    roleArn: input.roleArn,
    precedence: input.precedence,
    members: new SequencedList(),
  };
  pool.groups.add(group);
  pool.groupsByName.set(group.name, group);
  return group;
}

/** Adds a user to a group; a second time changes nothing. */
export function addMember(group: Group, user: User): void {
  if (user.memberships?.has(group)) return;
  if ((user.memberships?.size ?? 0) >= limits.groupsPerUser) {
    throw limitExceeded(`A user can be in at most ${limits.groupsPerUser} groups.`);
  }
  user.memberships ??= new Map();
  user.memberships.set(group, group.members.add(user));
}

/** Takes a user out of a group; nothing happens when the user is not in it. */
export function removeMember(group: Group, user: User): void {
  const sequence = user.memberships?.get(group);
  if (sequence === undefined) return;
  group.members.remove(sequence);
  user.memberships?.delete(group);
}

function requireGroup(pool: Pool, name: string): Group {
  const group = pool.groupsByName.get(name);
  if (group === undefined) throw resourceNotFound("Group not found.");
  return group;
}

/** A user's groups in the order the groups were created, so that pages keep their place while memberships change. */
function groupsOf(user: User): Pick<SequencedList<Group>, "after"> {
  const groups = [...(user.memberships?.keys() ?? [])].sort((a, b) => a.sequence - b.sequence);
  return {
    *after(sequence: number) {
      for (const group of groups)
        if (group.sequence > sequence) yield { sequence: group.sequence, item: group };
    },
  };
}

function describeGroup(pool: Pool, group: Group): object {
  return {
    GroupName: group.name,
    UserPoolId: pool.id,
    ...(group.description === undefined ? {} : { Description: group.description }),
    ...(group.roleArn === undefined ? {} : { RoleArn: group.roleArn }),
    ...(group.precedence === undefined ? {} : { Precedence: group.precedence }),
    LastModifiedDate: toTimestamp(group.modifiedAt),
    CreationDate: toTimestamp(group.createdAt),
  };
}
