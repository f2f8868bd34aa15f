import { expect } from "vitest";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import type { Pool, User } from "../../local/cognito/state.ts";
import { type PoolWrite, recordWrites } from "./model-calls.ts";
import { type ReimportWorld, RUNBOOK_LOG, startReimportWorld } from "./reimport-world.ts";
import type { TestHost } from "./test-host.ts";

/** A place to cut a re-import off from AWS for good. */
export interface CutPoint {
  /** The request it is cut at, from 1. */
  nth: number;
  /** Whether AWS still carries that request out. */
  phase: "before-commit" | "after-commit";
}

/** A backup set whose users come back into one new pool after another, each time cut off somewhere else. */
export interface ReimportSweep {
  world: ReimportWorld;
  /** Requests of one undisturbed re-import. */
  requests: number;
  /** Another new pool, which the stack's outputs name. */
  renewTarget: () => Promise<Pool>;
  /** Runs a re-import with everything that it takes to be carried out. */
  apply: () => Promise<TestHost>;
  /** Cuts a re-import off and gives up. */
  cutOff: (point: CutPoint) => Promise<void>;
  /** Cuts a re-import off, runs it again and once more, and checks all that is promised about that. */
  tryPoint: (point: CutPoint) => Promise<void>;
  /** Whether the pool holds exactly whom the set says should be there, in every respect. */
  checkTarget: (target: Pool) => void;
  /** Runs it again as if two minutes had passed, and once more, which must find nothing left to write. */
  finish: (target: Pool) => Promise<void>;
  /** Calls that changed something since the target was renewed. */
  writes: PoolWrite[];
  close: () => Promise<void>;
}

export interface SweepOptions {
  users: readonly SeedUser[];
  /** What back-up-users and reimport-users are given besides. */
  backUp?: readonly string[];
  reimport?: readonly string[];
  /** What CreateUserPool is given besides, for both pools. */
  pool?: object;
  /** In which state people come back; CONFIRMED by the API. */
  status?: User["status"];
}

/** Users with user names of Cognito's, addresses that sign in, and second factors by mail. */
const POOL = {
  EmailConfiguration: {
    EmailSendingAccount: "DEVELOPER",
    SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
  },
  AccountRecoverySetting: {
    RecoveryMechanisms: [
      { Name: "verified_email", Priority: 1 },
      { Name: "verified_phone_number", Priority: 2 },
    ],
  },
  Schema: ["legacy_sub", "note"].map((Name) => ({ Name, AttributeDataType: "String", Mutable: true })),
};

const PROVIDERS = [
  {
    ProviderName: "Google",
    ProviderType: "Google",
    ProviderDetails: { client_id: "id", client_secret: "secret", authorize_scopes: "openid" },
  },
  {
    ProviderName: "Corporate",
    ProviderType: "OIDC",
    ProviderDetails: {
      client_id: "id",
      attributes_request_method: "GET",
      authorize_scopes: "openid",
      oidc_issuer: "https://login.example.com",
    },
  },
];

export async function startReimportSweep(options: SweepOptions): Promise<ReimportSweep> {
  const { users, pool = {}, backUp = [], reimport = [], status = "CONFIRMED" } = options;
  const world = await startReimportWorld({ ...POOL, ...pool });
  const { model, objects, gateway, work } = world;
  const { handle } = model;
  const admin = (operation: string, input: object) => handle(operation, input, { isSigned: true });
  const furnish = async ({ id }: Pool): Promise<void> => {
    for (const provider of PROVIDERS) await admin("CreateIdentityProvider", { UserPoolId: id, ...provider });
    await admin("SetUserPoolMfaConfig", {
      UserPoolId: id,
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true },
      EmailMfaConfiguration: { Message: "{####}", Subject: "Code" },
    });
  };

  const source = model.pools.get(world.poolId);
  if (source === undefined) throw new Error("there is no source");
  await furnish(source);
  await admin("CreateGroup", {
    UserPoolId: source.id,
    GroupName: "staff",
    Precedence: 3,
    Description: "職員",
  });
  await admin("CreateGroup", { UserPoolId: source.id, GroupName: "nobody" });
  const subs = model.seedUsers(source.id, users);
  await world.backUp(...backUp);
  const expected = new Map(
    users.flatMap((user, number) =>
      user.status === "UNCONFIRMED"
        ? []
        : [[user.attributes.email, expectUser(user, subs[number] ?? "", status)] as const],
    ),
  );

  const violations: string[] = [];
  let recordsAtStart = 0;
  const confirmedAtStart = new Set<string>();
  const records = () =>
    [...(objects.logs.get(RUNBOOK_LOG)?.values() ?? [])].flat().filter((line) => line.includes('"before"'))
      .length;
  const writes = recordWrites(model, ({ operation, input }) => {
    if (operation === "CreateUserPool") return;
    if (records() === recordsAtStart) violations.push(`${operation} without a record that it will be done`);
    if (operation === "AdminCreateUser" && input.MessageAction !== "SUPPRESS") {
      violations.push(`${operation} that tells the user`);
    }
    if (operation !== "AdminSetUserPassword") return;
    // Whoever has a password keeps it, whether they chose it or nobody knows it; only an answer that was lost lets the
    // same run ask twice.
    const user = model.pools.get(String(input.UserPoolId))?.users.find(String(input.Username));
    const hasPassword = user?.status !== "FORCE_CHANGE_PASSWORD";
    const mayRepeat = gateway.faults.rules.length > 0 && !confirmedAtStart.has(user?.sub ?? "");
    if (hasPassword && !mayRepeat) violations.push(`${operation} for a user who has one`);
  });

  let current: Pool | undefined;
  const apply = async (): Promise<TestHost> => {
    recordsAtStart = records();
    for (const user of current ? usersOf(current) : []) {
      if (user.status !== "FORCE_CHANGE_PASSWORD") confirmedAtStart.add(user.sub);
    }
    return world.apply(...reimport);
  };
  const renewTarget = async (): Promise<Pool> => {
    const target = await world.createPool();
    await furnish(target);
    world.usePool(target.id);
    for (const key of work.keys()) if (!key.startsWith("erased/")) work.delete(key);
    objects.logs.set(RUNBOOK_LOG, new Map());
    recordsAtStart = 0;
    writes.length = 0;
    confirmedAtStart.clear();
    gateway.history.clear();
    current = target;
    return target;
  };

  const checkTarget = (target: Pool): void => {
    const found = new Map(usersOf(target).map((user) => [user.attributes.email, describeUser(user)]));
    expect(found).toEqual(expected);
    expect(new Set(target.groupsByName.keys())).toEqual(new Set(source.groupsByName.keys()));
    const made = writes.filter(({ operation, refusal }) => operation === "AdminCreateUser" && !refusal);
    const names = made.map(({ input }) => input.Username);
    expect(new Set(names).size).toBe(names.length);
    expect(writes.filter(({ operation }) => operation.startsWith("AdminDelete"))).toEqual([]);
    expect([model.messages, violations]).toEqual([[], []]);
  };
  const finish = async (target: Pool): Promise<void> => {
    // Two minutes later nobody would mind the lease that the first run left.
    work.delete(`leases/reimport-${target.id}.json`);
    const again = await apply();
    expect(again.exitCode(), again.errors()).toBe(0);
    checkTarget(target);
    const before = writes.length;
    gateway.history.clear();
    const last = await apply();
    expect(last.exitCode(), last.errors()).toBe(0);
    expect(writes.slice(before)).toEqual([]);
    const others = gateway.history.entries.filter(({ operation }) => /^(Put|Create|Delete)/.test(operation));
    expect(others).toEqual([]);
    checkTarget(target);
  };

  const cutOff = async ({ nth, phase }: CutPoint): Promise<void> => {
    // From that request on nothing is carried out any more, as when the process is gone.
    gateway.faults.add({ kind: "stop-point", nth, phase }, () => {
      gateway.faults.add({ kind: "access-denied" });
    });
    const cut = await apply();
    gateway.faults.clear();
    // Whatever stops a run, it is never a fault of the command itself.
    expect(cut.exitCode(), cut.errors()).not.toBe(1);
  };

  const first = await renewTarget();
  const undisturbed = await apply();
  expect(undisturbed.exitCode(), undisturbed.errors()).toBe(0);
  checkTarget(first);
  const requests = gateway.history.entries.length;

  return {
    world,
    requests,
    writes,
    renewTarget,
    checkTarget,
    finish,
    apply,
    cutOff,
    tryPoint: async (point) => {
      const target = await renewTarget();
      await cutOff(point);
      await finish(target);
      await admin("DeleteUserPool", { UserPoolId: target.id });
    },
    close: () => world.close(),
  };
}

/** A user as the target is to have them, worked out from the seed alone. */
function expectUser(seed: SeedUser, sub: string, status: User["status"]) {
  return {
    attributes: { ...seed.attributes, "custom:legacy_sub": sub },
    isEnabled: seed.enabled ?? true,
    status,
    groups: [...(seed.groups ?? [])].sort(),
    identities: (seed.identities ?? []).map(({ providerName, userId }) => `${providerName} ${userId}`).sort(),
    factors: seed.mfa?.enabled.includes("EMAIL_OTP") ? ["EMAIL_OTP"] : [],
  };
}

function describeUser(user: User): ReturnType<typeof expectUser> {
  const { identities = "[]", ...attributes } = user.attributes;
  const linked = JSON.parse(identities) as { providerName: string; userId: string }[];
  return {
    attributes: attributes as Record<string, string> & { "custom:legacy_sub": string },
    isEnabled: user.isEnabled,
    status: user.status,
    groups: [...(user.memberships?.keys() ?? [])].map(({ name }) => name).sort(),
    identities: linked.map(({ providerName, userId }) => `${providerName} ${userId}`).sort(),
    factors: [...(user.mfa?.enabled ?? [])],
  };
}

function usersOf(pool: Pool): User[] {
  return [...pool.users.after(0)].map(({ item }) => item);
}

/** Users of every kind that a pool may have, most of them ordinary, who come back with their own values. */
export function variedUsers(count: number): SeedUser[] {
  return Array.from({ length: count }, (_, number): SeedUser => {
    const groups = [...(number % 3 === 0 ? ["staff"] : []), ...(number % 7 === 0 ? ["admins"] : [])];
    const ordinary = {
      attributes: {
        email: `User-${number}@example.com`,
        email_verified: "true",
        name: `利用者 ${number}, "=cmd" `,
        "custom:note": number % 2 === 0 ? " \u2028😀\n__proto__" : "a\\,b",
      },
      status: "CONFIRMED",
      createdAt: new Date("2026-01-02T03:04:05.678Z"),
      groups,
    } as const;
    return { ...ordinary, ...peculiarities[number % PECULIAR_OF]?.(number) };
  });
}

const PECULIAR_OF = 16;

const peculiarities: ((number: number) => Partial<SeedUser>)[] = [
  () => ({ enabled: false }),
  () => ({ status: "UNCONFIRMED" }),
  (number) => ({
    status: "EXTERNAL_PROVIDER",
    username: `Google_${number}`,
    identities: [{ providerName: "Google", userId: String(number) }],
  }),
  (number) => ({
    identities: [
      { providerName: "Google", userId: `linked-${number}` },
      { providerName: "Corporate", userId: `linked-${number}` },
    ],
  }),
  () => ({ status: "RESET_REQUIRED" }),
  () => ({ status: "FORCE_CHANGE_PASSWORD" }),
  (number) => ({ status: (["ARCHIVED", "COMPROMISED", "UNKNOWN"] as const)[number % 3] ?? "UNKNOWN" }),
  () => ({ mfa: { enabled: ["EMAIL_OTP"], preferred: "EMAIL_OTP" } }),
  () => ({ mfa: { enabled: ["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"], preferred: "SOFTWARE_TOKEN_MFA" } }),
  () => ({ enabled: false, status: "RESET_REQUIRED" }),
];
