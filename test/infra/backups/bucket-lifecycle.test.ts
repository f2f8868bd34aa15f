import { describe, expect, test } from "vitest";
import { backupLifecycle, workLifecycle } from "../../../infra/backups/bucket-lifecycle.ts";

describe("how long objects stay", () => {
  test("keeps a backup for its whole lock and removes it within days afterwards", () => {
    expect(backupLifecycle(35)).toEqual({
      id: "backups-end-after-their-lock",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      expiration: { days: 36 },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    });
  });

  test("keeps the newest work for ever and what it replaced for 90 days", () => {
    expect(workLifecycle()).toEqual({
      id: "replaced-work-ends",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      expiration: { expiredObjectDeleteMarker: true },
      noncurrentVersionExpiration: { noncurrentDays: 90 },
    });
  });
});
