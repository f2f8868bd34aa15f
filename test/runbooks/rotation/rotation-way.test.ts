import { describe, expect, it } from "vitest";
import type { ClientUse } from "../../../runbooks/rotation/client-uses.ts";
import type { RotationOrder } from "../../../runbooks/rotation/rotation-order.ts";
import { chooseWay } from "../../../runbooks/rotation/rotation-way.ts";
import { LockedError } from "../../../runbooks/runtime/errors.ts";

const LISTENER = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/a/0/1";
const use = (kind: ClientUse["kind"]): ClientUse => ({
  kind,
  where: "example, rule 140",
  ruleArn: LISTENER.replace("listener", "listener-rule"),
  listenerArn: LISTENER,
});
const mode: RotationOrder["mode"] = "rotate";

describe("the way that a secret is rotated", () => {
  it.each<[string, ClientUse[], string[], string, string]>([
    ["nobody uses the client", [], [], "two-secrets", "no load balancer asks Cognito itself for the secret"],
    [
      "rules are given the secret",
      [use("authenticate-oidc"), use("jwt-validation")],
      [],
      "two-secrets",
      "no load balancer asks Cognito itself for the secret",
    ],
    [
      "a rule asks Cognito for it",
      [use("authenticate-oidc"), use("authenticate-cognito")],
      [],
      "client-swap",
      "example, rule 140 gets its secret from Cognito, which shows the original one only",
    ],
    ["a swap has begun", [], ["2"], "client-swap", "generation 2 of the client is beside the one in use"],
  ])("follows from what is there: %s", (_title, uses, others, way, why) => {
    expect(chooseWay({ way: undefined, mode }, uses, others)).toEqual({ way, why });
  });

  it("is the one that was asked for", () => {
    expect(chooseWay({ way: "client-swap", mode }, [])).toEqual({ way: "client-swap", why: "as --way says" });
  });

  it("is never two secrets while two generations stand side by side: each has the other's way back", () => {
    const choose = () => chooseWay({ way: "two-secrets", mode }, [], ["2"]);
    expect(choose).toThrow(LockedError);
    expect(choose).toThrow("A swap of this client has begun: generation 2 is beside the one in use.");
  });
});
