import { LockedError } from "../runtime/errors.ts";
import type { ClientUse } from "./client-uses.ts";
import type { RotationOrder, RotationWay } from "./rotation-order.ts";

/** The way a client's secret is rotated, and why, for people. */
export interface ChosenWay {
  way: RotationWay;
  why: string;
}

/**
 * The way that was asked for, or the one that the uses of the client allow; a swap that has begun (`others`, the
 * generations beside the one in use) is gone to its end. That two-secrets cannot be gone everywhere is told when it is
 * planned: a rollback of it has to work all the same. Throws LockedError where one way would begin during the other.
 */
export function chooseWay(
  { way, mode }: Pick<RotationOrder, "way" | "mode">,
  uses: readonly ClientUse[],
  others: readonly string[] = [],
): ChosenWay {
  const [other] = others;
  if (other !== undefined && way === "two-secrets" && mode === "rotate") {
    throw new LockedError(`A swap of this client has begun: generation ${other} is beside the one in use.`, {
      remedy: "End it first, with --way client-swap.",
    });
  }
  if (way !== undefined) return { way, why: "as --way says" };
  if (other !== undefined) {
    return { way: "client-swap", why: `generation ${other} of the client is beside the one in use` };
  }
  const use = uses.find(({ kind }) => kind === "authenticate-cognito");
  if (use === undefined) {
    return { way: "two-secrets", why: "no load balancer asks Cognito itself for the secret" };
  }
  return {
    way: "client-swap",
    why: `${use.where} gets its secret from Cognito, which shows the original one only`,
  };
}
