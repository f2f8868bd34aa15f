import { describe, expect, test } from "vitest";
import { attributeText, fixedPart } from "../../../infra/deployment/fixed-part.ts";
import { fixedPart as fixedPartSchema } from "../../../infra/outputs/outputs.ts";
import { plainAttribute } from "../../../infra/settings/attributes.ts";
import { NO_SMS } from "../../../infra/sms/sms-state.ts";
import { goodSettings } from "../../support/sample-settings.ts";

describe("an attribute in words", () => {
  test.each([
    ["string", plainAttribute("custom:team")],
    ["string 1..64", { ...plainAttribute("custom:team"), min: 1, max: 64 }],
    ["string required", { ...plainAttribute("email"), required: true }],
    ["string immutable", { ...plainAttribute("email"), mutable: false }],
    ["boolean", { ...plainAttribute("custom:team"), type: "boolean" as const }],
    ["number 1..9", { ...plainAttribute("custom:level"), type: "number" as const, min: 1, max: 9 }],
  ])("is %s", (words, attribute) => {
    expect(attributeText(attribute)).toBe(words);
  });

  test("is told apart when it has no limits at all", () => {
    const { min: _min, max: _max, ...unlimited } = plainAttribute("custom:team");
    expect(attributeText(unlimited)).toBe("string unlimited");
    expect(attributeText({ ...unlimited, min: 1 })).toBe("string 1..");
  });
});

describe("what AWS never changes of a pool", () => {
  test("is written down in the shape that the next deployment reads, without what every pool has", () => {
    const part = fixedPart(goodSettings(), NO_SMS);
    expect(fixedPartSchema.parse(part)).toEqual(part);
    expect(part).toMatchObject({
      usernameAttributes: ["email"],
      caseSensitive: false,
      attributes: { "custom:department": "string 1..64", email: "string required" },
      ownsSmsSettings: true,
    });
    expect(part.attributes).not.toHaveProperty("given_name");
  });
});
