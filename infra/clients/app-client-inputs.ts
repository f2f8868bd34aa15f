import type { ClientSettings } from "../settings.ts";
import { nameInUse } from "./client-generation.ts";

/** Whether a client of this kind has a secret; the command line cannot keep one. */
export function hasSecret(kind: ClientSettings["kind"]): boolean {
  return kind !== "cli";
}

/** Whether people meet the sign-in pages through this client: whoever does comes back to an address of it. */
export function usesSignInPage({ callbackUrls }: Pick<ClientSettings, "callbackUrls">): boolean {
  return callbackUrls.length > 0;
}

/**
 * What an app client is created with, every security setting spelled. `roleClaims` are the claims that choose an AWS
 * role: no client may write one, whatever its settings say. Lists the provider reads back as absent when they are
 * empty are left out.
 */
export function appClientInputs(client: ClientSettings, roleClaims: string[]) {
  return {
    name: nameInUse(client),
    generateSecret: hasSecret(client.kind),
    explicitAuthFlows: explicitAuthFlows(client),
    ...oauthInputs(client),
    supportedIdentityProviders: ["COGNITO"],
    preventUserExistenceErrors: "ENABLED",
    enableTokenRevocation: true,
    enablePropagateAdditionalUserContextData: false,
    ...validityInputs(client),
    readAttributes: neverEmpty(client.reads),
    writeAttributes: neverEmpty(client.writes.filter((attribute) => !roleClaims.includes(attribute))),
  };
}

// Always spelled: without a list Cognito allows SRP and custom flows. A list must let tokens be refreshed, and the
// sign-in page too needs the flow it uses (Amazon Cognito Developer Guide, Implement authentication flows).
function explicitAuthFlows({ kind, flows }: ClientSettings): string[] {
  const refresh = "ALLOW_REFRESH_TOKEN_AUTH";
  switch (kind) {
    case "alb":
      return [refresh, "ALLOW_USER_SRP_AUTH"];
    case "machine":
      return [refresh];
    case "cli":
    case "server":
      return [refresh, ...flows.map((flow) => API_FLOWS[flow]).sort()];
  }
}

// The question comes after the password by SRP, which the custom flow brings along.
const API_FLOWS = {
  srp: "ALLOW_USER_SRP_AUTH",
  password: "ALLOW_USER_PASSWORD_AUTH",
  question: "ALLOW_CUSTOM_AUTH",
};

function oauthInputs(client: ClientSettings) {
  if (usesSignInPage(client)) {
    return {
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: client.scopes,
      // The load balancer asks in lower case, and Cognito compares to the letter.
      callbackUrls: client.callbackUrls.map((url) => url.toLowerCase()),
      ...(client.logoutUrls.length > 0 && { logoutUrls: client.logoutUrls }),
    };
  }
  if (client.kind === "machine") {
    return {
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthScopes: client.scopes,
    };
  }
  return { allowedOauthFlowsUserPoolClient: false };
}

function validityInputs({ validity }: ClientSettings) {
  return {
    authSessionValidity: validity.authSessionMinutes,
    accessTokenValidity: validity.accessMinutes,
    idTokenValidity: validity.idMinutes,
    refreshTokenValidity: validity.refreshMinutes,
    tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "minutes" },
  };
}

/**
 * An empty list would mean "all of them" to Cognito, so whoever may see or change nothing gets the one attribute that
 * tells nothing: the time of the last change.
 */
function neverEmpty(attributes: string[]): string[] {
  return attributes.length > 0 ? attributes : ["updated_at"];
}
