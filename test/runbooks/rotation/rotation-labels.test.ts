import fc from "fast-check";
import { expect, test } from "vitest";
import {
  consumerLabel,
  graceLabel,
  ownLabels,
  PENDING,
  ROLLED_BACK,
  readRotationLabels,
  replacesLabel,
} from "../../../runbooks/rotation/rotation-labels.ts";

test("what a rotation writes into labels it reads again", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z0-9]{1,26}--[0-9]{10}$/),
      fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/), { maxLength: 8 }),
      fc.integer({ min: 0, max: 4_102_444_800 }),
      fc.boolean(),
      (secretId, consumers, second, isRolledBack) => {
        const until = new Date(second * 1_000);
        const labels = [
          "AWSCURRENT",
          replacesLabel(secretId),
          ...consumers.map(consumerLabel),
          graceLabel(until),
          ...(isRolledBack ? [ROLLED_BACK] : []),
        ];
        expect(readRotationLabels(labels)).toEqual({
          replaces: [secretId],
          consumers: consumers.toSorted(),
          graceUntil: until,
          isRolledBack,
        });
      },
    ),
  );
});

test("a grace's label is short enough to read", () => {
  expect(graceLabel(new Date("2026-11-21T03:04:05.678Z"))).toBe("sekisho-grace-until-20261121T030405Z");
});

test.each([
  ["a grace that is no time", ["sekisho-grace-until-soon"], undefined],
  [
    "the later of two graces",
    ["sekisho-grace-until-20261121T000000Z", "sekisho-grace-until-20261122T000000Z"],
    "2026-11-22",
  ],
  ["a day that there is not", ["sekisho-grace-until-20261399T000000Z"], undefined],
])("reads %s", (_, labels, day) => {
  expect(readRotationLabels(labels).graceUntil?.toISOString().slice(0, 10)).toBe(day);
});

test("its own labels come off in an order that the next run can go on with, and nobody else's do", () => {
  const foreign = ["AWSCURRENT", "AWSPREVIOUS", "sekisho-first", "blue"];
  const own = [
    PENDING,
    "sekisho-consumer-a",
    "sekisho-grace-until-20261121T000000Z",
    ROLLED_BACK,
    "sekisho-replaces-a--1",
  ];
  expect(ownLabels([...own.toReversed(), ...foreign])).toEqual(own);
});
