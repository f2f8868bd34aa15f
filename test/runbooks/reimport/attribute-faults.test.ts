import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awkwardValues } from "../../../local/seed/awkward-values.ts";
import { findMisfit, findValueFault } from "../../../runbooks/reimport/attribute-faults.ts";
import type { TargetAttribute } from "../../../runbooks/reimport/target-pool.ts";

function attribute(values: Partial<TargetAttribute> = {}): TargetAttribute {
  return { name: "custom:note", type: "String", isMutable: true, isRequired: false, ...values };
}

const number = attribute({ name: "custom:grade", type: "Number", min: 1, max: 9 });
const text = attribute({ min: 2, max: 5 });

describe("a value that its attribute does not take", () => {
  it.each([
    [text, "a", "too-short", "its custom:note has fewer than 2 characters"],
    [text, "abcdef", "too-long", "its custom:note has more than 5 characters"],
    [attribute(), "x".repeat(2_049), "too-long", "its custom:note has more than 2048 characters"],
    [
      attribute({ max: 9_999 }),
      "x".repeat(2_049),
      "too-long",
      "its custom:note has more than 2048 characters",
    ],
    [number, "nine", "type", "its custom:grade is not a number"],
    [number, "", "type", "its custom:grade is not a number"],
    [number, "0.5", "too-small", "its custom:grade is below 1"],
    [number, "10", "too-large", "its custom:grade is above 9"],
    [number, "1".repeat(2_049), "too-long", "its custom:grade has more than 2048 characters"],
    [attribute({ type: "Boolean" }), "yes", "type", "its custom:note is not true or false"],
    [attribute({ type: "DateTime" }), "soon", "type", "its custom:note is not a date and time"],
    [attribute({ name: "email" }), "nobody", "form", "its email is not an e-mail address"],
    [attribute({ name: "email" }), "no body@example.com", "form", "its email is not an e-mail address"],
    [
      attribute({ name: "phone_number" }),
      "090-1234-5678",
      "form",
      "its phone_number is not a phone number such as +14325551212",
    ],
    [
      attribute({ name: "birthdate" }),
      "2026-02-30",
      "form",
      "its birthdate is not a date of the form YYYY-MM-DD",
    ],
    [
      attribute({ name: "birthdate" }),
      "02/03/2026",
      "form",
      "its birthdate is not a date of the form YYYY-MM-DD",
    ],
  ] as const)("%j with %j: %s", (rules, value, misfit, fault) => {
    expect(findMisfit(rules, value)).toBe(misfit);
    expect(findValueFault(rules, value)).toBe(fault);
  });

  it("is never told in the reason, which may be logged", () => {
    const schemas = [text, number, attribute({ name: "email" }), attribute({ type: "Boolean" })];
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.string({ minLength: 12 }), (rules, value) => {
        expect(findValueFault(rules, value) ?? "").not.toContain(value);
      }),
    );
  });
});

describe("a value that is taken", () => {
  it.each([
    [text, "ab"],
    [text, "abcde"],
    [attribute({ min: 4, max: 4 }), "👩👩"],
    [attribute(), "x".repeat(2_048)],
    [number, "1"],
    [number, "9"],
    [number, "5.25"],
    [attribute({ type: "Number" }), "-1e3"],
    [attribute({ type: "Boolean" }), "True"],
    [attribute({ type: "DateTime" }), "2026-11-21T03:00:00Z"],
    [attribute({ type: "DateTime" }), "1795230000"],
    [attribute({ name: "email" }), "利用者@例え.jp"],
    [attribute({ name: "email" }), '"o\'brien"+tag@localhost'],
    [attribute({ name: "phone_number" }), "+819012345678"],
    [attribute({ name: "birthdate" }), "2024-02-29"],
  ] as const)("%j with %j", (rules, value) => {
    expect(findValueFault(rules, value)).toBeUndefined();
  });

  it.each(awkwardValues)("however awkward: $what", ({ value }) => {
    expect(findValueFault(attribute(), value)).toBeUndefined();
  });
});
