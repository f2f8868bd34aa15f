import type { AlarmSettings } from "./alarms.ts";
import type { AuditSettings } from "./audit.ts";
import type { AwsAccessSettings } from "./aws-access.ts";
import type { BackupSettings } from "./backup.ts";
import type { ClientSettings } from "./clients.ts";
import type { EmailSettings } from "./email.ts";
import type { GuardSettings } from "./guard.ts";
import type { LetGoSettings } from "./let-go.ts";
import type { MessagesSettings } from "./messages.ts";
import type { MfaSettings } from "./mfa.ts";
import type { RoutesSettings } from "./routes.ts";
import type { RunbookAccessSettings } from "./runbook-access.ts";
import type { SignInPageSettings } from "./sign-in-page.ts";
import type { SmsSettings } from "./sms.ts";
import type { TriggersSettings } from "./triggers.ts";
import type { UsersSettings } from "./users.ts";

/** One stack's settings, checked and with every default filled in. */
export interface Settings {
  stack: string;
  region: string;
  /** `strict` demands what security scanners ask for, and pays for it; `baseline` is safe without that. */
  preset: "baseline" | "strict";
  /** Lifts every protection against loss: for rehearsals and throw-away stacks. */
  disposable: boolean;
  users: UsersSettings;
  mfa: MfaSettings;
  messages: MessagesSettings;
  email?: EmailSettings;
  sms?: SmsSettings;
  /** Sorted by name. */
  clients: ClientSettings[];
  signInPage?: SignInPageSettings;
  routes?: RoutesSettings;
  guard?: GuardSettings;
  awsAccess?: AwsAccessSettings;
  triggers?: TriggersSettings;
  backup: BackupSettings;
  runbookAccess?: RunbookAccessSettings;
  audit?: AuditSettings;
  alarms?: AlarmSettings;
  /** A key that is always there: what hands settings on in parts must not lose it. */
  letGo: LetGoSettings | undefined;
}
