import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Settings } from "../../infra/settings.ts";
import { LocalFileError } from "../../runbooks/runtime/errors.ts";
import type { Deployment } from "../engine/registration.ts";
import type { RehearsalReport } from "./report.ts";
import { createReportPage } from "./report-page.ts";
import { drawStack } from "./stack-picture.ts";
import { describeRooms } from "./stack-rooms.ts";

/** Where the page of a stack's last rehearsal lies. */
export function reportFile(projectDir: string, stack: string): string {
  return join(projectDir, ".sekisho", `rehearsal-${stack}.html`);
}

/** Writes what a rehearsal found, with the stack as a picture, to the file the report names. Throws LocalFileError. */
export async function writeReportPage(
  report: RehearsalReport,
  settings: Settings,
  { registrations }: Pick<Deployment, "registrations">,
): Promise<void> {
  const { page: path } = report;
  const picture = drawStack(settings.stack, describeRooms(settings, registrations));
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, createReportPage({ report, stack: settings.stack, picture }));
  } catch (cause) {
    throw new LocalFileError(`${path} cannot be written.`, { remedy: "Make room for it.", cause });
  }
}
