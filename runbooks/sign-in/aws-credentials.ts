import type { AwsCredentials } from "./session.ts";

// Needs nothing but the language: a program that asks for cached credentials waits for it.

/** Credentials with less left are renewed: some SDKs ask anew from 15 minutes before the end (botocore). */
export const RENEW_BEFORE_MS = 15 * 60_000;

/** What identity pools give lives for an hour (Amazon Cognito Developer Guide, "Identity pools authentication flow"). */
const LONGEST_LIFE_MS = 60 * 60_000;

/** Whether credentials can be handed out as they are. */
export function areFresh(credentials: AwsCredentials, now: number): boolean {
  return isLeft(credentials, now, RENEW_BEFORE_MS);
}

/** Whether they are good for a moment still, where no new ones can be had. */
export function areUsable(credentials: AwsCredentials, now: number): boolean {
  return isLeft(credentials, now, 60_000);
}

// More than they can have says that the clock was set back: nobody knows what is left.
function isLeft({ expiresAt }: AwsCredentials, now: number, atLeast: number): boolean {
  const left = expiresAt - now;
  return left >= atLeast && left <= LONGEST_LIFE_MS + 5 * 60_000;
}

/** Whether these are what AWS makes: nothing in them ends a line, a quotation or a variable. */
export function areCredentials(value: unknown): value is AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = Object(value) as Record<string, unknown>;
  return (
    typeof accessKeyId === "string" &&
    /^\w{16,128}$/.test(accessKeyId) &&
    [secretAccessKey, sessionToken].every((text) => typeof text === "string" && PLAIN.test(text)) &&
    typeof expiresAt === "number" &&
    Number.isSafeInteger(expiresAt) &&
    expiresAt > 0 &&
    expiresAt < 8.64e15
  );
}

const PLAIN = /^[A-Za-z0-9+/=_.:~-]{1,20000}$/;

/** What a program gets that names us as its credential_process (AWS SDKs and Tools Reference Guide). */
export function processDocument({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: AwsCredentials) {
  return {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiresAt).toISOString(),
  };
}

/** The environment that AWS's tools take credentials and Region from. */
export function credentialEnvironment(
  { accessKeyId, secretAccessKey, sessionToken, expiresAt }: AwsCredentials,
  region: string,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: new Date(expiresAt).toISOString(),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}
