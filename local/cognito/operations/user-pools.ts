import { addToSchema } from "../attribute-schema.ts";
import { invalidParameter, limitExceeded } from "../faults.ts";
import { limits } from "../limits.ts";
import { continuation, readCollectionPage } from "../pages.ts";
import {
  addCustomAttributes,
  createUserPool,
  listUserPools,
  oneUserPool,
  updateUserPool,
} from "../shapes/user-pools.ts";
import { toTimestamp } from "../timestamp.ts";
import { buildPool, changePool, describePool } from "../user-pool.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const userPoolOperations: Operations = {
  CreateUserPool: operation(createUserPool, (world, input) => {
    if (world.pools.size >= limits.userPoolsPerAccount) {
      throw limitExceeded(`Maximum of ${limits.userPoolsPerAccount} user pools in this account.`);
    }
    const pool = buildPool(world, input);
    world.pools.set(pool.id, pool);
    return { UserPool: describePool(world, pool) };
  }),

  DescribeUserPool: operation(oneUserPool, (world, input) => ({
    UserPool: describePool(world, requirePool(world, input.UserPoolId)),
  })),

  UpdateUserPool: operation(updateUserPool, (world, input) => {
    changePool(world, requirePool(world, input.UserPoolId), input);
    return {};
  }),

  DeleteUserPool: operation(oneUserPool, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    if (pool.settings.DeletionProtection === "ACTIVE") {
      throw invalidParameter(
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
      );
    }
    if (pool.prefixDomain !== undefined || pool.customDomain !== undefined) {
      throw invalidParameter(
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
      );
    }
    world.pools.delete(pool.id);
    return {};
  }),

  ListUserPools: operation(listUserPools, (world, input) => {
    const page = readCollectionPage(
      world,
      world.pools.values(),
      { operation: "ListUserPools", owner: world.account },
      { limit: input.MaxResults, token: input.NextToken },
    );
    return {
      UserPools: page.items.map((pool) => ({
        Id: pool.id,
        Name: pool.name,
        LambdaConfig: pool.settings.LambdaConfig,
        LastModifiedDate: toTimestamp(pool.modifiedAt),
        CreationDate: toTimestamp(pool.createdAt),
      })),
      ...continuation("NextToken", page.nextToken),
    };
  }),

  AddCustomAttributes: operation(addCustomAttributes, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    addToSchema(pool, input.CustomAttributes);
    pool.modifiedAt = world.now();
    return {};
  }),
};
