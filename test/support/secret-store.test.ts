import { beforeEach, expect, test } from "vitest";
import { JsonRefusal } from "./json-service.ts";
import { SecretStore, secretService } from "./secret-store.ts";

// AWS Secrets Manager API Reference (PutSecretValue, UpdateSecretVersionStage, ListSecretVersionIds, GetSecretValue), and
// the quotas of the Secrets Manager User Guide.

const NAME = "sekisho/test/clients/web";
const [ONE, TWO, THREE] = ["1", "2", "3"].map((digit) => `0000000${digit}-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
];
let store: SecretStore;

const call = (operation: string, input: object = {}) =>
  secretService(store)(operation, { SecretId: NAME, ...input }) as Record<string, unknown>;
const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
  call("PutSecretValue", { ClientRequestToken, SecretString, ...(VersionStages && { VersionStages }) });
const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
  call("UpdateSecretVersionStage", {
    VersionStage,
    ...(MoveToVersionId && { MoveToVersionId }),
    ...(RemoveFromVersionId && { RemoveFromVersionId }),
  });
const labels = () =>
  Object.fromEntries(store.versionsOf(NAME).map((version) => [version.id, version.labels]));
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof JsonRefusal) return error.code;
    throw error;
  }
  return "none";
};

beforeEach(() => {
  store = new SecretStore();
  store.set(NAME, "first");
  store.versionsOf(NAME)[0]?.labels.push("sekisho-first");
  const [first] = store.versionsOf(NAME);
  if (first) first.id = ONE;
});

test("a version put twice under one id with one value is stored once, and with another value refused", () => {
  expect(put(TWO, "second", ["AWSPENDING"])).toMatchObject({ VersionId: TWO, VersionStages: ["AWSPENDING"] });
  expect(put(TWO, "second", ["AWSPENDING"])).toMatchObject({ VersionId: TWO });
  expect(store.versionsOf(NAME)).toHaveLength(2);
  expect(refusal(() => put(TWO, "third", ["AWSPENDING"]))).toBe("ResourceExistsException");
});

test("a version put without labels is current, and one with others is not", () => {
  put(TWO, "second", ["AWSPENDING"]);
  expect(labels()).toEqual({ [ONE]: ["AWSCURRENT", "sekisho-first"], [TWO]: ["AWSPENDING"] });
  put(THREE, "third");
  expect(labels()).toEqual({
    [ONE]: ["sekisho-first", "AWSPREVIOUS"],
    [TWO]: ["AWSPENDING"],
    [THREE]: ["AWSCURRENT"],
  });
});

test("a label that is put on a new version leaves the one that had it", () => {
  put(TWO, "second", ["AWSPENDING", "blue"]);
  put(THREE, "third", ["blue"]);
  expect(labels()).toMatchObject({ [TWO]: ["AWSPENDING"], [THREE]: ["blue"] });
});

test("AWSPREVIOUS follows wherever AWSCURRENT leaves", () => {
  put(TWO, "second", ["AWSPENDING"]);
  move("AWSCURRENT", TWO, ONE);
  expect(labels()).toEqual({ [ONE]: ["sekisho-first", "AWSPREVIOUS"], [TWO]: ["AWSPENDING", "AWSCURRENT"] });
  move("AWSCURRENT", ONE, TWO);
  expect(labels()).toEqual({ [ONE]: ["sekisho-first", "AWSCURRENT"], [TWO]: ["AWSPENDING", "AWSPREVIOUS"] });
});

test("a label that sits elsewhere moves only where that version is named", () => {
  put(TWO, "second", ["AWSPENDING"]);
  expect(refusal(() => move("AWSCURRENT", TWO))).toBe("InvalidParameterException");
  expect(refusal(() => move("AWSCURRENT", TWO, TWO))).toBe("InvalidParameterException");
  expect(refusal(() => move("blue", undefined, TWO))).toBe("InvalidParameterException");
  expect(refusal(() => move("AWSCURRENT", THREE, ONE))).toBe("ResourceNotFoundException");
  expect(refusal(() => move("AWSCURRENT", undefined, ONE))).toBe("InvalidParameterException");
  expect(refusal(() => move("blue"))).toBe("InvalidParameterException");
  expect(labels()).toEqual({ [ONE]: ["AWSCURRENT", "sekisho-first"], [TWO]: ["AWSPENDING"] });
});

test("a label that is new, or sits there already, needs no other version", () => {
  move("blue", ONE);
  move("blue", ONE);
  expect(labels()).toEqual({ [ONE]: ["AWSCURRENT", "sekisho-first", "blue"] });
});

test("a version whose last label was taken off is listed only where deprecated ones are asked for", () => {
  put(TWO, "second", ["AWSPENDING"]);
  move("AWSPENDING", undefined, TWO);
  const ids = (IncludeDeprecated: boolean) =>
    (call("ListSecretVersionIds", { IncludeDeprecated }).Versions as { VersionId: string }[]).map(
      ({ VersionId }) => VersionId,
    );
  expect([ids(false), ids(true)]).toEqual([[ONE], [ONE, TWO]]);
  expect(call("DescribeSecret").VersionIdsToStages).toEqual({ [ONE]: ["AWSCURRENT", "sekisho-first"] });
});

test("a list goes on from page to page", () => {
  put(TWO, "second", ["AWSPENDING"]);
  put(THREE, "third", ["blue"]);
  const { Versions, NextToken } = call("ListSecretVersionIds") as { Versions: unknown[]; NextToken: string };
  const rest = call("ListSecretVersionIds", { NextToken });
  expect([Versions.length, (rest.Versions as unknown[]).length, rest.NextToken]).toEqual([2, 1, undefined]);
});

test("a secret has twenty labels at most, over all its versions", () => {
  put(
    TWO,
    "second",
    Array.from({ length: 18 }, (_, number) => `label-${number}`),
  );
  expect(refusal(() => move("one-more", ONE))).toBe("LimitExceededException");
  expect(refusal(() => put(THREE, "third", ["one-more"]))).toBe("LimitExceededException");
  // AWSPREVIOUS comes by itself, and is one as well.
  expect(refusal(() => move("label-0", ONE, TWO))).toBe("none");
});

test("a version is read by its id, by a label, and where both fit", () => {
  put(TWO, "second", ["AWSPENDING"]);
  expect(call("GetSecretValue").SecretString).toBe("first");
  expect(call("GetSecretValue", { VersionId: TWO }).SecretString).toBe("second");
  expect(call("GetSecretValue", { VersionStage: "AWSPENDING" }).SecretString).toBe("second");
  expect(refusal(() => call("GetSecretValue", { VersionId: ONE, VersionStage: "AWSPENDING" }))).toBe(
    "ResourceNotFoundException",
  );
  expect(refusal(() => call("GetSecretValue", { SecretId: "none" }))).toBe("ResourceNotFoundException");
});
