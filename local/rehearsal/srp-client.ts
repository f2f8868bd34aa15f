import { createHash, createHmac } from "node:crypto";

/**
 * The client's half of Cognito's SRP, written from RFC 5054 and RFC 3526 and with nothing of the model's half, so that
 * each is proven against something else than itself. The exponent is the client's secret: 256 random bits or more.
 */
export function startSrpClient(secretExponent: bigint) {
  const a = secretExponent;
  const clientPublic = modPow(2n, a);
  return {
    SRP_A: clientPublic.toString(16),
    /** PASSWORD_VERIFIER responses for the challenge parameters Cognito sent. */
    prove(parameters: Readonly<Record<string, string>>, poolId: string, password: string, timestamp: string) {
      const { SALT = "", SRP_B = "", SECRET_BLOCK = "", USER_ID_FOR_SRP = "" } = parameters;
      const poolName = poolId.split("_")[1] ?? "";
      const inner = sha256(Buffer.from(`${poolName}${USER_ID_FOR_SRP}:${password}`));
      const x = toInteger(sha256(Buffer.concat([signedBytes(BigInt(`0x${SALT}`)), inner])));
      const b = BigInt(`0x${SRP_B}`);
      const u = toInteger(sha256(Buffer.concat([signedBytes(clientPublic), signedBytes(b)])));
      const k = toInteger(sha256(Buffer.concat([signedBytes(N), signedBytes(2n)])));
      const shared = modPow((((b - k * modPow(2n, x)) % N) + N) % N, a + u * x);
      const extracted = createHmac("sha256", signedBytes(u)).update(signedBytes(shared)).digest();
      const key = createHmac("sha256", extracted).update("Caldera Derived Key\x01").digest().subarray(0, 16);
      const message = Buffer.concat([
        Buffer.from(poolName + USER_ID_FOR_SRP),
        Buffer.from(SECRET_BLOCK, "base64"),
        Buffer.from(timestamp),
      ]);
      return {
        USERNAME: USER_ID_FOR_SRP,
        TIMESTAMP: timestamp,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: createHmac("sha256", key).update(message).digest("base64"),
      };
    },
  };
}

/** RFC 3526, section 4: 2^3072 - 2^3008 - 1 + 2^64 * ( [2^2942 pi] + 1690314 ). */
const N = 2n ** 3072n - 2n ** 3008n - 1n + 2n ** 64n * (scaledPi(2942n) + 1690314n);

/** floor(2^bits * pi), by Machin's formula with guard bits. */
function scaledPi(bits: bigint): bigint {
  const guard = 64n;
  const one = 1n << (bits + guard);
  const arctan = (inverse: bigint) => {
    let term = one / inverse;
    let sum = term;
    for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
      term /= inverse * inverse;
      sum += (sign * term) / n;
    }
    return sum;
  };
  return (4n * (4n * arctan(5n) - arctan(239n))) >> guard;
}

function modPow(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % N;
    factor = (factor * factor) % N;
  }
  return result;
}

function signedBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  const whole = hex.length % 2 ? `0${hex}` : hex;
  return Buffer.from(Number.parseInt(whole.slice(0, 2), 16) > 127 ? `00${whole}` : whole, "hex");
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function toInteger(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}
