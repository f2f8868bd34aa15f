import fc from "fast-check";
import { expect, test } from "vitest";
import { parseUserFilter } from "../../../local/cognito/user-filter.ts";
import { faultOf } from "./strict-model.ts";

test("reads back any value that was quoted as ListUsers asks", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom("=", "^="), (value, sign) => {
      const quoted = value.replaceAll(/["\\]/g, "\\$&");
      expect(parseUserFilter(`name ${sign} "${quoted}"`)).toEqual({
        attribute: "name",
        match: sign === "=" ? "exact" : "prefix",
        value,
      });
    }),
  );
});

test.each(['email="a"', '  email  =  "a"  ', 'email ="a"'])("reads %s whatever the spaces", (text) => {
  expect(parseUserFilter(text)).toEqual({ attribute: "email", match: "exact", value: "a" });
});

test.each([undefined, "", "  "])("takes %j for everybody", (text) => {
  expect(parseUserFilter(text)).toBeUndefined();
});

test.each([
  'email == "a"',
  'email "a"',
  'email = "a',
  'email = "a" "b"',
  '= "a"',
  'email != "a"',
  "email = 'a'",
  'email = "a"b"',
])("refuses %s", async (text) => {
  expect(await faultOf(() => parseUserFilter(text))).toMatchObject({
    code: "InvalidParameterException",
    message: "Error while parsing filter.",
  });
});

test.each(["address", "custom:team", "cognito:username", "enabled"])("does not search %s", async (name) => {
  expect(await faultOf(() => parseUserFilter(`${name} = "a"`))).toMatchObject({
    message: `Invalid search attribute: ${name}`,
  });
});
