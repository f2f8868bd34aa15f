import { invalidParameter } from "../faults.ts";
import { continuation, readPage } from "../pages.ts";
import { listUsers } from "../shapes/users.ts";
import type { Pool, User } from "../state.ts";
import { applyBehaviour, matchesFilter, parseUserFilter, type UserFilter } from "../user-filter.ts";
import { attributeOf, describeUser } from "../user-view.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const userListOperations: Operations = {
  ListUsers: operation(listUsers, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const filter = applyBehaviour(parseUserFilter(input.Filter), world.behaviour);
    const names = input.AttributesToGet ?? [];
    if (names.some((name) => !pool.schema.has(name))) {
      throw invalidParameter("One or more requested attributes do not exist.");
    }
    const page = readPage<User>(
      world,
      candidates(pool, filter),
      { operation: "ListUsers", owner: pool.id, parameters: [input.Filter, ...names] },
      { limit: input.Limit, token: input.PaginationToken },
      filter === undefined ? undefined : (user) => matchesFilter(filter, user),
    );
    refuseMissingValues(page.items, names);
    return {
      Users: page.items.map((user) => describeUser(user, names)),
      ...continuation("PaginationToken", page.nextToken),
    };
  }),
};

/** Everybody, or the one user an exact sub or user name can mean. */
function candidates(pool: Pool, filter: UserFilter | undefined): Pick<Pool["users"], "after"> {
  if (filter?.match !== "exact" || (filter.attribute !== "sub" && filter.attribute !== "username"))
    return pool.users;
  const user =
    filter.attribute === "sub"
      ? pool.users.findBySub(filter.value.toLowerCase())
      : pool.users.findByUsername(filter.value);
  return {
    *after(sequence: number) {
      if (user !== undefined && user.sequence > sequence) yield { sequence: user.sequence, item: user };
    },
  };
}

/** "Returns an error if not all users in the results have set a value for the attribute you request" (ListUsers). */
function refuseMissingValues(users: readonly User[], names: readonly string[]): void {
  const isMissing = users.some((user) => names.some((name) => attributeOf(user, name) === undefined));
  if (isMissing) throw invalidParameter("Input fails to satisfy the constraints.");
}
