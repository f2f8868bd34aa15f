import type { Fault } from "../settings.ts";
import { type Comparison, hasLostProtection, type ImmutableCheck, letGoFirst } from "./comparison.ts";

/** Logs and evidence are protected: what holds them leaves the stack on purpose only. */
export const evidenceChecks: readonly ImmutableCheck[] = [
  auditStays,
  accessLogsStay,
  trailStays,
  userEventsStay,
  signInLogStays,
];

function auditStays(comparison: Comparison): Fault[] {
  if (!comparison.deployed.audit || comparison.settings.audit) return [];
  return mayGo(comparison, "sekisho:audit", "cannot go: its logs say who signed in");
}

function accessLogsStay(comparison: Comparison): Fault[] {
  const { audit } = comparison.settings;
  if (!audit || audit.accessLogs || !comparison.deployed.audit?.accessLogs) return [];
  const message = "cannot become false: the logs of who asked for what lie in a bucket that is protected";
  return mayGo(comparison, "sekisho:audit.accessLogs", message);
}

function trailStays(comparison: Comparison): Fault[] {
  const { audit } = comparison.settings;
  if (!audit || audit.trail.kind === "create" || comparison.deployed.audit?.trail.kind !== "create")
    return [];
  const message = "cannot change from create to existing: the trail and its evidence are protected";
  return mayGo(comparison, "sekisho:audit.trail", message);
}

function userEventsStay(comparison: Comparison): Fault[] {
  const { audit } = comparison.settings;
  const before = comparison.deployed.audit?.logGroups.userEvents;
  if (!audit || audit.userEvents === "log" || before === undefined) return [];
  return mayGo(comparison, "sekisho:audit.userEvents", `cannot become off: ${before} is protected`);
}

function signInLogStays(comparison: Comparison): Fault[] {
  const { audit } = comparison.settings;
  const before = comparison.deployed.audit?.logGroups.signIns;
  if (!audit || audit.signInLog === "trigger" || before === undefined) return [];
  return mayGo(comparison, "sekisho:audit.signInLog", `cannot become off: ${before} is protected`);
}

function mayGo(comparison: Comparison, path: string, message: string): Fault[] {
  if (hasLostProtection(comparison, "parts", "evidence")) return [];
  return [{ path, message: `${message}; ${letGoFirst("parts", "evidence")}` }];
}
