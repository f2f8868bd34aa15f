import { signInHost } from "../../../infra/sign-in-page/sign-in-host.ts";
import type { Pool, World } from "../state.ts";

/** The pool whose sign-in pages are at this host (lower case, without a port). */
export function findPoolByHost(world: World, host: string): Pool | undefined {
  for (const { name, poolId, custom } of world.domains.values()) {
    if (hostOf(world, name, custom !== undefined) === host) return world.pools.get(poolId);
  }
  return undefined;
}

/** A host of a pool's sign-in pages: its own domain before the prefix; undefined without any. */
export function findHost(world: World, pool: Pool): string | undefined {
  const name = pool.customDomain ?? pool.prefixDomain;
  return name === undefined ? undefined : hostOf(world, name, pool.customDomain !== undefined);
}

/** Where the public keys of this Region's pools are. */
export function issuerHost(world: World): string {
  return `cognito-idp.${world.region}.amazonaws.com`;
}

function hostOf(world: World, name: string, isCustom: boolean): string {
  return isCustom ? name : signInHost({ kind: "prefix", prefix: name }, world.region);
}
