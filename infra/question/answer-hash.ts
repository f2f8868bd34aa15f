import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * The strength of scrypt. Answers are short and people choose what others know, so each guess has to cost: these take
 * 32 megabytes and three passes, as strong as the 128 megabytes and one pass that OWASP recommends (Password Storage
 * Cheat Sheet), in a function of one gigabyte.
 */
export const SCRYPT = { logN: 15, r: 8, p: 3 } as const;

const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** The strongest that a stored hash may ask for: it must never be able to keep a function busy for long. */
const STRONGEST = { logN: 17, r: 8, p: 5 } as const;

/** A normalised answer as it is stored: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, with a salt of its own. */
export async function hashAnswer(answer: string, salt: Buffer = randomBytes(SALT_BYTES)): Promise<string> {
  const key = await derive(answer, salt, SCRYPT);
  const { logN, r, p } = SCRYPT;
  return `$scrypt$ln=${logN},r=${r},p=${p}$${encode(salt)}$${encode(key)}`;
}

/**
 * Whether a normalised answer is the stored one, in a time that does not tell how much of it is right. A stored text
 * that is no hash fits nothing.
 */
export async function isStoredAnswer(answer: string, stored: string): Promise<boolean> {
  const [, logN, r, p, salt, hash] = STORED.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const strength = { logN: Number(logN), r: Number(r), p: Number(p) };
  if (strength.logN > STRONGEST.logN || strength.r > STRONGEST.r || strength.p > STRONGEST.p) return false;
  const key = await derive(answer, Buffer.from(salt, "base64"), strength);
  return timingSafeEqual(key, Buffer.from(hash, "base64"));
}

// Exactly 16 and 32 bytes in base64.
const STORED = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]),p=([1-9])\$([\w+/]{22}==)\$([\w+/]{43}=)$/;

function derive(
  answer: string,
  salt: Buffer,
  { logN, r, p }: { logN: number; r: number; p: number },
): Promise<Buffer> {
  const cost = 2 ** logN;
  // Node's own limit is 32 megabytes, which this just exceeds.
  const options = { cost, blockSize: r, parallelization: p, maxmem: 256 * cost * r };
  return new Promise((done, fail) => {
    scrypt(answer, salt, KEY_BYTES, options, (error, key) => (error ? fail(error) : done(key)));
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64");
}
