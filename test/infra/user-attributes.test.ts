import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttributeSettings } from "../../infra/settings.ts";
import { poolSchema, STANDARD_ATTRIBUTES } from "../../infra/user-attributes.ts";

const plain: AttributeSettings = {
  name: "email",
  kind: "standard",
  type: "string",
  required: false,
  mutable: true,
  writableByUser: true,
};

const custom = (name: string, rest: Partial<AttributeSettings> = {}): AttributeSettings => ({
  ...plain,
  kind: "custom",
  name: `custom:${name}`,
  ...rest,
});

const table: { says: string; given: AttributeSettings; becomes: object }[] = [
  {
    says: "spells a required e-mail address with the limits AWS answers with",
    given: { ...plain, required: true },
    becomes: {
      name: "email",
      attributeDataType: "String",
      developerOnlyAttribute: false,
      mutable: true,
      required: true,
      stringAttributeConstraints: { minLength: "0", maxLength: "2048" },
    },
  },
  {
    says: "keeps a birthdate at ten characters",
    given: { ...plain, name: "birthdate", required: true },
    becomes: {
      name: "birthdate",
      attributeDataType: "String",
      developerOnlyAttribute: false,
      mutable: true,
      required: true,
      stringAttributeConstraints: { minLength: "10", maxLength: "10" },
    },
  },
  {
    says: "gives updated_at the one limit AWS gives it",
    given: { ...plain, name: "updated_at", type: "number", required: true },
    becomes: {
      name: "updated_at",
      attributeDataType: "Number",
      developerOnlyAttribute: false,
      mutable: true,
      required: true,
      numberAttributeConstraints: { minValue: "0" },
    },
  },
  {
    says: "takes the custom: prefix off and never makes a custom attribute required",
    given: custom("department", { max: 64, mutable: false, required: true }),
    becomes: {
      name: "department",
      attributeDataType: "String",
      developerOnlyAttribute: false,
      mutable: false,
      required: false,
      stringAttributeConstraints: { minLength: "0", maxLength: "64" },
    },
  },
  {
    says: "limits a custom number by what was chosen",
    given: custom("level", { type: "number", min: 1, max: 9 }),
    becomes: {
      name: "level",
      attributeDataType: "Number",
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
      numberAttributeConstraints: { minValue: "1", maxValue: "9" },
    },
  },
  {
    says: "gives a number without limits the widest that survive JSON, because limits can never be widened",
    given: custom("score", { type: "number" }),
    becomes: {
      name: "score",
      attributeDataType: "Number",
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
      numberAttributeConstraints: { minValue: "-9007199254740991", maxValue: "9007199254740991" },
    },
  },
  {
    says: "gives a date no limits",
    given: custom("hired", { type: "datetime" }),
    becomes: {
      name: "hired",
      attributeDataType: "DateTime",
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
    },
  },
  {
    says: "gives a boolean no limits",
    given: custom("external", { type: "boolean" }),
    becomes: {
      name: "external",
      attributeDataType: "Boolean",
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
    },
  },
];

describe("the schema of a pool", () => {
  test.each(table)("$says", ({ given, becomes }) => {
    expect(poolSchema([given])).toEqual([becomes]);
  });

  test.each(Object.keys(STANDARD_ATTRIBUTES))(
    "leaves an ordinary %s out, because added later it would become a custom attribute of that name",
    (name) => {
      expect(poolSchema([{ ...plain, name }])).toEqual([]);
    },
  );

  test.each<[string, Partial<AttributeSettings>]>([
    ["required", { required: true }],
    ["immutable", { mutable: false }],
    ["with a shortest length of its own", { min: 3 }],
    ["with a greatest length of its own", { max: 320 }],
  ])("names a standard attribute that is %s", (_, rest) => {
    expect(poolSchema([{ ...plain, ...rest }])).toHaveLength(1);
  });

  test("refuses a standard attribute that Cognito does not have", () => {
    expect(() => poolSchema([{ ...plain, name: "department" }])).toThrow(
      '"department" is no standard attribute of Cognito; write "custom:department" for one of your own.',
    );
  });

  test("is the same list whatever order the attributes are written in", () => {
    const attributes = [
      custom("a"),
      custom("b", { type: "number" }),
      custom("c", { type: "datetime" }),
      { ...plain, required: true },
      { ...plain, name: "phone_number", required: true },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(attributes, { minLength: attributes.length }), (shuffled) => {
        expect(poolSchema(shuffled)).toEqual(poolSchema(attributes));
      }),
    );
    expect(poolSchema(attributes).map(({ name }) => name)).toEqual(["a", "b", "c", "email", "phone_number"]);
  });

  test("gives every text and every number both limits or AWS's own, so that a second preview finds nothing to do", () => {
    const attribute = fc.record({
      name: fc.stringMatching(/^[a-z]{1,20}$/).map((name) => `custom:${name}`),
      kind: fc.constant("custom" as const),
      type: fc.constantFrom("string", "number", "datetime", "boolean"),
      required: fc.boolean(),
      mutable: fc.boolean(),
      writableByUser: fc.boolean(),
    });
    fc.assert(
      fc.property(attribute, (given) => {
        const [made] = poolSchema([given]);
        expect(made?.stringAttributeConstraints !== undefined).toBe(given.type === "string");
        expect(made?.numberAttributeConstraints?.maxValue !== undefined).toBe(given.type === "number");
        expect(made).not.toHaveProperty("name", expect.stringContaining(":"));
        for (const spelled of ["developerOnlyAttribute", "mutable", "required"]) {
          expect(made).toHaveProperty(spelled, expect.any(Boolean));
        }
      }),
    );
  });
});
