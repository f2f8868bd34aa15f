import { describe, expect, test } from "vitest";
import { adoptClients } from "../../../runbooks/adoption/adopted-clients.ts";
import type { ExistingClient } from "../../../runbooks/adoption/existing-pool.ts";

const plain: ExistingClient = {
  ClientId: "1h57kf5cpq17m0eml12EXAMPLE",
  ClientName: "tool",
  CallbackURLs: [],
  LogoutURLs: [],
  AllowedOAuthFlows: [],
  AllowedOAuthScopes: [],
  ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
  SupportedIdentityProviders: ["COGNITO"],
};
const SECRET = { ClientSecret: "(a secret)" };
const pages = (change: Partial<ExistingClient> = {}): Partial<ExistingClient> => ({
  ...SECRET,
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid"],
  CallbackURLs: ["https://app.example.com/oauth2/idpresponse"],
  ...change,
});

const localPages: Partial<ExistingClient> = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
};

function adoptOne(change: Partial<ExistingClient>) {
  const [adopted] = adoptClients([{ ...plain, ...change }]);
  return adopted;
}

describe("a client that the settings can say", () => {
  test.each<[string, Partial<ExistingClient>, Record<string, unknown>]>([
    ["without a secret", {}, { kind: "cli" }],
    [
      "that sends passwords without a secret",
      { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
      { kind: "cli", flows: ["password"] },
    ],
    ["with a secret", SECRET, { kind: "server", flows: ["srp"] }],
    [
      "that sends passwords",
      { ...SECRET, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
      { kind: "server", flows: ["password"] },
    ],
    [
      "of a load balancer",
      pages({ LogoutURLs: ["https://www.example.com/bye"] }),
      {
        kind: "alb",
        hosts: ["app.example.com"],
        logoutUrl: ["https://www.example.com/bye"],
        scopes: ["openid"],
      },
    ],
    [
      "of a command line that comes back to the own machine",
      { ...localPages, CallbackURLs: ["http://localhost:8765/"] },
      { kind: "cli", browser: true, browserPort: 8765 },
    ],
    [
      "of a program",
      pages({
        AllowedOAuthFlows: ["client_credentials"],
        AllowedOAuthScopes: ["api/read"],
        CallbackURLs: [],
      }),
      { kind: "machine", scopes: ["api/read"] },
    ],
  ])("becomes a client of its kind: %s", (_what, change, settings) => {
    expect(adoptOne(change)).toMatchObject({ name: "tool", settings });
  });

  test.each<[string, Partial<ExistingClient>, Record<string, string>]>([
    [
      "what Cognito takes when nobody says",
      {},
      { authSession: "3m", access: "60m", id: "60m", refresh: "30d" },
    ],
    [
      "hours and days, as numbers without units mean",
      { AccessTokenValidity: 2, IdTokenValidity: 3, RefreshTokenValidity: 7 },
      { authSession: "3m", access: "2h", id: "3h", refresh: "7d" },
    ],
    [
      "the units it has",
      {
        AccessTokenValidity: 300,
        IdTokenValidity: 30,
        RefreshTokenValidity: 12,
        AuthSessionValidity: 15,
        TokenValidityUnits: { AccessToken: "seconds", IdToken: "minutes", RefreshToken: "hours" },
      },
      { authSession: "15m", access: "5m", id: "30m", refresh: "12h" },
    ],
  ])("keeps how long things are valid: %s", (_what, change, validity) => {
    expect(adoptOne(change)).toMatchObject({ settings: { validity } });
  });
});

describe("a client that the settings cannot say", () => {
  test.each<[string, Partial<ExistingClient>]>([
    [
      "its name is not one that the stack file takes (lower-case letters, digits, -)",
      { ClientName: "My Tool" },
    ],
    ["people sign in through it with Google", { SupportedIdentityProviders: ["COGNITO", "Google"] }],
    ["it uses the implicit flow", pages({ AllowedOAuthFlows: ["implicit"] })],
    ["programs and people sign in through it", pages({ AllowedOAuthFlows: ["code", "client_credentials"] })],
    [
      "it comes back to addresses other than a load balancer's /oauth2/idpresponse",
      pages({ CallbackURLs: ["https://app.example.com/callback"] }),
    ],
    [
      "it uses the pages without a secret, as single-page applications do",
      { ...localPages, CallbackURLs: ["http://localhost:8765/callback"] },
    ],
    [
      "it uses the pages without a secret, as single-page applications do",
      { ...localPages, CallbackURLs: ["http://localhost:8765/", "https://spa.example.com/"] },
    ],
    [
      "it uses the pages without a secret, as single-page applications do",
      { ...localPages, CallbackURLs: ["http://localhost:80/"] },
    ],
    [
      "it uses the pages without a secret, as single-page applications do",
      { ...localPages, CallbackURLs: ["http://localhost:8765/"], AllowedOAuthScopes: ["openid"] },
    ],
    ["it also allows ALLOW_CUSTOM_AUTH", pages({ ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] })],
    ["it allows ALLOW_ADMIN_USER_PASSWORD_AUTH", { ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }],
    ["it names no way to sign in", { ExplicitAuthFlows: [] }],
    ["it rotates its refresh tokens", { RefreshTokenRotation: { Feature: "ENABLED" } }],
    ["it reports to Amazon Pinpoint", { AnalyticsConfiguration: {} }],
  ])("stays outside, and says why: %s", (reason, change) => {
    expect(adoptOne(change)).toEqual({ client: { ...plain, ...change }, reason });
  });

  test("stays outside when another one has its name already, as Cognito allows", () => {
    const [first, second] = adoptClients([plain, { ...plain, ClientId: "2" }]);
    expect(first).toMatchObject({ name: "tool" });
    expect(second).toMatchObject({ reason: "another client is called tool too" });
  });
});
