import { BROWSER_SCOPES } from "../../infra/defaults.ts";
import { CALLBACK_PATH } from "../../infra/settings/clients.ts";
import { SHORT_NAME } from "../../infra/settings/formats.ts";
import type { ExistingClient } from "./existing-pool.ts";

/** A client as the stack file says it, or why it cannot. */
export type AdoptedClient =
  | { client: ExistingClient; name: string; settings: Record<string, unknown> }
  | { client: ExistingClient; reason: string };

/**
 * The clients of a pool as settings. A client whose ways of signing in the settings cannot say stays outside the
 * stack, untouched: an update would take them away from whoever uses it.
 */
export function adoptClients(clients: readonly ExistingClient[]): AdoptedClient[] {
  const taken = new Set<string>();
  return clients
    .toSorted((one, other) => (one.ClientName < other.ClientName ? -1 : 1))
    .map((client): AdoptedClient => {
      const name = client.ClientName;
      if (!SHORT_NAME.test(name)) {
        return {
          client,
          reason: "its name is not one that the stack file takes (lower-case letters, digits, -)",
        };
      }
      if (taken.has(name)) return { client, reason: `another client is called ${name} too` };
      const read = readKind(client);
      if ("reason" in read) return { client, reason: read.reason };
      taken.add(name);
      return { client, name, settings: { ...read.settings, ...readShared(client, read.settings.kind) } };
    });
}

type Kind =
  | { settings: { kind: "alb" | "cli" | "server" | "machine" } & Record<string, unknown> }
  | { reason: string };

function readKind(client: ExistingClient): Kind {
  const flows = client.AllowedOAuthFlowsUserPoolClient === true ? client.AllowedOAuthFlows : [];
  const hasSecret = client.ClientSecret !== undefined;
  const others = client.SupportedIdentityProviders.filter((provider) => provider !== "COGNITO");
  if (others.length > 0) return { reason: `people sign in through it with ${others.join(", ")}` };
  if (client.RefreshTokenRotation?.Feature === "ENABLED") return { reason: "it rotates its refresh tokens" };
  if (client.AnalyticsConfiguration) return { reason: "it reports to Amazon Pinpoint" };
  if (flows.includes("implicit")) return { reason: "it uses the implicit flow" };
  if (flows.includes("client_credentials")) return readMachine(client, flows, hasSecret);
  if (flows.includes("code")) return readLoadBalancer(client, hasSecret);
  return readApi(client, hasSecret);
}

function readMachine(client: ExistingClient, flows: readonly string[], hasSecret: boolean): Kind {
  if (flows.length > 1 || !hasSecret) return { reason: "programs and people sign in through it" };
  return { settings: { kind: "machine", scopes: client.AllowedOAuthScopes } };
}

function readLoadBalancer(client: ExistingClient, hasSecret: boolean): Kind {
  const hosts = client.CallbackURLs.map(hostOfCallback);
  const unusual = client.ExplicitAuthFlows.filter(
    (flow) => flow !== "ALLOW_REFRESH_TOKEN_AUTH" && flow !== "ALLOW_USER_SRP_AUTH",
  );
  if (!hasSecret) return readCommandLine(client);
  if (hosts.some((host) => host === undefined)) {
    return { reason: `it comes back to addresses other than a load balancer's ${CALLBACK_PATH}` };
  }
  if (unusual.length > 0) return { reason: `it also allows ${unusual.join(", ")}` };
  return {
    settings: {
      kind: "alb",
      hosts,
      ...(client.LogoutURLs.length > 0 && { logoutUrl: client.LogoutURLs }),
      scopes: client.AllowedOAuthScopes,
    },
  };
}

/** A program on people's own machines that comes back to them from the pages, exactly as the settings would make it. */
function readCommandLine(client: ExistingClient): Kind {
  const [callback = "", ...others] = client.CallbackURLs;
  const port = Number(/^http:\/\/localhost:(\d+)\/$/.exec(callback)?.[1]);
  const hasScopes = client.AllowedOAuthScopes.toSorted().join() === BROWSER_SCOPES.toSorted().join();
  if (others.length > 0 || !(port >= 1_024) || !hasScopes || client.LogoutURLs.length > 0) {
    return { reason: "it uses the pages without a secret, as single-page applications do" };
  }
  const read = readApi(client, false);
  if ("reason" in read) return read;
  return { settings: { ...read.settings, browser: true, browserPort: port } };
}

function readApi(client: ExistingClient, hasSecret: boolean): Kind {
  const known: Record<string, string> = { ALLOW_USER_SRP_AUTH: "srp", ALLOW_USER_PASSWORD_AUTH: "password" };
  const allowed = client.ExplicitAuthFlows.filter((flow) => flow !== "ALLOW_REFRESH_TOKEN_AUTH");
  const strange = allowed.filter((flow) => !Object.hasOwn(known, flow));
  const flows = allowed.flatMap((flow) => known[flow] ?? []);
  if (strange.length > 0 || allowed.length === 0) {
    return {
      reason: allowed.length === 0 ? "it names no way to sign in" : `it allows ${strange.join(", ")}`,
    };
  }
  if (hasSecret) return { settings: { kind: "server", flows } };
  return { settings: { kind: "cli", ...(flows.includes("password") && { flows }) } };
}

function readShared(client: ExistingClient, kind: string): Record<string, unknown> {
  const { AccessToken = "hours", IdToken = "hours", RefreshToken = "days" } = client.TokenValidityUnits ?? {};
  const access = span(client.AccessTokenValidity || 60, client.AccessTokenValidity ? AccessToken : "minutes");
  if (kind === "machine") return { validity: { access } };
  return {
    validity: {
      authSession: span(client.AuthSessionValidity ?? 3, "minutes"),
      access,
      id: span(client.IdTokenValidity || 60, client.IdTokenValidity ? IdToken : "minutes"),
      refresh: span(client.RefreshTokenValidity ?? 30, RefreshToken),
    },
    ...(client.ReadAttributes && { reads: client.ReadAttributes }),
    ...(client.WriteAttributes && { writes: client.WriteAttributes }),
  };
}

/** A length as the stack file writes it; it knows no seconds, and Cognito's shortest tokens live for minutes. */
function span(value: number, unit: string): string {
  if (unit === "seconds") return `${Math.max(1, Math.round(value / 60))}m`;
  return `${value}${unit.charAt(0)}`;
}

function hostOfCallback(address: string): string | undefined {
  const match = /^https:\/\/([^/]+)(\/.*)$/.exec(address);
  return match?.[2] === CALLBACK_PATH ? match[1] : undefined;
}
