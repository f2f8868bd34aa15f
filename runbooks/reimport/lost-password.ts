/**
 * A password of at least 192 random bits that nobody learns, so that a user counts as confirmed and "forgot password"
 * works. It has every class of characters that a policy can ask for, and is at least as long as the policy's minimum.
 */
export function createLostPassword(minLength: number, randomBytes: (length: number) => Buffer): string {
  const bytes = Math.max(RANDOM_BYTES, minLength);
  return `${EVERY_CLASS}${randomBytes(bytes).toString("base64url")}`;
}

const EVERY_CLASS = "aA1!";
const RANDOM_BYTES = 24;
