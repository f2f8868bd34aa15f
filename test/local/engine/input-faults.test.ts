import { describe, expect, test } from "vitest";
import { findInputFault } from "../../../local/engine/input-faults.ts";
import type { PropertyMap } from "../../../local/engine/property-values.ts";

describe("an input nobody can mean", () => {
  test.each<[string, PropertyMap, string, string]>([
    ["a missing value in text", { policy: '{"Resource":"arn:undefined"}' }, "policy", "undefined"],
    ["an object in text", { a: { b: ["x", "role/[object Object]"] } }, "a.b[1]", "[object Object]"],
    [
      "an output in text",
      { a: "Calling [toString] on an [Output<T>] is not supported." },
      "a",
      "Calling [toString]",
    ],
    ["a missing value in a key", { tags: { "team-undefined": "x" } }, "tags.team-undefined", "undefined"],
    ["a key with a colon", { tags: { "a:b": "undefined" } }, 'tags["a:b"]', "undefined"],
  ])("is found: %s", (_what, inputs, path, slip) => {
    expect(findInputFault(inputs)).toEqual({ path, slip });
  });

  test("is not seen where there is none", () => {
    expect(findInputFault({ a: "defined", b: [null, 1, true, { c: "object" }], d: {} })).toBeUndefined();
  });

  test("is not looked for in a program's own files, but everywhere beside them", () => {
    const code = { assets: { "index.mjs": { text: "if (x === undefined) y();" } } };
    expect(findInputFault({ code }, ["code"])).toBeUndefined();
    expect(findInputFault({ code, name: "undefined-x" }, ["code"])).toEqual({
      path: "name",
      slip: "undefined",
    });
  });
});
