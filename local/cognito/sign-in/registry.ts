import type { MfaFactor, Pool, User, World } from "../state.ts";
import type { ChallengeResult } from "../triggers/sign-in-triggers.ts";
import { type Attempts, noAttempts } from "./lockout.ts";
import type { SrpExchange } from "./srp.ts";

/** A step of a sign-in that waits for an answer; Cognito shows it to the client as an opaque Session. */
export interface Challenge {
  readonly name: ChallengeName;
  readonly poolId: string;
  readonly clientId: string;
  readonly user: User;
  readonly expiresAt: number;
  /** The code that was sent, for SMS_MFA and EMAIL_OTP. */
  readonly code?: string | undefined;
  readonly srp?: SrpExchange | undefined;
  /** Factors to choose from, for SELECT_MFA_TYPE. */
  readonly choices?: readonly MfaFactor[] | undefined;
  /** Steps so far, where the pool's own functions lead the sign-in. */
  readonly custom?: readonly ChallengeResult[] | undefined;
  /** What only the function that checks the answer sees, for CUSTOM_CHALLENGE. */
  readonly privateParameters?: Readonly<Record<string, string>> | undefined;
  /** The function's own name for its question. */
  readonly challengeMetadata?: string | null | undefined;
  /** Whether the temporary password was replaced on the way here. */
  readonly isPasswordNew?: boolean | undefined;
  /** Nobody is there, and nobody shall find out. */
  readonly isMissing?: boolean | undefined;
  /** Whether the sign-in goes on at the sign-in pages. */
  readonly isOnPages?: boolean | undefined;
  /** Whether an authenticator was registered under this session, for MFA_SETUP. */
  isSetUp?: boolean;
}

export type ChallengeName =
  | "CUSTOM_CHALLENGE"
  | "PASSWORD_VERIFIER"
  | "NEW_PASSWORD_REQUIRED"
  | "SMS_MFA"
  | "EMAIL_OTP"
  | "SOFTWARE_TOKEN_MFA"
  | "SELECT_MFA_TYPE"
  | "MFA_SETUP";

export type CodePurpose = "sign-up" | "password-reset" | "email" | "phone_number";

export interface SentCode {
  readonly code: string;
  readonly expiresAt: number;
  /** The value the code was sent to, so that it proves that value and no later one. */
  readonly destination: string;
}

/** A refresh token's grant: what its tokens are issued from and what revoking it ends. */
export interface Grant {
  readonly originId: string;
  readonly poolId: string;
  readonly clientId: string;
  readonly user: User;
  readonly authenticatedAt: number;
  readonly expiresAt: number;
  /** What the access tokens are good for. */
  readonly scopes: readonly string[];
  /** Whether it came from an authorization code; its tokens then show what the scopes allow. */
  readonly isFromCode: boolean;
  isRevoked: boolean;
}

/** What sign-in adds to one user. */
export interface UserSignIn {
  attempts: Attempts;
  readonly codes: Map<CodePurpose, SentCode>;
  /** Requests for a password-reset code within the last hour (milliseconds). */
  resetRequests: number[];
  readonly grants: Set<Grant>;
  /** The last time step a software token was accepted for. */
  lastTimeStep: number | undefined;
}

/** Everything sign-in knows beyond the directory: challenges, grants, codes. One for each world. */
export interface Registry {
  readonly challenges: Map<string, Challenge>;
  /** Secret block of an SRP exchange -> its session. */
  readonly secretBlocks: Map<string, string>;
  readonly grants: Map<string, Grant>;
  readonly grantsByOrigin: Map<string, Grant>;
  /** Refresh tokens that were rotated away -> until when they may be used again (milliseconds). */
  readonly retired: Map<string, number>;
  readonly users: WeakMap<User, UserSignIn>;
}

const registries = new WeakMap<World, Registry>();

export function registryOf(world: World): Registry {
  const known = registries.get(world);
  if (known !== undefined) return known;
  const created: Registry = {
    challenges: new Map(),
    secretBlocks: new Map(),
    grants: new Map(),
    grantsByOrigin: new Map(),
    retired: new Map(),
    users: new WeakMap(),
  };
  registries.set(world, created);
  return created;
}

export function signInOf(world: World, user: User): UserSignIn {
  const { users } = registryOf(world);
  const known = users.get(user);
  if (known !== undefined) return known;
  const created: UserSignIn = {
    attempts: noAttempts,
    codes: new Map(),
    resetRequests: [],
    grants: new Set(),
    lastTimeStep: undefined,
  };
  users.set(user, created);
  return created;
}

/** Ends every grant of a user: refresh, access and ID tokens issued from them no longer work. */
export function revokeGrants(world: World, user: User): void {
  for (const grant of signInOf(world, user).grants) grant.isRevoked = true;
}

/** Whether the user is still in the pool: a deleted user's sessions and tokens are dead. */
export function isPresent(pool: Pool, user: User): boolean {
  return pool.users.findBySub(user.sub) === user;
}
