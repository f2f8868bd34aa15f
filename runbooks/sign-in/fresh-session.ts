import { GetTokensFromRefreshTokenCommand } from "@aws-sdk/client-cognito-identity-provider";
import { CredentialsError } from "../runtime/errors.ts";
import type { RunbookContext } from "../runtime/runbook.ts";
import type { ConfiguredStack } from "./home.ts";
import { type Keyring, rememberKeys } from "./keyring.ts";
import type { Session } from "./session.ts";
import { readSession, renewSession } from "./session-file.ts";
import { withSessionLock } from "./session-lock.ts";
import { sessionOfTokens } from "./session-tokens.ts";
import { createSignInCaller, openUserPoolClient, SignInRefusedError } from "./unsigned-clients.ts";

/** What a renewal needs of the run it is part of. */
export type RenewalContext = Pick<
  RunbookContext<Record<string, never>>,
  "env" | "signal" | "now" | "pause" | "warn"
>;

/** Tokens with less left are renewed before they are used. */
const TOKEN_SPARE_MS = 60_000;

/** The longest that Cognito lets ID and access tokens live (API Reference, CreateUserPoolClient). */
const LONGEST_TOKEN_LIFE_MS = 24 * 60 * 60_000;

/**
 * The session of whoever has signed in, with tokens that are good for a minute at least; they are renewed without a
 * question where they are not, by one process for all that ask. Throws CredentialsError where nobody has signed in, or
 * the session has ended for good, RemoteError where Cognito does not answer.
 */
export async function freshSession(
  stack: ConfiguredStack,
  keyring: Keyring | undefined,
  context: RenewalContext,
): Promise<Session> {
  const kept = await requireSession(stack, keyring);
  if (hasFreshTokens(kept, context.now().getTime())) return kept;
  return withSessionLock(stack.home, context, async () => {
    const held = rememberKeys(keyring);
    // Whoever had the lock before has renewed it for us.
    return renewTokens(stack, await requireSession(stack, held), held, context);
  });
}

/** The session as it is kept. Throws CredentialsError where nobody has signed in. */
export async function requireSession(
  { home, file }: ConfiguredStack,
  keyring: Keyring | undefined,
): Promise<Session> {
  const session = await readSession(home, keyring);
  if (session !== undefined) return session;
  throw new CredentialsError(
    `Nobody has signed in to stack ${file.stack} on this machine.`,
    signInAgain(file),
  );
}

/** What a person does about a session that is none. */
export function signInAgain({ stack }: { stack: string }): { remedy: string } {
  return { remedy: `Sign in: npm run sign-in -- login --stack ${stack}.` };
}

/**
 * The session with tokens that are fresh; where they were not, the new ones are on disk before anything else happens:
 * where refresh tokens rotate, the one that was used is worth nothing any more. Call it with the session's lock, and
 * with the key store that the session was opened with (rememberKeys).
 */
export async function renewTokens(
  { home, file }: ConfiguredStack,
  session: Session,
  keyring: Keyring | undefined,
  { env, signal, now }: RenewalContext,
): Promise<Session> {
  if (hasFreshTokens(session, now().getTime())) return session;
  const { region, clientId } = file;
  const client = openUserPoolClient({ region, env });
  const call = createSignInCaller(signal);
  const what = `Renewing the session at ${file.userPoolId}`;
  try {
    // Takes the refresh tokens of every client, whether they rotate or not (API Reference, RefreshTokenRotationType).
    const input = { ClientId: clientId, RefreshToken: session.refreshToken };
    const { AuthenticationResult = {} } = await call(
      what,
      (abortSignal) => client.send(new GetTokensFromRefreshTokenCommand(input), { abortSignal }),
      [session.refreshToken],
    );
    const next = sessionOfTokens(what, AuthenticationResult, session, now().getTime());
    const renewed = { ...next, ...(session.credentials && { credentials: session.credentials }) };
    await renewSession(home, renewed, keyring);
    return renewed;
  } catch (cause) {
    if (!(cause instanceof SignInRefusedError)) throw cause;
    throw new CredentialsError(`The session of stack ${file.stack} has ended (${cause.awsName}).`, {
      ...signInAgain(file),
      cause,
    });
  } finally {
    client.destroy();
  }
}

function hasFreshTokens({ tokensExpireAt }: Session, now: number): boolean {
  const left = tokensExpireAt - now;
  return left >= TOKEN_SPARE_MS && left <= LONGEST_TOKEN_LIFE_MS;
}
