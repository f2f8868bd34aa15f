import { type GuardList, listApiSources, listPageSources } from "../../infra/guard/guard-lists.ts";
import { runbookLogGroup } from "../../infra/outputs/outputs.ts";
import { runbookRoles } from "../../infra/runbook-access/runbook-roles.ts";
import type { RuleSettings, Settings } from "../../infra/settings.ts";
import { signInHost } from "../../infra/sign-in-page/sign-in-host.ts";
import { countOf, listed, plain, type RoomLine, type RoomText, soft, strong } from "./room.ts";

// What the settings alone say of each room; undefined where the feature is off.

export function describeVisitors({ routes, clients }: Settings): RoomText {
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

export function describeClients({ clients }: Settings): RoomText | undefined {
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

export function describeAwsAccess({ awsAccess }: Settings): RoomText | undefined {
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

export function describeRoutes({ routes }: Settings): RoomText | undefined {
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

export function describeApplications({ routes }: Settings): RoomText | undefined {
  if (!routes) return undefined;
  const passing = routes.rules.filter((rule) => rule.then !== "deny");
  const targets = new Set(passing.map(({ targetGroupArn }) => targetGroupArn ?? routes.targetGroupArn));
  const names = [...targets].map((arn) => arn.split("/").at(-2) ?? arn);
  return { title: "Applications", lines: listed(names).map((name) => plain(`target group ${name}`)) };
}

export function describeSignInPage({ signInPage, region }: Settings): RoomText | undefined {
  if (!signInPage) return undefined;
  return { title: "Sign-in page", lines: [plain(signInHost(signInPage, region))] };
}

export function describeUsers({ users, mfa }: Settings): RoomText {
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

export function describeMail({ email, messages }: Settings): RoomText {
  const language = messages.language === "ja" ? "in Japanese" : "in English";
  return {
    title: "Mail",
    lines: email
      ? [plain(`from ${email.from}`), plain(`bounces to ${email.mailFrom}`), plain(language)]
      : [plain("from Cognito's own address"), plain("50 a day at most"), plain(language)],
  };
}

export function describeSms({ sms }: Settings): RoomText | undefined {
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

export function describeGuard({ guard, routes }: Settings): RoomText | undefined {
  if (!guard) return undefined;
  const settings = { guard, ...(routes && { routes }) };
  return {
    title: "Guard",
    lines: [
      strong("Sign-in pages: browsers from"),
      ...describeGuardList(listPageSources(settings)),
      strong("API of the user pool: programs from"),
      ...describeGuardList(listApiSources(settings)),
      soft(`at most ${guard.requestsPerFiveMinutes} requests of one address in five minutes`),
    ],
  };
}

function describeGuardList(list: GuardList): RoomLine[] {
  if (list === "everybody") return [plain("everywhere")];
  return list.length === 0 ? [plain("nowhere")] : listed(list).map(plain);
}

export function describeCopy({ backup }: Settings): RoomText | undefined {
  if (backup.copyTo === undefined) return undefined;
  return { title: "Copy", lines: [plain(`in ${backup.copyTo}`), plain("with a key of its own")] };
}

export function describeAudit({ audit }: Settings): RoomText | undefined {
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

export function describeOutputs({ stack, runbookAccess }: Settings): RoomText {
  const names = runbookAccess?.principals.map((arn) => arn.split(":").at(-1) ?? arn) ?? [];
  return {
    title: "For runbooks",
    lines: [
      plain(`parameters /sekisho/${stack}/…`),
      plain(`log ${runbookLogGroup(stack)}`),
      plain("people who must not come back"),
      ...(runbookAccess
        ? [
            strong(`${countOf(runbookRoles.length, "runbook role")}, taken by`),
            ...listed(names).map(plain),
            ...(runbookAccess.requireMfa ? [soft("who signed in to AWS with a second factor")] : []),
          ]
        : [soft("no roles: whoever runs them needs rights of their own")]),
    ],
  };
}
