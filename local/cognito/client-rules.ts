import { AwsFault } from "../aws-fault.ts";
import { featureUnavailableInTier, invalidParameter } from "./faults.ts";
import { attributesSetByCognito, derivedAttributes } from "./standard-attributes.ts";
import type { ClientSettings, Pool, TimeUnit } from "./state.ts";

/** Refuses app-client settings that contradict each other or the pool, as CreateUserPoolClient and UpdateUserPoolClient do. */
export function refuseClientSettings(
  pool: Pool,
  settings: ClientSettings,
  client: { hasSecret: boolean; verb: "creating" | "updating" },
): void {
  refuseAttributes(pool, settings, client.verb);
  refuseFlows(pool, settings);
  refuseValidity(settings);
  refuseUrls(settings);
  refuseProviders(pool, settings);
  refuseOAuth(settings, client.hasSecret);
  refuseScopes(pool, settings);
}

/** The scopes every pool knows without a resource server. */
export const standardScopes: readonly string[] = [
  "phone",
  "email",
  "openid",
  "profile",
  "aws.cognito.signin.user.admin",
];

/** Seconds a token lives: the value in its unit, or the default; 0 means the default (CreateUserPoolClient, API reference). */
export function tokenSeconds(
  settings: ClientSettings,
  token: "AccessToken" | "IdToken" | "RefreshToken",
): number {
  const rule = validityRules[token];
  const value = settings[rule.member] || rule.default;
  return value * unitSeconds[settings.TokenValidityUnits?.[token] ?? rule.unit];
}

const unitSeconds: Record<TimeUnit, number> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

const validityRules = {
  AccessToken: { member: "AccessTokenValidity", unit: "hours", default: 1, min: 300, max: 86_400 },
  IdToken: { member: "IdTokenValidity", unit: "hours", default: 1, min: 300, max: 86_400 },
  RefreshToken: { member: "RefreshTokenValidity", unit: "days", default: 30, min: 3_600, max: 315_360_000 },
} as const;

/** "Access and ID tokens: 5 minutes to 1 day; refresh tokens: 60 minutes to 10 years" (Developer Guide, "App client settings"). */
function refuseValidity(settings: ClientSettings): void {
  for (const token of ["AccessToken", "IdToken", "RefreshToken"] as const) {
    const rule = validityRules[token];
    const seconds = tokenSeconds(settings, token);
    if (seconds < rule.min || seconds > rule.max) throw invalidParameter("Invalid range for token validity.");
  }
}

/** Attributes must exist; required ones must be writable, and nobody writes what only Cognito sets or verifies. */
function refuseAttributes(pool: Pool, settings: ClientSettings, verb: string): void {
  if (settings.ReadAttributes?.some((name) => !pool.schema.has(name))) {
    throw invalidParameter(`Invalid read attributes specified while ${verb} a client`);
  }
  const writable = settings.WriteAttributes;
  if (writable === undefined || writable.length === 0) return;
  const required = [...pool.schema.values()].filter(
    ({ name, isRequired }) => isRequired && !attributesSetByCognito.has(name),
  );
  const isInvalid =
    writable.some((name) => !pool.schema.has(name) || derivedAttributes.has(name)) ||
    required.some(({ name }) => !writable.includes(name));
  if (isInvalid) throw invalidParameter(`Invalid write attributes specified while ${verb} a client`);
}

function refuseFlows(pool: Pool, settings: ClientSettings): void {
  const flows = settings.ExplicitAuthFlows ?? [];
  const isCurrent = (flow: string) => flow.startsWith("ALLOW_");
  if (flows.some(isCurrent) && !flows.every(isCurrent)) {
    throw invalidParameter(
      "ExplicitAuthFlows values with and without the ALLOW_ prefix can't be used together.",
    );
  }
  if (settings.RefreshTokenRotation?.Feature === "ENABLED" && flows.includes("ALLOW_REFRESH_TOKEN_AUTH")) {
    // "You must disable this authentication flow" (Developer Guide, Refresh tokens); the sentence is not documented.
    throw invalidParameter("Refresh token rotation can't be used together with ALLOW_REFRESH_TOKEN_AUTH.");
  }
  if (pool.tier === "LITE" && flows.includes("ALLOW_USER_AUTH")) {
    throw featureUnavailableInTier("Choice-based sign-in", pool.tier);
  }
}

/**
 * "An absolute URI, without a fragment; HTTPS over HTTP except for http://localhost, http://127.0.0.1 and http://[::1];
 * myapp://example is also supported" (CreateUserPoolClient, API reference).
 */
function refuseUrls(settings: ClientSettings): void {
  const callbacks = settings.CallbackURLs ?? [];
  for (const url of [...callbacks, ...(settings.LogoutURLs ?? [])]) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined) throw invalidParameter(`${url} is not a valid URL.`);
    if (url.includes("#")) throw invalidParameter(`${url} can not contain a fragment.`);
    if (parsed.protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(parsed.hostname)) {
      throw invalidParameter(`${url} cannot use the HTTP protocol.`);
    }
  }
  if (settings.DefaultRedirectURI !== undefined && !callbacks.includes(settings.DefaultRedirectURI)) {
    throw invalidParameter("Default redirect URI must be in the list of callback URLs.");
  }
}

function refuseProviders(pool: Pool, settings: ClientSettings): void {
  const unknown = settings.SupportedIdentityProviders?.find(
    (name) => name !== "COGNITO" && !pool.identityProviders.has(name),
  );
  if (unknown !== undefined) {
    throw invalidParameter(`The provider ${unknown} does not exist for User Pool ${pool.id}.`);
  }
}

function refuseOAuth(settings: ClientSettings, hasSecret: boolean): void {
  const flows = settings.AllowedOAuthFlows ?? [];
  const scopes = settings.AllowedOAuthScopes ?? [];
  if (settings.AllowedOAuthFlowsUserPoolClient && (flows.length === 0 || scopes.length === 0)) {
    throw invalidFlow(
      "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
    );
  }
  if (flows.includes("client_credentials")) {
    if (flows.length > 1) {
      throw invalidFlow("client_credentials flow can not be selected along with code flow or implicit flow.");
    }
    if (!hasSecret) {
      throw invalidFlow(
        "client_credentials flow can not be selected if client does not have a client secret.",
      );
    }
    if (scopes.some((scope) => standardScopes.includes(scope))) {
      throw invalidFlow("client_credentials flow can only be used with scopes of resource servers.");
    }
  } else if (flows.length > 0 && (settings.CallbackURLs ?? []).length === 0) {
    throw invalidFlow("CallbackUrls can not be empty when code flow or implicit flow is selected");
  }
}

function refuseScopes(pool: Pool, settings: ClientSettings): void {
  const custom = [...pool.resourceServers.values()].flatMap((server) =>
    server.scopes.map(({ ScopeName }) => `${server.identifier}/${ScopeName}`),
  );
  const known = new Set([...standardScopes, ...custom]);
  const unknown = settings.AllowedOAuthScopes?.find((scope) => !known.has(scope));
  if (unknown !== undefined) {
    throw new AwsFault("ScopeDoesNotExistException", `Invalid scope requested: ${unknown}`);
  }
}

function invalidFlow(message: string): AwsFault {
  return new AwsFault("InvalidOAuthFlowException", message);
}
