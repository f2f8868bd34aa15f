import { BROWSER_SCOPES } from "../../infra/defaults.ts";
import { plainAttribute } from "../../infra/settings/attributes.ts";
import { loopbackUrl } from "../../infra/settings/clients.ts";
import type { ClientSettings, Settings } from "../../infra/settings.ts";

/** The parts of the settings that describe users, as a small real stack has them. */
export type UserSideSettings = Pick<
  Settings,
  | "stack"
  | "region"
  | "preset"
  | "disposable"
  | "users"
  | "mfa"
  | "email"
  | "clients"
  | "awsAccess"
  | "signInPage"
  | "backup"
  | "letGo"
>;

export const ACCOUNT = "123456789012";

/** A stack with e-mail sign-in, required SMS or app codes, and one client of each kind. */
export function userSideSettings(change: Partial<UserSideSettings> = {}): UserSideSettings {
  return {
    stack: "dev",
    region: "ap-northeast-1",
    preset: "baseline",
    disposable: false,
    letGo: undefined,
    users: users(),
    mfa: { mode: "required", factors: ["sms", "totp"] },
    clients: [batch, api, cli, web],
    backup: { keepDays: 35, lock: "governance", copyTo: "ap-northeast-3" },
    ...change,
  };
}

export function users(change: Partial<Settings["users"]> = {}): Settings["users"] {
  return {
    usernameAttributes: ["email"],
    aliasAttributes: [],
    selfSignUp: false,
    tier: "essentials",
    generation: 1,
    keep: [],
    caseSensitive: false,
    attributes: [
      { ...plainAttribute("custom:department"), max: 64, writableByUser: false },
      { ...plainAttribute("email"), required: true },
      { ...plainAttribute("phone_number"), required: true },
    ],
    groups: [{ name: "admins", precedence: 1, description: "Administrators" }, { name: "staff" }],
    password: {
      minLength: 14,
      temporaryValidDays: 7,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
    },
    recovery: ["email"],
    verifyBy: "code",
    autoVerify: ["email"],
    ...change,
  };
}

const client: Omit<ClientSettings, "name" | "kind"> = {
  generation: 1,
  alsoAccept: [],
  hosts: [],
  callbackUrls: [],
  logoutUrls: [],
  flows: [],
  scopes: [],
  validity: { authSessionMinutes: 15, accessMinutes: 60, idMinutes: 60, refreshMinutes: 43_200 },
  reads: ["custom:department", "email", "phone_number"],
  writes: ["email", "phone_number"],
};

export const web: ClientSettings = {
  ...client,
  name: "web",
  kind: "alb",
  hosts: ["app.example.com"],
  callbackUrls: ["https://App.example.com/oauth2/idpresponse"],
  logoutUrls: ["https://app.example.com/signed-out"],
  scopes: ["openid"],
};

export const cli: ClientSettings = { ...client, name: "cli", kind: "cli", flows: ["srp"] };

export const browserCli: ClientSettings = {
  ...cli,
  name: "desk",
  callbackUrls: [loopbackUrl(27463)],
  scopes: [...BROWSER_SCOPES],
};

export const api: ClientSettings = { ...client, name: "api", kind: "server", flows: ["srp", "password"] };

export const batch: ClientSettings = {
  ...client,
  name: "batch",
  kind: "machine",
  scopes: ["api/read", "api/write"],
};
