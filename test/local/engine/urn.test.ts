import { describe, expect, test } from "vitest";
import { aliasUrn, inheritedUrns, urnName, urnOf } from "../../../local/engine/urn.ts";

const PLACE = { project: "sekisho", stack: "dev" };
const STACK = "urn:pulumi:dev::sekisho::pulumi:pulumi:Stack::sekisho-dev";
const ROOM = "urn:pulumi:dev::sekisho::sekisho:index:Room::room";

describe("URNs", () => {
  test("carry the types of components, but not the stack's", () => {
    expect(urnOf(PLACE, "", "a:b:C", "x")).toBe("urn:pulumi:dev::sekisho::a:b:C::x");
    expect(urnOf(PLACE, STACK, "a:b:C", "x")).toBe("urn:pulumi:dev::sekisho::a:b:C::x");
    expect(urnOf(PLACE, ROOM, "a:b:C", "x")).toBe("urn:pulumi:dev::sekisho::sekisho:index:Room$a:b:C::x");
  });

  test("of aliases keep what the alias does not name", () => {
    const own = { type: "a:b:C", name: "x" };
    expect(aliasUrn(PLACE, own, { name: "y", parentUrn: ROOM })).toBe(
      "urn:pulumi:dev::sekisho::sekisho:index:Room$a:b:C::y",
    );
    expect(aliasUrn(PLACE, own, { stack: "prod", project: "old", type: "d:e:F", parentUrn: "" })).toBe(
      "urn:pulumi:prod::old::d:e:F::x",
    );
  });

  test("of children follow their parent's former name", () => {
    const aliases = ["urn:pulumi:dev::sekisho::sekisho:index:Room::hall"];
    const parent = { name: "room", aliases };
    expect(inheritedUrns(PLACE, { type: "a:b:C", name: "room-key" }, parent)).toEqual([
      "urn:pulumi:dev::sekisho::sekisho:index:Room$a:b:C::hall-key",
    ]);
    expect(inheritedUrns(PLACE, { type: "a:b:C", name: "key" }, parent)).toEqual([
      "urn:pulumi:dev::sekisho::sekisho:index:Room$a:b:C::key",
    ]);
  });

  test("end in a name that may itself have colons", () => {
    expect(urnName("urn:pulumi:dev::p::a:b:C::x::y")).toBe("x::y");
  });
});
