import { createHash } from "node:crypto";

/** Somebody who reads the secret by themselves, and what they have to show. */
export interface ConsumerProof {
  name: string;
  /** What was given for them; undefined = nothing yet. */
  given: string | undefined;
  isProven: boolean;
}

/** Digits of a fingerprint: enough that nobody guesses one, few enough to be read out. */
const DIGITS = 16;

/** What a consumer that has read this very version prints: hexadecimal digits that tell nothing of the secret. */
export function fingerprintOf(versionId: string, secret: string): string {
  return createHash("sha256").update(`${versionId}\n${secret}`).digest("hex").slice(0, DIGITS);
}

/**
 * The command that prints a fingerprint where a consumer runs, with its secret in CLIENT_SECRET. printf is a part of the
 * shell, so the secret is in no process's arguments.
 */
export function fingerprintCommand(versionId: string): string {
  return `printf '%s\\n%s' '${versionId}' "$CLIENT_SECRET" | sha256sum | cut -c1-${DIGITS}`;
}

/** Each consumer with what was given for it. */
export function checkProofs(
  consumers: readonly string[],
  given: ReadonlyMap<string, string>,
  fingerprint: string,
): ConsumerProof[] {
  return consumers.map((name) => ({
    name,
    given: given.get(name),
    isProven: given.get(name) === fingerprint,
  }));
}
