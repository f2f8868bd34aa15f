import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { generateRotationId, generateSecret } from "../../../runbooks/rotation/new-secret.ts";
import { createRandom } from "../../support/random.ts";

test("a new secret has 64 letters and digits, which Cognito takes, and never comes twice", () => {
  const secrets = Array.from({ length: 1_000 }, () => generateSecret(randomBytes));
  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(new Set(secrets).size).toBe(1_000);
});

test("every letter is as likely as any other", () => {
  const random = createRandom("new-secret");
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  const counts = new Map<string, number>();
  for (const letter of Array.from({ length: 4_000 }, () => generateSecret(bytes)).join("")) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  // A remainder instead of a new draw would make eight letters a quarter likelier than the others.
  expect(counts.size).toBe(62);
  expect(Math.max(...counts.values()) / Math.min(...counts.values())).toBeLessThan(1.12);
});

test("a rotation's id is a UUID of random bytes", () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const ids = Array.from({ length: 1_000 }, () => generateRotationId(randomBytes));
  for (const id of ids) expect(id).toMatch(pattern);
  expect(new Set(ids).size).toBe(1_000);
});
