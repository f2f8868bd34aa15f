import { describe, expect, it } from "vitest";
import {
  describeFailure,
  formatReport,
  isComplete,
  type RehearsalCounts,
  type RehearsalReport,
} from "../../../local/rehearsal/report.ts";

const report: RehearsalReport = {
  ok: true,
  deployed: { created: 95, recorded: 6 },
  users: { seeded: 1000, backedUp: 1000, verified: 1000 },
  backup: { set: "s3://backups/pool/20261121T030000Z-1a2b/", parts: 4 },
  rotation: { way: "client-swap", signInsDuring: 1234, interrupted: 0, failed: 0 },
  signIn: { credentials: true, role: "sre" },
  reimport: { planned: 1000, created: 1000, verified: 1000, linked: 2, impossible: 0, signedIn: true },
  seconds: { deploy: 5.7, backup: 12, rotation: 9.1, signIn: 8.2, rebuild: 4.5, reimport: 9.8, total: 38.6 },
  page: "/project/.sekisho/rehearsal-dev.html",
};
const place = { url: "http://127.0.0.1:4566", isKept: false, log: "/project/.sekisho/world.log" };

describe("the report of a rehearsal", () => {
  it("says what was done, how long it took and where things are", () => {
    expect(formatReport(report, place)).toEqual([
      "The rehearsal succeeded.",
      "  deployed    95 resources created, 6 recorded, 5.7 s",
      "  seeded      1,000 users",
      "  backed up   1,000 of 1,000 users, 4 parts, 12 s",
      "  verified    1,000 of 1,000 users, every part read back",
      "  rotated     a client secret by client-swap, 1,234 sign-ins meanwhile, 0 failed, 9.1 s",
      "  credentials of AWS, for the role sre, by a sign-in at the command line, 8.2 s",
      "  pool lost   on purpose, and built again, 4.5 s",
      "  re-imported 1,000 of 1,000 users, 2 linked to their identity provider, 9.8 s",
      "  compared    1,000 of 1,000 users, every attribute and group",
      '  signed in   one of them, by "forgot password", and nobody was sent anything before',
      "  backup set  s3://backups/pool/20261121T030000Z-1a2b/",
      "  local AWS   http://127.0.0.1:4566 (stopped, its data is gone)",
      "  page        /project/.sekisho/rehearsal-dev.html",
      "  log         /project/.sekisho/world.log",
      "  total       38.6 s",
    ]);
  });

  it("ends with the environment when the local AWS is kept", () => {
    const kept = { ...report, environment: { AWS_ENDPOINT_URL: place.url, AWS_REGION: "ap-northeast-1" } };
    expect(formatReport(kept, { ...place, isKept: true }).slice(-4)).toEqual([
      "To talk to it:",
      "  export AWS_ENDPOINT_URL=http://127.0.0.1:4566",
      "  export AWS_REGION=ap-northeast-1",
      "  unset AWS_PROFILE AWS_SESSION_TOKEN",
    ]);
  });

  it("says that nobody signed in where the settings leave no such way, and still succeeds", () => {
    const { signedIn: _, ...reimport } = report.reimport;
    expect(isComplete({ ...report, reimport })).toBe(true);
    expect(formatReport({ ...report, reimport }, place)).toContain(
      "  signed in   nobody: the settings leave no such way",
    );
  });

  it.each<[string, Partial<RehearsalCounts["users"]>, Partial<RehearsalCounts["reimport"]>]>([
    ["users are missing from the backup", { backedUp: 999, verified: 999 }, {}],
    ["users are missing from the backup", { verified: 999 }, {}],
    ["users are missing from the backup", { backedUp: 1001 }, {}],
    ["users did not come back as they were", {}, { planned: 999 }],
    ["users did not come back as they were", {}, { created: 999 }],
    ["users did not come back as they were", {}, { verified: 999 }],
    ["users did not come back as they were", {}, { impossible: 1 }],
    ["somebody who came back could not sign in", {}, { signedIn: false }],
  ])("says loudly that %s (%o, %o)", (failure, users, reimport) => {
    const counts = {
      users: { ...report.users, ...users },
      reimport: { ...report.reimport, ...reimport },
    };
    expect(isComplete(counts)).toBe(false);
    expect(describeFailure(counts)).toBe(failure);
    expect(formatReport({ ...report, ...counts, ok: false }, place)[0]).toBe(
      `The rehearsal FAILED: ${failure}.`,
    );
  });

  it("tells sign-ins that had to be begun twice, and does not fail for them", () => {
    const rotation = { way: "client-swap", signInsDuring: 120, interrupted: 2, failed: 0 } as const;
    expect(isComplete({ ...report, rotation })).toBe(true);
    expect(formatReport({ ...report, rotation }, place)).toContain(
      "  rotated     a client secret by client-swap, 120 sign-ins meanwhile, 0 failed, 2 begun twice, 9.1 s",
    );
  });

  it("says loudly that a sign-in failed while the secret was rotated", () => {
    const rotation = { way: "two-secrets", signInsDuring: 120, interrupted: 0, failed: 1 } as const;
    expect(isComplete({ ...report, rotation })).toBe(false);
    expect(describeFailure({ ...report, rotation })).toBe("sign-ins failed while a secret was rotated");
  });

  it("says that nothing was rotated where the load balancer signs nobody in, and still succeeds", () => {
    const { rotation: _, ...others } = report;
    expect(isComplete(others)).toBe(true);
    expect(formatReport(others, place)).toContain(
      "  rotated     no secret: the load balancer signs nobody in, 9.1 s",
    );
  });

  it("says loudly that somebody got the wrong credentials at the command line", () => {
    const signIn = { credentials: false, role: "dev" };
    expect(isComplete({ ...report, signIn })).toBe(false);
    expect(describeFailure({ ...report, signIn })).toBe(
      "a sign-in at the command line led to the wrong credentials",
    );
    expect(formatReport({ ...report, signIn }, place)).toContain("  credentials WRONG, 8.2 s");
  });

  it("says that nobody gets credentials where the stack gives none, and still succeeds", () => {
    const { signIn: _, ...others } = report;
    expect(isComplete(others)).toBe(true);
    expect(formatReport(others, place)).toContain(
      "  credentials of AWS: nobody gets any at the command line, 8.2 s",
    );
  });

  it("says loudly that there are users who were never seeded", () => {
    expect(isComplete(report)).toBe(true);
    expect(formatReport({ ...report, ok: false }, place)[0]).toBe(
      "The rehearsal FAILED: the new pool has users whom nobody seeded.",
    );
  });
});
