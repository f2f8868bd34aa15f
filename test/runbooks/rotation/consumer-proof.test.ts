import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { checkProofs, fingerprintCommand, fingerprintOf } from "../../../runbooks/rotation/consumer-proof.ts";

const VERSION = "0b5c1d2e-3f40-4a51-8b62-7c83d94ea5f6";

test.each(["Ab1".repeat(20), "a+b_c".repeat(6), "short and $odd `x` %s \\n"])(
  "a consumer's shell prints the fingerprint that is asked for, whatever its secret holds: %s",
  (secret) => {
    const printed = execFileSync("sh", ["-c", fingerprintCommand(VERSION)], {
      env: { ...process.env, CLIENT_SECRET: secret },
    });
    expect(printed.toString()).toBe(`${fingerprintOf(VERSION, secret)}\n`);
  },
);

test("another secret and another version have other fingerprints", () => {
  const all = [fingerprintOf(VERSION, "a"), fingerprintOf(VERSION, "b"), fingerprintOf("x", "a")];
  expect(new Set(all).size).toBe(3);
  expect(all[0]).toMatch(/^[0-9a-f]{16}$/);
});

test("each consumer has to show the very fingerprint", () => {
  const given = new Map([
    ["web", "0123456789abcdef"],
    ["batch", "fedcba9876543210"],
  ]);
  expect(checkProofs(["web", "batch", "mail"], given, "0123456789abcdef")).toEqual([
    { name: "web", given: "0123456789abcdef", isProven: true },
    { name: "batch", given: "fedcba9876543210", isProven: false },
    { name: "mail", given: undefined, isProven: false },
  ]);
});
