import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributesSchema, plainAttribute } from "../../../infra/settings/attributes.ts";
import { poolSchema } from "../../../infra/users/user-attributes.ts";

/** The schema that a stack file's `sekisho:users.attributes` leads to. */
const schemaOf = (attributes: Record<string, unknown>) => poolSchema(attributesSchema().parse(attributes));

const table: { says: string; given: Record<string, unknown>; becomes: object }[] = [
  {
    says: "spells a required e-mail address with the limits AWS answers with",
    given: { email: "required" },
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
    given: { birthdate: "required" },
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
    given: { updated_at: "required" },
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
    says: "takes the custom: prefix off and limits a text by what was chosen",
    given: { "custom:department": { max: 64, mutable: false } },
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
    says: "limits a number by what was chosen",
    given: { "custom:level": { type: "number", min: 1, max: 9 } },
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
    given: { "custom:score": { type: "number" } },
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
    given: { "custom:hired": { type: "datetime" } },
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
    given: { "custom:external": { type: "boolean" } },
    becomes: {
      name: "external",
      attributeDataType: "Boolean",
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
    },
  },
];

const STANDARD = [
  ...[
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
  ],
  ...[
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
  ],
];

describe("the schema of a pool", () => {
  test.each(table)("$says", ({ given, becomes }) => {
    expect(schemaOf(given)).toEqual([becomes]);
  });

  test.each(STANDARD)(
    "leaves an ordinary %s out, because added later it would become a custom attribute of that name",
    (name) => {
      expect(poolSchema([plainAttribute(name)])).toEqual([]);
    },
  );

  test.each<[string, object]>([
    ["required", { required: true }],
    ["immutable", { mutable: false }],
    ["given a shortest length of its own", { min: 3 }],
    ["given a greatest length of its own", { max: 320 }],
  ])("names a standard attribute that is %s", (_, given) => {
    expect(schemaOf({ email: given })).toHaveLength(1);
  });

  test("is the same list whatever order the attributes come in", () => {
    const attributes = ["custom:a", "custom:b", "custom:c", "custom:d"].map(plainAttribute);
    fc.assert(
      fc.property(fc.shuffledSubarray(attributes, { minLength: attributes.length }), (shuffled) => {
        expect(poolSchema(shuffled).map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
      }),
    );
  });

  test("gives every text and every number of one's own both limits, so that a second preview finds nothing to do", () => {
    const attribute = fc.record({
      type: fc.constantFrom("string", "number", "datetime", "boolean"),
      mutable: fc.boolean(),
    });
    const attributes = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,20}$/).map((name) => `custom:${name}`),
      attribute,
      { maxKeys: 10 },
    );
    fc.assert(
      fc.property(attributes, (given) => {
        const made = schemaOf(given);
        expect(made).toHaveLength(Object.keys(given).length);
        for (const one of made) {
          const { type, mutable } = given[`custom:${one.name}`] ?? {};
          expect(one).toMatchObject({ developerOnlyAttribute: false, mutable, required: false });
          expect(Object.keys(one.stringAttributeConstraints ?? {})).toHaveLength(type === "string" ? 2 : 0);
          expect(Object.keys(one.numberAttributeConstraints ?? {})).toHaveLength(type === "number" ? 2 : 0);
        }
      }),
    );
  });
});
