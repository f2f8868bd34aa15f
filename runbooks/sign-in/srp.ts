import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import type * as AuthenticationHelperModule from "amazon-cognito-identity-js/lib/AuthenticationHelper.js";
import type * as BigIntegerModule from "amazon-cognito-identity-js/lib/BigInteger.js";
import { foreignAnswer } from "../runtime/aws-errors.ts";

// CommonJS with a default export, which Node, bundlers and test runners take apart in ways of their own.
const require = createRequire(import.meta.url);
const {
  default: AuthenticationHelper,
}: typeof AuthenticationHelperModule = require("amazon-cognito-identity-js/lib/AuthenticationHelper.js");
const {
  default: BigInteger,
}: typeof BigIntegerModule = require("amazon-cognito-identity-js/lib/BigInteger.js");

/** One proof of a password that does not tell the password (SRP, RFC 5054, as Cognito speaks it). */
export interface SrpExchange {
  /** What the sign-in begins with. */
  SRP_A: string;
  /**
   * The answer to PASSWORD_VERIFIER: made of the challenge's parameters, the password, and the time it is made. Throws
   * MalformedAnswerError where the parameters are none of Cognito's.
   */
  prove: (parameters: Readonly<Record<string, string>>, password: string, now: Date) => PasswordProof;
}

export interface PasswordProof extends Record<string, string> {
  /** Not the name that was typed, but the user's own: what Cognito's half was made with. */
  USERNAME: string;
  TIMESTAMP: string;
  PASSWORD_CLAIM_SECRET_BLOCK: string;
  PASSWORD_CLAIM_SIGNATURE: string;
}

/** Begins an exchange with a user pool, with a secret of its own; the numbers are AWS's own library's. */
export function startSrp(userPoolId: string): SrpExchange {
  const poolName = userPoolId.slice(userPoolId.indexOf("_") + 1);
  const helper = new AuthenticationHelper(poolName);
  return {
    SRP_A: resultOf<InstanceType<typeof BigInteger>>((done) => helper.getLargeAValue(done)).toString(16),
    prove: ({ SALT = "", SRP_B = "", SECRET_BLOCK = "", USER_ID_FOR_SRP = "" }, password, now) => {
      if (!HEX.test(SALT) || !HEX.test(SRP_B) || SECRET_BLOCK === "" || USER_ID_FOR_SRP === "") {
        throw foreignAnswer(CHALLENGE);
      }
      const [server, salt] = [new BigInteger(SRP_B, 16), new BigInteger(SALT, 16)];
      const key = resultOf<Uint8Array>((done) =>
        helper.getPasswordAuthenticationKey(USER_ID_FOR_SRP, password, server, salt, done),
      );
      const TIMESTAMP = formatTimestamp(now);
      const message = [poolName, USER_ID_FOR_SRP, Buffer.from(SECRET_BLOCK, "base64"), TIMESTAMP];
      const signature = createHmac("sha256", key);
      for (const part of message) signature.update(part);
      return {
        USERNAME: USER_ID_FOR_SRP,
        TIMESTAMP,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: signature.digest("base64"),
      };
    },
  };
}

/** `Tue Nov 3 04:05:06 UTC 2026`, the one form Cognito takes (Developer Guide, "User pool authentication flow"). */
export function formatTimestamp(time: Date): string {
  const [day, date, month, year, clock] = time.toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${Number(date)} ${clock} UTC ${year}`;
}

const CHALLENGE = "PASSWORD_VERIFIER";
const HEX = /^[0-9a-f]+$/i;

/** The library computes at once, and hands the value to a function all the same. */
function resultOf<Value>(compute: (done: (error: unknown, value: Value) => void) => void): Value {
  let result: { value: Value } | undefined;
  try {
    compute((error, value) => {
      if (error) throw error;
      result = { value };
    });
  } catch (cause) {
    // Numbers that would give the password away, or none.
    throw foreignAnswer(CHALLENGE, cause);
  }
  if (result === undefined) throw foreignAnswer(CHALLENGE);
  return result.value;
}
