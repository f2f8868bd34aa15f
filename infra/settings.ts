import type { AwsAccessSettings } from "./settings/aws-access.ts";
import type { BackupSettings } from "./settings/backup.ts";
import type { ClientSettings } from "./settings/clients.ts";
import type { EmailSettings } from "./settings/email.ts";
import type { MfaSettings } from "./settings/mfa.ts";
import type { RoutesSettings } from "./settings/routes.ts";
import type { SignInPageSettings } from "./settings/sign-in-page.ts";
import type { SmsSettings } from "./settings/sms.ts";
import type { UsersSettings } from "./settings/users.ts";

export type { AccessRoleSettings, AccessRuleSettings, AwsAccessSettings } from "./settings/aws-access.ts";
export type { BackupSettings } from "./settings/backup.ts";
export type { ClientSettings, ClientValidity } from "./settings/clients.ts";
export type { EmailSettings } from "./settings/email.ts";
export type { Fault } from "./settings/fault.ts";
export type { MfaSettings } from "./settings/mfa.ts";
export type { ListenerSettings, RoutesSettings, RuleSettings } from "./settings/routes.ts";
export type { SignInPageSettings } from "./settings/sign-in-page.ts";
export type { SmsSettings } from "./settings/sms.ts";
export type {
  AttributeSettings,
  GroupSettings,
  PasswordSettings,
  UsersSettings,
} from "./settings/users.ts";

/** One stack's settings, checked and with every default filled in. */
export interface Settings {
  stack: string;
  region: string;
  preset: "baseline";
  /** Lifts every protection against loss: for rehearsals and throw-away stacks. */
  disposable: boolean;
  users: UsersSettings;
  mfa: MfaSettings;
  email?: EmailSettings;
  sms?: SmsSettings;
  /** Sorted by name. */
  clients: ClientSettings[];
  signInPage?: SignInPageSettings;
  routes?: RoutesSettings;
  awsAccess?: AwsAccessSettings;
  backup: BackupSettings;
}
