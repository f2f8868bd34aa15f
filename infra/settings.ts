import type { z } from "zod";
import { STRICT_TIER, TIER } from "./defaults.ts";
import { findOversizedParts } from "./outputs/output-sizes.ts";
import { STACK_NAME, STACK_NAME_WORDS } from "./outputs/outputs.ts";
import { alarmsSchema } from "./settings/alarms.ts";
import { auditSchema } from "./settings/audit.ts";
import { awsAccessSchema } from "./settings/aws-access.ts";
import { backupSchema } from "./settings/backup.ts";
import { clientsSchema, completeClients } from "./settings/clients.ts";
import { hasAll, type ReadSections } from "./settings/cross-check.ts";
import { crossChecks } from "./settings/cross-checks.ts";
import { emailSchema } from "./settings/email.ts";
import { type Fault, sectionFaults } from "./settings/fault.ts";
import { regionName } from "./settings/formats.ts";
import { guardSchema } from "./settings/guard.ts";
import { letGoSchema } from "./settings/let-go.ts";
import { messagesSchema } from "./settings/messages.ts";
import { mfaSchema } from "./settings/mfa.ts";
import { findUnreadable } from "./settings/plain-values.ts";
import { routesSchema } from "./settings/routes.ts";
import { runbookAccessSchema } from "./settings/runbook-access.ts";
import { oneOf, text, unknownKey, yesNo } from "./settings/schema.ts";
import { signInPageSchema } from "./settings/sign-in-page.ts";
import { smsSchema } from "./settings/sms.ts";
import type { Settings } from "./settings/stack-settings.ts";
import { triggersSchema } from "./settings/triggers.ts";
import { usersSchema } from "./settings/users.ts";
import { warningChecks } from "./settings/warning-checks.ts";

export type { AlarmSettings } from "./settings/alarms.ts";
export type { AuditSettings } from "./settings/audit.ts";
export type { AccessRoleSettings, AccessRuleSettings, AwsAccessSettings } from "./settings/aws-access.ts";
export type { BackupSettings } from "./settings/backup.ts";
export type { BackupScheduleSettings } from "./settings/backup-schedule.ts";
export type { ClientSettings, ClientValidity } from "./settings/clients.ts";
export type { EmailSettings } from "./settings/email.ts";
export type { Fault } from "./settings/fault.ts";
export type { GuardSettings } from "./settings/guard.ts";
export type { LetGoPart, LetGoSettings } from "./settings/let-go.ts";
export type { MessagesSettings } from "./settings/messages.ts";
export type { MfaSettings } from "./settings/mfa.ts";
export type { ListenerSettings, RoutesSettings, RuleSettings } from "./settings/routes.ts";
export type { RunbookAccessSettings } from "./settings/runbook-access.ts";
export type { SignInPageSettings } from "./settings/sign-in-page.ts";
export type { SmsSettings } from "./settings/sms.ts";
export type { Settings } from "./settings/stack-settings.ts";
export type { TriggersSettings } from "./settings/triggers.ts";
export type {
  AttributeSettings,
  GroupSettings,
  PasswordSettings,
  UsersSettings,
} from "./settings/users.ts";

/** What a stack file says: `config` without the `sekisho:` prefix, values already parsed. */
export interface RawSettings {
  stack: string;
  region: string | undefined;
  config: Readonly<Record<string, unknown>>;
}

/** Settings that can be deployed, and what in them is seldom meant. */
export interface GoodSettings {
  settings: Settings;
  warnings: Fault[];
}

/**
 * Reads one stack's settings: every fault at once, or the settings with all defaults filled in and what to think twice
 * about. Never throws.
 */
export function readSettings(raw: RawSettings): GoodSettings | { faults: Fault[] } {
  const { sections, faults } = readSections(raw);
  faults.push(...crossChecks.flatMap((check) => check(sections)));
  if (faults.length > 0 || !hasAll(sections, REQUIRED)) return { faults };
  const settings = assemble(sections);
  const oversized = findOversizedParts(settings);
  if (oversized.length > 0) return { faults: oversized };
  return { settings, warnings: warningChecks.flatMap((check) => check(settings)) };
}

const REQUIRED = [
  "stack",
  "region",
  "preset",
  "disposable",
  "users",
  "mfa",
  "messages",
  "clients",
  "backup",
] as const;

function readSections({ stack, region, config }: RawSettings) {
  const faults: Fault[] = [];
  const known: string[] = [];
  const read = <Value>(
    path: string,
    schema: z.ZodType<Value>,
    value: unknown,
  ): { value: Value } | undefined => {
    const unreadable = findUnreadable(path, value);
    const result = unreadable.length > 0 ? undefined : schema.safeParse(value);
    faults.push(...unreadable, ...sectionFaults(path, result?.error?.issues ?? []));
    return result?.success ? { value: result.data } : undefined;
  };
  const section = <Value>(name: string, schema: z.ZodType<Value>, absent?: object) => {
    known.push(name);
    return read(`sekisho:${name}`, schema, Object.hasOwn(config, name) ? config[name] : absent);
  };
  // It decides what other sections mean; unless it says so plainly, the stack is not disposable.
  const isDisposable = config.disposable === true;

  const name = read("stack", text(STACK_NAME, `a stack name of ${STACK_NAME_WORDS}`), stack);
  const home = read("aws:region", regionName(), region);
  const preset = section("preset", oneOf(["baseline", "strict"]).default("baseline"));
  const disposable = section("disposable", yesNo().default(false));
  const users = section("users", usersSchema(config.preset === "strict" ? STRICT_TIER : TIER), {});
  const mfa = section("mfa", mfaSchema(), {});
  const messages = section("messages", messagesSchema(), {});
  const email = section("email", emailSchema().optional());
  const sms = section("sms", smsSchema().optional());
  const drafts = section("clients", clientsSchema(), {});
  const signInPage = section("signInPage", signInPageSchema().optional());
  const routes = section("routes", routesSchema().optional());
  const guard = section("guard", guardSchema().optional());
  const awsAccess = section("awsAccess", awsAccessSchema().optional());
  const triggers = section("triggers", triggersSchema().optional());
  const backup = section("backup", backupSchema(isDisposable), {});
  const runbookAccess = section("runbookAccess", runbookAccessSchema().optional());
  const audit = section("audit", auditSchema(isDisposable).optional());
  const alarms = section("alarms", alarmsSchema().optional());
  const letGo = section("letGo", letGoSchema().optional());
  const clients = drafts && users && { value: completeClients(drafts.value, users.value) };
  faults.push(...unknownSections(Object.keys(config), known));

  const sections: ReadSections = {
    ...(name && { stack: name.value }),
    ...(home && { region: home.value }),
    ...(preset && { preset: preset.value }),
    ...(disposable && { disposable: disposable.value }),
    ...(users && { users: users.value }),
    ...(mfa && { mfa: mfa.value }),
    ...(messages && { messages: messages.value }),
    ...(email && { email: email.value }),
    ...(sms && { sms: sms.value }),
    ...(clients && { clients: clients.value }),
    ...(signInPage && { signInPage: signInPage.value }),
    ...(routes && { routes: routes.value }),
    ...(guard && { guard: guard.value }),
    ...(awsAccess && { awsAccess: awsAccess.value }),
    ...(triggers && { triggers: triggers.value }),
    ...(backup && { backup: backup.value }),
    ...(audit && { audit: audit.value }),
    ...(runbookAccess && { runbookAccess: runbookAccess.value }),
    ...(alarms && { alarms: alarms.value }),
    ...(letGo && { letGo: letGo.value }),
  };
  return { sections, faults };
}

function unknownSections(keys: readonly string[], known: readonly string[]): Fault[] {
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `sekisho:${key}`,
      message: unknownKey(key, known, "sekisho:"),
    }));
}

function assemble(sections: ReadSections & Pick<Settings, (typeof REQUIRED)[number]>): Settings {
  const {
    email,
    sms,
    signInPage,
    routes,
    guard,
    awsAccess,
    triggers,
    audit,
    alarms,
    runbookAccess,
    letGo,
    ...required
  } = sections;
  return {
    ...required,
    ...(email && { email }),
    ...(sms && { sms }),
    ...(signInPage && { signInPage }),
    ...(routes && {
      routes: { ...routes, rules: routes.rules.toSorted((one, other) => one.slot - other.slot) },
    }),
    ...(guard && { guard }),
    ...(awsAccess && { awsAccess }),
    ...(triggers && { triggers }),
    ...(audit && { audit }),
    ...(runbookAccess && { runbookAccess }),
    ...(alarms && { alarms }),
    letGo,
  };
}
