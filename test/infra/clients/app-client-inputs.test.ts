import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appClientInputs, hasSecret, usesSignInPage } from "../../../infra/clients/app-client-inputs.ts";
import type { ClientSettings } from "../../../infra/settings.ts";
import { api, batch, browserCli, cli, web } from "../../support/users-settings.ts";

const kinds: [string, ClientSettings][] = [web, cli, api, batch].map((client) => [client.kind, client]);

const clients: [string, ClientSettings][] = [...kinds, ["cli with a browser", browserCli]];

const REFRESH = "ALLOW_REFRESH_TOKEN_AUTH";
const SRP = "ALLOW_USER_SRP_AUTH";
const PASSWORD = "ALLOW_USER_PASSWORD_AUTH";

describe("an app client", () => {
  test.each(kinds)("hides who has an account, and can revoke tokens (%s)", (_, client) => {
    expect(appClientInputs(client, [])).toMatchObject({
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
      enablePropagateAdditionalUserContextData: false,
      supportedIdentityProviders: ["COGNITO"],
    });
  });

  test.each(kinds)("says how long everything is valid, with the unit (%s)", (_, client) => {
    const validity = { authSessionMinutes: 15, accessMinutes: 5, idMinutes: 6, refreshMinutes: 1440 };
    expect(appClientInputs({ ...client, validity }, [])).toMatchObject({
      authSessionValidity: 15,
      accessTokenValidity: 5,
      idTokenValidity: 6,
      refreshTokenValidity: 1440,
      tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "minutes" },
    });
  });

  test.each<[string, ClientSettings, string[]]>([
    ["the load balancer's page", web, [REFRESH, SRP]],
    ["the command line, which never sends a password", cli, [REFRESH, SRP]],
    ["a back end with both flows", api, [REFRESH, PASSWORD, SRP]],
    ["a back end with SRP", { ...api, flows: ["srp"] }, [REFRESH, SRP]],
    ["a back end that asks a question", { ...api, flows: ["question"] }, [REFRESH, "ALLOW_CUSTOM_AUTH"]],
    ["a back end with passwords", { ...api, flows: ["password"] }, [REFRESH, PASSWORD]],
    ["a machine, where nobody signs in", batch, [REFRESH]],
  ])("allows exactly the flows of %s", (_, client, flows) => {
    expect(appClientInputs(client, []).explicitAuthFlows).toEqual(flows);
  });

  test("keeps no secret on the command line, and one everywhere else", () => {
    expect(kinds.map(([kind, client]) => [kind, appClientInputs(client, []).generateSecret])).toEqual([
      ["alb", true],
      ["cli", false],
      ["server", true],
      ["machine", true],
    ]);
    for (const [, client] of kinds) {
      expect(appClientInputs(client, []).generateSecret).toBe(hasSecret(client.kind));
    }
  });

  test("shows the sign-in page to whoever comes back from it, and to nobody else", () => {
    expect(clients.filter(([, client]) => usesSignInPage(client)).map(([kind]) => kind)).toEqual([
      "alb",
      "cli with a browser",
    ]);
  });

  test("gives a command line with a browser a code at an address on the own machine, and still no secret", () => {
    const inputs = appClientInputs(browserCli, []);
    expect(inputs).toMatchObject({
      generateSecret: false,
      explicitAuthFlows: [REFRESH, SRP],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
      callbackUrls: ["http://localhost:27463/"],
    });
    expect(inputs).not.toHaveProperty("logoutUrls");
  });

  test("gives the load balancer a code, at its callback in lower case", () => {
    expect(appClientInputs(web, [])).toMatchObject({
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid"],
      callbackUrls: ["https://app.example.com/oauth2/idpresponse"],
      logoutUrls: ["https://app.example.com/signed-out"],
    });
    expect(appClientInputs({ ...web, logoutUrls: [] }, [])).not.toHaveProperty("logoutUrls");
  });

  test("gives a machine tokens for its own scopes and nothing that a browser could use", () => {
    const machine = appClientInputs(batch, []);
    expect(machine).toMatchObject({
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthScopes: ["api/read", "api/write"],
    });
    expect(machine).not.toHaveProperty("callbackUrls");
  });

  test.each([
    ["cli", cli],
    ["server", api],
  ])("keeps a %s client out of OAuth altogether", (_, client) => {
    const inputs = appClientInputs(client, []);
    expect(inputs).toMatchObject({ allowedOauthFlowsUserPoolClient: false });
    for (const absent of ["allowedOauthFlows", "allowedOauthScopes", "callbackUrls", "logoutUrls"]) {
      expect(inputs).not.toHaveProperty(absent);
    }
  });

  test("never lets a user write a claim that chooses a role, and never leaves a list empty", () => {
    const names = ["email", "phone_number", "custom:department", "custom:team"];
    fc.assert(
      fc.property(
        fc.constantFrom(web, cli, api, batch),
        fc.subarray(names),
        fc.subarray(names),
        fc.subarray([...names, "cognito:groups"]),
        (client, reads, writes, roleClaims) => {
          const { readAttributes, writeAttributes } = appClientInputs(
            { ...client, reads, writes },
            roleClaims,
          );
          expect(writeAttributes.filter((name) => roleClaims.includes(name))).toEqual([]);
          expect(writeAttributes.length).toBeGreaterThan(0);
          expect(readAttributes.length).toBeGreaterThan(0);
          expect(readAttributes.every((name) => reads.includes(name) || name === "updated_at")).toBe(true);
        },
      ),
    );
  });
});
