import { describe, expect, it } from "vitest";
import { compareDirectory, type FoundUser } from "../../../local/rehearsal/directory-comparison.ts";
import { planSeed } from "../../../local/seed/seed-plan.ts";

const seed = planSeed(120);
const planned = [...seed.created, ...seed.seeded];

/** The directory as a pool has it that lost nothing. */
function whole(): FoundUser[] {
  return planned.map(({ attributes, isEnabled, groups, identity }, index) => ({
    attributes: {
      ...attributes,
      sub: `sub-${index}`,
      ...(identity && {
        identities: JSON.stringify([
          { providerName: identity.provider, userId: identity.userId, primary: "false" },
        ]),
      }),
    },
    isEnabled,
    groups: [...groups].reverse(),
  }));
}

/** The whole directory, with one user changed. */
function withUser(index: number, change: (user: FoundUser) => Partial<FoundUser>): FoundUser[] {
  return whole().map((user, place) => (place === index ? { ...user, ...change(user) } : user));
}

describe("the comparison of a pool with what was seeded", () => {
  it("finds everybody the same, whatever their new sub, and wherever the former one is kept", () => {
    const found = whole().map((user) => ({
      ...user,
      attributes: { ...user.attributes, "custom:legacy_sub": "before" },
    }));
    expect(compareDirectory(seed, found)).toEqual({ same: 120, differences: [] });
  });

  const withAttribute = (name: string, value: string) =>
    withUser(7, ({ attributes }) => ({ attributes: { ...attributes, [name]: value } }));
  const linkedTo = (identities: string) =>
    withUser(119, ({ attributes }) => ({ attributes: { ...attributes, identities } }));

  it.each<[string, FoundUser[], string]>([
    ["who is missing", whole().filter((_, index) => index !== 7), "user-000007@example.com: is missing."],
    ["with another value", withAttribute("nickname", "nobody"), "user-000007@example.com: nickname."],
    ["with a value more", withAttribute("locale", "ja"), "user-000007@example.com: locale."],
    ["who is disabled", withUser(7, () => ({ isEnabled: false })), "user-000007@example.com: is disabled."],
    [
      "who was disabled and is not",
      withUser(2, () => ({ isEnabled: true })),
      "user-000002@example.com: is not disabled.",
    ],
    ["who lost a group", withUser(7, () => ({ groups: [] })), "user-000007@example.com: groups."],
    [
      "who is in a group more",
      withUser(7, ({ groups }) => ({ groups: [...groups, "admins"] })),
      "user-000007@example.com: groups.",
    ],
    ["who is not linked", linkedTo("[]"), "user-000119@example.com: identity."],
    [
      "who is linked to somebody else's account",
      linkedTo('[{"providerName":"example-sso","userId":"employee-000001"}]'),
      "user-000119@example.com: identity.",
    ],
  ])("names a user %s", (_title, found, difference) => {
    expect(compareDirectory(seed, found)).toEqual({ same: 119, differences: [difference] });
  });

  it("names whoever was never seeded", () => {
    const stranger = { attributes: { email: "eve@example.com" }, isEnabled: true, groups: [] };
    expect(compareDirectory(seed, [...whole(), stranger])).toEqual({
      same: 120,
      differences: ["eve@example.com: was never seeded."],
    });
  });

  it("counts two users with one address", () => {
    const [twin] = whole();
    expect(compareDirectory(seed, [...whole(), ...(twin ? [twin] : [])]).differences).toEqual([
      "1 user more have an address that others have.",
    ]);
  });
});
