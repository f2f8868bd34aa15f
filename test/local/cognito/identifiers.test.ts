import { expect, test } from "vitest";
import {
  drawClientId,
  drawClientSecret,
  drawPoolId,
  drawText,
  drawUuid,
} from "../../../local/cognito/identifiers.ts";
import { countedBytes } from "./strict-model.ts";

test("draws ids and secrets in AWS's shapes", () => {
  const bytes = countedBytes();
  expect(drawPoolId("ap-northeast-1", bytes)).toMatch(/^ap-northeast-1_[0-9A-Za-z]{9}$/);
  expect(drawClientId(bytes)).toMatch(/^[0-9a-z]{26}$/);
  expect(drawClientSecret(bytes)).toMatch(/^[0-9a-z]{51}$/);
  expect(drawUuid(bytes)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("puts the bytes of a UUID in their places", () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => index * 0x11);
  expect(drawUuid(() => bytes)).toBe("00112233-4455-4677-8899-aabbccddeeff");
});

test("favours no character of an alphabet that does not divide 256", () => {
  const counts = new Map<string, number>();
  let next = 0;
  const text = drawText(2_520, "0123456789", (count) =>
    Uint8Array.from({ length: count }, () => next++ % 256),
  );
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
});
