import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/**
 * The server's half of SRP-6a as Cognito speaks it: the 3,072-bit group of RFC 3526 with generator 2, SHA-256, and a
 * key derived with the label "Caldera Derived Key" (as the public Amplify client libraries implement it).
 */

/** A sign-in under way: the server's secret exponent and what it sent. Numbers are hexadecimal. */
export interface SrpExchange {
  readonly salt: string;
  readonly secretExponent: string;
  readonly clientPublic: string;
  readonly serverPublic: string;
}

/** The verifier of a password from its inner hash, SHA-256 of `<pool name><user id>:<password>`. */
export function deriveVerifier(salt: string, innerHash: Uint8Array): bigint {
  const x = toNumber(hash(Buffer.concat([padded(BigInt(`0x${salt}`)), innerHash])));
  return power(GENERATOR, x);
}

/** Answers a client's A with salt and B; undefined for an A that is a multiple of N, which would reveal the key. */
export function startExchange(
  clientPublic: string,
  salt: string,
  secretExponent: string,
  verifier: bigint,
): SrpExchange | undefined {
  if (!/^[0-9a-f]+$/i.test(clientPublic) || BigInt(`0x${clientPublic}`) % PRIME === 0n) return undefined;
  const serverPublic = (MULTIPLIER * verifier + power(GENERATOR, BigInt(`0x${secretExponent}`))) % PRIME;
  return { salt, secretExponent, clientPublic, serverPublic: serverPublic.toString(16) };
}

export interface PasswordClaim {
  poolName: string;
  userId: string;
  secretBlock: string;
  timestamp: string;
  signature: string;
}

/** Whether the client proved that it knows the password behind the verifier. */
export function isProof(exchange: SrpExchange, verifier: bigint, claim: PasswordClaim): boolean {
  const a = BigInt(`0x${exchange.clientPublic}`);
  const u = toNumber(hash(Buffer.concat([padded(a), padded(BigInt(`0x${exchange.serverPublic}`))])));
  const secret = power(a * power(verifier, u), BigInt(`0x${exchange.secretExponent}`));
  const expected = createHmac("sha256", deriveKey(secret, u))
    .update(claim.poolName)
    .update(claim.userId)
    .update(Buffer.from(claim.secretBlock, "base64"))
    .update(claim.timestamp)
    .digest();
  const given = Buffer.from(claim.signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function deriveKey(secret: bigint, u: bigint): Uint8Array {
  const extracted = createHmac("sha256", padded(u)).update(padded(secret)).digest();
  return createHmac("sha256", extracted).update("Caldera Derived Key\u0001").digest().subarray(0, 16);
}

function hash(data: Uint8Array): Buffer {
  return createHash("sha256").update(data).digest();
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

/** Big-endian bytes with a leading zero where the first bit is set, as Java's BigInteger writes them. */
function padded(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = ((base % PRIME) + PRIME) % PRIME;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % PRIME;
    factor = (factor * factor) % PRIME;
  }
  return result;
}

/** RFC 3526, group 15. */
const PRIME = BigInt(
  `0x${[
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
  ].join("")}`,
);
const GENERATOR = 2n;
const MULTIPLIER = toNumber(hash(Buffer.concat([padded(PRIME), padded(GENERATOR)])));
