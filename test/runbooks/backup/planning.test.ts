import { describe, expect, it } from "vitest";
import { findCopyDifference, mayStillArrive } from "../../../runbooks/backup/copy-check.ts";
import type { ManifestBody } from "../../../runbooks/backup/format.ts";
import { planMemberships } from "../../../runbooks/backup/membership-plan.ts";
import { withoutSecrets } from "../../../runbooks/backup/secrets.ts";
import { parseSetChoice } from "../../../runbooks/backup/set-choice.ts";
import {
  chooseShards,
  findFilterFault,
  findUnionFault,
  parseShards,
} from "../../../runbooks/backup/shards.ts";
import { hasShrunk, isFarFromEstimate } from "../../../runbooks/backup/shrinkage.ts";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";

describe("how memberships are read", () => {
  it.each([
    [{ users: 100_000, groups: 100 }, "group", 100],
    [{ users: 50, groups: 10_000 }, "user", 50],
    [{ users: 10, groups: 10 }, "group", 10],
    [{ users: 10, groups: 0 }, "group", 0],
    [{ users: 0, groups: 3 }, "group", 3],
  ] as const)("for %j is by %s, with at least %d calls", (pool, by, leastCalls) => {
    expect(planMemberships(pool)).toEqual({ by, leastCalls });
  });
});

describe("a pool that has fewer users than in the last set", () => {
  it.each([
    [1_000, 900, false],
    [1_000, 899, true],
    [1_000, 1_100, false],
    [20, 11, false],
    [20, 10, true],
    [3, 1, false],
    [3, 0, true],
    [0, 0, false],
  ])("from %d to %d is suspicious: %s", (before, now, isSuspicious) => {
    expect(hasShrunk({ before, now })).toBe(isSuspicious);
  });

  it.each([
    [1_000, 1_000, false],
    [1_000, 990, false],
    [1_000, 989, true],
    [100_000, 99_940, true],
    [100_000, 101_000, false],
    [1_000, 1_021, true],
    [100, 91, false],
    [10, 40, true],
  ])("estimated at %d and counted as %d is worth a warning: %s", (estimated, counted, isWorth) => {
    expect(isFarFromEstimate({ estimated, counted })).toBe(isWorth);
  });
});

describe("shards", () => {
  it.each([
    ["auto", 5_000, 30, 1],
    ["auto", 100_000, 3, 1],
    ["auto", 100_000, 15, 3],
    ["auto", 100_000, 30, 4],
    ["auto", 100_000, 10_000, 4],
    [7, 5, 30, 7],
  ] as const)(
    "%s, %d users and %d pages a second: %d lists at once",
    (choice, estimatedUsers, rate, shards) => {
      expect(chooseShards(choice, { estimatedUsers, rate })).toBe(shards);
    },
  );

  it.each([
    [undefined, "auto"],
    ["auto", "auto"],
    ["1", 1],
    ["16", 16],
  ])("reads --shards %s", (text, choice) => {
    expect(parseShards(text)).toBe(choice);
  });

  it.each(["0", "17", "-1", "four", "1.5", "1e1"])("refuses --shards %s", (text) => {
    expect(() => parseShards(text)).toThrow(BadInputError);
  });

  const probe = { sample: ["a1", "b2"], prefix: "a", filtered: ["a1", "a9"], exact: ["a1"] };

  it("trusts a filter that does what it says", () => {
    expect(findFilterFault(probe)).toBeUndefined();
  });

  it.each([
    ["there is nobody to try it on", { sample: [] }],
    ["a sub begins with something else than 0 to f", { sample: ["a1", "x2"] }],
    ["nobody is found", { filtered: [] }],
    ["others are found too", { filtered: ["a1", "b2"] }],
    ["the whole sub finds nobody", { exact: [] }],
    ["the whole sub finds somebody else", { exact: ["a9"] }],
    ["the whole sub finds more than one", { exact: ["a1", "a9"] }],
  ])("does not trust it when %s", (_, change) => {
    expect(findFilterFault({ ...probe, ...change })).toEqual(expect.any(String));
  });

  it.each([
    ["a user of the unfiltered list is in no shard", { has: (sub: string) => sub === "a1" }],
    ["far fewer users than estimated were found", { users: 980 }],
  ])("does not trust the union when %s", (_, change) => {
    const union = { sample: ["a1", "b2"], has: () => true, users: 1_000, estimatedUsers: 1_000 };
    expect(findUnionFault(union)).toBeUndefined();
    expect(findUnionFault({ ...union, ...change })).toEqual(expect.any(String));
  });
});

describe("secrets", () => {
  it("leave out client secrets and what providers keep secret, and nothing else", () => {
    const answer = {
      ClientId: "client",
      ClientSecret: "canary-1",
      Policies: { PasswordPolicy: { MinimumLength: 14 } },
      ProviderDetails: { client_id: "id", client_secret: "canary-2", private_key: "canary-3" },
      List: [{ ClientSecret: "canary-4" }, "text", 3, null],
      CreationDate: new Date(0),
    };
    const cleaned = withoutSecrets(answer);
    expect(JSON.stringify(cleaned)).not.toContain("canary");
    expect(cleaned).toMatchObject({
      ClientId: "client",
      ClientSecret: "(a secret; not in the backup)",
      Policies: { PasswordPolicy: { MinimumLength: 14 } },
      ProviderDetails: { client_id: "id" },
      List: [{}, "text", 3, null],
      CreationDate: "1970-01-01T00:00:00.000Z",
    });
  });
});

describe("--set", () => {
  it.each([
    [undefined, "pool_1", "latest"],
    ["latest", "pool_1", "latest"],
    ["20261121T030000Z-0a1b2c3d", "pool_1", "20261121T030000Z-0a1b2c3d"],
    ["eu-west-1_Old/20261121T030000Z-0a1b2c3d", "eu-west-1_Old", "20261121T030000Z-0a1b2c3d"],
    ["eu-west-1_Old/latest", "eu-west-1_Old", "latest"],
  ])("%s means the pool %s and the set %s", (text, poolId, set) => {
    expect(parseSetChoice(text, "pool_1")).toEqual({ poolId, set });
  });

  it.each([
    "",
    "newest",
    "../x",
    "/20261121T030000Z-0a1b2c3d",
    "a/b/20261121T030000Z-0a1b2c3d",
    "20261121-0a1b2c3d",
  ])("refuses %j", (text) => {
    expect(() => parseSetChoice(text, "pool_1")).toThrow(BadInputError);
  });
});

describe("the copy in another Region", () => {
  const sha = (digit: string) => digit.repeat(64);
  const part = (name: string, digit: string) => ({
    name,
    records: 1,
    storedBytes: 1,
    plainBytes: 1,
    storedSha256: sha(digit),
    plainSha256: sha(digit),
  });
  const manifest = {
    finishedAt: "2026-11-21T03:00:00.000Z",
    parts: [part("users-00000.ndjson.gz", "a"), part("groups.ndjson.gz", "b")],
  } as ManifestBody;

  it("is the same when every hash is", () => {
    expect(findCopyDifference(manifest, structuredClone(manifest))).toBeUndefined();
  });

  it("names the part that differs or is not listed", () => {
    const altered = {
      ...manifest,
      parts: [part("users-00000.ndjson.gz", "c"), part("groups.ndjson.gz", "b")],
    };
    expect(findCopyDifference(manifest, altered)).toBe("users-00000.ndjson.gz has another hash in the copy");
    const shorter = { ...manifest, parts: manifest.parts.slice(1) };
    expect(findCopyDifference(manifest, shorter)).toBe("the copy lists no users-00000.ndjson.gz");
    expect(findCopyDifference(manifest, { ...manifest, stack: "other" })).toBe("the two manifests differ");
  });

  it("gives replication a day before what is missing counts as lost", () => {
    expect(mayStillArrive(manifest, new Date("2026-11-22T02:59:00Z"))).toBe(true);
    expect(mayStillArrive(manifest, new Date("2026-11-22T03:01:00Z"))).toBe(false);
  });
});
