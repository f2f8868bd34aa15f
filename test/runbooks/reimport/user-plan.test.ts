import { describe, expect, it } from "vitest";
import { acceptedOmissions } from "../../../runbooks/reimport/omissions.ts";
import type { TargetPool } from "../../../runbooks/reimport/target-pool.ts";
import { type NewUser, planUser, type UserRules } from "../../../runbooks/reimport/user-plan.ts";
import { createSetUser, createTargetPool } from "../../support/restore-pools.ts";

function createRules(values: Partial<Omit<UserRules, "leftOut">> & { accepted?: string[] } = {}): UserRules {
  const { accepted = [], ...rules } = values;
  return {
    target: createTargetPool(),
    restoresUnconfirmed: false,
    restoresFactors: false,
    engine: "api",
    leftOut: acceptedOmissions(accepted),
    isErased: () => false,
    ...rules,
  };
}

function planned(user: Parameters<typeof planUser>[0], rules = createRules()): NewUser {
  const plan = planUser(user, rules);
  if (plan.kind !== "create") throw new Error(`it is ${JSON.stringify(plan)}`);
  return plan.user;
}

const byEmail = createTargetPool({ usernameAttributes: ["email"], isCaseSensitive: false });
const byEither = createTargetPool({ usernameAttributes: ["email", "phone_number"] });
const identities = (...names: string[]) =>
  JSON.stringify(names.map((providerName, number) => ({ providerName, userId: `id-${number}` })));

describe("a user of the set comes back", () => {
  it("with their name, values, groups and state, in the target's terms", () => {
    const user = createSetUser(3, { name: "山田 花子" }, { groups: ["staff", "ops"], enabled: false });
    expect(planned(user)).toEqual({
      ordinal: 3,
      oldSub: user.record.sub,
      name: "user-3",
      attributes: [
        ["email", "user-3@example.com"],
        ["email_verified", "true"],
        ["name", "山田 花子"],
      ],
      isEnabled: false,
      groups: ["staff", "ops"],
      links: [],
      factors: undefined,
      lostFactors: [],
      engine: "api",
      csvObstacle: "the user is disabled, and an import makes enabled ones",
    });
  });

  it.each<[string, TargetPool, Parameters<typeof createSetUser>, string]>([
    ["their own user name", createTargetPool(), [1], "user-1"],
    ["the address, where it signs them in", byEmail, [1], "user-1@example.com"],
    ["the address before the number", byEither, [1, { phone_number: "+81312345678" }], "user-1@example.com"],
    [
      "the number, where they have no address",
      byEither,
      [1, { email: "", email_verified: "", phone_number: "+81312345678" }],
      "+81312345678",
    ],
    [
      "their former sub, where the user name belongs to a provider",
      createTargetPool({ identityProviders: ["Google"] }),
      [1, { identities: identities("Google") }, { status: "EXTERNAL_PROVIDER", username: "Google_1" }],
      createSetUser(1).record.sub,
    ],
  ])("by %s", (_, target, user, name) => {
    expect(planned(createSetUser(...user), createRules({ target })).name).toBe(name);
  });

  it.each(["CONFIRMED", "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD", "ARCHIVED", "COMPROMISED", "UNKNOWN"])(
    "whatever state they were in: %s",
    (status) => {
      expect(planned(createSetUser(1, {}, { status })).isEnabled).toBe(true);
    },
  );

  it("without what Cognito alone sets, and without empty values", () => {
    const user = createSetUser(1, { identities: identities("Google") });
    const record = {
      ...user.record,
      attributes: [...user.record.attributes, ["name", null], ["locale", ""]],
    };
    const { attributes } = planned({ ...user, record: record as typeof user.record });
    expect(attributes.map(([name]) => name)).toEqual(["email", "email_verified"]);
  });

  it("without a flag about an address or number that they do not have", () => {
    const user = createSetUser(1, { email: "", phone_number_verified: "true" });
    expect(planned(user).attributes).toEqual([]);
  });

  it("with every value to the last character", () => {
    const value = ' =cmd|"😀",\n\u2028\u0000\ud800__proto__ ';
    expect(planned(createSetUser(1, { name: value })).attributes).toContainEqual(["name", value]);
  });

  it("with attributes named like parts of every object", () => {
    const names = ["custom:__proto__", "custom:constructor"];
    const target = createTargetPool(
      {},
      names.map((name) => ({ name })),
    );
    const user = createSetUser(1, Object.fromEntries(names.map((name) => [name, "x"])));
    expect(planned(user, createRules({ target })).attributes).toEqual(
      expect.arrayContaining(names.map((name) => [name, "x"])),
    );
  });

  describe("with their former sub", () => {
    const keeping = createTargetPool({}, [{ name: "custom:legacy_sub" }]);

    it("where the target has a place for it", () => {
      const user = createSetUser(1);
      const { attributes } = planned(user, createRules({ target: keeping }));
      expect(attributes).toContainEqual(["custom:legacy_sub", user.record.sub]);
    });

    it("as it was kept the first time, when they move once more", () => {
      const user = createSetUser(1, { "custom:legacy_sub": "first" });
      const { attributes } = planned(user, createRules({ target: keeping }));
      expect(attributes.filter(([name]) => name === "custom:legacy_sub")).toEqual([
        ["custom:legacy_sub", "first"],
      ]);
    });
  });

  it("without what somebody let be left out", () => {
    const accepted = ["missing-attribute:custom:old", "missing-provider:Corporate"];
    const user = createSetUser(1, { "custom:old": "1", identities: identities("Google", "Corporate") });
    const { attributes, links } = planned(
      user,
      createRules({ target: createTargetPool({ identityProviders: ["Google"] }), accepted }),
    );
    expect(attributes.map(([name]) => name)).toEqual(["email", "email_verified"]);
    expect(links).toEqual([{ provider: "Google", userId: "id-0" }]);
  });
});

describe("a user of the set does not come back", () => {
  it.each<[string, Parameters<typeof createSetUser>, Partial<UserRules>]>([
    ["erased", [1], { isErased: ({ email }) => email === "user-1@example.com" }],
    ["erased", [1, {}, { status: "UNCONFIRMED" }], { isErased: () => true }],
    ["unconfirmed", [1, {}, { status: "UNCONFIRMED" }], {}],
  ])("because they are %s (%#)", (reason, user, rules) => {
    expect(planUser(createSetUser(...user), createRules(rules))).toEqual({ kind: "skip", reason });
  });

  it("unless the unconfirmed are asked for", () => {
    const user = createSetUser(1, {}, { status: "UNCONFIRMED" });
    expect(planned(user, createRules({ restoresUnconfirmed: true })).name).toBe("user-1");
  });

  it("asks for the erased by sub, address and when the account was made", () => {
    const asked: object[] = [];
    const user = createSetUser(1, { email: "" });
    planUser(user, createRules({ isErased: (person) => asked.push(person) < 0 }));
    expect(asked).toEqual([{ sub: user.record.sub, email: undefined, created: user.record.created }]);
  });
});

describe("a user of the set cannot come back, and the reason says no value of theirs:", () => {
  const grade = { name: "custom:grade", type: "Number", max: 9 } as const;

  it.each<[string, Parameters<typeof createSetUser>, Partial<Parameters<typeof createRules>[0]>]>([
    ["its identities are not what Cognito writes", [1, { identities: "{" }], {}],
    [
      "it signs in through an identity provider that the target does not have",
      [1, { identities: identities("Google") }, { status: "EXTERNAL_PROVIDER" }],
      { accepted: ["missing-provider:Google"] } as object,
    ],
    [
      "it signs in through an identity provider that the target does not have",
      [1, {}, { status: "EXTERNAL_PROVIDER" }],
      {},
    ],
    ["it is linked to more than 5 identities", [1, { identities: identities(..."abcdef") }], {}],
    ["it has no email", [1, { email: "" }], { target: byEmail }],
    ["it has no email or phone_number", [1, { email: "" }], { target: byEither }],
    ["its user name is longer than 128 characters", [1, {}, { username: "x".repeat(129) }], {}],
    ["its user name has characters that no user name may have", [1, {}, { username: "hana ko" }], {}],
    ["its user name has characters that no user name may have", [1, {}, { username: "hana\u0007ko" }], {}],
    [
      "its user name looks like an address",
      [1, {}, { username: "ann@example.com" }],
      { target: createTargetPool({ aliasAttributes: ["email"] }) },
    ],
    [
      "its user name looks like a phone number",
      [1, {}, { username: "+81312345678" }],
      { target: createTargetPool({ aliasAttributes: ["phone_number"] }) },
    ],
    ["it has custom:old, which the target's schema lacks", [1, { "custom:old": "1" }], {}],
    ["its email is not an e-mail address", [1, { email: "nobody" }], {}],
    ["its phone_number is not a phone number such as +14325551212", [1, { phone_number: "090" }], {}],
    ["its name has more than 2048 characters", [1, { name: "x".repeat(2_049) }], {}],
    ["its custom:grade is above 9", [1, { "custom:grade": "10" }], { target: createTargetPool({}, [grade]) }],
    [
      "its custom:grade is not a number",
      [1, { "custom:grade": "A" }],
      { target: createTargetPool({}, [grade]) },
    ],
    [
      "it is in more than 100 groups",
      [1, {}, { groups: Array.from({ length: 101 }, (_, number) => `group-${number}`) }],
      {},
    ],
  ])("%s (%#)", (reason, user, rules) => {
    expect(planUser(createSetUser(...user), createRules(rules))).toEqual({ kind: "impossible", reason });
  });
});

describe("second factors", () => {
  const mfa = (factors: string[], preferred?: string) => ({
    mfa: {
      kind: "mfa" as const,
      sub: "1",
      username: "user-1",
      factors,
      ...(preferred !== undefined && { preferred }),
    },
  });
  const phone = { phone_number: "+81312345678", phone_number_verified: "true" };
  const all = { mode: "OPTIONAL", hasSms: true, hasTotp: true, hasEmail: true } as const;

  it.each<
    [
      string,
      Parameters<typeof createSetUser>,
      Partial<TargetPool["mfa"]>,
      Pick<NewUser, "factors" | "lostFactors">,
    ]
  >([
    ["are not known where the set does not tell", [1], {}, { factors: undefined, lostFactors: [] }],
    ["are none where the user had none", [1, {}, mfa([])], {}, { factors: undefined, lostFactors: [] }],
    [
      "by mail and text message come back, the preferred one first among them",
      [1, phone, mfa(["SMS_MFA", "EMAIL_OTP"], "SMS_MFA")],
      {},
      { factors: { enabled: ["SMS_MFA", "EMAIL_OTP"], preferred: "SMS_MFA" }, lostFactors: [] },
    ],
    [
      "of an authenticator are lost, and so is the preference for it",
      [1, {}, mfa(["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"], "SOFTWARE_TOKEN_MFA")],
      {},
      { factors: { enabled: ["EMAIL_OTP"], preferred: undefined }, lostFactors: ["SOFTWARE_TOKEN_MFA"] },
    ],
    [
      "by text message are lost where the user has no number",
      [1, {}, mfa(["SMS_MFA"], "SMS_MFA")],
      {},
      { factors: undefined, lostFactors: ["SMS_MFA"] },
    ],
    [
      "by mail are lost where the target sends none",
      [1, {}, mfa(["EMAIL_OTP"])],
      { hasEmail: false },
      { factors: undefined, lostFactors: ["EMAIL_OTP"] },
    ],
    [
      "are lost where the target knows none",
      [1, phone, mfa(["SMS_MFA", "EMAIL_OTP"])],
      { mode: "OFF" },
      { factors: undefined, lostFactors: ["SMS_MFA", "EMAIL_OTP"] },
    ],
    [
      "of a kind that nobody knows are lost",
      [1, {}, mfa(["toString"])],
      {},
      { factors: undefined, lostFactors: ["toString"] },
    ],
  ])("%s", (_, user, offered, expected) => {
    const target = createTargetPool({ mfa: { ...all, ...offered } });
    const { factors, lostFactors } = planned(
      createSetUser(...user),
      createRules({ target, restoresFactors: true }),
    );
    expect({ factors, lostFactors }).toEqual(expected);
  });

  it("are all listed as lost where nobody asked for them", () => {
    const user = createSetUser(1, phone, mfa(["SMS_MFA", "EMAIL_OTP"], "SMS_MFA"));
    const plan = planned(user, createRules({ target: createTargetPool({ mfa: all }) }));
    expect([plan.factors, plan.lostFactors]).toEqual([undefined, ["SMS_MFA", "EMAIL_OTP"]]);
  });
});

describe("what makes a user", () => {
  const linked = { identities: identities("Google") };
  const target = createTargetPool({ identityProviders: ["Google"] });

  it.each<[UserRules["engine"], string, Parameters<typeof createSetUser>, NewUser["engine"]]>([
    ["auto", "an ordinary one", [1], "csv"],
    ["auto", "one with a group, for whom AWS bills anyway", [1, {}, { groups: ["staff"] }], "api"],
    ["auto", "one with a linked account", [1, linked], "api"],
    ["auto", "one whom CSV cannot carry", [1, { name: "a\nb" }], "api"],
    ["csv", "one with a group", [1, {}, { groups: ["staff"] }], "csv"],
    ["csv", "one with a linked account", [1, linked], "csv"],
    ["csv", "one whom CSV cannot carry", [1, { name: "a\nb" }], "api"],
    ["api", "an ordinary one", [1], "api"],
  ])("with --engine %s: %s = %4$s", (engine, _, user, expected) => {
    expect(planned(createSetUser(...user), createRules({ engine, target })).engine).toBe(expected);
  });
});
