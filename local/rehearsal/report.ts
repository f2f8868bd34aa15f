import { formatCount } from "../../runbooks/runtime/progress.ts";

/** What a rehearsal found, in the shape `npm start --silent -- --json` prints. */
export interface RehearsalReport {
  ok: boolean;
  deployed: { created: number; recorded: number };
  users: { seeded: number; backedUp: number; verified: number };
  backup: { set: string; parts: number };
  seconds: { deploy: number; backup: number; total: number };
  /** The same as a page, with the stack as a picture. */
  page: string;
  /** Only with `--keep`: the environment that leads AWS tools to the local AWS. */
  environment?: Record<string, string>;
}

/** Where a person can look after the run. */
export interface Whereabouts {
  url: string;
  isKept: boolean;
  log: string;
}

/** Whether every seeded user was backed up and verified. */
export function isComplete({ seeded, backedUp, verified }: RehearsalReport["users"]): boolean {
  return backedUp === seeded && verified === seeded;
}

/** The report as a person reads it, one fact a line. */
export function formatReport(report: RehearsalReport, { url, isKept, log }: Whereabouts): string[] {
  const { deployed, users, backup, seconds, page } = report;
  const ofSeeded = (count: number) => `${formatCount(count)} of ${formatCount(users.seeded)} users`;
  const rows: [string, string, string][] = [
    [
      "deployed",
      `${deployed.created} resources created, ${deployed.recorded} recorded`,
      `${seconds.deploy} s`,
    ],
    ["seeded", `${formatCount(users.seeded)} users`, ""],
    ["backed up", `${ofSeeded(users.backedUp)}, ${backup.parts} parts`, `${seconds.backup} s`],
    ["verified", `${ofSeeded(users.verified)}, every part read back`, ""],
    ["backup set", backup.set, ""],
    ["local AWS", isKept ? `${url} (running; npm stop ends it)` : `${url} (stopped, its data is gone)`, ""],
    ["page", page, ""],
    ["log", log, ""],
    ["total", "", `${seconds.total} s`],
  ];
  return [
    report.ok ? "The rehearsal succeeded." : "The rehearsal FAILED: users are missing from the backup.",
    ...rows.map(([what, found, time]) => `  ${what.padEnd(12)}${found}${time && `${found && ", "}${time}`}`),
    ...formatEnvironment(report.environment),
  ];
}

function formatEnvironment(environment: Record<string, string> | undefined): string[] {
  if (!environment) return [];
  const lines = Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`);
  return ["To talk to it:", ...lines, "  unset AWS_PROFILE AWS_SESSION_TOKEN"];
}
