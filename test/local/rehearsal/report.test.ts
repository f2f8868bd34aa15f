import { describe, expect, it } from "vitest";
import { formatReport, isComplete, type RehearsalReport } from "../../../local/rehearsal/report.ts";

const report: RehearsalReport = {
  ok: true,
  deployed: { created: 95, recorded: 6 },
  users: { seeded: 1000, backedUp: 1000, verified: 1000 },
  backup: { set: "s3://backups/pool/20261121T030000Z-1a2b/", parts: 4 },
  seconds: { deploy: 5.7, backup: 12, total: 24.3 },
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
      "  backup set  s3://backups/pool/20261121T030000Z-1a2b/",
      "  local AWS   http://127.0.0.1:4566 (stopped, its data is gone)",
      "  page        /project/.sekisho/rehearsal-dev.html",
      "  log         /project/.sekisho/world.log",
      "  total       24.3 s",
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

  it("says loudly that users are missing", () => {
    expect(formatReport({ ...report, ok: false }, place)[0]).toBe(
      "The rehearsal FAILED: users are missing from the backup.",
    );
  });

  it.each([
    [{ seeded: 10, backedUp: 10, verified: 10 }, true],
    [{ seeded: 10, backedUp: 9, verified: 9 }, false],
    [{ seeded: 10, backedUp: 10, verified: 9 }, false],
    [{ seeded: 10, backedUp: 11, verified: 11 }, false],
  ])("of %o is complete: %s", (users, expected) => {
    expect(isComplete(users)).toBe(expected);
  });
});
