import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import {
  mattersToState,
  type RotationFacts,
  readRotationState,
  type StoredVersion,
} from "../../../runbooks/rotation/rotation-state.ts";

const [A, B, C] = ["web123--100", "web123--200", "web123--300"];
const REPLACES = `sekisho-replaces-${A}`;
const GRACE = "sekisho-grace-until-20261121T040000Z";

/** A version that holds a secret of the client; `live` unless said otherwise. */
const version = (
  id: string,
  labels: string[],
  {
    live = true,
    clientId = "web123",
    digest = id,
  }: { live?: boolean; clientId?: string; digest?: string } = {},
): StoredVersion => ({ id, labels, value: { clientId, digest, isLive: live } });

const read = (secretIds: string[], versions: StoredVersion[], clientId = "web123") =>
  readRotationState({ clientId, secretIds, versions });

const rotation = {
  oldVersion: "old",
  newVersion: "new",
  oldSecret: A,
  newSecret: B,
  consumers: [],
  graceUntil: undefined,
};

describe("how far a rotation is", () => {
  it("idle: the only secret is AWSCURRENT", () => {
    expect(read([A], [version("old", ["AWSCURRENT", "sekisho-first"])])).toEqual({
      kind: "idle",
      secretId: A,
      version: "old",
    });
  });

  it("idle after a rotation: AWSPREVIOUS still holds the secret that is gone", () => {
    const versions = [version("old", ["AWSPREVIOUS"], { live: false }), version("new", ["AWSCURRENT"])];
    expect(read([B], versions)).toEqual({ kind: "idle", secretId: B, version: "new" });
  });

  it("stored: the new value is pending, and not on the client", () => {
    const pending = version("new", ["AWSPENDING", REPLACES, "sekisho-consumer-batch"], { live: false });
    expect(read([A], [version("old", ["AWSCURRENT"]), pending])).toEqual({
      kind: "stored",
      ...rotation,
      newSecret: undefined,
      current: "old",
      consumers: ["batch"],
      labels: ["AWSPENDING", "sekisho-consumer-batch", REPLACES],
    });
  });

  it("added: it is on the client, and AWSCURRENT is the old one", () => {
    const versions = [version("old", ["AWSCURRENT"]), version("new", ["AWSPENDING", REPLACES])];
    expect(read([A, B], versions)).toEqual({
      kind: "added",
      ...rotation,
      current: "old",
      labels: ["AWSPENDING", REPLACES],
    });
  });

  it("promoted: AWSCURRENT is the new one, with or without what was left to do", () => {
    const old = version("old", ["AWSPREVIOUS"]);
    expect(read([A, B], [old, version("new", ["AWSCURRENT", "AWSPENDING", REPLACES])])).toMatchObject({
      kind: "promoted",
      current: "new",
      labels: ["AWSPENDING", REPLACES],
      graceUntil: undefined,
    });
    expect(read([B, A], [old, version("new", ["AWSCURRENT", REPLACES, GRACE])])).toEqual({
      kind: "promoted",
      ...rotation,
      current: "new",
      labels: [GRACE, REPLACES],
      graceUntil: new Date("2026-11-21T04:00:00Z"),
    });
  });

  it.each<[string, string[], string[], object]>([
    [
      "marked, and AWSCURRENT not yet back",
      ["AWSPREVIOUS"],
      ["AWSCURRENT", REPLACES, "sekisho-rolled-back"],
      { isMarked: true, current: "new" },
    ],
    [
      "back, and still pending",
      ["AWSCURRENT"],
      ["AWSPENDING", REPLACES, "sekisho-rolled-back"],
      { isMarked: true, current: "old" },
    ],
    [
      "back, with its grace",
      ["AWSCURRENT"],
      ["AWSPREVIOUS", REPLACES, "sekisho-rolled-back", GRACE],
      { isMarked: true, current: "old" },
    ],
    ["withdrawn without a mark", ["AWSCURRENT"], [REPLACES], { isMarked: false, current: "old" }],
  ])("rolled back: %s", (_, oldLabels, newLabels, expected) => {
    expect(read([A, B], [version("old", oldLabels), version("new", newLabels)])).toMatchObject({
      kind: "rolled-back",
      oldVersion: "old",
      newVersion: "new",
      ...expected,
    });
  });

  it.each<[string, string[], StoredVersion[], object]>([
    [
      "the old secret is gone",
      [B],
      [version("old", ["AWSPREVIOUS"], { live: false }), version("new", ["AWSCURRENT", REPLACES, GRACE])],
      { secretId: B, version: "new", leftOn: "new", labels: [GRACE, REPLACES] },
    ],
    [
      "the one that was given up is gone",
      [A],
      [
        version("old", ["AWSCURRENT"]),
        version("new", ["AWSPREVIOUS", REPLACES, "sekisho-rolled-back"], { live: false }),
      ],
      { secretId: A, version: "old", leftOn: "new", labels: ["sekisho-rolled-back", REPLACES] },
    ],
    [
      "it was taken back before it was added",
      [A],
      [version("old", ["AWSCURRENT"]), version("new", [REPLACES], { live: false })],
      { secretId: A, version: "old", leftOn: "new", labels: [REPLACES] },
    ],
  ])("finished but for labels: %s", (_, secretIds, versions, expected) => {
    expect(read(secretIds, versions)).toEqual({ kind: "labels-left", ...expected });
  });
});

describe("what no rotation leaves behind stops everything", () => {
  const current = version("old", ["AWSCURRENT"]);
  const pending = version("new", ["AWSPENDING", REPLACES]);
  it.each<[string, string[], StoredVersion[]]>([
    ["The client has no secret to rotate.", [], [current]],
    ["The client has 3 secrets.", [A, B, C], [current]],
    ["No version of the secret is AWSCURRENT.", [A], [version("old", ["AWSPREVIOUS"])]],
    ["No version of the secret is AWSCURRENT.", [A], []],
    ["The client has two secrets, and nothing says which of them is whose.", [A, B], [current]],
    [
      "The version new is AWSPENDING, and no rotation of ours made it.",
      [A],
      [current, version("new", ["AWSPENDING"])],
    ],
    [
      "The version x is AWSPENDING, and no rotation of ours made it.",
      [A, B],
      [current, version("new", [REPLACES]), version("x", ["AWSPENDING"])],
    ],
    ["Two versions say that they replace a secret.", [A, B], [current, pending, version("x", [REPLACES])]],
    [
      "The version new says that it replaces two secrets.",
      [A, B],
      [current, version("new", ["AWSPENDING", REPLACES, `sekisho-replaces-${C}`])],
    ],
    [
      "Cognito refuses the secret that is AWSCURRENT, so it is not the client's.",
      [A],
      [version("old", ["AWSCURRENT"], { live: false })],
    ],
    [
      "Cognito refuses the secret that is AWSCURRENT, so it is not the client's.",
      [A, B],
      [version("old", ["AWSCURRENT"], { live: false }), pending],
    ],
    [
      "The version old holds the secret of another client.",
      [A],
      [version("old", ["AWSCURRENT"], { clientId: "other", live: false })],
    ],
    [
      "The version new holds the secret of another client.",
      [A],
      [current, version("new", ["AWSPENDING", REPLACES], { clientId: "other", live: false })],
    ],
    [
      "The client has a second secret, and it is not the one that was stored for it.",
      [A, B],
      [current, version("new", ["AWSPENDING", REPLACES], { live: false })],
    ],
    [
      `The new version replaces ${A}, which the client has not.`,
      [C],
      [current, version("new", ["AWSPENDING", REPLACES], { live: false })],
    ],
    [`The new version replaces ${A}, which the client has not.`, [B, C], [current, pending]],
    [
      "Cognito takes the new secret and lists only the old one.",
      [A],
      [current, version("new", ["AWSPENDING", REPLACES])],
    ],
    [
      `${A} is the only secret, and AWSCURRENT says it replaced it.`,
      [A],
      [version("old", ["AWSPREVIOUS"], { live: false }), version("new", ["AWSCURRENT", REPLACES])],
    ],
    [
      "No version is AWSPREVIOUS, so nobody has the old secret.",
      [A, B],
      [version("new", ["AWSCURRENT", REPLACES])],
    ],
    [
      "AWSPREVIOUS does not hold the second secret of the client.",
      [A, B],
      [version("old", ["AWSPREVIOUS"], { live: false }), version("new", ["AWSCURRENT", REPLACES])],
    ],
    [
      "AWSPREVIOUS does not hold the second secret of the client.",
      [A, B],
      [
        version("old", ["AWSPREVIOUS"], { digest: "same" }),
        version("new", ["AWSCURRENT", REPLACES], { digest: "same" }),
      ],
    ],
    [
      "AWSCURRENT and the new version hold the same secret.",
      [A, B],
      [
        version("old", ["AWSCURRENT"], { digest: "same" }),
        version("new", ["AWSPENDING", REPLACES], { digest: "same" }),
      ],
    ],
  ])("%s", (why, secretIds, versions) => {
    expect(read(secretIds, versions)).toMatchObject({ kind: "strange", why });
  });
});

test("the values of these versions are read, and no others", () => {
  const matter = (labels: string[], secretIds: string[]) =>
    mattersToState({ id: "x", labels }, { secretIds } satisfies Pick<RotationFacts, "secretIds">);
  expect(matter(["AWSCURRENT"], [A])).toBe(true);
  expect(matter(["AWSPENDING"], [A])).toBe(true);
  expect(matter([REPLACES], [A])).toBe(true);
  expect(matter(["AWSPREVIOUS"], [A, B])).toBe(true);
  expect(matter(["AWSPREVIOUS"], [A])).toBe(false);
  expect(matter(["sekisho-first", "blue"], [A, B])).toBe(false);
});

describe("the page about strange states", () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

  it("has a row for every sentence that stops a rotation, and for no other", () => {
    const source = read("runbooks/rotation/rotation-state.ts");
    const printed = [...source.matchAll(/strange\(\s*(["`])(.+?)\1,/g)].map(([, , sentence = ""]) =>
      sentence.replace(/\$\{.+?\}/g, "…"),
    );
    expect(printed).toHaveLength(source.split("return strange(").length - 1);
    const [, table = ""] = read("docs/rotation.md").split("## Strange states");
    const rows = [...(table.split("\n## ")[0] ?? "").matchAll(/^\| (.+?) \|/gm)].map(([, cell]) => cell);
    expect(rows.slice(1).toSorted()).toEqual([...new Set(printed)].toSorted());
  });
});
