import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { watchClock } from "../runtime/aws-clock.ts";
import type { OptionTable } from "../runtime/command-line.ts";
import type { RunbookContext } from "../runtime/runbook.ts";
import type { WebPlace } from "../runtime/web-caller.ts";
import { describeClock } from "./clock-difference.ts";
import { freshSession } from "./fresh-session.ts";
import { openStack } from "./home.ts";
import { systemKeyring } from "./keyring.ts";
import type { Session } from "./session.ts";
import { openSessionStore, type SessionStore } from "./session-file.ts";
import type { SignInFile } from "./sign-in-file.ts";
import { explainRefusal, type RefusedStep } from "./sign-in-refusal.ts";
import { createSignInCaller, openUserPoolClient } from "./unsigned-clients.ts";

/** A stack as somebody signs in to it: what is known of it, its user pool, and where the session is kept. */
export interface SignInPlace {
  file: SignInFile;
  sessions: SessionStore;
  /** For calls that may be repeated. */
  cognito: CognitoIdentityProviderClient;
  /** For those that may not: it sends each request once. */
  cognitoOnce: CognitoIdentityProviderClient;
  call: AwsCaller;
  /** Sign-in pages and public keys. */
  web: WebPlace;
  /** The session with tokens that are good for a while, renewed where they were not (freshSession). */
  freshSession: () => Promise<Session>;
  /** By how many milliseconds this machine's clock was ahead of AWS's at the last good answer. */
  clockAhead: () => number | undefined;
}

/** What of a run a place needs. */
export type PlaceContext = Pick<RunbookContext<OptionTable>, "env" | "signal" | "now" | "pause" | "warn">;

/**
 * The chosen stack, or the only one this machine knows. Throws as openStack does: NotFoundError where it is not
 * configured.
 */
export function openPlace(context: PlaceContext, stack: string | undefined): SignInPlace {
  const { env, signal, now, pause } = context;
  const { home, file } = openStack(env, stack);
  const { region } = file;
  const keyring = systemKeyring(env);
  const cognito = openUserPoolClient({ region, env });
  const cognitoOnce = openUserPoolClient({ region, env, maxAttempts: 1 });
  const call = createSignInCaller(signal);
  const clocks = [watchClock(cognitoOnce, now), watchClock(cognito, now)];
  return {
    file,
    sessions: openSessionStore(home, keyring, { pause }),
    cognito,
    cognitoOnce,
    call,
    web: { http: new NodeHttpHandler(WEB_LIMITS), endpoint: env.AWS_ENDPOINT_URL || undefined, call, pause },
    freshSession: () => freshSession({ home, file }, keyring, context),
    clockAhead: () => clocks.map((ahead) => ahead()).find((ms) => ms !== undefined),
  };
}

/** Milliseconds one attempt may wait for a connection, and for an answer. */
const WEB_LIMITS = { connectionTimeout: 3_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

/**
 * Makes one call and says what a refusal means (explainRefusal). `send` gets the signal that ends it; what is in `hidden`
 * shows in no failure (AwsCaller).
 */
export async function callCognito<Answer>(
  place: Pick<SignInPlace, "call" | "clockAhead">,
  refused: RefusedStep,
  what: string,
  send: (abortSignal: AbortSignal) => Promise<Answer>,
  hidden?: readonly (string | undefined)[],
): Promise<Answer> {
  try {
    return await place.call(what, send, hidden);
  } catch (error) {
    throw explainRefusal(error, { ...refused, clock: describeClock(place.clockAhead()) });
  }
}
