import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RehearsalReport } from "../../../local/rehearsal/report.ts";
import { reportFile, writeReportPage } from "../../../local/rehearsal/report-file.ts";
import { goodSettings } from "../../support/sample-settings.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-file-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function reportAt(page: string): RehearsalReport {
  return {
    ok: true,
    deployed: { created: 95, recorded: 6 },
    users: { seeded: 1000, backedUp: 1000, verified: 1000 },
    backup: { set: "s3://backups/pool/20261121T030000Z-1a2b/", parts: 4 },
    reimport: { planned: 1000, created: 1000, verified: 1000, linked: 2, impossible: 0, signedIn: true },
    seconds: {
      deploy: 5.7,
      backup: 12,
      rotation: 9.1,
      signIn: 8.2,
      rebuild: 4.5,
      reimport: 9.8,
      total: 38.6,
    },
    page,
  };
}

describe("the page of a rehearsal", () => {
  it("lies in the project's own folder, one for each stack, and the newest replaces the one before", async () => {
    const page = reportFile(folder, "dev");
    expect(page).toBe(join(folder, ".sekisho", "rehearsal-dev.html"));
    await writeReportPage({ ...reportAt(page), ok: false }, goodSettings(), { registrations: [] });
    await writeReportPage(reportAt(page), goodSettings(), { registrations: [] });
    const text = await readFile(page, "utf8");
    expect(text).toContain('<svg class="stack-picture"');
    expect(text).toContain("It succeeded");
    expect(text).not.toContain("It failed");
  });

  it("that cannot be written is said with its place, and ends with 16", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    const page = join(file, "rehearsal-dev.html");
    await expect(
      writeReportPage(reportAt(page), goodSettings(), { registrations: [] }),
    ).rejects.toMatchObject({ exitCode: 16, message: `${page} cannot be written.` });
  });
});
