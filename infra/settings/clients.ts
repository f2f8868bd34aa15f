import { z } from "zod";
import {
  ALB_SCOPES,
  AUTH_SESSION_VALIDITY,
  BROWSER_PORT,
  BROWSER_SCOPES,
  PROGRAM_FLOWS,
  REFRESH_VALIDITY,
  TOKEN_VALIDITY,
} from "../defaults.ts";
import { hostName, httpsUrl, SHORT_NAME, SHORT_NAME_WORDS } from "./formats.ts";
import {
  declined,
  expecting,
  group,
  list,
  named,
  oneOf,
  text,
  timeSpan,
  wholeNumber,
  yesNo,
} from "./schema.ts";
import type { UsersSettings } from "./users.ts";

/** How long what Cognito hands out stays valid, in minutes. */
export interface ClientValidity {
  /** From the password to the last challenge answer: 3 to 15. */
  authSessionMinutes: number;
  accessMinutes: number;
  idMinutes: number;
  refreshMinutes: number;
}

/** One app client of `sekisho:clients`. */
export interface ClientSettings {
  name: string;
  kind: "alb" | "cli" | "server" | "machine";
  /** Which client of this name is in use, 1 to 99: another number is another client, with another id and secret. */
  generation: number;
  /** The generation beside it, at most one: its client exists, and its tokens are accepted as well. */
  alsoAccept: number[];
  /** Host names of the applications (alb); empty otherwise. */
  hosts: string[];
  /** Derived from the hosts (alb), or an address on the user's own machine (cli with browser); empty otherwise. */
  callbackUrls: string[];
  logoutUrls: string[];
  /** cli and server: as chosen; question is the password by SRP, then a question. Empty otherwise. */
  flows: ("srp" | "password" | "question")[];
  /** machine: `<resource server>/<scope>`. alb, and cli with browser: OpenID scopes. Empty otherwise. */
  scopes: string[];
  validity: ClientValidity;
  /** Attributes the client may read; never empty. */
  reads: string[];
  /** Attributes a user may change through the client; never empty. */
  writes: string[];
}

/** A client whose attributes are still to be completed by the pool's. */
export type ClientDraft = Omit<ClientSettings, "reads" | "writes"> & { reads?: string[]; writes?: string[] };

/** What Cognito itself keeps about a contact; a client may read it, nobody may write it. */
export const VERIFICATION_FLAGS: readonly string[] = ["email_verified", "phone_number_verified"];

const SCOPES_OF_A_PERSON = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"] as const;

/** Reads `sekisho:clients`, a map from the client's name to its settings. Sorted by name. */
export function clientsSchema() {
  return named(SHORT_NAME, SHORT_NAME_WORDS, oneClient()).transform((inputs): ClientDraft[] =>
    Object.entries(inputs)
      .map(([name, input]) => ({ name, ...input }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  );
}

/**
 * Gives each client the attributes it has not chosen itself: it reads everything the pool has, and writes what users
 * may change. Both are always spelled, because Cognito takes an absent list as "all".
 */
export function completeClients(drafts: readonly ClientDraft[], users: UsersSettings): ClientSettings[] {
  const all = users.attributes.map(({ name }) => name);
  const writable = users.attributes.filter(({ writableByUser }) => writableByUser).map(({ name }) => name);
  return drafts.map(({ reads, writes, ...rest }) => ({
    ...rest,
    reads: reads ?? [...all, ...VERIFICATION_FLAGS].toSorted(),
    writes: writes ?? writable,
  }));
}

function oneClient() {
  const kinds = "one of alb, cli, server, machine";
  return z
    .discriminatedUnion("kind", [albClient(), cliClient(), serverClient(), machineClient()], {
      error: (refused) =>
        refused.code === "invalid_union"
          ? expecting(kinds)({ input: kindOf(refused.input) })
          : expecting(`a group of settings with kind: ${kinds}`)(refused),
    })
    .transform((input, context) => {
      const client = readClient(input);
      if (client.alsoAccept.includes(client.generation)) {
        const message = `lists generation ${client.generation}, which is the one in use and accepted anyway; take it out`;
        context.addIssue({ code: "custom", path: ["alsoAccept"], message });
      }
      if (input.kind === "cli" && input.browserPort !== undefined && !input.browser) {
        const message =
          "is where a browser comes back to, and none is used; add browser: true, or take it out";
        context.addIssue({ code: "custom", path: ["browserPort"], message });
      }
      return client;
    });
}

function albClient() {
  return group({
    kind: z.literal("alb"),
    hosts: list(hostName(), "host names"),
    logoutUrl: urls(),
    scopes: list(oneOf(SCOPES_OF_A_PERSON), SCOPES_OF_A_PERSON.join(", "))
      .refine((scopes) => scopes.includes("openid"), {
        error: "lacks openid, without which the load balancer gets no ID token; add it",
      })
      .default([...ALB_SCOPES]),
    ...forPeople(),
    ...generations(),
  });
}

function cliClient() {
  const noSecret = declined("has no secret to rotate; take it out");
  return group({
    kind: z.literal("cli"),
    flows: programFlows(),
    browser: yesNo().default(false),
    browserPort: wholeNumber(1024, 65535).optional(),
    ...forPeople(),
    generation: noSecret,
    alsoAccept: noSecret,
  });
}

function serverClient() {
  return group({
    kind: z.literal("server"),
    flows: programFlows(),
    ...forPeople(),
    ...generations(),
  });
}

function programFlows() {
  const flows = ["srp", "password", "question"] as const;
  return list(oneOf(flows), flows.join(", ")).default([...PROGRAM_FLOWS]);
}

// No person signs in through it, so it has no attributes, and of the tokens only the access token.
function machineClient() {
  return group({
    kind: z.literal("machine"),
    scopes: list(
      text(/^[A-Za-z0-9][\w.:-]{0,99}\/[\w.:-]{1,100}$/, "<resource server>/<scope>, such as api/read"),
      "scopes such as api/read",
      { max: 50 },
    ),
    validity: group({ access: tokenSpan() }).prefault({}),
    ...generations(),
  });
}

// A client's secret can change only together with the client where the load balancer fetches it from Cognito.
function generations() {
  return {
    generation: wholeNumber(1, 99).default(1),
    alsoAccept: list(wholeNumber(1, 99), "generations such as 2", { min: 0, max: 1 }).default([]),
  };
}

// Bounds: Amazon Cognito Developer Guide, Application-specific settings with app clients.
function forPeople() {
  const attributes = list(text(/^[\w:-]{1,64}$/, "the name of an attribute"), "attributes");
  return {
    validity: group({
      authSession: timeSpan("3m", "15m").prefault(AUTH_SESSION_VALIDITY),
      access: tokenSpan(),
      id: tokenSpan(),
      refresh: timeSpan("60m", "3650d").prefault(REFRESH_VALIDITY),
    })
      .superRefine(({ access, id, refresh }, context) => {
        for (const [key, minutes] of Object.entries({ access, id })) {
          if (minutes <= refresh) continue;
          const message = "outlives the refresh token, which Cognito refuses; shorten it or lengthen refresh";
          context.addIssue({ code: "custom", path: [key], message });
        }
      })
      .prefault({}),
    reads: attributes.optional(),
    writes: attributes.optional(),
  };
}

function tokenSpan() {
  return timeSpan("5m", "1d").prefault(TOKEN_VALIDITY);
}

// One address or a list of them. Quota: 100 logout URLs for each client (Developer Guide, Quotas).
function urls() {
  return z
    .preprocess((value) => (typeof value === "string" ? [value] : value), list(httpsUrl(), "https addresses"))
    .optional();
}

type ClientInput =
  | z.output<ReturnType<typeof albClient>>
  | z.output<ReturnType<typeof cliClient>>
  | z.output<ReturnType<typeof serverClient>>
  | z.output<ReturnType<typeof machineClient>>;

function readClient(input: ClientInput): Omit<ClientDraft, "name"> {
  return {
    kind: input.kind,
    generation: input.generation ?? 1,
    alsoAccept: input.alsoAccept ?? [],
    hosts: input.kind === "alb" ? input.hosts : [],
    callbackUrls: readCallbacks(input),
    logoutUrls: input.kind === "alb" ? (input.logoutUrl ?? []) : [],
    flows: input.kind === "cli" || input.kind === "server" ? input.flows : [],
    scopes: readScopes(input),
    validity: readValidity(input.validity),
    ...("reads" in input && input.reads !== undefined ? { reads: input.reads } : {}),
    ...("writes" in input && input.writes !== undefined ? { writes: input.writes } : {}),
  };
}

function readCallbacks(input: ClientInput): string[] {
  if (input.kind === "alb") return input.hosts.map(callbackUrl);
  if (input.kind === "cli" && input.browser) return [loopbackUrl(input.browserPort ?? BROWSER_PORT)];
  return [];
}

function readScopes(input: ClientInput): string[] {
  if (input.kind === "alb" || input.kind === "machine") return input.scopes;
  return input.kind === "cli" && input.browser ? [...BROWSER_SCOPES] : [];
}

function readValidity(input: ClientInput["validity"]): ClientValidity {
  // A machine never uses the others: they are the smallest that Cognito takes beside its access token.
  const machine = { authSession: 3, id: 5, refresh: Math.max(60, input.access) };
  const { access, authSession, id, refresh } = { ...machine, ...input };
  return { authSessionMinutes: authSession, accessMinutes: access, idMinutes: id, refreshMinutes: refresh };
}

/**
 * The path is the load balancer's own (Application Load Balancers, Authenticate users using an Application Load
 * Balancer).
 */
export const CALLBACK_PATH = "/oauth2/idpresponse";

function callbackUrl(host: string): string {
  return `https://${host}${CALLBACK_PATH}`;
}

/**
 * Where a program on the user's own machine waits for its browser. Cognito takes http for localhost alone, and
 * compares the address to the letter (API reference, CreateUserPoolClient, CallbackURLs).
 */
export function loopbackUrl(port: number): string {
  return `http://localhost:${port}/`;
}

function kindOf(input: unknown): unknown {
  return typeof input === "object" && input !== null && "kind" in input ? input.kind : undefined;
}
