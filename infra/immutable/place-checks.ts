import { loadBalancerGuard } from "../guard/guard-lists.ts";
import type { Fault, LetGoPart } from "../settings.ts";
import { type Comparison, hasLostProtection, type ImmutableCheck, letGoFirst } from "./comparison.ts";

/** Where things are, and the parts of the stack that are protected as a whole. */
export const placeChecks: readonly ImmutableCheck[] = [
  regionStays,
  copyStays,
  lockIsNotLowered,
  accessStays,
  senderStays,
  smsLogsStay,
  loadBalancerStays,
  questionsStay,
  requestLogStays,
  balancerLogStays,
  keysStay,
];

function regionStays({ deployed, settings }: Comparison): Fault[] {
  const before = deployed.stack?.region;
  if (before === undefined || before === settings.region) return [];
  const message =
    `cannot change from ${before} to ${settings.region}: nothing moves between Regions, and everything would be made ` +
    `anew without its users; put it back, and give the other Region a stack of its own`;
  return [{ path: "aws:region", message }];
}

function copyStays(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  const before = deployed.stack?.copyRegion;
  const after = settings.backup.copyTo;
  if (before === undefined || before === after) return [];
  return mayGo(comparison, "backupCopy", {
    path: "sekisho:backup.copyTo",
    message: `cannot change from ${before} to ${after ?? "none"}: the copies of all backups lie in ${before}, in a bucket that is protected`,
  });
}

function lockIsNotLowered(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  if (deployed.backup?.lock !== "compliance" || settings.backup.lock === "compliance") return [];
  return mayGo(comparison, "complianceLock", {
    path: "sekisho:backup.lock",
    message: `cannot change from compliance to ${settings.backup.lock}: backups that nobody can delete would be followed by some that can be deleted`,
  });
}

function accessStays(comparison: Comparison): Fault[] {
  if (!comparison.deployed["aws-access"] || comparison.settings.awsAccess) return [];
  return mayGo(comparison, "awsAccess", {
    path: "sekisho:awsAccess",
    message: `cannot go: with the identity pool everybody's identity in AWS is lost, and what people own under it`,
  });
}

function senderStays(comparison: Comparison): Fault[] {
  // What others made and keep is only pointed at.
  if (comparison.deployed.email?.isReferenced) return [];
  const before = comparison.deployed.email?.domain;
  const after = comparison.settings.email?.domain;
  if (before === undefined || before === after) return [];
  return mayGo(comparison, "email", {
    path: "sekisho:email.domain",
    message:
      after === undefined
        ? `cannot go: the pool sends its codes from ${before}`
        : `cannot change from ${before} to ${after}: the verified sender would be replaced, and codes stop until DNS knows the new one`,
  });
}

function smsLogsStay(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  if (!deployed.fixed?.ownsSmsSettings || settings.sms?.ownAccountSettings) return [];
  return mayGo(comparison, "sms", {
    path: settings.sms ? "sekisho:sms.ownAccountSettings" : "sekisho:sms",
    message: `cannot ${settings.sms ? "become false" : "go"}: the account's SMS settings point at its role and its logs`,
  });
}

function loadBalancerStays(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  const before = deployed.fixed?.vpcId;
  const listener = settings.routes?.listener;
  const after = listener?.kind === "create" ? listener.vpcId : undefined;
  if (before === undefined || before === after) return [];
  return mayGo(comparison, "loadBalancer", {
    path: "sekisho:routes.create",
    message: `cannot ${after === undefined ? "go" : `move from ${before} to ${after}`}: the load balancer is protected, and its address is in everybody's DNS`,
  });
}

function questionsStay(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  if (!deployed.fixed?.hasQuestions || settings.triggers?.secretQuestion) return [];
  return mayGo(comparison, "secretQuestion", {
    path: "sekisho:triggers.secretQuestion",
    message: "cannot go: everybody's question and answer would be lost, and everybody asked for new ones",
  });
}

function requestLogStays(comparison: Comparison): Fault[] {
  if (!comparison.deployed.fixed?.hasRequestLog || comparison.settings.guard) return [];
  return mayGo(comparison, "evidence", {
    path: "sekisho:guard",
    message:
      "cannot go: its log says who was kept out of the sign-in page, and the page would be open to everybody",
  });
}

function balancerLogStays(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  const { guard, routes } = settings;
  if (!deployed.fixed?.hasBalancerLog || !guard) return [];
  if (loadBalancerGuard({ ...settings, guard }) !== "off") return [];
  const isAsked = routes !== undefined && guard.loadBalancer === "off";
  return mayGo(comparison, "evidence", {
    path: isAsked ? "sekisho:guard.loadBalancer" : "sekisho:routes",
    message: isAsked
      ? "cannot become off: the log of its web ACL says who was kept out of the load balancer"
      : "cannot leave the load balancer without a web ACL: its log says who was kept out of it",
  });
}

function keysStay(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  if (!deployed.fixed?.hasKeys || settings.preset === "strict") return [];
  return mayGo(comparison, "keys", {
    path: "sekisho:preset",
    message: `cannot change from strict to ${settings.preset}: the stack's own keys are protected, and its secrets and logs cannot be read without them`,
  });
}

function mayGo(comparison: Comparison, part: LetGoPart, fault: Fault): Fault[] {
  if (hasLostProtection(comparison, "parts", part)) return [];
  return [{ ...fault, message: `${fault.message}; ${letGoFirst("parts", part)}` }];
}
