import { createHmac } from "node:crypto";

const STEP_SECONDS = 30;
const DIGITS = 6;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * The time step a code belongs to, looking one step back and ahead (Amazon Cognito Developer Guide, "TOTP software token
 * MFA": HMAC-SHA1, 30 seconds of tolerance); undefined when the code is wrong.
 */
export function findTimeStep(secret: string, code: string, now: number): number | undefined {
  const current = Math.floor(now / 1_000 / STEP_SECONDS);
  return [current, current - 1, current + 1].find((step) => computeCode(secret, step) === code);
}

/** The code of a moment (milliseconds), as an authenticator app shows it (RFC 6238). */
export function totpCode(secret: string, now: number): string {
  return computeCode(secret, Math.floor(now / 1_000 / STEP_SECONDS));
}

/** Base32 without padding, as Cognito hands out secrets. */
export function encodeSecret(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

function computeCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", decodeSecret(secret)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

function decodeSecret(secret: string): Buffer {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
