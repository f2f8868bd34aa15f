import fc from "fast-check";
import { expect, test } from "vitest";
import {
  drawTemporaryPassword,
  findPasswordFault,
  type PasswordRules,
} from "../../../local/cognito/password-policy.ts";
import { countedBytes } from "./strict-model.ts";

const anyRules: fc.Arbitrary<PasswordRules> = fc.record({
  minLength: fc.integer({ min: 6, max: 99 }),
  requireUppercase: fc.boolean(),
  requireLowercase: fc.boolean(),
  requireNumbers: fc.boolean(),
  requireSymbols: fc.boolean(),
  historySize: fc.constant(0),
  temporaryValidDays: fc.constant(7),
});

test("draws temporary passwords that keep every policy", () => {
  fc.assert(
    fc.property(anyRules, fc.integer({ min: 1 }), (rules, seed) => {
      const password = drawTemporaryPassword(rules, countedBytes(seed));
      expect(findPasswordFault(rules, password)).toBeUndefined();
      expect(password).toMatch(/^[\x21-\x7e]{8,256}$/);
    }),
  );
});

test("draws another password each time", () => {
  const rules = {
    minLength: 8,
    requireUppercase: true,
    requireLowercase: true,
    requireNumbers: true,
    requireSymbols: true,
  };
  const bytes = countedBytes();
  const drawn = Array.from({ length: 100 }, () =>
    drawTemporaryPassword({ ...rules, historySize: 0, temporaryValidDays: 7 }, bytes),
  );
  expect(new Set(drawn).size).toBe(100);
});

// The symbols the Developer Guide lists under "Adding user pool password requirements".
test.each([..."^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"])("counts %s as a symbol", (symbol) => {
  const rules = {
    minLength: 2,
    requireUppercase: false,
    requireLowercase: false,
    requireNumbers: false,
    requireSymbols: true,
  };
  expect(
    findPasswordFault({ ...rules, historySize: 0, temporaryValidDays: 7 }, `a${symbol}`),
  ).toBeUndefined();
});

test("does not count letters of other alphabets as upper or lower case, or a full-width sign as a symbol", () => {
  const rules = {
    minLength: 1,
    requireUppercase: true,
    requireLowercase: false,
    requireNumbers: false,
    requireSymbols: false,
    historySize: 0,
    temporaryValidDays: 7,
  };
  expect(findPasswordFault(rules, "Ä")).toBe("Password must have uppercase characters");
  expect(findPasswordFault({ ...rules, requireUppercase: false, requireSymbols: true }, "！")).toBe(
    "Password must have symbol characters",
  );
});
