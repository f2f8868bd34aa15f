import { changeMfaConfig, describeMfaConfig } from "../mfa-config.ts";
import { oneUserPool, setUserPoolMfaConfig } from "../shapes/user-pools.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const mfaConfigOperations: Operations = {
  SetUserPoolMfaConfig: operation(setUserPoolMfaConfig, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    changeMfaConfig(pool, input);
    pool.modifiedAt = world.now();
    return describeMfaConfig(pool);
  }),

  GetUserPoolMfaConfig: operation(oneUserPool, (world, input) =>
    describeMfaConfig(requirePool(world, input.UserPoolId)),
  ),
};
