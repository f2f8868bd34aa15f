import { type QuotaCategory, quotaCategories } from "./quota-categories.ts";

/** Requests a second for one user, reads and writes apart; not adjustable. */
const PER_USER = 10;

/** Answers to challenges have an allowance of their own, this many times as large as the sign-ins' one. */
const CHALLENGE_ANSWERS_PER_SIGN_IN = 3;

const CHALLENGE_ANSWERS = ["RespondToAuthChallenge", "AdminRespondToAuthChallenge"];

/** What a request is counted by. */
export interface CountedRequest {
  operation: string;
  region: string;
  userPoolId?: string | undefined;
  /** User name or access token: whatever tells one user from another. */
  user?: string | undefined;
  /** Of an answered challenge: setting a new password counts as account recovery. */
  challenge?: string | undefined;
}

export interface QuotaSettings {
  isEnforced: boolean;
  /** Requests a second by category, where they differ from the defaults. */
  rates?: Readonly<Record<string, number>>;
}

/** Counts requests against the quota table with one token bucket per limit; a bucket holds one second's worth. */
export class QuotaLimiter {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();
  #settings: QuotaSettings = { isEnforced: false };
  #sweptAt = 0;

  /** `now` is milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get settings(): QuotaSettings {
    return this.#settings;
  }

  /** Takes new settings; counting starts afresh. Throws a RangeError for an unknown category or a rate that is none. */
  configure(settings: QuotaSettings): void {
    for (const [name, rate] of Object.entries(settings.rates ?? {})) {
      if (!quotaCategories.some((category) => category.name === name)) {
        throw new RangeError(
          `There is no quota category ${name}; use ${quotaCategories.map((c) => c.name).join(", ")}.`,
        );
      }
      if (!(rate > 0 && Number.isFinite(rate))) {
        throw new RangeError(`The rate of ${name} is ${rate}; use requests a second above 0.`);
      }
    }
    this.#settings = settings;
    this.#buckets.clear();
  }

  /** Whether the request fits into every limit it counts against; if so, it is counted. */
  admit(request: CountedRequest): boolean {
    if (!this.#settings.isEnforced) return true;
    const now = this.#now();
    const buckets = limitsOf(request, this.#settings.rates ?? {}).map((limit) => this.#bucket(limit, now));
    if (isChallengeAnswer(request)) return admitChallengeAnswer(buckets);
    if (!buckets.every((bucket) => bucket.tokens >= 1)) return false;
    for (const bucket of buckets) bucket.tokens -= 1;
    return true;
  }

  #bucket({ key, perSecond }: Limit, now: number): Bucket {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) {
      bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.countedAt) * perSecond) / 1000);
      bucket.countedAt = now;
      return bucket;
    }
    const full = { tokens: perSecond, countedAt: now };
    if (this.#buckets.size >= MANY_BUCKETS && now - this.#sweptAt >= 1000) this.#forgetFullOnes(now);
    this.#buckets.set(key, full);
    return full;
  }

  /** A bucket nobody used for a second is full again, and as good as none. */
  #forgetFullOnes(now: number): void {
    this.#sweptAt = now;
    for (const [key, { countedAt }] of this.#buckets) {
      if (now - countedAt >= 1000) this.#buckets.delete(key);
    }
  }
}

const MANY_BUCKETS = 10_000;

interface Bucket {
  tokens: number;
  countedAt: number;
}

interface Limit {
  key: string;
  perSecond: number;
}

function limitsOf(request: CountedRequest, rates: Readonly<Record<string, number>>): Limit[] {
  const { operation, region, userPoolId, user } = request;
  if (isChallengeAnswer(request)) {
    const perSecond = rateOf("UserAuthentication", rates);
    return [
      { key: `${region} challenge answers`, perSecond: perSecond * CHALLENGE_ANSWERS_PER_SIGN_IN },
      { key: `${region} UserAuthentication`, perSecond },
    ];
  }
  const category = categoryOf(request);
  if (category === undefined) return [];
  const { name, perPoolAndOperation, perUser } = category;
  const limits = [{ key: `${region} ${name}`, perSecond: rates[name] ?? category.perSecond }];
  if (perPoolAndOperation !== undefined && userPoolId !== undefined) {
    limits.push({ key: `${userPoolId} ${operation}`, perSecond: perPoolAndOperation });
  }
  if (perUser !== undefined && user !== undefined) {
    limits.push({ key: `${userPoolId ?? ""} ${perUser} ${user}`, perSecond: PER_USER });
  }
  return limits;
}

function categoryOf({ operation }: CountedRequest): QuotaCategory | undefined {
  // The one challenge answer that comes here sets a password.
  const isNewPassword = CHALLENGE_ANSWERS.includes(operation);
  return quotaCategories.find(({ name, operations }) =>
    isNewPassword ? name === "UserAccountRecovery" : operations.includes(operation),
  );
}

function isChallengeAnswer({ operation, challenge }: CountedRequest): boolean {
  return CHALLENGE_ANSWERS.includes(operation) && challenge !== "NEW_PASSWORD_REQUIRED";
}

function rateOf(name: string, rates: Readonly<Record<string, number>>): number {
  return rates[name] ?? quotaCategories.find((category) => category.name === name)?.perSecond ?? 0;
}

/** What exceeds the answers' own allowance counts as sign-ins (Quotas, Operations with special request rate handling). */
function admitChallengeAnswer(buckets: readonly Bucket[]): boolean {
  const bucket = buckets.find(({ tokens }) => tokens >= 1);
  if (bucket === undefined) return false;
  bucket.tokens -= 1;
  return true;
}
