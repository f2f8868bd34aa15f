import { formatCount } from "../../runbooks/runtime/progress.ts";

/** What a rehearsal found, in the shape `npm start --silent -- --json` prints. */
export interface RehearsalReport {
  ok: boolean;
  deployed: { created: number; recorded: number };
  users: { seeded: number; backedUp: number; verified: number };
  backup: { set: string; parts: number };
  reimport: {
    /** Users of the set who were to come back, those who cannot be among them. */
    planned: number;
    created: number;
    /** Users whom the runbook found as planned, and the rehearsal as seeded. */
    verified: number;
    /** Users who sign in through an identity provider. */
    linked: number;
    impossible: number;
    /** Whether one of them signed in by "forgot password"; absent where the stack's settings leave nobody this way. */
    signedIn?: boolean;
  };
  /** Absent where the load balancer signs nobody in. */
  rotation?:
    | {
        way: "two-secrets" | "client-swap";
        /** Sign-ins through the load balancer while the secret was rotated. */
        signInsDuring: number;
        /** Those that were under way when the rules moved, and led in when begun once more. */
        interrupted: number;
        failed: number;
      }
    | undefined;
  /** Somebody without any right in AWS who signed in at the command line; absent where the stack gives nobody credentials. */
  signIn?:
    | {
        /** Whether they got credentials of the role that they were to get. */
        credentials: boolean;
        /** The role's name in the settings; empty where it is none of the stack's. */
        role: string;
      }
    | undefined;
  /** `rebuild`: from the loss of the pool to the new one; `reimport`: from there to the sign-in. */
  seconds: {
    deploy: number;
    backup: number;
    rotation: number;
    signIn: number;
    rebuild: number;
    reimport: number;
    total: number;
  };
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

/** What a rehearsal counted. */
export type RehearsalCounts = Pick<RehearsalReport, "users" | "reimport" | "rotation" | "signIn">;

/** Whether every seeded user was backed up, verified and brought back, and whoever was to sign in could. */
export function isComplete(counts: RehearsalCounts): boolean {
  return (
    isBackedUp(counts) &&
    isBroughtBack(counts) &&
    isRotated(counts) &&
    hasCredentials(counts) &&
    counts.reimport.signedIn !== false
  );
}

function isRotated({ rotation }: RehearsalCounts): boolean {
  return rotation === undefined || rotation.failed === 0;
}

function hasCredentials({ signIn }: RehearsalCounts): boolean {
  return signIn === undefined || signIn.credentials;
}

function isBackedUp({ users: { seeded, backedUp, verified } }: RehearsalCounts): boolean {
  return backedUp === seeded && verified === seeded;
}

function isBroughtBack({ users: { seeded }, reimport }: RehearsalCounts): boolean {
  const { planned, created, verified, impossible } = reimport;
  return planned === seeded && created === seeded && verified === seeded && impossible === 0;
}

/** What went wrong in a rehearsal that did not succeed, as the end of a sentence. */
export function describeFailure(counts: RehearsalCounts): string {
  if (!isBackedUp(counts)) return "users are missing from the backup";
  if (!isRotated(counts)) return "sign-ins failed while a secret was rotated";
  if (!hasCredentials(counts)) return "a sign-in at the command line led to the wrong credentials";
  if (!isBroughtBack(counts)) return "users did not come back as they were";
  if (counts.reimport.signedIn === false) return "somebody who came back could not sign in";
  return "the new pool has users whom nobody seeded";
}

/** The report as a person reads it, one fact a line. */
export function formatReport(report: RehearsalReport, { url, isKept, log }: Whereabouts): string[] {
  const { deployed, users, backup, reimport, seconds, page } = report;
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
    ["rotated", describeRotation(report), `${seconds.rotation} s`],
    ["credentials", describeCommandLine(report), `${seconds.signIn} s`],
    ["pool lost", "on purpose, and built again", `${seconds.rebuild} s`],
    ["re-imported", `${ofSeeded(reimport.created)}, ${describeLinked(reimport)}`, `${seconds.reimport} s`],
    ["compared", `${ofSeeded(reimport.verified)}, every attribute and group`, ""],
    ["signed in", describeSignIn(reimport), ""],
    ["backup set", backup.set, ""],
    ["local AWS", isKept ? `${url} (running; npm stop ends it)` : `${url} (stopped, its data is gone)`, ""],
    ["page", page, ""],
    ["log", log, ""],
    ["total", "", `${seconds.total} s`],
  ];
  return [
    report.ok ? "The rehearsal succeeded." : `The rehearsal FAILED: ${describeFailure(report)}.`,
    ...rows.map(([what, found, time]) => `  ${what.padEnd(12)}${found}${time && `${found && ", "}${time}`}`),
    ...formatEnvironment(report.environment),
  ];
}

/** How many came back to their identity provider. */
export function describeLinked({ linked }: RehearsalReport["reimport"]): string {
  return `${formatCount(linked)} linked to their identity provider`;
}

/** How the secret was rotated, and what became of people who signed in meanwhile. */
export function describeRotation({ rotation }: Pick<RehearsalReport, "rotation">): string {
  if (rotation === undefined) return "no secret: the load balancer signs nobody in";
  const { way, signInsDuring, interrupted, failed } = rotation;
  const begunTwice = interrupted === 0 ? "" : `, ${formatCount(interrupted)} begun twice`;
  return `a client secret by ${way}, ${formatCount(signInsDuring)} sign-ins meanwhile, ${formatCount(failed)} failed${begunTwice}`;
}

/** What became of the sign-in at the command line. */
export function describeCommandLine({ signIn }: Pick<RehearsalReport, "signIn">): string {
  if (signIn === undefined) return "of AWS: nobody gets any at the command line";
  const { credentials, role } = signIn;
  return credentials ? `of AWS, for the role ${role}, by a sign-in at the command line` : "WRONG";
}

/** What became of the sign-in at the end. */
export function describeSignIn({ signedIn }: RehearsalReport["reimport"]): string {
  if (signedIn === undefined) return "nobody: the settings leave no such way";
  return signedIn ? `one of them, by "forgot password", and nobody was sent anything before` : "FAILED";
}

function formatEnvironment(environment: Record<string, string> | undefined): string[] {
  if (!environment) return [];
  const lines = Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`);
  return ["To talk to it:", ...lines, "  unset AWS_PROFILE AWS_SESSION_TOKEN"];
}
