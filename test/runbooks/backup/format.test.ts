import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFromFuture, POOL_ID, SET_NAME, setName } from "../../../runbooks/backup/format.ts";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";

const run = Buffer.from("0a1b2c3d", "hex");

describe("the name of a set", () => {
  it("is found again among the sets, or refused, whatever the clock shows", () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: false }), (moment) => {
        const year = moment.getUTCFullYear();
        if (year >= 0 && year <= 9_999) expect(setName(moment, run)).toMatch(SET_NAME);
        else expect(() => setName(moment, run)).toThrow(BadInputError);
      }),
    );
  });

  it.each([new Date("+010000-01-01T00:00:00Z"), new Date("-000001-01-01T00:00:00Z"), new Date(Number.NaN)])(
    "is refused for a clock that shows no date of four digits",
    (moment) => {
      expect(() => setName(moment, run)).toThrow(
        "This machine's clock shows no date that a set can be named after.",
      );
    },
  );

  it.each([
    ["20261121T030500Z-0a1b2c3d", false],
    ["20261121T030501Z-0a1b2c3d", true],
    ["20361121T030000Z-0a1b2c3d", true],
    ["20251121T030000Z-0a1b2c3d", false],
  ])("tells whether %s is still to come, with five minutes' grace", (name, isFuture) => {
    expect(isFromFuture(name, new Date("2026-11-21T03:00:00.000Z"))).toBe(isFuture);
  });
});

describe("the id of a user pool", () => {
  const region = "ap-northeast-1_";
  it.each<[string, string, boolean]>([
    ["as AWS writes it is one", `${region}Ab12Cd34E`, true],
    ["of 55 characters is one", region.padEnd(55, "x"), true],
    ["of 56 characters is none", region.padEnd(56, "x"), false],
    ["without its Region is none", "Ab12Cd34E", false],
    ["with a sign behind its Region is none", `${region}Ab-12`, false],
    ["with a line break is none", `${region}Ab12\n`, false],
  ])("%s", (_, id, isOne) => {
    expect(POOL_ID.test(id)).toBe(isOne);
  });
});
