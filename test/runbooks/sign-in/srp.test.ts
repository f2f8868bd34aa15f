import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveVerifier, isProof, startExchange } from "../../../local/cognito/sign-in/srp.ts";
import { formatTimestamp, startSrp } from "../../../runbooks/sign-in/srp.ts";

const POOL = "ap-northeast-1_AbCdEfGhI";
const USER = "0c7a4a1e-1111-4222-8333-444455556666";

/** What Cognito sends for a user with this password, and its verdict about a proof. */
function openServer(srpA: string, password: string) {
  const salt = randomBytes(16).toString("hex");
  const inner = createHash("sha256").update(`AbCdEfGhI${USER}:${password}`).digest();
  const verifier = deriveVerifier(salt, inner);
  const exchange = startExchange(srpA, salt, randomBytes(64).toString("hex"), verifier);
  if (exchange === undefined) throw new Error("The exchange is refused.");
  const secretBlock = randomBytes(64).toString("base64");
  return {
    parameters: {
      SALT: salt,
      SRP_B: exchange.serverPublic,
      SECRET_BLOCK: secretBlock,
      USER_ID_FOR_SRP: USER,
      USERNAME: USER,
    },
    accepts: (proof: Record<string, string>) =>
      isProof(exchange, verifier, {
        poolName: "AbCdEfGhI",
        userId: proof.USERNAME ?? "",
        secretBlock: proof.PASSWORD_CLAIM_SECRET_BLOCK ?? "",
        timestamp: proof.TIMESTAMP ?? "",
        signature: proof.PASSWORD_CLAIM_SIGNATURE ?? "",
      }),
  };
}

describe("the proof of a password", { timeout: 120_000 }, () => {
  test("convinces the other half of SRP for the right password, and for no other", () => {
    const password = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
      fc.constant("Correct-horse-7"),
    );
    fc.assert(
      fc.property(
        password,
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        (right, now) => {
          const srp = startSrp(POOL);
          const { parameters, accepts } = openServer(srp.SRP_A, right);
          expect(accepts(srp.prove(parameters, right, now))).toBe(true);
          expect(accepts(srp.prove(parameters, `${right} `, now))).toBe(false);
        },
      ),
      { numRuns: 5 },
    );
  });

  test("is made for the user's own name, whatever name was typed, and differs each time", () => {
    const [one, other] = [startSrp(POOL), startSrp(POOL)];
    expect(one.SRP_A).not.toBe(other.SRP_A);
    const { parameters } = openServer(one.SRP_A, "x");
    expect(one.prove(parameters, "x", new Date(0)).USERNAME).toBe(USER);
  });

  test.each([
    ["no salt", { SALT: "" }],
    ["a B that is no number", { SRP_B: "zz" }],
    ["a B that gives the password away", { SRP_B: "0" }],
    ["no secret block", { SECRET_BLOCK: "" }],
    ["no user", { USER_ID_FOR_SRP: "" }],
  ])("is not made for a challenge with %s: that is none of Cognito's", (_, changes) => {
    const srp = startSrp(POOL);
    const { parameters } = openServer(srp.SRP_A, "x");
    expect(() => srp.prove({ ...parameters, ...changes }, "x", new Date(0))).toThrow(
      expect.objectContaining({
        message: "PASSWORD_VERIFIER: the answer is not what AWS sends.",
        exitCode: 15,
      }),
    );
  });

  test.each([
    ["2026-11-03T04:05:06Z", "Tue Nov 3 04:05:06 UTC 2026"],
    ["2026-12-31T23:59:59Z", "Thu Dec 31 23:59:59 UTC 2026"],
  ])("carries the time %s as Cognito reads it: %s", (time, text) => {
    expect(formatTimestamp(new Date(time))).toBe(text);
  });
});
