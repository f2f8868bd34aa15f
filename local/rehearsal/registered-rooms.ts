import type { Settings } from "../../infra/settings.ts";
import type { PropertyMap } from "../engine/property-values.ts";
import type { Declaration } from "../engine/registration.ts";
import { countOf, listed, plain, type RoomId, type RoomText } from "./room.ts";

/** What the picture needs to know of a registered resource. */
export type Registered = Pick<Declaration, "urn" | "type" | "name" | "isCustom" | "inputs"> & {
  options: Pick<Declaration["options"], "parent">;
};

/** Every function that was registered, wherever it belongs. */
export function describeFunctions(
  { stack }: Settings,
  registrations: readonly Registered[],
): RoomText | undefined {
  const functions = ofType(registrations, "aws:lambda/function:Function");
  if (functions.length === 0) return undefined;
  const names = functions.map(({ name }) => name.replace(`sekisho-${stack}-`, ""));
  return { title: "Functions", lines: listed(names).map(plain) };
}

export function describeBackups({ backup }: Settings, registrations: readonly Registered[]): RoomText {
  const byUrn = new Map(registrations.map((resource) => [resource.urn, resource]));
  const schedules = registrations
    .filter(({ type }) => type === "aws:scheduler/schedule:Schedule")
    .filter((schedule) => roomOf(schedule, byUrn) === "backups")
    .map(({ inputs }) => inputs.scheduleExpression)
    .filter((expression) => typeof expression === "string");
  return {
    title: "Backups",
    lines: [
      ...(schedules.length === 0 ? [plain("started by hand")] : schedules.map((when) => plain(when))),
      plain(`kept for ${backup.keepDays} days`),
      plain(backup.lock === "none" ? "not locked" : `locked (${backup.lock})`),
    ],
  };
}

export function describeAlarms(registrations: readonly Registered[]): RoomText | undefined {
  const alarms = ofType(registrations, "aws:cloudwatch/metricAlarm:MetricAlarm");
  if (alarms.length === 0) return undefined;
  const told = ofType(registrations, "aws:sns/topicSubscription:TopicSubscription")
    .map(({ inputs }) => inputs.endpoint)
    .filter((endpoint) => typeof endpoint === "string");
  const lines = told.length === 0 ? ["nobody is told"] : listed([...new Set(told)]).map((who) => `to ${who}`);
  return { title: "Alarms", lines: [plain(countOf(alarms.length, "alarm")), ...lines.map(plain)] };
}

export function describeOthers(registrations: readonly Registered[]): RoomText | undefined {
  const byUrn = new Map(registrations.map((resource) => [resource.urn, resource]));
  const strangers = registrations.filter(
    (resource) =>
      resource.isCustom && roomOf(resource, byUrn) === "others" && !SEEN_ELSEWHERE.has(resource.type),
  );
  if (strangers.length === 0) return undefined;
  const names = strangers.map((resource) => outermost(resource, byUrn).name);
  return { title: "Also", lines: listed([...new Set(names)]).map(plain) };
}

/** How many resources belong to each room. */
export function countResources(registrations: readonly Registered[]): Map<RoomId, number> {
  const byUrn = new Map(registrations.map((resource) => [resource.urn, resource]));
  const counts = new Map<RoomId, number>();
  for (const resource of registrations.filter(({ isCustom }) => isCustom)) {
    const id = roomOf(resource, byUrn);
    if (id !== "others") counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** The component that everything around a resource belongs to, or the resource itself where it belongs to none. */
function outermost(resource: Registered, byUrn: ReadonlyMap<string, Registered>): Registered {
  let found = resource;
  for (let at = byUrn.get(resource.options.parent); at !== undefined; at = byUrn.get(at.options.parent)) {
    if (at.type.startsWith("sekisho:")) found = at;
  }
  return found;
}

/** The room of the nearest component above a resource that has one. */
function roomOf(resource: Registered, byUrn: ReadonlyMap<string, Registered>): RoomId {
  for (let at = byUrn.get(resource.options.parent); at !== undefined; at = byUrn.get(at.options.parent)) {
    const room = ROOM_OF_COMPONENT[at.type.split(":").at(-1) ?? ""];
    if (room !== undefined) return room;
  }
  return "others";
}

function ofType(registrations: readonly Registered[], type: string): { name: string; inputs: PropertyMap }[] {
  return registrations.filter((resource) => resource.type === type);
}

/** Which room a component's resources belong to. */
const ROOM_OF_COMPONENT: Readonly<Record<string, RoomId>> = {
  UserDirectory: "users",
  ThreatProtection: "users",
  AppClients: "clients",
  ClientSecrets: "clients",
  SignInDomain: "signInPage",
  IdentityAccess: "awsAccess",
  ProtectedRoutes: "routes",
  EmailSender: "mail",
  SmsSender: "sms",
  SignInGuard: "guard",
  UserBackups: "backups",
  BackupCopy: "copy",
  ScheduledBackup: "backups",
  SignInAudit: "audit",
  StackAlarms: "alarms",
  SecretWatch: "alarms",
  PoolTriggers: "functions",
  StackParameters: "outputs",
  RunbookAccess: "outputs",
  RunbookLog: "outputs",
  UserRestores: "outputs",
  EncryptionKeys: "keys",
};

/** Drawn by what they are, wherever they are declared. */
const SEEN_ELSEWHERE = new Set([
  "aws:lambda/function:Function",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:sns/topicSubscription:TopicSubscription",
]);
