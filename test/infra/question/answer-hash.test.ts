import { scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashAnswer, isStoredAnswer, SCRYPT } from "../../../infra/question/answer-hash.ts";

const salt = Buffer.alloc(16, 7);

describe("a stored answer", () => {
  test("is scrypt with 32 megabytes and three passes, and says so itself", async () => {
    const key = scryptSync("ポチ", salt, 32, {
      cost: 32_768,
      blockSize: 8,
      parallelization: 3,
      maxmem: 2 ** 26,
    });
    expect(await hashAnswer("ポチ", salt)).toBe(
      `$scrypt$ln=15,r=8,p=3$${salt.toString("base64")}$${key.toString("base64")}`,
    );
    expect(128 * 2 ** SCRYPT.logN * SCRYPT.r).toBe(32 * 2 ** 20);
  });

  test("fits the same answer and no other", async () => {
    const stored = await hashAnswer("ポチ");
    expect(await isStoredAnswer("ポチ", stored)).toBe(true);
    expect(await isStoredAnswer("タマ", stored)).toBe(false);
    expect(stored).not.toContain("ポチ");
  });

  test("differs for two people with the same answer", async () => {
    expect(await hashAnswer("ポチ")).not.toBe(await hashAnswer("ポチ"));
  });

  test("still fits when it was made with weaker parameters than today's", async () => {
    const key = scryptSync("ポチ", salt, 32, { cost: 16, blockSize: 8, parallelization: 1 });
    const stored = `$scrypt$ln=4,r=8,p=1$${salt.toString("base64")}$${key.toString("base64")}`;
    expect(await isStoredAnswer("ポチ", stored)).toBe(true);
  });

  test.each([
    ["empty", ""],
    ["the answer itself", "ポチ"],
    ["of another kind", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"],
    ["cut off", "$scrypt$ln=15,r=8,p=3$BwcHBwcHBwcHBwcHBwcHBw==$"],
    [
      "of a strength that would keep the function busy",
      `$scrypt$ln=30,r=8,p=1$${salt.toString("base64")}$${Buffer.alloc(32).toString("base64")}`,
    ],
  ])("fits nothing when it is %s", async (_what, stored) => {
    expect(await isStoredAnswer("ポチ", stored)).toBe(false);
  });
});
