import type { Client, Pool } from "../state.ts";
import { errorPage, redirectAnswer, WebRefusal, withParameters } from "./web-pages.ts";

/** A request for an authorization code that may be answered. */
export interface Authorization {
  client: Client;
  redirectUri: string;
  state: string | undefined;
  scopes: readonly string[];
  nonce: string | undefined;
  challenge: string | undefined;
  prompt: string | undefined;
}

/**
 * Reads the parameters of the authorize and the login endpoint. Throws a WebRefusal: a page where the client or the
 * address is wrong, since nobody may be sent to an address that is not the client's; else back to it with the error
 * (Developer Guide, "Authorize endpoint").
 */
export function readAuthorization(pool: Pool, query: URLSearchParams): Authorization {
  const read = (name: string) => query.get(name) || undefined;
  const client = requireWebClient(pool, read("client_id"));
  const redirectUri = requireRedirectUri(client, read("redirect_uri"));
  const state = read("state");
  const refuse = (error: string) =>
    new WebRefusal(redirectAnswer(withParameters(redirectUri, { error, state })));

  const responseType = read("response_type");
  if (responseType === undefined) throw refuse("invalid_request");
  if (responseType !== "code" && responseType !== "token") throw refuse("unsupported_response_type");
  if (!allowsFlow(client, responseType === "code" ? "code" : "implicit")) throw refuse("unauthorized_client");
  if (responseType === "token") throw new WebRefusal(errorPage(501, implicitNotOffered));
  const challenge = read("code_challenge");
  const method = read("code_challenge_method");
  if ((challenge === undefined) !== (method === undefined)) throw refuse("invalid_request");
  if (method !== undefined && method !== "S256") throw refuse("invalid_request");
  const scopes = chooseScopes(client, read("scope"));
  if (scopes === undefined) throw refuse("invalid_scope");
  return { client, redirectUri, state, scopes, nonce: read("nonce"), challenge, prompt: read("prompt") };
}

/** The client that a page is asked for, or the page that says there is none. */
export function requireWebClient(pool: Pool, clientId: string | undefined): Client {
  const client = clientId === undefined ? undefined : pool.clients.get(clientId);
  if (client === undefined) throw new WebRefusal(errorPage(400, unknownClient));
  return client;
}

/** Whether OAuth 2.0 is on for the client, with this flow. */
export function allowsFlow(
  { settings }: Client,
  flow: NonNullable<Client["settings"]["AllowedOAuthFlows"]>[number],
): boolean {
  return settings.AllowedOAuthFlowsUserPoolClient && settings.AllowedOAuthFlows?.includes(flow) === true;
}

/** The scopes asked for, all of the client's where none are; undefined when one is not the client's. */
export function chooseScopes({ settings }: Client, given: string | undefined): string[] | undefined {
  const allowed = settings.AllowedOAuthScopes ?? [];
  const asked = [...new Set((given ?? "").split(" ").filter((scope) => scope !== ""))];
  if (asked.length === 0) return allowed;
  return asked.every((scope) => allowed.includes(scope)) ? asked : undefined;
}

/** The address must be one of the client's, letter for letter. */
export function requireRedirectUri({ settings }: Client, given: string | undefined): string {
  if (given === undefined || settings.CallbackURLs?.includes(given) !== true) {
    throw new WebRefusal(errorPage(400, unknownAddress));
  }
  return given;
}

const unknownClient = {
  ja: "クライアントが見つかりません。",
  en: "invalid_request: client_id names no app client of this user pool.",
};
const unknownAddress = {
  ja: "戻り先のアドレスが登録されていません。",
  en: "redirect_mismatch: redirect_uri is not one of the app client's callback URLs.",
};
const implicitNotOffered = {
  ja: "この方式には対応していません。",
  en: "The implicit grant is not offered by these sign-in pages.",
};
