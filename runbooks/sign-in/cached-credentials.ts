import { areCredentials, areFresh } from "./aws-credentials.ts";
import type { SignInHome } from "./home-folder.ts";
import type { Keyring } from "./keyring.ts";
import type { AwsCredentials } from "./session.ts";
import { readSessionText } from "./session-text.ts";

/**
 * The credentials of an earlier run, where they can be handed out as they are; undefined where they have to be renewed,
 * or nobody has signed in. Throws what stands in the way of reading them.
 */
export async function readCachedCredentials(
  home: SignInHome,
  keyring: Keyring | undefined,
  now: number,
): Promise<AwsCredentials | undefined> {
  const kept = await readSessionText(home, keyring);
  if (kept === undefined) return undefined;
  const { credentials } = Object(JSON.parse(kept.text)) as { credentials?: unknown };
  return areCredentials(credentials) && areFresh(credentials, now) ? credentials : undefined;
}
