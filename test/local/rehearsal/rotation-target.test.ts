import { describe, expect, it } from "vitest";
import { findRotationTarget } from "../../../local/rehearsal/rotation-target.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

const rule = (place: number, key: string) => ["routes", "rules", place, key] as const;

describe("the client whose secret a rehearsal rotates", () => {
  it("is the one that the load balancer signs people in with, by way of a second client", () => {
    expect(findRotationTarget(goodSettings())).toMatchObject({
      client: { name: "web" },
      way: "client-swap",
      address: "https://app.example.com/",
      sourceIp: "2001:db8:1234::",
    });
  });

  it("gets a second secret where every rule is given the secret", () => {
    expect(findRotationTarget(goodSettings([["routes", "authenticate"], "oidc"]))).toMatchObject({
      client: { name: "web" },
      way: "two-secrets",
    });
  });

  it("is met at a path that no rule before takes away", () => {
    const settings = goodSettings([rule(3, "paths"), ["/metrics-of-mine", "/admin/*"]]);
    expect(findRotationTarget(settings)).toMatchObject({ address: "https://app.example.com/admin/x" });
  });

  it.each<[string, readonly Change[], string]>([
    [
      "there is no load balancer",
      [
        [["routes"], undefined],
        [["guard"], undefined],
      ],
      "the stack has no rules on a load balancer",
    ],
    [
      "nobody signs in there",
      [
        [["routes", "rules", 3, "client"], undefined],
        [["routes", "rules", 3, "then"], "forward-without-sign-in"],
      ],
      "no rule on the load balancer asks people to sign in",
    ],
  ])("is none where %s", (_title, changes, obstacle) => {
    expect(findRotationTarget(goodSettings(...changes))).toEqual({ obstacle });
  });
});
