import type { z } from "zod";
import { userNotFound, userPoolNotFound } from "../faults.ts";
import { readInput } from "../input-validation.ts";
import type { Caller, Pool, User, World } from "../state.ts";

/** Answers one API operation: the JSON output, or an AwsFault. State changes only after the last check. */
export type Operation = (world: World, input: unknown, caller: Caller) => object | Promise<object>;

/** Operations by AWS's name for them; each file under operations/ exports one such record. */
export type Operations = Readonly<Record<string, Operation>>;

/** An operation that reads its input against a shape first. */
export function operation<Shape extends z.ZodType>(
  shape: Shape,
  run: (world: World, input: z.output<Shape>, caller: Caller) => object | Promise<object>,
): Operation {
  return (world, input, caller) => run(world, readInput(shape, input), caller);
}

/** The pool a request names, or AWS's refusal. */
export function requirePool(world: World, poolId: string): Pool {
  const pool = world.pools.get(poolId);
  if (pool === undefined) throw userPoolNotFound(poolId);
  return pool;
}

/** The user a request names by user name, sub or alias, or AWS's refusal. */
export function requireUser(pool: Pool, username: string): User {
  const user = pool.users.find(username);
  if (user === undefined) throw userNotFound();
  return user;
}
