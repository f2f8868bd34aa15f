import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import type { Pool, User } from "../../local/cognito/state.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";
import type { TestHost } from "../support/test-host.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

type SetName = "contacts" | "names" | "handles" | "spaces" | "crowd" | "roles";

/** A pool that cannot take the users of a set as it is. */
interface UnfitPool {
  set: SetName;
  /** Every fault that is to be found, in the order of the list. */
  codes: readonly string[];
  /** For CreateUserPool, besides what the set's own pool was given. */
  pool?: object;
  /** For SetUserPoolMfaConfig. */
  mfa?: object;
  /** What no request to AWS brings about. */
  alter?: (pool: Pool) => void | Promise<void>;
  hasNoProvider?: true;
  argv?: readonly string[];
  /** What becomes of the users where every code is accepted; undefined where none can be. */
  accepted?: { brought: number; rejected?: number; and?: (pool: Pool) => void };
}

const ROLE = "arn:aws:iam::123456789012:role/admins";
const FOREIGN_ROLE = "arn:aws:iam::999999999999:role/admins";
const SMS = {
  SnsCallerArn: "arn:aws:iam::123456789012:role/service-role/CognitoSms",
  ExternalId: "sekisho",
};

const recoverBy = (...ways: string[]) => ({
  AccountRecoverySetting: { RecoveryMechanisms: ways.map((Name, index) => ({ Name, Priority: index + 1 })) },
});

const badge = { Name: "badge", AttributeDataType: "String", Mutable: true };
const grade = { Name: "grade", AttributeDataType: "Number", Mutable: true };
const member = { Name: "member", AttributeDataType: "Boolean", Mutable: true };
const since = { Name: "since", AttributeDataType: "DateTime", Mutable: true };
const note = { Name: "note", AttributeDataType: "String", Mutable: true, DeveloperOnlyAttribute: true };
const SCHEMA = [badge, grade, member, since, note];

/** The schema with these attributes in place of those of the same name, or beside them. */
const schemaWith = (...changed: { Name: string; [setting: string]: unknown }[]) => ({
  Schema: [...SCHEMA.filter(({ Name }) => changed.every((other) => other.Name !== Name)), ...changed],
});

const schemaWithout = (...names: string[]) => ({
  Schema: SCHEMA.filter(({ Name }) => !names.includes(Name)),
});

/** People sign in with an address or a number as it is written, and either of them is the way back. */
const CONTACTS = {
  UsernameAttributes: ["email", "phone_number"],
  UsernameConfiguration: { CaseSensitive: true },
  EmailConfiguration: {
    EmailSendingAccount: "DEVELOPER",
    SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
    From: "Example Support <support@example.com>",
  },
  ...recoverBy("verified_email", "verified_phone_number"),
  Schema: SCHEMA,
};

/** People sign in with a user name alone. */
const NAMES = { UsernameAttributes: undefined, Schema: undefined };

const verifiedEmail = (email: string) => ({ email, email_verified: "true" });
const verifiedPhone = (phone_number: string) => ({ phone_number, phone_number_verified: "true" });
const confirmed = (attributes: Record<string, string>, values: Partial<SeedUser> = {}): SeedUser => ({
  attributes,
  status: "CONFIRMED",
  ...values,
});
const named = (username: string, attributes: Record<string, string> = {}) =>
  confirmed(attributes, { username });

const LONG_NAME = "A".repeat(1_200);

const people: Record<SetName, readonly SeedUser[]> = {
  contacts: [
    confirmed({
      ...verifiedEmail("ann@example.com"),
      ...verifiedPhone("+819011110001"),
      name: LONG_NAME,
      "custom:badge": "12345",
      "custom:grade": "3",
      "custom:member": "true",
      "custom:since": "2026-01-02T03:04:05Z",
      "dev:note": "called twice",
    }),
    confirmed({
      ...verifiedEmail("ben@example.com"),
      name: "Ben",
      "custom:badge": "abc",
      "custom:grade": "70",
    }),
    confirmed({ ...verifiedPhone("+819011110003"), name: "Cho" }),
    confirmed({ email: "dee@example.com", email_verified: "false" }),
    confirmed({ ...verifiedEmail("Eve@example.com"), name: "Eve" }),
    confirmed({ ...verifiedEmail("eve@example.com"), name: "Eve" }),
    confirmed(
      { ...verifiedEmail("fay@example.com"), name: "Fay" },
      { identities: [{ providerName: "Google", userId: "6" }] },
    ),
    {
      username: "Google_7",
      attributes: { ...verifiedEmail("gil@example.com"), name: "Gil" },
      status: "EXTERNAL_PROVIDER",
      identities: [{ providerName: "Google", userId: "7" }],
    },
  ],
  names: [
    named("kyo", verifiedEmail("kyo@example.com")),
    named("Kyo", verifiedEmail("kyo@example.com")),
    named("mio@example.com", verifiedEmail("mio@example.com")),
    named("+819011112222", verifiedEmail("rin@example.com")),
    named("sho"),
  ],
  handles: [
    named("umi", { ...verifiedEmail("umi@example.com"), preferred_username: "sea" }),
    named("yui", { ...verifiedEmail("yui@example.com"), preferred_username: "Sea" }),
  ],
  spaces: [named("kyo kyo", verifiedEmail("kyo@example.com")), named("mio", verifiedEmail("m@example.com"))],
  crowd: [
    confirmed(verifiedEmail("all@example.com"), {
      groups: Array.from({ length: 100 }, (_, number) => `team-${number}`),
    }),
    confirmed(verifiedEmail("few@example.com"), { groups: ["team-0"] }),
  ],
  roles: [confirmed(verifiedEmail("boss@example.com"), { groups: ["admins"] })],
};

const pools: Record<SetName, object> = {
  contacts: {},
  names: NAMES,
  handles: { ...NAMES, AliasAttributes: ["preferred_username"] },
  spaces: NAMES,
  crowd: {},
  roles: {},
};

function find(pool: Pool, name: string): User {
  const user = pool.users.find(name);
  if (!user) throw new Error(`${name} is not there`);
  return user;
}

/** What people have in one attribute, by the address or number they sign in with. */
const values = (pool: Pool, attribute: string, ...names: string[]) =>
  names.map((name) => find(pool, name).attributes[attribute]);

const unfitPools: Record<string, UnfitPool> = {
  "lacks an attribute of texts": {
    set: "contacts",
    codes: ["missing-attribute:custom:badge"],
    pool: schemaWithout("badge"),
    accepted: {
      brought: 8,
      and: (pool) => {
        expect(values(pool, "custom:badge", "ann@example.com", "ben@example.com")).toEqual([
          undefined,
          undefined,
        ]);
        expect(values(pool, "custom:grade", "ann@example.com")).toEqual(["3"]);
      },
    },
  },
  "lacks attributes of two other types": {
    set: "contacts",
    codes: ["missing-attribute:custom:member", "missing-attribute:custom:since"],
    pool: schemaWithout("member", "since"),
    accepted: { brought: 8 },
  },
  "shows to developers alone what apps could read": {
    set: "contacts",
    codes: ["developer-only:custom:badge"],
    pool: schemaWith({ ...badge, DeveloperOnlyAttribute: true }),
    accepted: {
      brought: 8,
      and: (pool) => expect(find(pool, "ann@example.com").attributes["dev:badge"]).toBeUndefined(),
    },
  },
  "shows to apps what developers alone could read": {
    set: "contacts",
    codes: ["developer-only:dev:note"],
    pool: schemaWith({ ...note, DeveloperOnlyAttribute: false }),
    accepted: {
      brought: 8,
      and: (pool) => expect(find(pool, "ann@example.com").attributes["custom:note"]).toBeUndefined(),
    },
  },
  "takes numbers where texts were": {
    set: "contacts",
    codes: ["attribute-type:custom:badge"],
    pool: schemaWith({ ...badge, AttributeDataType: "Number" }),
    accepted: {
      brought: 8,
      and: (pool) =>
        expect(values(pool, "custom:badge", "ann@example.com", "ben@example.com")).toEqual([
          "12345",
          undefined,
        ]),
    },
  },
  "takes numbers where dates and truth values were": {
    set: "contacts",
    codes: ["attribute-type:custom:member", "attribute-type:custom:since"],
    pool: schemaWith({ ...member, AttributeDataType: "Number" }, { ...since, AttributeDataType: "Number" }),
    accepted: { brought: 8 },
  },
  "takes shorter texts": {
    set: "contacts",
    codes: ["too-long:custom:badge"],
    pool: schemaWith({ ...badge, StringAttributeConstraints: { MinLength: "0", MaxLength: "4" } }),
    accepted: {
      brought: 8,
      and: (pool) =>
        expect(values(pool, "custom:badge", "ann@example.com", "ben@example.com")).toEqual([
          undefined,
          "abc",
        ]),
    },
  },
  "takes longer texts only": {
    set: "contacts",
    codes: ["too-short:custom:badge"],
    pool: schemaWith({ ...badge, StringAttributeConstraints: { MinLength: "5", MaxLength: "9" } }),
    accepted: {
      brought: 8,
      and: (pool) =>
        expect(values(pool, "custom:badge", "ann@example.com", "ben@example.com")).toEqual([
          "12345",
          undefined,
        ]),
    },
  },
  "takes greater numbers only": {
    set: "contacts",
    codes: ["too-small:custom:grade"],
    pool: schemaWith({ ...grade, NumberAttributeConstraints: { MinValue: "18" } }),
    accepted: {
      brought: 8,
      and: (pool) =>
        expect(values(pool, "custom:grade", "ann@example.com", "ben@example.com")).toEqual([undefined, "70"]),
    },
  },
  "takes smaller numbers only": {
    set: "contacts",
    codes: ["too-large:custom:grade"],
    pool: schemaWith({ ...grade, NumberAttributeConstraints: { MaxValue: "65" } }),
    accepted: {
      brought: 8,
      and: (pool) =>
        expect(values(pool, "custom:grade", "ann@example.com", "ben@example.com")).toEqual(["3", undefined]),
    },
  },
  "takes shorter names": {
    set: "contacts",
    codes: ["too-long:name"],
    pool: schemaWith({
      Name: "name",
      Mutable: true,
      StringAttributeConstraints: { MinLength: "0", MaxLength: "99" },
    }),
    accepted: {
      brought: 8,
      and: (pool) =>
        expect(values(pool, "name", "ann@example.com", "ben@example.com")).toEqual([undefined, "Ben"]),
    },
  },
  "requires a name, which somebody lacks": {
    set: "contacts",
    codes: ["required-attribute:name"],
    pool: schemaWith({ Name: "name", Mutable: true, Required: true }),
    accepted: {
      brought: 8,
      and: (pool) =>
        expect(find(pool, "dee@example.com")).toMatchObject({
          status: "CONFIRMED",
          attributes: { email: "dee@example.com" },
        }),
    },
  },
  "requires a number, which most lack": {
    set: "contacts",
    codes: ["required-attribute:phone_number"],
    pool: schemaWith({ Name: "phone_number", Mutable: true, Required: true }),
    accepted: { brought: 8 },
  },
  "has no room for a former sub": {
    set: "contacts",
    codes: ["legacy-sub"],
    pool: schemaWith({
      ...badge,
      Name: "legacy_sub",
      StringAttributeConstraints: { MinLength: "0", MaxLength: "20" },
    }),
    accepted: {
      brought: 8,
      and: (pool) => expect(find(pool, "ann@example.com").attributes["custom:legacy_sub"]).toBeUndefined(),
    },
  },
  "lets people sign in with addresses alone": {
    set: "contacts",
    codes: ["sign-in-lost:phone_number", "no-sign-in-name"],
    pool: { UsernameAttributes: ["email"] },
    accepted: {
      brought: 7,
      rejected: 1,
      and: (pool) => expect(pool.users.find("+819011110003")).toBeUndefined(),
    },
  },
  "lets people sign in with numbers alone": {
    set: "contacts",
    codes: ["sign-in-lost:email", "no-sign-in-name"],
    pool: { UsernameAttributes: ["phone_number"] },
    accepted: {
      brought: 2,
      rejected: 6,
      and: (pool) =>
        expect([find(pool, "+819011110001"), find(pool, "+819011110003")]).toMatchObject([
          { attributes: { name: LONG_NAME } },
          { attributes: { name: "Cho" } },
        ]),
    },
  },
  "has user names, and no address or number signs in": {
    set: "contacts",
    codes: ["sign-in-lost:email", "sign-in-lost:phone_number"],
    pool: { UsernameAttributes: undefined },
    accepted: { brought: 8 },
  },
  "lets addresses sign in once they are verified": {
    set: "contacts",
    codes: ["sign-in-lost:email"],
    pool: { UsernameAttributes: undefined, AliasAttributes: ["email", "phone_number"] },
    accepted: {
      brought: 8,
      and: (pool) => {
        expect(find(pool, "ann@example.com").attributes.name).toBe(LONG_NAME);
        expect(pool.users.find("dee@example.com")).toBeUndefined();
      },
    },
  },
  "takes two addresses for one that differ by case": {
    set: "contacts",
    codes: ["shared:email"],
    pool: { UsernameConfiguration: { CaseSensitive: false } },
    accepted: {
      brought: 7,
      rejected: 1,
      and: (pool) => expect(find(pool, "eve@example.com").attributes.email).toBe("Eve@example.com"),
    },
  },
  "leaves new passwords to administrators": {
    set: "contacts",
    codes: ["recovery-by-admin-only"],
    pool: recoverBy("admin_only"),
    accepted: { brought: 8 },
  },
  "sends codes to numbers, which most lack": {
    set: "contacts",
    codes: ["few-ways-back"],
    pool: recoverBy("verified_phone_number"),
    accepted: { brought: 8 },
  },
  "demands a code by text message": {
    set: "contacts",
    codes: ["no-second-factor"],
    pool: { MfaConfiguration: "ON", SmsConfiguration: SMS },
    accepted: { brought: 8 },
  },
  "demands a code by mail": {
    set: "contacts",
    codes: ["no-second-factor"],
    mfa: { MfaConfiguration: "ON", EmailMfaConfiguration: { Message: "{####}", Subject: "code" } },
    accepted: { brought: 8 },
  },
  "sends the code and the new password over one channel": {
    set: "contacts",
    codes: ["no-second-factor", "recovery-is-the-factor"],
    mfa: { MfaConfiguration: "ON", EmailMfaConfiguration: { Message: "{####}", Subject: "code" } },
    // Cognito refuses the one beside the other, whichever is asked for last.
    alter: (pool) => {
      pool.settings = { ...pool.settings, ...recoverBy("verified_email") } as Pool["settings"];
    },
    accepted: { brought: 8 },
  },
  "has no identity provider that people are linked to": {
    set: "contacts",
    codes: ["missing-provider:Google"],
    hasNoProvider: true,
    accepted: {
      brought: 7,
      rejected: 1,
      and: (pool) => {
        expect(find(pool, "fay@example.com").attributes.identities).toBeUndefined();
        expect(pool.users.find("gil@example.com")).toBeUndefined();
      },
    },
  },
  "verifies nothing by itself, and CSV is asked for": {
    set: "contacts",
    codes: ["csv-without-auto-verified"],
    pool: { AutoVerifiedAttributes: undefined },
    argv: ["--engine", "csv"],
  },
  "is to get second factors of which the set says nothing": {
    set: "contacts",
    codes: ["no-factors-in-set"],
    argv: ["--with-mfa"],
  },
  "has as many users as a pool may": {
    set: "contacts",
    codes: ["too-many-users"],
    alter: (pool) => {
      vi.spyOn(pool.users, "size", "get").mockReturnValue(40_000_000);
    },
  },
  "has as many groups as a pool may": {
    set: "roles",
    codes: ["too-many-groups"],
    alter: async (pool) => {
      for (let number = 0; number < 10_000; number++) await addGroup(pool, { GroupName: `team-${number}` });
    },
    argv: ["--group-role", `${FOREIGN_ROLE}=${ROLE}`],
  },
  "knows no user names": {
    set: "names",
    codes: ["sign-in-lost:username", "no-sign-in-name", "shared:email"],
    pool: { UsernameAttributes: ["email"] },
    accepted: {
      brought: 3,
      rejected: 2,
      and: (pool) => expect(find(pool, "kyo@example.com").status).toBe("CONFIRMED"),
    },
  },
  "lets addresses stand for user names, and some names look like one": {
    set: "names",
    codes: ["name-looks-like:email", "shared:email"],
    pool: { AliasAttributes: ["email"] },
    accepted: {
      brought: 3,
      rejected: 2,
      and: (pool) => {
        expect(find(pool, "kyo@example.com").username).toBe("kyo");
        expect(pool.users.find("mio@example.com")).toBeUndefined();
      },
    },
  },
  "lets numbers stand for user names, and some names look like one": {
    set: "names",
    codes: ["name-looks-like:phone_number"],
    pool: { AliasAttributes: ["phone_number"] },
    accepted: {
      brought: 4,
      rejected: 1,
      and: (pool) => expect(pool.users.find("+819011112222")).toBeUndefined(),
    },
  },
  "takes two user names for one that differ by case": {
    set: "names",
    codes: ["shared:username"],
    pool: { UsernameConfiguration: { CaseSensitive: false } },
    accepted: {
      brought: 4,
      rejected: 1,
      and: (pool) => expect(find(pool, "KYO").username).toBe("kyo"),
    },
  },
  "demands codes by mail or text message, and somebody has neither address nor number": {
    set: "names",
    codes: ["no-second-factor"],
    pool: { SmsConfiguration: SMS },
    mfa: {
      MfaConfiguration: "ON",
      SmsMfaConfiguration: { SmsConfiguration: SMS },
      EmailMfaConfiguration: { Message: "{####}", Subject: "code" },
    },
    accepted: { brought: 5 },
  },
  "knows no preferred user names": {
    set: "handles",
    codes: ["sign-in-lost:preferred_username"],
    pool: { AliasAttributes: undefined },
    accepted: {
      brought: 2,
      and: (pool) => expect(values(pool, "preferred_username", "umi", "yui")).toEqual(["sea", "Sea"]),
    },
  },
  "takes two preferred user names for one that differ by case": {
    set: "handles",
    codes: ["shared:preferred_username"],
    pool: { UsernameConfiguration: { CaseSensitive: false } },
    accepted: {
      brought: 1,
      rejected: 1,
      and: (pool) => expect(find(pool, "SEA").username).toBe("umi"),
    },
  },
  "takes no user name with a space, and somebody has one": {
    set: "spaces",
    codes: ["unfit-names"],
    accepted: { brought: 1, rejected: 1, and: (pool) => expect(find(pool, "mio").status).toBe("CONFIRMED") },
  },
  "puts nobody into more than a hundred groups": {
    set: "crowd",
    codes: ["too-many-memberships"],
    accepted: {
      brought: 1,
      rejected: 1,
      and: (pool) => expect(pool.users.find("all@example.com")).toBeUndefined(),
    },
  },
  "is in another account than a group's role": {
    set: "roles",
    codes: ["foreign-group-roles:999999999999"],
  },
  "is in another account than a role that was mapped to": {
    set: "roles",
    codes: [`foreign-mapped-role:${FOREIGN_ROLE}`],
    argv: ["--group-role", `${FOREIGN_ROLE}=${FOREIGN_ROLE}`],
  },
  "is to get a role for another that no group has": {
    set: "roles",
    codes: ["foreign-group-roles:999999999999", `unused-group-role:${ROLE}`],
    argv: ["--group-role", `${ROLE}=${ROLE}`],
  },
};

let world: ReimportWorld;
let sets: Record<SetName, string>;

beforeAll(async () => {
  world = await startReimportWorld(CONTACTS);
  const made: Partial<typeof sets> = {};
  for (const name of Object.keys(people) as SetName[]) {
    const pool = await world.createPool(pools[name]);
    await addProvider(pool);
    if (name === "roles") await addGroup(pool, { GroupName: "admins", RoleArn: FOREIGN_ROLE });
    world.model.seedUsers(pool.id, people[name]);
    if (name === "crowd") await joinOneMore(pool);
    await world.backUpPool(pool.id);
    made[name] = pool.id;
  }
  sets = made as typeof sets;
});
afterAll(() => world.close());
beforeEach(() => {
  world.gateway.history.clear();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("nothing is written, and every fault is in one list, when the target", () => {
  it.each(Object.entries(unfitPools))("%s", async (_, unfit) => {
    const { codes } = unfit;
    const pool = await createUnfitPool(unfit);
    const before = [...world.work.entries()];
    const host = await bringInto(pool, unfit);
    expect([host.exitCode(), codesOf(host)]).toEqual([2, codes]);
    expect(world.writes()).toEqual([]);
    expect([...world.work.entries()]).toEqual(before);
    expect([...pool.users.after(0)]).toEqual([]);
  });

  it("is unfit in five ways at once", async () => {
    const unfit: UnfitPool = {
      set: "contacts",
      codes: [],
      pool: {
        ...schemaWith(
          { ...badge, AttributeDataType: "Number" },
          { ...grade, NumberAttributeConstraints: { MaxValue: "65" } },
        ),
        UsernameConfiguration: { CaseSensitive: false },
        ...recoverBy("admin_only"),
      },
      hasNoProvider: true,
    };
    const host = await bringInto(await createUnfitPool(unfit), unfit);
    expect(host.exitCode()).toBe(2);
    expect(host.out().slice(host.out().indexOf("5 things"))).toBe(
      [
        "5 things speak against it; nothing was written:",
        "  attribute-type:custom:badge: In the target custom:badge is a number; 1 user has something else.",
        "    --accept attribute-type:custom:badge leaves those values out.",
        "  too-large:custom:grade: In the target custom:grade is at most 65; 1 user has more, up to 70.",
        "    --accept too-large:custom:grade leaves those values out.",
        "  shared:email: In the target an e-mail address is one user's alone, whatever the case of its letters; 2 users share one with others.",
        "    --accept shared:email leaves out all but the first who has it.",
        "  recovery-by-admin-only: Nobody can set a new password in the target: its account recovery is admin_only.",
        "    Let it send codes, or --accept recovery-by-admin-only, which leaves that to administrators.",
        "  missing-provider:Google: The target has no identity provider Google; 2 users have an account there.",
        "    Make it, or --accept missing-provider:Google, which leaves those links out.",
        "",
      ].join("\n"),
    );
    expect(world.writes()).toEqual([]);
  });
});

const all = Object.entries(unfitPools);
const acceptable = all.flatMap(([title, unfit]) =>
  unfit.accepted ? [[title, unfit, unfit.accepted] as const] : [],
);
const firm = all.filter(([, { accepted }]) => accepted === undefined);

describe("what was accepted, and nothing else, is brought back or left out when the target", () => {
  it.each(acceptable)("%s", async (_, unfit, { brought, rejected = 0, and }) => {
    const pool = await createUnfitPool(unfit);
    // Whoever is left out is not even asked for: AWS may refuse nobody.
    const host = await bringInto(pool, unfit, "--max-rejects", "0", "--json", ...accepting(unfit.codes));
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      rejected > 0 ? 3 : 0,
      { verified: brought, rejected, differences: 0 },
    ]);
    expect([...pool.users.after(0)]).toHaveLength(brought);
    expect(world.model.messages).toEqual([]);
    and?.(pool);
  });

  it.each(acceptable.filter(([, { codes }]) => codes.length > 1))(
    "%s, each code for itself alone",
    async (_, unfit) => {
      const pool = await createUnfitPool(unfit);
      for (const code of unfit.codes) {
        const host = await bringInto(pool, unfit, ...accepting([code]));
        expect([host.exitCode(), codesOf(host)]).toEqual([2, unfit.codes.filter((other) => other !== code)]);
      }
      expect(world.writes()).toEqual([]);
    },
  );
});

describe("no acceptance lets it pass when the target", () => {
  it.each(firm)("%s", async (_, unfit) => {
    const host = await bringInto(await createUnfitPool(unfit), unfit, ...accepting(unfit.codes));
    expect([host.exitCode(), codesOf(host)]).toEqual([2, unfit.codes]);
    expect(world.writes()).toEqual([]);
  });
});

it("a pool like the set's own takes everybody", async () => {
  for (const set of ["contacts", "names", "handles"] as const) {
    const pool = await createUnfitPool({ set, codes: [] });
    const host = await bringInto(pool, { set }, "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { verified: people[set].length, rejected: 0 },
    ]);
  }
});

function bringInto(
  pool: Pool,
  { set, argv = [] }: Pick<UnfitPool, "set" | "argv">,
  ...more: string[]
): Promise<TestHost> {
  const quotas = GROUP_QUOTAS.flatMap((name) => ["--quota", `${name}=100000`]);
  return world.apply("--pool", pool.id, "--from", `${sets[set]}/latest`, ...quotas, ...argv, ...more);
}

/** Categories of the calls about groups, of which there are many here. */
const GROUP_QUOTAS = ["UserPoolResourceRead", "UserPoolResourceUpdate"];

function accepting(codes: readonly string[]): string[] {
  return codes.flatMap((code) => ["--accept", code]);
}

/** The codes of the faults that a run told, in its order. */
function codesOf(host: TestHost): string[] {
  const [, list = ""] = host.out().split("against it; nothing was written:\n");
  return [...list.matchAll(/^ {2}(\S+): /gm)].map(([, code]) => code ?? "");
}

async function createUnfitPool({
  set,
  pool: input,
  mfa,
  alter,
  hasNoProvider,
}: Omit<UnfitPool, "argv">): Promise<Pool> {
  const pool = await world.createPool({ ...pools[set], ...input });
  if (!hasNoProvider) await addProvider(pool);
  if (mfa) {
    await world.model.handle("SetUserPoolMfaConfig", { UserPoolId: pool.id, ...mfa }, { isSigned: true });
  }
  await alter?.(pool);
  return pool;
}

async function addGroup({ id }: Pool, group: { GroupName: string; RoleArn?: string }): Promise<void> {
  await world.model.handle("CreateGroup", { UserPoolId: id, ...group }, { isSigned: true });
}

/** Whoever is in as many groups as AWS allows gets into one more, as where AWS has raised that quota. */
async function joinOneMore(pool: Pool): Promise<void> {
  await addGroup(pool, { GroupName: "one-more" });
  const user = find(pool, "all@example.com");
  const group = pool.groupsByName.get("one-more");
  if (group) user.memberships?.set(group, group.members.add(user));
}

async function addProvider({ id }: Pool): Promise<void> {
  const input = {
    UserPoolId: id,
    ProviderName: "Google",
    ProviderType: "Google",
    ProviderDetails: { client_id: "1", client_secret: "2", authorize_scopes: "openid" },
  };
  await world.model.handle("CreateIdentityProvider", input, { isSigned: true });
}
