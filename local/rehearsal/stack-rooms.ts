import type { RuleSettings, Settings } from "../../infra/settings.ts";
import { signInHost } from "../../infra/sign-in-host.ts";
import type { PropertyMap } from "../engine/property-values.ts";
import type { Declaration } from "../engine/registration.ts";

/** Every room a stack can have, in the order in which they are drawn. */
export const ROOM_IDS = [
  ...(["who", "clients", "awsAccess", "routes", "applications", "signInPage", "users"] as const),
  ...(["mail", "sms", "functions", "guard"] as const),
  ...(["backups", "copy", "audit", "alarms", "outputs", "others"] as const),
] as const;

export type RoomId = (typeof ROOM_IDS)[number];

export interface RoomLine {
  text: string;
  /** How it is set: a heading within the room, plain, or an aside. */
  tone: "strong" | "plain" | "soft";
}

/** One part of a stack as a person thinks of it. */
export interface Room {
  id: RoomId;
  title: string;
  lines: RoomLine[];
}

type Registered = Pick<Declaration, "urn" | "type" | "name" | "isCustom" | "inputs"> & {
  options: Pick<Declaration["options"], "parent">;
};

/**
 * The rooms of a stack: what its settings say, and how many resources the deployment registered for each. A feature
 * that is off has no room; a component that no room is known for ends in `others`, so that nothing is left out.
 */
export function describeRooms(settings: Settings, registrations: readonly Registered[]): Room[] {
  const counts = countResources(registrations);
  const described: Record<RoomId, Omit<Room, "id"> | undefined> = {
    who: describeVisitors(settings),
    clients: describeClients(settings),
    awsAccess: describeAwsAccess(settings),
    routes: describeRoutes(settings),
    applications: describeApplications(settings),
    signInPage: describeSignInPage(settings),
    users: describeUsers(settings),
    mail: describeMail(settings),
    sms: describeSms(settings),
    functions: describeFunctions(registrations),
    guard: describeGuard(settings),
    backups: describeBackups(settings, registrations),
    copy: describeCopy(settings),
    audit: describeAudit(settings),
    alarms: describeAlarms(registrations),
    outputs: describeOutputs(settings),
    others: describeOthers(registrations),
  };
  return ROOM_IDS.flatMap((id) => {
    const room = described[id];
    if (room === undefined) return [];
    const count = counts.get(id);
    const lines = count === undefined ? room.lines : [...room.lines, soft(countOf(count, "resource"))];
    return [{ id, title: room.title, lines }];
  });
}

/** Networks and values listed by name before the rest is only counted. */
const MOST_LISTED = 6;

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
  SignInAudit: "audit",
  StackParameters: "outputs",
};

function describeVisitors({ routes, clients }: Settings): Omit<Room, "id"> {
  const networks = [...new Set(routes?.rules.flatMap(({ from }) => from))];
  const isOpen = routes?.rules.some(({ from, then }) => from.length === 0 && then !== "deny") ?? false;
  const programs = clients.some(({ kind }) => kind !== "alb");
  return {
    title: "Who comes",
    lines: [
      ...(networks.length > 0 ? [strong("Browsers and programs from")] : []),
      ...listed(networks).map(plain),
      ...(isOpen ? [strong("Everybody on the internet")] : []),
      ...(programs ? [strong("Programs that sign in by themselves")] : []),
      ...(networks.length === 0 && !isOpen && !programs ? [plain("Users of the sign-in API")] : []),
    ],
  };
}

function describeClients({ clients }: Settings): Omit<Room, "id"> | undefined {
  if (clients.length === 0) return undefined;
  const kinds = {
    alb: "the load balancer",
    cli: "people's own machines",
    server: "a back end",
    machine: "programs without a person",
  };
  return {
    title: "Clients",
    lines: clients.flatMap(({ name, kind }) => [strong(name), plain(`for ${kinds[kind]}`)]),
  };
}

function describeAwsAccess({ awsAccess }: Settings): Omit<Room, "id"> | undefined {
  if (!awsAccess) return undefined;
  const signs = { equals: "=", contains: "contains", startsWith: "starts with", notEqual: "is not" };
  const rules = awsAccess.rules.map(
    ({ claim, match, value, role }) => `${claim} ${signs[match]} ${value} → ${role}`,
  );
  return {
    title: "AWS access",
    lines: [
      plain(`after signing in with ${awsAccess.client}`),
      ...listed(rules).map(plain),
      soft("nobody else"),
    ],
  };
}

function describeRoutes({ routes }: Settings): Omit<Room, "id"> | undefined {
  if (!routes) return undefined;
  const place =
    routes.listener.kind === "create" ? "a load balancer of its own" : "a listener that was there";
  return {
    title: "Rules, in order",
    lines: [
      soft(`on ${place}`),
      ...routes.rules.toSorted((one, other) => one.slot - other.slot).flatMap(describeRule),
      strong("everything else"),
      plain("→ 403"),
    ],
  };
}

function describeRule(rule: RuleSettings): RoomLine[] {
  const { slot, name, from, hosts, paths, client = "" } = rule;
  const outcomes = {
    "sign-in": `→ signs in with ${client}, then passes`,
    "verify-token": `→ passes with a token of ${client}`,
    "forward-without-sign-in": "→ passes without sign-in",
    deny: "→ 403",
  };
  return [
    strong(`${slot}  ${name}`),
    plain(from.length === 0 ? "from anywhere" : `from ${listed(from).join(", ")}`),
    ...(hosts.length + paths.length === 0 ? [] : [plain(`to ${[...hosts, ...paths].join(" ")}`)]),
    plain(outcomes[rule.then]),
  ];
}

function describeApplications({ routes }: Settings): Omit<Room, "id"> | undefined {
  if (!routes) return undefined;
  const passing = routes.rules.filter((rule) => rule.then !== "deny");
  const targets = new Set(passing.map(({ targetGroupArn }) => targetGroupArn ?? routes.targetGroupArn));
  const names = [...targets].map((arn) => arn.split("/").at(-2) ?? arn);
  return { title: "Applications", lines: listed(names).map((name) => plain(`target group ${name}`)) };
}

function describeSignInPage({ signInPage, region }: Settings): Omit<Room, "id"> | undefined {
  if (!signInPage) return undefined;
  return { title: "Sign-in page", lines: [plain(signInHost(signInPage, region))] };
}

function describeUsers({ users, mfa }: Settings): Omit<Room, "id"> {
  const ways = users.usernameAttributes.map((way) => (way === "email" ? "mail address" : "phone number"));
  const factors = { sms: "text message", totp: "authenticator app", email: "mail" };
  const recovery = { email: "by mail", phone: "by text message", admin: "by an administrator only" };
  return {
    title: "Users",
    lines: [
      plain(`sign in with ${ways.length === 0 ? "a user name" : ways.join(" or ")}`),
      plain(
        mfa.mode === "off"
          ? "no second factor"
          : `second factor ${mfa.mode}: ${mfa.factors.map((factor) => factors[factor]).join(", ")}`,
      ),
      plain(users.selfSignUp ? "everybody may sign up" : "administrators invite"),
      plain(`passwords are reset ${users.recovery.map((way) => recovery[way]).join(", else ")}`),
      ...(users.groups.length === 0
        ? []
        : [plain(`groups ${listed(users.groups.map(({ name }) => name)).join(", ")}`)]),
      ...(users.generation > 1 ? [plain(`generation ${users.generation}`)] : []),
      soft(`plan ${users.tier}`),
    ],
  };
}

function describeMail({ email, messages }: Settings): Omit<Room, "id"> {
  const language = messages.language === "ja" ? "in Japanese" : "in English";
  return {
    title: "Mail",
    lines: email
      ? [plain(`from ${email.from}`), plain(`bounces to ${email.mailFrom}`), plain(language)]
      : [plain("from Cognito's own address"), plain("50 a day at most"), plain(language)],
  };
}

function describeSms({ sms }: Settings): Omit<Room, "id"> | undefined {
  if (!sms) return undefined;
  return {
    title: "Text messages",
    lines: [
      ...(sms.senderId === undefined ? [] : [plain(`from ${sms.senderId}`)]),
      plain(`at most ${sms.monthlySpendLimitUsd} USD a month`),
      plain(`deliveries logged for ${sms.logRetentionDays} days`),
    ],
  };
}

function describeFunctions(registrations: readonly Registered[]): Omit<Room, "id"> | undefined {
  const functions = ofType(registrations, "aws:lambda/function:Function");
  if (functions.length === 0) return undefined;
  return { title: "Functions", lines: listed(functions.map(({ name }) => name)).map(plain) };
}

function describeGuard({ guard }: Settings): Omit<Room, "id"> | undefined {
  if (!guard) return undefined;
  const reach = (what: "pages" | "api", networks: readonly string[]) =>
    guard.allowAnywhere.includes(what)
      ? "everybody"
      : listed(networks).join(", ") || "the rules' networks only";
  return {
    title: "Guard",
    lines: [
      strong("Pages"),
      plain(reach("pages", guard.pageCidrs)),
      strong("API"),
      plain(reach("api", guard.apiCidrs)),
      soft(`${guard.requestsPerFiveMinutes} requests in five minutes`),
    ],
  };
}

function describeBackups({ backup }: Settings, registrations: readonly Registered[]): Omit<Room, "id"> {
  const schedules = ofType(registrations, "aws:scheduler/schedule:Schedule")
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

function describeCopy({ backup }: Settings): Omit<Room, "id"> | undefined {
  if (backup.copyTo === undefined) return undefined;
  return { title: "Copy", lines: [plain(`in ${backup.copyTo}`), plain("with a key of its own")] };
}

function describeAudit({ audit }: Settings): Omit<Room, "id"> | undefined {
  if (!audit) return undefined;
  return {
    title: "Audit",
    lines: [
      ...(audit.accessLogs ? [plain("access logs")] : []),
      plain(audit.trail.kind === "create" ? "a trail of its own" : "the account's trail"),
      ...(audit.userEvents === "off" ? [] : [plain("events of users")]),
      ...(audit.signInLog === "off" ? [] : [plain("a log of sign-ins")]),
      plain(`kept for ${audit.keepDays} days`),
    ],
  };
}

function describeAlarms(registrations: readonly Registered[]): Omit<Room, "id"> | undefined {
  const alarms = ofType(registrations, "aws:cloudwatch/metricAlarm:MetricAlarm");
  if (alarms.length === 0) return undefined;
  const told = ofType(registrations, "aws:sns/topicSubscription:TopicSubscription")
    .map(({ inputs }) => inputs.endpoint)
    .filter((endpoint) => typeof endpoint === "string");
  const lines = told.length === 0 ? ["nobody is told"] : listed([...new Set(told)]).map((who) => `to ${who}`);
  return { title: "Alarms", lines: [plain(countOf(alarms.length, "alarm")), ...lines.map(plain)] };
}

function describeOutputs({ stack }: Settings): Omit<Room, "id"> {
  return { title: "For runbooks", lines: [plain(`parameters /sekisho/${stack}/…`)] };
}

function describeOthers(registrations: readonly Registered[]): Omit<Room, "id"> | undefined {
  const byUrn = new Map(registrations.map((resource) => [resource.urn, resource]));
  const strangers = registrations.filter(
    (resource) =>
      resource.isCustom && roomOf(resource, byUrn) === "others" && !SEEN_ELSEWHERE.has(resource.type),
  );
  if (strangers.length === 0) return undefined;
  return { title: "Also", lines: listed(strangers.map(({ name }) => name)).map(plain) };
}

/** Drawn by what they are, wherever they are declared. */
const SEEN_ELSEWHERE = new Set([
  "aws:lambda/function:Function",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:scheduler/schedule:Schedule",
]);

function countResources(registrations: readonly Registered[]): Map<RoomId, number> {
  const byUrn = new Map(registrations.map((resource) => [resource.urn, resource]));
  const counts = new Map<RoomId, number>();
  for (const resource of registrations.filter(({ isCustom }) => isCustom)) {
    const id = roomOf(resource, byUrn);
    if (id !== "others") counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
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

function listed(values: readonly string[]): string[] {
  if (values.length <= MOST_LISTED) return [...values];
  return [...values.slice(0, MOST_LISTED - 1), `and ${values.length - MOST_LISTED + 1} more`];
}

function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function strong(text: string): RoomLine {
  return { text, tone: "strong" };
}

function plain(text: string): RoomLine {
  return { text, tone: "plain" };
}

function soft(text: string): RoomLine {
  return { text, tone: "soft" };
}
