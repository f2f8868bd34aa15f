import * as fc from "fast-check";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, test } from "vitest";
import {
  openProperties,
  openSingleValue,
  type PropertyMap,
  type PropertyValue,
  sealProperties,
} from "../../../local/engine/property-values.ts";

const MARK = "4dabf18193072939515e22adb298388d";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: unknown) => ({ [MARK]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (rest: object) => ({ [MARK]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });
const reference = (rest: object) => ({ [MARK]: "5cf8f73096256a8f31e491e813e4eb8e", ...rest });

function read(wire: Record<string, unknown>) {
  return openProperties(
    structs.Struct.fromJavaScript(Object.fromEntries(Object.entries(wire).map(([k, v]) => [k, v ?? null]))),
  );
}

const value: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue; map: PropertyMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
    fc.array(fc.oneof(tie("value"), fc.constant(null)), { maxLength: 3 }),
    tie("map"),
  ),
  map: fc.dictionary(fc.string(), tie("value"), { maxKeys: 3, noNullPrototype: true }),
})).value;
const properties = fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/), value, { noNullPrototype: true });

describe("properties on their way between program and engine", () => {
  test("arrive as they were sent, secrets known to be secrets", async () => {
    await fc.assert(
      fc.property(properties, fc.func(fc.boolean()), (values, isSecret) => {
        const secrets = Object.keys(values)
          .filter((key) => isSecret(key))
          .sort();
        const { values: back, secrets: found, unknowns } = openProperties(sealProperties(values, secrets));
        expect(back).toEqual(values);
        expect(found).toEqual(secrets);
        expect(unknowns).toEqual([]);
      }),
    );
  });

  test.each<[string, Record<string, unknown>, PropertyMap, string[]]>([
    ["a secret deep inside", { tags: { a: [secret("x")] }, b: 1 }, { tags: { a: ["x"] }, b: 1 }, ["tags"]],
    ["a secret that is not there", { a: secret(null) }, {}, ["a"]],
    ["an output", { a: output({ value: 1 }) }, { a: 1 }, []],
    ["a secret output", { a: output({ value: { b: 2 }, secret: true }) }, { a: { b: 2 } }, ["a"]],
    ["another resource", { role: reference({ urn: "urn:r", id: "role-1" }) }, { role: "role-1" }, []],
    ["a component", { parent: reference({ urn: "urn:c" }) }, { parent: "urn:c" }, []],
    [
      "a text asset",
      { source: { [MARK]: "c44067f5952c0a294b673a41bacd8c17", text: "hi" } },
      { source: { text: "hi" } },
      [],
    ],
    ["nothing, in an object and in a list", { a: null, b: { c: null }, d: [null] }, { b: {}, d: [null] }, []],
  ])("opens %s", (_what, wire, values, secrets) => {
    expect(read(wire)).toMatchObject({ values, secrets, unknowns: [] });
  });

  test("reports by path what is not known yet", () => {
    const wire = { a: UNKNOWN, b: { "c:d": [1, UNKNOWN] }, e: secret(UNKNOWN), f: output({}) };
    expect(read(wire)).toEqual({
      values: { b: { "c:d": [1, null] } },
      secrets: ["e"],
      unknowns: ["a", 'b["c:d"][1]', "e", "f"],
      assets: [],
    });
  });

  test("tells file contents from values, so that they are not judged as values", () => {
    const asset = { [MARK]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    const archive = { [MARK]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: { "index.mjs": asset } };
    expect(read({ code: archive, more: [asset], plain: "x" })).toEqual({
      values: { code: { assets: { "index.mjs": { text: "x" } } }, more: [{ text: "x" }], plain: "x" },
      secrets: [],
      unknowns: [],
      assets: ["code", 'code.assets["index.mjs"]', "more[0]"],
    });
  });

  test("opens a single value and tells whether it was secret", () => {
    expect(openSingleValue(secret({ a: 1 }))).toEqual({ value: { a: 1 }, isSecret: true });
    expect(openSingleValue("client-1")).toEqual({ value: "client-1", isSecret: false });
    expect(openSingleValue(undefined)).toEqual({ value: null, isSecret: false });
  });
});
