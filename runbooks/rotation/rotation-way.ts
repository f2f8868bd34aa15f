import type { ClientUse } from "./client-uses.ts";
import type { RotationOrder, RotationWay } from "./rotation-order.ts";

/** The way a client's secret is rotated, and why, for people. */
export interface ChosenWay {
  way: RotationWay;
  why: string;
}

/**
 * The way that was asked for, or the one that the uses of the client allow. That two-secrets cannot be gone everywhere is
 * told when it is planned: a rollback of it has to work all the same.
 */
export function chooseWay({ way }: Pick<RotationOrder, "way">, uses: readonly ClientUse[]): ChosenWay {
  if (way !== undefined) return { way, why: "as --way says" };
  const use = uses.find(({ kind }) => kind === "authenticate-cognito");
  if (use === undefined) {
    return { way: "two-secrets", why: "no load balancer asks Cognito itself for the secret" };
  }
  return {
    way: "client-swap",
    why: `${use.where} gets its secret from Cognito, which shows the original one only`,
  };
}
