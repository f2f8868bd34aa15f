import { drawUuid } from "../identifiers.ts";
import type { CodeGrant } from "../sign-in/tokens.ts";
import type { User, World } from "../state.ts";
import { KeptEntries } from "./kept-entries.ts";

const MINUTE = 60_000;

/** An authorization code: who has signed in, for which client, and what the code must be redeemed with. */
export interface AuthorizationCode extends CodeGrant {
  readonly poolId: string;
  readonly clientId: string;
  readonly user: User;
  readonly redirectUri: string;
  /** The code challenge of PKCE, method S256. */
  readonly challenge: string | undefined;
}

/** A browser that has signed in at the pages; it need not again, for any client of the pool. */
export interface BrowserSession {
  readonly poolId: string;
  readonly user: User;
  readonly authenticatedAt: number;
}

/** What the pages ask for, between two forms. */
export interface WaitingStep {
  /** The session of the challenge, which browsers never see. */
  readonly session: string;
  readonly user: User;
  readonly asked: AskedStep;
}

/** The challenges that the pages have a form for, with what the form shows. */
export type AskedStep =
  /** `destination`: where the code went, with most of it hidden; undefined for an authenticator. */
  | { readonly name: CodeFactor; readonly destination: string | undefined }
  /** Required attributes that the user lacks yet. */
  | { readonly name: "NEW_PASSWORD_REQUIRED"; readonly attributes: readonly string[] }
  | { readonly name: "SELECT_MFA_TYPE"; readonly choices: readonly string[] }
  /** The secret to put into an authenticator. */
  | { readonly name: "MFA_SETUP"; readonly secret: string };

export type CodeFactor = "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP";

/** What the sign-in pages of a world remember. */
export interface SignInRecords {
  /** Five minutes each (Developer Guide, "Authorize endpoint"). */
  readonly codes: KeptEntries<AuthorizationCode>;
  /** An hour each (Developer Guide, "User pool managed login"). */
  readonly sessions: KeptEntries<BrowserSession>;
  /** As long as a challenge can live; the challenge itself may end sooner. */
  readonly steps: KeptEntries<WaitingStep>;
}

const known = new WeakMap<World, SignInRecords>();

export function recordsOf(world: World): SignInRecords {
  const found = known.get(world);
  if (found !== undefined) return found;
  const created: SignInRecords = {
    codes: new KeptEntries(world, 5 * MINUTE, ({ randomBytes }) => drawUuid(randomBytes)),
    sessions: new KeptEntries(world, 60 * MINUTE),
    steps: new KeptEntries(world, 15 * MINUTE),
  };
  known.set(world, created);
  return created;
}
