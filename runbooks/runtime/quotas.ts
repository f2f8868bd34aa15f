import pThrottle from "p-throttle";
import type { OptionTable } from "./command-line.ts";
import { BadInputError } from "./errors.ts";

/**
 * Requests per second that an account may make in one Region, over all its user pools, before AWS raised anything
 * (Amazon Cognito Developer Guide, Quotas, "API operation categories and request rate quotas").
 */
export const categoryQuotas = {
  UserList: 30,
  UserRead: 120,
  UserResourceRead: 50,
  UserPoolRead: 15,
  UserPoolResourceRead: 20,
  UserPoolClientRead: 15,
  UserCreation: 50,
  UserAccountRecovery: 30,
  UserUpdate: 25,
  UserResourceUpdate: 25,
  UserPoolUpdate: 15,
  UserPoolResourceUpdate: 15,
  UserPoolClientUpdate: 15,
} as const;

export type QuotaCategory = keyof typeof categoryQuotas;

/** The category that AWS counts each operation in (same page). */
export const operationCategories = {
  ListUsers: "UserList",
  ListUsersInGroup: "UserList",
  AdminGetUser: "UserRead",
  AdminListGroupsForUser: "UserResourceRead",
  DescribeUserPool: "UserPoolRead",
  ListGroups: "UserPoolResourceRead",
  GetUserPoolMfaConfig: "UserPoolResourceRead",
  ListIdentityProviders: "UserPoolResourceRead",
  DescribeIdentityProvider: "UserPoolResourceRead",
  ListResourceServers: "UserPoolResourceRead",
  ListUserPoolClients: "UserPoolClientRead",
  DescribeUserPoolClient: "UserPoolClientRead",
  ListUserPools: "UserPoolRead",
  GetCSVHeader: "UserPoolResourceRead",
  DescribeUserImportJob: "UserPoolResourceRead",
  ListUserImportJobs: "UserPoolResourceRead",
  AdminCreateUser: "UserCreation",
  AdminSetUserPassword: "UserAccountRecovery",
  AdminAddUserToGroup: "UserUpdate",
  AdminDisableUser: "UserUpdate",
  AdminUpdateUserAttributes: "UserUpdate",
  AdminLinkProviderForUser: "UserUpdate",
  AdminSetUserMFAPreference: "UserResourceUpdate",
  CreateGroup: "UserPoolResourceUpdate",
  CreateUserImportJob: "UserPoolResourceUpdate",
  StartUserImportJob: "UserPoolResourceUpdate",
  StopUserImportJob: "UserPoolResourceUpdate",
  SetUserPoolMfaConfig: "UserPoolResourceUpdate",
  CreateIdentityProvider: "UserPoolResourceUpdate",
  CreateUserPool: "UserPoolUpdate",
  DeleteUserPool: "UserPoolUpdate",
  CreateUserPoolClient: "UserPoolClientUpdate",
} as const satisfies Record<string, QuotaCategory>;

/** Requests per second of one operation on one pool, where the category counts pool resources (same page). */
export const PER_POOL_QUOTA = 5;

/** The share of each quota a runbook takes when nobody says otherwise: live sign-ins need the rest. */
export const DEFAULT_SHARE = 0.5;

export interface RateLimiter {
  /** Resolves when the named operation may be sent; rejects with the signal's reason when that aborts. */
  waitForTurn: (operation: string) => Promise<void>;
  /** Requests per second that the named operation may reach. */
  rateOf: (operation: string) => number;
}

export interface RateLimiterOptions {
  /** 0.1 to 1: how much of each quota may be used. */
  share: number;
  /** Quotas that AWS raised for this account, in requests per second. */
  raised?: Partial<Record<QuotaCategory, number>>;
  signal: AbortSignal;
}

/** Spaces the requests of a run evenly, so that no second of the quota holds more than its share. */
export function createRateLimiter({ share, raised = {}, signal }: RateLimiterOptions): RateLimiter {
  const lanes = new Map<string, () => Promise<void>>();
  const waitInLane = (name: string, rate: number): Promise<void> => {
    let lane = lanes.get(name);
    if (!lane) {
      lane = pThrottle({ limit: 1, interval: 1_000 / rate, signal })(async () => {});
      lanes.set(name, lane);
    }
    return lane();
  };
  const ratesOf = (operation: string): Map<string, number> => {
    const category = categoryOf(operation);
    if (category === undefined) return new Map([[operation, PER_POOL_QUOTA * share]]);
    const rates = new Map([[category as string, (raised[category] ?? categoryQuotas[category]) * share]]);
    if (isPerPool(category)) rates.set(operation, PER_POOL_QUOTA * share);
    return rates;
  };
  return {
    waitForTurn: async (operation) => {
      for (const [name, rate] of ratesOf(operation)) await waitInLane(name, rate);
    },
    rateOf: (operation) => Math.min(...ratesOf(operation).values()),
  };
}

/** The options by which a person says how fast a run may go (parseShare, parseRaisedQuotas). */
export const quotaOptions = {
  share: {
    type: "string",
    value: "0.1..1",
    help: `the share of AWS's request quotas to use (default: ${DEFAULT_SHARE})`,
  },
  quota: {
    type: "string",
    value: "category=rps",
    multiple: true,
    help: "a quota that AWS raised for this account",
  },
} as const satisfies OptionTable;

/** Reads `--share`: 0.1 to 1. */
export function parseShare(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SHARE;
  const share = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (share >= 0.1 && share <= 1) return share;
  throw new BadInputError(`--share ${text} is not a number from 0.1 to 1.`, {
    remedy: "0.5 takes half of the quota and leaves the rest to live sign-ins.",
  });
}

/** Reads `--quota <category>=<requests per second>`, once per category that AWS raised for the account. */
export function parseRaisedQuotas(texts: readonly string[] = []): Partial<Record<QuotaCategory, number>> {
  const raised: Partial<Record<QuotaCategory, number>> = {};
  for (const text of texts) {
    const [, name = "", digits = ""] = /^(\w+)=(\d{1,6})$/.exec(text) ?? [];
    if (!isCategory(name) || Number(digits) === 0) {
      throw new BadInputError(`--quota ${text} is not <category>=<requests per second>.`, {
        remedy: `Categories: ${Object.keys(categoryQuotas).join(", ")}.`,
      });
    }
    raised[name] = Number(digits);
  }
  return raised;
}

function categoryOf(operation: string): QuotaCategory | undefined {
  return Object.hasOwn(operationCategories, operation)
    ? operationCategories[operation as keyof typeof operationCategories]
    : undefined;
}

function isPerPool(category: QuotaCategory): boolean {
  return PER_POOL_CATEGORIES.has(category);
}

/** Those whose operations are also held to PER_POOL_QUOTA each. */
const PER_POOL_CATEGORIES: ReadonlySet<QuotaCategory> = new Set([
  "UserPoolResourceRead",
  "UserPoolResourceUpdate",
  "UserPoolClientRead",
  "UserPoolClientUpdate",
]);

function isCategory(name: string): name is QuotaCategory {
  return Object.hasOwn(categoryQuotas, name);
}
