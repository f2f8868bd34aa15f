import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import type { Settings } from "../settings.ts";
import { nameOfGeneration } from "./generation.ts";

/** A pool of another generation that stays while people move. */
export interface KeptGeneration {
  generation: number;
  userPoolId: pulumi.Output<string>;
  guards: LossGuards;
}

/**
 * The pools that stay beside the one the settings describe. Nothing about them is changed: their settings are no
 * longer in the stack file. They must exist already, which the guard against immutable changes sees to.
 */
export function declareKeptPools(
  parent: pulumi.Resource,
  { stack, disposable, users, letGo }: Pick<Settings, "stack" | "disposable" | "users" | "letGo">,
): KeptGeneration[] {
  return users.keep.map((generation) => {
    const guards = lossGuards({ disposable }, letGo?.generations.includes(generation));
    const pool = new aws.cognito.UserPool(
      nameOfGeneration("users", generation),
      { name: nameOfGeneration(`sekisho-${stack}`, generation) },
      { parent, ...keptOptions(guards) },
    );
    return { generation, userPoolId: pool.id, guards };
  });
}

/** The options of whatever belongs to a kept generation. */
export function keptOptions({ protect, retainOnDelete }: LossGuards) {
  return { protect, retainOnDelete, ignoreChanges: ["*"] };
}
