import { describe, expect, it } from "vitest";
import {
  countPlanned,
  describeFaults,
  describeFinished,
  describePlan,
  describePlanned,
} from "../../../runbooks/reimport/reimport-report.ts";
import type { Reject } from "../../../runbooks/reimport/reimport-run.ts";
import { exitCodeOf, type FinishedReimport } from "../../../runbooks/reimport/stack-reimport.ts";
import { createPlan, createPrepared } from "../../support/prepared-reimports.ts";

const NOW = new Date("2026-11-21T04:02:05Z");
const wide = Number.POSITIVE_INFINITY;

const impossible = (count: number) =>
  Array.from({ length: count }, (_, ordinal) => ({
    ordinal,
    sub: `sub-${ordinal}`,
    username: `name-${ordinal}`,
    reason: "its email is not an e-mail address",
  }));

const rejectsOf = (count: number, reason = "AWS says no"): Reject[] =>
  Array.from({ length: count }, (_, number) => ({ kind: "reject", sub: `sub-${number}`, reason }));

const folder = "reimports/new/old/set/results-1/";
const files = {
  folder,
  subMap: `${folder}sub-map.json`,
  rejects: undefined,
  mustEnrol: undefined,
  others: undefined,
  notice: { ja: `${folder}notice.ja.txt`, en: `${folder}notice.en.txt` },
};

interface Ended {
  /** The plan as it was known last; the one that was shown unless given. */
  plan?: Parameters<typeof createPlan>[0];
  check?: Partial<FinishedReimport["outcome"]["check"]>;
  rejects?: Reject[];
  counts?: Partial<FinishedReimport["counts"]>;
  files?: FinishedReimport["files"];
}

function finish({ check, rejects = [], counts, plan, ...rest }: Ended = {}): FinishedReimport {
  const verified = {
    created: 1_234,
    linked: 0,
    verified: 1_234,
    differences: [],
    changedSince: 0,
    gone: 0,
    refused: [],
    leftAlone: 0,
    strangers: [],
  };
  return {
    findings: createPrepared(plan && { plan }).findings,
    outcome: { check: { ...verified, ...check }, checkSeconds: 1, rejects },
    counts: { restored: 1_234, refused: 0, groups: 0, ...counts },
    files: "files" in rest ? rest.files : files,
  };
}

function describeEnd(ended: Ended = {}) {
  const startedAt = new Date(NOW.getTime() - 125_000);
  return describeFinished(createPrepared(), finish(ended), { startedAt, now: NOW });
}

const difference = { ordinal: 0, sub: "sub-0", what: "attributes" };

describe("a plan that is shown", () => {
  it("begins with what it is and ends with how to carry it out; nothing was written", () => {
    const prepared = createPrepared();
    const plan = describePlan(prepared, NOW, wide);
    expect(plan[0]).toBe("The plan:");
    const { text, json, exitCode } = describePlanned(prepared, plan);
    expect(text).toEqual([
      ...plan,
      "Nothing was written. To carry it out, give the same command again with:",
      "  --apply --ticket <id> --confirm sekisho-test-new",
    ]);
    expect(json).toMatchObject({
      ok: true,
      applied: false,
      planned: 1_234,
      create: 1_234,
      writes: 2_468,
      faults: [],
    });
    expect(exitCode).toBeUndefined();
  });

  it.each([
    ["people of 2026", "'people of 2026'"],
    ["it's; rm -rf $HOME", "'it'\\''s; rm -rf $HOME'"],
  ])("quotes a name that a shell would not take as one word: %s", (name, quoted) => {
    const { text } = describePlanned(createPrepared({ target: { name } }), []);
    expect(text.at(-1)).toBe(`  --apply --ticket <id> --confirm ${quoted}`);
  });

  it("says so where nothing is left to do, and what can be done all the same", () => {
    const { calls } = createPlan();
    const nothing = Object.fromEntries(Object.keys(calls).map((name) => [name, 0])) as typeof calls;
    const plan = { decisions: { create: 0, done: 1_234 }, calls: nothing, engines: { csv: 0, api: 0 } };
    expect(describePlanned(createPrepared({ plan, isEnded: true }), []).text).toEqual([
      "Nothing is left to do. --apply --ticket <id> compares everybody with the set once more.",
    ]);
  });

  it("names ten users who cannot come back, and counts the others", () => {
    const plan = describePlan(createPrepared({ plan: { impossible: impossible(12) } }), NOW, wide);
    expect(plan.filter((line) => line.startsWith("  not possible"))).toHaveLength(10);
    expect(plan.at(-1)).toBe("  … and 2 more");
  });

  it("never calls a set that a wrong clock made older than nothing", () => {
    const plan = describePlan(createPrepared(), new Date("2026-11-21T02:59:00Z"), wide);
    expect(plan.some((line) => line.includes(", 0 s old, "))).toBe(true);
  });

  it("fits the terminal, with what belongs together below one another", () => {
    const plan = describePlan(createPrepared(), NOW, 60);
    // An address is never broken.
    const others = plan.filter((line) => !line.includes("s3://"));
    expect(Math.max(...others.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(others.filter((line) => line.startsWith(" ".repeat(16))).length).toBeGreaterThan(3);
  });

  it("shows names from AWS without letting them do anything to the terminal", () => {
    const prepared = createPrepared({ target: { name: "evil\u001b[2J" } });
    const lines = [
      ...describePlan(prepared, NOW, wide),
      ...describePlanned(prepared, []).text,
      ...describeFaults(
        prepared,
        [],
        [{ code: "x", message: "a\u001b[2J", remedy: "b\u0007", isAcceptable: false }],
      ).text,
    ];
    expect(lines.join("")).not.toMatch(/\p{Cc}/u);
  });
});

describe("faults", () => {
  const fault = {
    code: "other-pool",
    message: "That is another pool.",
    remedy: "Check --pool.",
    isAcceptable: false,
  };

  it.each([
    [1, "1 thing speaks against it; nothing was written:"],
    [3, "3 things speak against it; nothing was written:"],
  ])("are told all at once with their codes, and end with 2 (%i)", (count, headline) => {
    const faults = Array.from({ length: count }, () => fault);
    const { text, json, exitCode } = describeFaults(createPrepared(), ["The plan:"], faults);
    expect(text.slice(0, 4)).toEqual([
      "The plan:",
      headline,
      "  other-pool: That is another pool.",
      "    Check --pool.",
    ]);
    expect([json, exitCode]).toEqual([expect.objectContaining({ ok: false, applied: false, faults }), 2]);
  });
});

describe("what became of everybody", () => {
  it("says first that all are there, then what was done, and where to find who is who", () => {
    const { text, json, exitCode } = describeEnd({ counts: { groups: 2 } });
    const at = "s3://sekisho-test-work/reimports/new/old/set/results-1";
    expect(text).toEqual([
      "Everybody is there: 1,234 of 1,234 users compared, to the last character.",
      "This run brought back 1,234 users and made 2 groups, in 3 min.",
      `who is who     ${at}/sub-map.json`,
      `tell people    ${at}/notice.ja.txt (Japanese), ${at}/notice.en.txt (English)`,
      "Nobody was told anything yet: send the notice yourself.",
    ]);
    expect(json).toMatchObject({
      ok: true,
      applied: true,
      created: 1_234,
      verified: 1_234,
      rejected: 0,
      seconds: 125,
    });
    expect(exitCode).toBe(0);
  });

  it("says that nothing was written where nothing was left to do", () => {
    const { text, json } = describeEnd({ files: undefined });
    expect(text.slice(1)).toEqual(["There was nothing left to do; nothing was written."]);
    expect(json).toMatchObject({ ok: true, applied: false });
    expect(json).not.toHaveProperty("files");
  });

  it("names ten of those who are not there, with the reason, and the file that has all of them", () => {
    const rejects = `${folder}rejects.ndjson`;
    const { text, exitCode } = describeEnd({
      check: { verified: 1_222 },
      rejects: rejectsOf(12),
      files: { ...files, rejects, mustEnrol: `${folder}must-enrol.ndjson`, others: `${folder}others.ndjson` },
    });
    expect(text[0]).toBe("1,222 of 1,234 users are there as planned, and 12 not.");
    expect(text).toContain("  … and 2 more");
    expect(text.filter((line) => line === "  rejected: sub-9, AWS says no")).toHaveLength(1);
    expect(text.filter((line) => line.startsWith("  rejected: "))).toHaveLength(10);
    expect(text.filter((line) => /^(rejects|must enrol|not in the set) +s3:/.test(line))).toHaveLength(3);
    expect(exitCode).toBe(3);
  });

  it("says who changed since, which is no fault", () => {
    const { text, exitCode } = describeEnd({ check: { changedSince: 2 } });
    expect([text[2], exitCode]).toEqual(["2 of them changed since they came back, which is theirs.", 0]);
  });

  it.each([
    [1, "Deleted since they came back, and not made again: 1 user."],
    [1_200, "Deleted since they came back, and not made again: 1,200 users."],
  ])("says who was deleted since, which is no fault either (%i)", (gone, line) => {
    const { text, json, exitCode } = describeEnd({ check: { verified: 34, gone } });
    expect([text[2], json, exitCode]).toEqual([line, expect.objectContaining({ deletedSince: gone }), 0]);
  });

  it("says one user and one group where there is one", () => {
    const { text } = describeEnd({ counts: { restored: 1, groups: 1 } });
    expect(text[1]).toBe("This run brought back 1 user and made 1 group, in 3 min.");
  });

  it("counts by the plan as it was known last, which import jobs may have changed", () => {
    const { text, json } = describeEnd({ plan: { hash: "1", decisions: { create: 34, done: 1_300 } } });
    expect(text[0]).toBe("Everybody is there: 1,234 of 1,334 users compared, to the last character.");
    expect(json).toMatchObject({ plan: "1", planned: 1_334, create: 34 });
  });

  it("lets no reason of AWS do anything to the terminal", () => {
    const { text } = describeEnd({ rejects: rejectsOf(1, "\u001b[2Jgone") });
    expect(text.join("\n")).not.toContain("\u001b");
  });
});

describe("the exit code", () => {
  it.each<[number, string, Ended]>([
    [0, "everybody is there", {}],
    [3, "some were rejected", { rejects: rejectsOf(1) }],
    [13, "somebody is there and not as planned", { check: { differences: [difference] } }],
    [13, "both", { check: { differences: [difference] }, rejects: rejectsOf(2) }],
  ])("is %i when %s", (code, _, ended) => {
    expect(exitCodeOf(finish(ended).outcome)).toBe(code);
  });
});

describe("users who are to be in the target in the end", () => {
  it("are those who are made, gone on with, overwritten, repaired and done, and those who cannot come back, for whatever reason", () => {
    const decisions = {
      create: 1,
      resume: 2,
      overwrite: 3,
      repair: 4,
      done: 5,
      gone: 60,
      standing: 70,
      clash: 80,
      taken: 100,
      unclear: 200,
    };
    expect(countPlanned(createPlan({ decisions, impossible: impossible(6) }))).toEqual({
      planned: 321,
      impossible: 6,
    });
  });
});
