import { describe, expect, it } from "vitest";
import { findPoolFaults } from "../../../runbooks/reimport/pool-faults.ts";
import type { TargetPool } from "../../../runbooks/reimport/target-pool.ts";
import { createGroup } from "../../support/in-memory-pool.ts";
import { comparePools, createSetUser, createTargetPool } from "../../support/restore-pools.ts";

type Pools = NonNullable<Parameters<typeof comparePools>[0]>;
type Case = [title: string, code: string, sentence: string, pools: Pools];

const old = { name: "custom:old", min: 0, max: 2_048 };
const grade = { name: "custom:grade", type: "Number" } as const;
const source = createTargetPool({}, [old, grade]);
const withOld = [createSetUser(0, { "custom:old": "12345" }), createSetUser(1, { "custom:old": "123" })];
const withGrade = [createSetUser(0, { "custom:grade": "3" }), createSetUser(1, { "custom:grade": "70" })];
const mfa = { mode: "ON", hasSms: false, hasTotp: false, hasEmail: false } as const;
const bothWays: Pick<TargetPool, "recovery"> = { recovery: ["email", "phone_number"] };
const unverified = { email_verified: "false" };
const google = JSON.stringify([{ userId: "1", providerName: "Google", providerType: "Google" }]);
const ROLE = "arn:aws:iam::123456789012:role/admins";
const FOREIGN_ROLE = "arn:aws:iam::111122223333:role/admins";
const CHINESE_ROLE = "arn:aws-cn:iam::123456789012:role/admins";
const factors = { kind: "mfa", sub: "", username: "", factors: [] } as const;

const schemaCases: Case[] = [
  [
    "lacks a custom attribute",
    "missing-attribute:custom:old",
    "custom:old is not in the target's schema; 2 users have a value there. Add it, or --accept missing-attribute:custom:old, which leaves those values out.",
    { source, users: withOld },
  ],
  [
    "lacks a standard attribute's place, with one user who has it",
    "missing-attribute:name",
    "name is not in the target's schema; 1 user has a value there. Add it, or --accept missing-attribute:name, which leaves those values out.",
    { target: without("name"), users: [createSetUser(0, { name: "Kyo" }), createSetUser(1)] },
  ],
  [
    "has the attribute for developers only",
    "developer-only:custom:old",
    "The target has dev:custom:old in place of custom:old, which is another attribute; 2 users have a value there. Add custom:old, or --accept developer-only:custom:old, which leaves those values out.",
    { source, target: createTargetPool({}, [{ ...old, name: "dev:custom:old" }]), users: withOld },
  ],
  [
    "has for everybody what was for developers only",
    "developer-only:dev:old",
    "The target has custom:old in place of dev:old, which is another attribute; 1 user has a value there. Add dev:old, or --accept developer-only:dev:old, which leaves those values out.",
    {
      source: createTargetPool({}, [{ ...old, name: "dev:old" }]),
      target: createTargetPool({}, [old]),
      users: [createSetUser(0, { "dev:old": "x" })],
    },
  ],
  [
    "has an attribute of another type",
    "attribute-type:custom:old",
    "In the target custom:old is a number; 1 user has something else. --accept attribute-type:custom:old leaves those values out.",
    {
      source,
      target: createTargetPool({}, [{ ...old, type: "Number", min: -Infinity, max: Infinity }]),
      users: [createSetUser(0, { "custom:old": "old" }), createSetUser(1, { "custom:old": "7" })],
    },
  ],
  [
    "takes shorter values",
    "too-long:custom:old",
    "In the target custom:old has at most 4 characters; 1 user has more, up to 5. --accept too-long:custom:old leaves those values out.",
    { source, target: createTargetPool({}, [{ ...old, max: 4 }]), users: withOld },
  ],
  [
    "takes longer values only",
    "too-short:custom:old",
    "In the target custom:old has at least 5 characters; 1 user has fewer, down to 3. --accept too-short:custom:old leaves those values out.",
    { source, target: createTargetPool({}, [{ ...old, min: 5 }]), users: withOld },
  ],
  [
    "takes greater numbers only",
    "too-small:custom:grade",
    "In the target custom:grade is at least 18; 1 user has less, down to 3. --accept too-small:custom:grade leaves those values out.",
    { source, target: createTargetPool({}, [{ ...grade, min: 18 }]), users: withGrade },
  ],
  [
    "takes smaller numbers only",
    "too-large:custom:grade",
    "In the target custom:grade is at most 65; 1 user has more, up to 70. --accept too-large:custom:grade leaves those values out.",
    { source, target: createTargetPool({}, [{ ...grade, max: 65 }]), users: withGrade },
  ],
  [
    "has a standard attribute with narrower limits",
    "too-long:name",
    "In the target name has at most 10 characters; 1 user has more, up to 1,200. --accept too-long:name leaves those values out.",
    {
      target: createTargetPool({}, [{ name: "name", max: 10 }]),
      users: [createSetUser(0, { name: "x".repeat(1_200) })],
    },
  ],
  [
    "requires an attribute that users lack",
    "required-attribute:phone_number",
    "phone_number is required in the target; 1 user has none. --accept required-attribute:phone_number creates them without it, by the API.",
    {
      target: createTargetPool({}, [{ name: "phone_number", isRequired: true }]),
      users: [createSetUser(0, { phone_number: "+819012345678" }), createSetUser(1)],
    },
  ],
  [
    "has no room for the former sub",
    "legacy-sub",
    "custom:legacy_sub of the target cannot hold a sub: those of the set have up to 36 characters. --accept legacy-sub leaves it out.",
    { target: createTargetPool({}, [{ name: "custom:legacy_sub", max: 20 }]) },
  ],
];

const signInCases: Case[] = [
  [
    "signs in with e-mail, which users lack",
    "no-sign-in-name",
    "People sign in to the target with an e-mail address; 1 user has none. Make a pool with user names, or --accept no-sign-in-name, which leaves those users out.",
    {
      source: createTargetPool({ usernameAttributes: ["email", "phone_number"] }),
      target: createTargetPool({ usernameAttributes: ["email"], ...bothWays }, [
        { name: "email", isRequired: true },
      ]),
      users: [createSetUser(0), createSetUser(1, { email: "", email_verified: "", ...phone(1) })],
      choices: { accepted: ["sign-in-lost:phone_number"] },
    },
  ],
  [
    "signs in with a phone number, which users lack",
    "no-sign-in-name",
    "People sign in to the target with a phone number; 1 user has none. Make a pool with user names, or --accept no-sign-in-name, which leaves those users out.",
    {
      source: createTargetPool({ usernameAttributes: ["email", "phone_number"] }),
      target: createTargetPool({ usernameAttributes: ["phone_number"], ...bothWays }),
      users: [createSetUser(0), createSetUser(1, phone(1))],
      choices: { accepted: ["sign-in-lost:email"] },
    },
  ],
  [
    "signs in with either, and users have neither",
    "no-sign-in-name",
    "People sign in to the target with an e-mail address or a phone number; 1 user has neither. Make a pool with user names, or --accept no-sign-in-name, which leaves those users out.",
    {
      target: createTargetPool({ usernameAttributes: ["email", "phone_number"] }),
      users: [createSetUser(0), createSetUser(1), createSetUser(2, { email: "", email_verified: "" })],
      choices: { accepted: ["sign-in-lost:username"] },
    },
  ],
  [
    "has no user names, and people signed in with theirs",
    "sign-in-lost:username",
    "Nobody signs in to the target with a user name any more; 2 users have one. Make another pool, or --accept sign-in-lost:username, which brings them back all the same.",
    { target: createTargetPool({ usernameAttributes: ["email"] }) },
  ],
  [
    "has user names that Cognito made up, and addresses sign nobody in",
    "sign-in-lost:email",
    "Nobody signs in to the target with an e-mail address any more; 2 users have one. Make another pool, or --accept sign-in-lost:email, which brings them back all the same.",
    { source: createTargetPool({ usernameAttributes: ["email"] }) },
  ],
  [
    "signs in with verified addresses only, and some are not",
    "sign-in-lost:email",
    "In the target an e-mail address signs in only when verified; 1 user has another. Make another pool, or --accept sign-in-lost:email, which brings them back all the same.",
    {
      source: createTargetPool({ usernameAttributes: ["email"] }),
      target: createTargetPool({ aliasAttributes: ["email"] }),
      users: [createSetUser(0), createSetUser(1), createSetUser(2, unverified)],
    },
  ],
  [
    "lacks an alias that people had",
    "sign-in-lost:preferred_username",
    "Nobody signs in to the target with a preferred user name any more; 1 user has one. Make another pool, or --accept sign-in-lost:preferred_username, which brings them back all the same.",
    {
      source: createTargetPool({ aliasAttributes: ["preferred_username"] }),
      users: [createSetUser(0, { preferred_username: "kyo" }), createSetUser(1)],
    },
  ],
  [
    "has e-mail as an alias, and user names look like addresses",
    "name-looks-like:email",
    "Where email is an alias, as in the target, no user name may look like one; 1 user has such a name. --accept name-looks-like:email leaves those users out.",
    {
      target: createTargetPool({ aliasAttributes: ["email"] }),
      users: [createSetUser(0, {}, { username: "kyo@example.com" }), createSetUser(1)],
    },
  ],
  [
    "has the phone number as an alias, and user names look like numbers",
    "name-looks-like:phone_number",
    "Where phone_number is an alias, as in the target, no user name may look like one; 1 user has such a name. --accept name-looks-like:phone_number leaves those users out.",
    {
      target: createTargetPool({ aliasAttributes: ["phone_number"] }),
      users: [createSetUser(0, {}, { username: "+819012345678" }), createSetUser(1)],
    },
  ],
  [
    "takes no user names as long as some, or with such characters",
    "unfit-names",
    "User names are 1 to 128 characters without white space or control characters; 2 users have another. --accept unfit-names leaves those users out.",
    {
      users: [
        createSetUser(0, {}, { username: "k".repeat(129) }),
        createSetUser(1, {}, { username: "kyo kyo" }),
        createSetUser(2, {}, { username: "京".repeat(128) }),
      ],
    },
  ],
  [
    "folds the case of user names, and users differ by that alone",
    "shared:username",
    "In the target a user name is one user's alone, whatever the case of its letters; 3 users share one with others. --accept shared:username leaves out all but the first who has it.",
    {
      target: createTargetPool({ isCaseSensitive: false }),
      users: ["kyo", "Kyo", "KYO", "kio"].map((username, number) => createSetUser(number, {}, { username })),
    },
  ],
  [
    "signs in with e-mail, and two users have the same verified one",
    "shared:email",
    "In the target an e-mail address is one user's alone; 2 users share one with others. --accept shared:email leaves out all but the first who has it.",
    {
      target: createTargetPool({ aliasAttributes: ["email"] }),
      users: [
        createSetUser(0, { email: "a@example.com" }),
        createSetUser(1, { email: "a@example.com" }),
        createSetUser(2, { email: "a@example.com", ...unverified }),
        createSetUser(3, { email: "A@example.com" }),
      ],
    },
  ],
  [
    "signs in with a phone number, and two users have the same",
    "shared:phone_number",
    "In the target a phone number is one user's alone; 2 users share one with others. --accept shared:phone_number leaves out all but the first who has it.",
    {
      source: createTargetPool(),
      target: createTargetPool({ usernameAttributes: ["phone_number"] }),
      users: [createSetUser(0, phone(1)), createSetUser(1, phone(1)), createSetUser(2, phone(2))],
      choices: { accepted: ["sign-in-lost:username"] },
    },
  ],
  [
    "takes a preferred user name once, and case counts for nothing",
    "shared:preferred_username",
    "In the target a preferred user name is one user's alone, whatever the case of its letters; 2 users share one with others. --accept shared:preferred_username leaves out all but the first who has it.",
    {
      target: createTargetPool({ aliasAttributes: ["preferred_username"], isCaseSensitive: false }),
      users: [
        createSetUser(0, { preferred_username: "kyo" }),
        createSetUser(1, { preferred_username: "KYO" }),
      ],
    },
  ],
];

const wayBackCases: Case[] = [
  [
    "leaves recovery to administrators",
    "recovery-by-admin-only",
    "Nobody can set a new password in the target: its account recovery is admin_only. Let it send codes, or --accept recovery-by-admin-only, which leaves that to administrators.",
    { target: createTargetPool({ recovery: ["admin_only"] }) },
  ],
  [
    "recovers by contacts that most users have not verified",
    "few-ways-back",
    "2 of 3 users have no verified phone_number, and cannot set a new password. Change the account recovery, or --accept few-ways-back, which brings them back all the same.",
    {
      target: createTargetPool({ recovery: ["phone_number"] }),
      users: [
        createSetUser(0, phone(0)),
        createSetUser(1, { ...phone(1), phone_number_verified: "false" }),
        createSetUser(2),
      ],
    },
  ],
  [
    "demands a second factor by text message, and users have no number",
    "no-second-factor",
    "The target demands a second factor by phone_number; 1 user has none. Offer authenticator apps too, or --accept no-second-factor, which brings them back, unable to sign in.",
    {
      target: createTargetPool({ mfa: { ...mfa, hasSms: true } }),
      users: [createSetUser(0, phone(0)), createSetUser(1)],
    },
  ],
  [
    "demands a second factor by mail, and users have no address",
    "no-second-factor",
    "The target demands a second factor by email; 1 user has none. Offer authenticator apps too, or --accept no-second-factor, which brings them back, unable to sign in.",
    {
      target: createTargetPool({ mfa: { ...mfa, hasEmail: true }, ...bothWays }),
      users: [createSetUser(0), createSetUser(1, { email: "", email_verified: "", ...phone(1) })],
    },
  ],
  [
    "demands a second factor by either message, and users have neither",
    "no-second-factor",
    "The target demands a second factor by phone_number or email; 1 user has neither. Offer authenticator apps too, or --accept no-second-factor, which brings them back, unable to sign in.",
    {
      target: createTargetPool({ mfa: { ...mfa, hasSms: true, hasEmail: true } }),
      users: [createSetUser(0), createSetUser(1), createSetUser(2, { email: "", email_verified: "" })],
    },
  ],
  [
    "has mail for both the second factor and a new password",
    "recovery-is-the-factor",
    "email is the target's only second factor and its only way to a new password; Cognito sends nobody both. Add another, or --accept recovery-is-the-factor, which brings them back all the same.",
    { target: createTargetPool({ mfa: { ...mfa, hasEmail: true } }) },
  ],
  [
    "has text messages for both the second factor and a new password",
    "recovery-is-the-factor",
    "phone_number is the target's only second factor and its only way to a new password; Cognito sends nobody both. Add another, or --accept recovery-is-the-factor, which brings them back all the same.",
    {
      target: createTargetPool({ mfa: { ...mfa, hasSms: true }, recovery: ["phone_number"] }),
      users: [createSetUser(0, phone(0))],
    },
  ],
  [
    "needs --with-mfa, and the set does not tell",
    "no-factors-in-set",
    "--with-mfa needs a set that tells which second factors people had, and this one does not. Leave --with-mfa out, or choose a set that was made with it.",
    { choices: { withMfa: true } },
  ],
];

const groupCases: Case[] = [
  [
    "is in another account than a group's role",
    "foreign-group-roles:111122223333",
    "Group admins has a role of 111122223333, and the target is in 123456789012. Map each with --group-role <old>=<new>, or give --without-group-roles.",
    { groups: [createGroup("admins", { roleArn: FOREIGN_ROLE }), createGroup("ops", { roleArn: ROLE })] },
  ],
  [
    "is in another partition than the roles of groups",
    "foreign-group-roles:aws-cn:123456789012",
    "2 groups (admins, …) have roles of aws-cn:123456789012, and the target is in 123456789012. Map each with --group-role <old>=<new>, or give --without-group-roles.",
    {
      groups: [
        createGroup("admins", { roleArn: CHINESE_ROLE }),
        createGroup("ops", { roleArn: CHINESE_ROLE }),
      ],
    },
  ],
  [
    "cannot know whose a role is",
    "foreign-group-roles:no account",
    "Group admins has a role of no account, and the target is in 123456789012. Map each with --group-role <old>=<new>, or give --without-group-roles.",
    { groups: [createGroup("admins", { roleArn: "arn:aws:iam::123456789012:user/admin" })] },
  ],
  [
    "is in another account than a role that was mapped to",
    `foreign-mapped-role:${FOREIGN_ROLE}`,
    "--group-role maps to arn:aws:iam::111122223333:role/admins, which is no role of 123456789012, where the target is. Give a role of that account.",
    {
      groups: [createGroup("admins", { roleArn: ROLE })],
      choices: { groupRoles: new Map([[ROLE, FOREIGN_ROLE]]) },
    },
  ],
  [
    "gets a mapping of a role that no group has",
    `unused-group-role:${FOREIGN_ROLE}`,
    "--group-role maps arn:aws:iam::111122223333:role/admins, which no group of the set has. Check the ARN, or leave it out.",
    { choices: { groupRoles: new Map([[FOREIGN_ROLE, ROLE]]) } },
  ],
  [
    "would have more groups than a pool may",
    "too-many-groups",
    "With those of the set the target would have 10,001 groups; Cognito allows 10,000. Delete groups of the target that nobody needs.",
    {
      target: createTargetPool({
        groups: new Map(
          Array.from({ length: 9_999 }, (_, number) => [`team-${number}`, { name: `team-${number}` }]),
        ),
      }),
      groups: ["team-0", "admins", "ops"].map((name) => createGroup(name)),
    },
  ],
  [
    "takes fewer memberships than a user has",
    "too-many-memberships",
    "1 user is in more than 100 groups, up to 101; Cognito allows no more. --accept too-many-memberships leaves those users out.",
    {
      users: [100, 101].map((count) =>
        createSetUser(count, {}, { groups: Array.from({ length: count }, (_, number) => `team-${number}`) }),
      ),
    },
  ],
  [
    "would have more users than a pool may",
    "too-many-users",
    "With those of the set the target would have 40,000,001 users; Cognito allows 40,000,000. Ask AWS to raise the quota, or choose an empty pool.",
    { target: createTargetPool({ estimatedUsers: 39_999_999 }) },
  ],
  [
    "lacks an identity provider that users are linked to",
    "missing-provider:Google",
    "The target has no identity provider Google; 2 users have an account there. Make it, or --accept missing-provider:Google, which leaves those links out.",
    {
      target: createTargetPool({ identityProviders: ["Corporate"] }),
      users: [
        createSetUser(0, { identities: google }),
        createSetUser(1, { identities: google }, { status: "EXTERNAL_PROVIDER", username: "Google_1" }),
      ],
    },
  ],
  [
    "verifies nothing by itself, and CSV is demanded",
    "csv-without-auto-verified",
    "--engine csv needs a pool that verifies addresses or numbers by itself, and the target does not. Leave --engine out, or let the pool verify email.",
    { target: createTargetPool({ autoVerified: [] }), choices: { engine: "csv" } },
  ],
  [
    "is given a code that accepts nothing",
    "accepts-nothing:missing-attribute:custom:odl",
    "--accept missing-attribute:custom:odl fits no fault of this set and target. Leave it out, or check how it is spelled.",
    { choices: { accepted: ["missing-attribute:custom:odl"] } },
  ],
];

const cases = [...schemaCases, ...signInCases, ...wayBackCases, ...groupCases];

describe("a target is unfit when it", () => {
  it.each(cases)("%s", (_, code, sentence, pools) => {
    const comparison = comparePools(pools);
    const faults = findPoolFaults(comparison);
    expect(faults.map((fault) => [fault.code, `${fault.message} ${fault.remedy}`])).toEqual([
      [code, sentence],
    ]);
    expect(sentence.length).toBeLessThanOrEqual(200);
  });
});

describe("--accept", () => {
  it.each(cases)(
    "lets pass what says so, and nothing else: a target that %s",
    (_, code, _sentence, pools) => {
      const [fault] = findPoolFaults(comparePools(pools));
      expect(fault?.remedy.includes(`--accept ${code}`)).toBe(fault?.isAcceptable);
      const accepted = [...(pools.choices?.accepted ?? []), code];
      const left = findPoolFaults(comparePools({ ...pools, choices: { ...pools.choices, accepted } }));
      if (fault?.isAcceptable) expect(left).toEqual([]);
      else expect(left.map((other) => other.code)).toContain(code);
    },
  );
});

describe("a target that fits", () => {
  it.each<[string, Pools]>([
    ["is built like the set's pool", {}],
    [
      "takes nobody",
      { users: [], target: createTargetPool({ recovery: ["admin_only"], mfa: { ...mfa, hasSms: true } }) },
    ],
    ["lacks an attribute in which nobody has a value", { source }],
    [
      "has limits that every value just meets",
      { source, target: createTargetPool({}, [{ ...old, min: 3, max: 5 }]), users: withOld },
    ],
    [
      "has an attribute of another type that takes every value",
      { source, target: createTargetPool({}, [{ name: "custom:grade" }]), users: withGrade },
    ],
    ["requires what everybody has", { target: createTargetPool({}, [{ name: "email", isRequired: true }]) }],
    [
      "signs in with e-mail like the set's pool, whatever the names look like",
      {
        source: createTargetPool({ usernameAttributes: ["email"] }),
        target: createTargetPool({ usernameAttributes: ["email"], isCaseSensitive: false }),
        users: [
          createSetUser(0, unverified, { username: "a@example.com" }),
          createSetUser(3, {}, { username: "a name with spaces" }),
          createSetUser(1),
          createSetUser(2),
        ],
      },
    ],
    [
      "has e-mail as an alias, which two share unverified",
      {
        target: createTargetPool({ aliasAttributes: ["email"] }),
        users: [0, 1, 2].map((number) =>
          createSetUser(number, { email: "a@example.com", ...(number > 0 && unverified), ...phone(number) }),
        ),
        choices: { accepted: ["few-ways-back"] },
      },
    ],
    [
      "has user names that differ by case, where case counts",
      {
        users: ["kyo", "Kyo"].map((username, number) => createSetUser(number, {}, { username })),
      },
    ],
    ["recovers half of the users", { users: [createSetUser(0), createSetUser(1, unverified)] }],
    [
      "recovers nobody but those who need no password",
      {
        users: [
          createSetUser(0),
          createSetUser(
            1,
            { email: "", email_verified: "", identities: google },
            { status: "EXTERNAL_PROVIDER", username: "Google_ 1" },
          ),
        ],
        target: createTargetPool({ identityProviders: ["Google"], mfa: { ...mfa, hasTotp: true } }),
      },
    ],
    [
      "demands a second factor that everybody can register",
      {
        target: createTargetPool({ mfa: { ...mfa, hasSms: true, hasTotp: true }, recovery: ["email"] }),
      },
    ],
    [
      "offers a second factor that nobody must have",
      {
        target: createTargetPool({ mfa: { ...mfa, mode: "OPTIONAL", hasSms: true } }),
      },
    ],
    [
      "has the foreign role's group already",
      {
        groups: [createGroup("admins", { roleArn: FOREIGN_ROLE })],
        target: createTargetPool({ groups: new Map([["admins", { name: "admins" }]]) }),
      },
    ],
    [
      "gets the foreign role mapped",
      {
        groups: [createGroup("admins", { roleArn: FOREIGN_ROLE })],
        choices: { groupRoles: new Map([[FOREIGN_ROLE, ROLE]]) },
      },
    ],
    [
      "gets groups without roles",
      {
        groups: [createGroup("admins", { roleArn: FOREIGN_ROLE })],
        choices: { withoutGroupRoles: true },
      },
    ],
    [
      "gets a set that tells of second factors, even where nobody had one",
      {
        users: [createSetUser(0, {}, { mfa: { ...factors, factors: [] } })],
        choices: { withMfa: true },
      },
    ],
    ["keeps the former sub", { target: createTargetPool({}, [{ name: "custom:legacy_sub", max: 36 }]) }],
    [
      "is not blamed for a value that the set's own pool does not take",
      {
        users: [createSetUser(0, { name: "x".repeat(2_049) }), createSetUser(1, { phone_number: "090" })],
      },
    ],
  ])("%s", (_, pools) => {
    expect(
      findPoolFaults(comparePools(pools)).filter(({ code }) => !code.startsWith("accepts-nothing")),
    ).toEqual([]);
  });
});

it("all faults come at once, each one line however long the names", () => {
  const long = `custom:${"n".repeat(20)}`;
  const role = `arn:aws:iam::111122223333:role/${"r".repeat(500)}`;
  const faults = findPoolFaults(
    comparePools({
      source: createTargetPool({ aliasAttributes: ["email", "phone_number", "preferred_username"] }, [
        { name: long },
      ]),
      target: createTargetPool({ recovery: ["admin_only"], mfa: { ...mfa, hasSms: true }, autoVerified: [] }),
      users: [createSetUser(0, { [long]: "x", preferred_username: "kyo", ...phone(0), identities: google })],
      groups: [createGroup("g".repeat(128), { roleArn: role })],
      choices: {
        engine: "csv",
        withMfa: true,
        accepted: ["x".repeat(500)],
        groupRoles: new Map([[role, role]]),
      },
    }),
  );
  expect(faults.map(({ code }) => code.slice(0, 40))).toEqual([
    `missing-attribute:${long}`.slice(0, 40),
    "sign-in-lost:email",
    "sign-in-lost:phone_number",
    "sign-in-lost:preferred_username",
    "recovery-by-admin-only",
    `foreign-mapped-role:${role}`.slice(0, 40),
    "missing-provider:Google",
    "csv-without-auto-verified",
    "no-factors-in-set",
    `accepts-nothing:${"x".repeat(40)}`.slice(0, 40),
  ]);
  for (const { message, remedy } of faults) {
    expect(`${message} ${remedy}`.length).toBeLessThanOrEqual(200);
    expect(`${message} ${remedy}`).not.toContain("\n");
  }
});

function phone(number: number) {
  return { phone_number: `+8190${String(number).padStart(8, "0")}`, phone_number_verified: "true" };
}

/** A pool whose schema lacks an attribute that every real one has. */
function without(name: string): TargetPool {
  const pool = createTargetPool();
  return { ...pool, schema: new Map([...pool.schema].filter(([key]) => key !== name)) };
}
