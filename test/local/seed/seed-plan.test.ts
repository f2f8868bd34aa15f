import { describe, expect, it } from "vitest";
import { awkwardValues } from "../../../local/seed/awkward-values.ts";
import { planSeed } from "../../../local/seed/seed-plan.ts";

describe("the seeded directory", () => {
  const plan = planSeed(1000);
  const users = [...plan.created, ...plan.seeded];

  it("has as many users as asked for, each with an address of its own", () => {
    expect(users).toHaveLength(1000);
    expect(new Set(users.map(({ email }) => email)).size).toBe(1000);
    expect(
      [1, 2, 99, 100].map((count) => planSeed(count).created.length + planSeed(count).seeded.length),
    ).toEqual([1, 2, 99, 100]);
  });

  it("has a user in 100 groups, the most Cognito allows, and a group with 500 users", () => {
    expect(Math.max(...users.map(({ groups }) => groups.length))).toBe(100);
    expect(users.filter(({ groups }) => groups.includes("team-001"))).toHaveLength(500);
  });

  it("has users in every status, and disabled ones", () => {
    expect([...new Set(users.map(({ status }) => status))].sort()).toEqual([
      "ARCHIVED",
      "COMPROMISED",
      "CONFIRMED",
      "EXTERNAL_PROVIDER",
      "FORCE_CHANGE_PASSWORD",
      "RESET_REQUIRED",
      "UNCONFIRMED",
      "UNKNOWN",
    ]);
    expect(users.some(({ isEnabled }) => !isEnabled)).toBe(true);
  });

  it("has users of an identity provider that is made with them, and no provider where there are none", () => {
    const federated = users.filter(({ status }) => status === "EXTERNAL_PROVIDER");
    expect(federated.map(({ identity }) => identity)).toEqual([
      { provider: "example-sso", userId: "employee-000994" },
      { provider: "example-sso", userId: "employee-000999" },
    ]);
    expect(users.filter(({ identity }) => identity)).toHaveLength(2);
    expect(plan.providers).toEqual(["example-sso"]);
    expect(planSeed(99).providers).toEqual([]);
  });

  it("uses every awkward value, none of them longer than an attribute may be", () => {
    const used = new Set(users.map(({ attributes }) => attributes.nickname));
    expect(awkwardValues.filter(({ value }) => !used.has(value))).toEqual([]);
    expect(Math.max(...awkwardValues.map(({ value }) => value.length))).toBe(2048);
  });

  it("resets only passwords of users whose address is verified, because only they can be sent a code", () => {
    const reset = users.filter(({ status }) => status === "RESET_REQUIRED");
    expect(reset.length).toBeGreaterThan(0);
    expect(reset.map(({ attributes }) => attributes.email_verified)).toEqual(reset.map(() => "true"));
  });

  it("is the same each time", () => {
    expect(planSeed(200)).toEqual(planSeed(200));
  });
});
