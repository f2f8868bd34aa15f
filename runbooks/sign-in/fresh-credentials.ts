import { GetCredentialsForIdentityCommand, GetIdCommand } from "@aws-sdk/client-cognito-identity";
import { refuseWrongClock, watchTime } from "../runtime/aws-clock.ts";
import { foreignAnswer } from "../runtime/aws-errors.ts";
import { BadInputError, CredentialsError, LockedError, RemoteError } from "../runtime/errors.ts";
import { areCredentials, areFresh, areUsable } from "./aws-credentials.ts";
import { type RenewalContext, renewTokens, requireSession, signInAgain } from "./fresh-session.ts";
import type { ConfiguredStack } from "./home.ts";
import { type Keyring, rememberKeys } from "./keyring.ts";
import { explainDenial } from "./role-denial.ts";
import type { AwsCredentials, Session } from "./session.ts";
import { renewSession } from "./session-file.ts";
import { withSessionLock } from "./session-lock.ts";
import { readClaims } from "./session-tokens.ts";
import { createSignInCaller, openIdentityPoolClient, SignInRefusedError } from "./unsigned-clients.ts";

/** AWS refuses signatures of machines whose clock is off by more (IAM User Guide, "Signature Version 4 errors"). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Temporary AWS credentials of whoever has signed in: those kept, or new ones from the identity pool where they end
 * within a quarter of an hour. However many processes ask, one gets them for all. Throws CredentialsError where nobody
 * has signed in or no role is theirs, BadInputError where the stack has none to give or the clock is wrong,
 * RemoteError where AWS does not answer and what is kept has ended, LockedError where another process waits for it.
 */
export async function freshCredentials(
  stack: ConfiguredStack,
  keyring: Keyring | undefined,
  context: RenewalContext,
): Promise<AwsCredentials> {
  const access = requireAccess(stack);
  const kept = await requireSession(stack, keyring);
  if (kept.credentials && areFresh(kept.credentials, context.now().getTime())) return kept.credentials;
  return withSessionLock(stack.home, context, async () => {
    const held = rememberKeys(keyring);
    const session = await requireSession(stack, held);
    const { credentials } = session;
    // Whoever had the lock before has got them for us.
    if (credentials && areFresh(credentials, context.now().getTime())) return credentials;
    try {
      const renewed = await renewTokens(stack, session, held, context);
      const next = await askIdentityPool(stack, access, renewed, context);
      await renewSession(stack.home, { ...renewed, credentials: next }, held);
      return next;
    } catch (error) {
      return handOutKept(credentials, error, context);
    }
  }).catch(async (error: unknown) => {
    if (!(error instanceof LockedError)) throw error;
    // Where AWS is silent, whoever has the lock waits for it, and the others wait for them.
    const { credentials } = await requireSession(stack, keyring);
    return handOutKept(credentials, error, context);
  });
}

/** What is kept, as long as it can be used, where AWS does not answer us or whoever asks for us. */
function handOutKept(
  credentials: AwsCredentials | undefined,
  error: unknown,
  { now, warn }: RenewalContext,
): AwsCredentials {
  const isSilence = error instanceof RemoteError || error instanceof LockedError;
  if (!isSilence || !credentials || !areUsable(credentials, now().getTime())) throw error;
  warn(`No new credentials (${error.message}) The ones at hand end soon.`);
  return credentials;
}

type Access = NonNullable<ConfiguredStack["file"]["awsAccess"]>;

function requireAccess({ file }: ConfiguredStack): Access {
  if (file.awsAccess) return file.awsAccess;
  throw new BadInputError(`Stack ${file.stack} gives nobody AWS credentials.`, {
    remedy: "Ask those who run it; if it does by now, run npm run configure-profile again.",
  });
}

async function askIdentityPool(
  { file }: ConfiguredStack,
  access: Access,
  { idToken }: Session,
  { env, signal, now }: RenewalContext,
): Promise<AwsCredentials> {
  const { region, userPoolId } = file;
  const client = openIdentityPoolClient({ region, env });
  const readTime = watchTime(client);
  const call = createSignInCaller(signal);
  const Logins = { [`cognito-idp.${region}.amazonaws.com/${userPoolId}`]: idToken };
  try {
    const { IdentityId } = await call(
      "GetId",
      (abortSignal) =>
        client.send(new GetIdCommand({ IdentityPoolId: access.identityPoolId, Logins }), { abortSignal }),
      [idToken],
    );
    if (!IdentityId) throw foreignAnswer("GetId");
    const what = "GetCredentialsForIdentity";
    const { Credentials = {} } = await call(
      what,
      (abortSignal) =>
        client.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }), { abortSignal }),
      [idToken],
    );
    const { AccessKeyId, SecretKey, SessionToken, Expiration } = Credentials;
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretKey,
      sessionToken: SessionToken,
      expiresAt: Expiration?.getTime(),
    };
    if (!areCredentials(credentials)) throw foreignAnswer(what);
    const time = readTime();
    refuseWrongClock(time && now().getTime() - time.getTime(), CLOCK_TOLERANCE_MS);
    if (!areUsable(credentials, now().getTime())) throw foreignAnswer(what);
    return credentials;
  } catch (cause) {
    throw cause instanceof SignInRefusedError ? explainRefusal(file, access, idToken, cause) : cause;
  } finally {
    client.destroy();
  }
}

function explainRefusal(
  file: ConfiguredStack["file"],
  access: Access,
  idToken: string,
  cause: SignInRefusedError,
): CredentialsError {
  if (cause.awsName === "InvalidIdentityPoolConfigurationException") {
    return new CredentialsError(`The roles of stack ${file.stack} cannot be taken (${cause.awsName}).`, {
      remedy: "Tell those who run it.",
      cause,
    });
  }
  const denial = explainDenial(access, readClaims(idToken));
  if (denial === undefined) {
    return new CredentialsError(`The identity pool takes this session no more (${cause.awsName}).`, {
      ...signInAgain(file),
      cause,
    });
  }
  return new CredentialsError(`Stack ${file.stack} gives you no AWS credentials: ${denial}.`, {
    remedy: "Ask those who run it for a role.",
    cause,
  });
}
