import { awkwardValues } from "./awkward-values.ts";

/** States an administrator can bring a user into through the API, and those only the seeding door reaches. */
export type ReachableStatus = "CONFIRMED" | "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED";
export type SeededOnlyStatus = "UNCONFIRMED" | "ARCHIVED" | "COMPROMISED" | "UNKNOWN" | "EXTERNAL_PROVIDER";

export interface PlannedUser<Status> {
  email: string;
  attributes: Record<string, string>;
  status: Status;
  isEnabled: boolean;
  groups: string[];
  /** Who the user is at the identity provider that signs them in; only EXTERNAL_PROVIDER users have one. */
  identity?: { provider: string; userId: string };
}

export interface SeedPlan {
  groups: string[];
  /** Names of the SAML identity providers that users come through. */
  providers: string[];
  created: PlannedUser<ReachableStatus>[];
  seeded: PlannedUser<SeededOnlyStatus>[];
}

/** As many groups as one user may be in (Amazon Cognito Developer Guide, Quotas). */
const GROUPS = 100;
/** Members of the first group: more than eight pages of the API. */
const LARGEST_GROUP = 500;
const seededOnlyStatuses = [
  "UNCONFIRMED",
  "ARCHIVED",
  "COMPROMISED",
  "UNKNOWN",
  "EXTERNAL_PROVIDER",
] as const;
const PROVIDER = "example-sso";
const DEPARTMENTS = ["sre", "dev", "sales", "人事"];

/**
 * A directory of `count` users as unpleasant as a real one: every status, disabled users, awkward values, users of an
 * identity provider, a user in 100 groups and a group of 500. The same count gives the same directory.
 */
export function planSeed(count: number): SeedPlan {
  const groups = Array.from({ length: GROUPS }, (_, index) => `team-${pad(index + 1, 3)}`);
  const numbers = Array.from({ length: count }, (_, index) => index);
  const isSeededOnly = (index: number) => count >= 100 && index >= count - 2 * seededOnlyStatuses.length;
  const created = numbers
    .filter((index) => !isSeededOnly(index))
    .map((index) => ({ ...describeUser(index, groups), status: chooseStatus(index) }));
  const seeded = numbers.filter(isSeededOnly).map((index) => {
    const user = { ...describeUser(index, groups), status: pick(seededOnlyStatuses, index) };
    if (user.status !== "EXTERNAL_PROVIDER") return user;
    return { ...user, identity: { provider: PROVIDER, userId: `employee-${pad(index, 6)}` } };
  });
  const providers = seeded.some((user) => "identity" in user) ? [PROVIDER] : [];
  return { groups, providers, created, seeded };
}

function describeUser(index: number, groups: string[]): Omit<PlannedUser<never>, "status"> {
  const awkward = pick(awkwardValues, index).value;
  const email = `user-${pad(index, 6)}@example.com`;
  return {
    email,
    attributes: {
      email,
      // A password can only be reset over a contact that is verified.
      email_verified: String(index % 7 !== 6 || chooseStatus(index) === "RESET_REQUIRED"),
      phone_number: `+8190${pad(index, 8)}`,
      phone_number_verified: String(index % 5 !== 4),
      name: `利用者 ${index}`,
      nickname: awkward,
      address: index % 3 === 0 ? [...awkward].reverse().join("") : awkward,
      "custom:department": pick(DEPARTMENTS, index),
    },
    isEnabled: index % 25 !== 2,
    groups: chooseGroups(index, groups),
  };
}

function chooseStatus(index: number): ReachableStatus {
  if (index % 10 === 3) return "FORCE_CHANGE_PASSWORD";
  return index % 50 === 1 ? "RESET_REQUIRED" : "CONFIRMED";
}

function chooseGroups(index: number, groups: string[]): string[] {
  if (index === 0) return groups;
  const first = index < LARGEST_GROUP ? groups.slice(0, 1) : [];
  return index % 4 === 1 ? [...first, pick(groups.slice(1), index)] : first;
}

function pick<T>(choices: readonly T[], index: number): T {
  const choice = choices[index % choices.length];
  if (choice === undefined) throw new RangeError("nothing to pick from");
  return choice;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
