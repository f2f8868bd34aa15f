import type { WebAnswer } from "../../local/web-exchange.ts";
import {
  createSignInWorld,
  EMAIL,
  PASSWORD,
  type SignInWorld,
  type SignInWorldOptions,
} from "./sign-in-world.ts";

export const CALLBACK = "https://app.example.com/oauth2/idpresponse";
export const OTHER_CALLBACK = "https://app.example.com/other?x=1";
export const HOST = "example-login.auth.ap-northeast-1.amazoncognito.com";

type Parameters = Record<string, string | undefined>;

/** A pool with sign-in pages and one client that sends browsers there. */
export interface SignInPages extends SignInWorld {
  get(path: string, parameters?: Parameters, headers?: Record<string, string>): Promise<WebAnswer>;
  post(path: string, form: Parameters, headers?: Record<string, string>): Promise<WebAnswer>;
  /** What the client sends a browser to /oauth2/authorize with. */
  authorization(changes?: Parameters): Record<string, string>;
  /** Posts the login form with user name and password. */
  logIn(changes?: Parameters, password?: string): Promise<WebAnswer>;
  /** Redeems a code as the client does. */
  redeem(code: string, changes?: Parameters, headers?: Record<string, string>): Promise<WebAnswer>;
  /** A code as if the user had just signed in. */
  code(changes?: { scope?: string; nonce?: string; redirectUri?: string }): string;
}

export async function openSignInPages(options: SignInWorldOptions = {}): Promise<SignInPages> {
  const world = await createSignInWorld({
    ...options,
    client: {
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      SupportedIdentityProviders: ["COGNITO"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
      CallbackURLs: [CALLBACK, OTHER_CALLBACK],
      LogoutURLs: ["https://app.example.com/bye"],
      PreventUserExistenceErrors: "ENABLED",
      ...options.client,
    },
  });
  await world.admin("CreateUserPoolDomain", { Domain: "example-login" });
  const { model, poolId, clientId, clientSecret } = world;
  const ask = (method: string, path: string, headers: Record<string, string>, body: string) =>
    model.answerWeb({ method, host: HOST, path, headers, body });
  const pages: SignInPages = {
    ...world,
    get: (path, parameters = {}, headers = {}) => ask("GET", `${path}?${encode(parameters)}`, headers, ""),
    post: (path, form, headers = {}) =>
      ask("POST", path, { "content-type": "application/x-www-form-urlencoded", ...headers }, encode(form)),
    authorization: (changes = {}) =>
      present({
        response_type: "code",
        client_id: clientId,
        redirect_uri: CALLBACK,
        state: "the state",
        scope: "openid",
        ...changes,
      }),
    logIn: (changes = {}, password = PASSWORD) =>
      pages.post(`/login?${encode(pages.authorization(changes))}`, { username: EMAIL, password }),
    redeem: (code, changes = {}, headers = basic(clientId, clientSecret)) =>
      pages.post(
        "/oauth2/token",
        { grant_type: "authorization_code", code, redirect_uri: CALLBACK, ...changes },
        headers,
      ),
    code: (changes = {}) =>
      model.createAuthorizationCode({
        poolId,
        clientId,
        username: EMAIL,
        redirectUri: CALLBACK,
        scope: "openid",
        ...changes,
      }),
  };
  return pages;
}

/** The header of client_secret_basic. */
export function basic(id: string, secret: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
}

/** The parameters of the address that an answer redirects to. */
export function redirectOf({ headers }: WebAnswer): { address: string; parameters: Record<string, string> } {
  const [address = "", query = ""] = String(headers.location ?? "").split("?");
  return { address, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

/** The body of an answer in JSON, as whatever the test reads from it. */
export function jsonOf({ body }: WebAnswer): Record<string, string> {
  const value: unknown = JSON.parse(body);
  return Object.fromEntries(Object.entries(Object(value)).map(([name, member]) => [name, String(member)]));
}

/** The value of a hidden field of a form. */
export function hiddenField({ body }: WebAnswer, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? "";
}

/** The cookies an answer sets, as a browser sends them back. */
export function cookiesOf({ headers }: WebAnswer): Record<string, string> {
  const lines = [headers["set-cookie"] ?? []].flat();
  return { cookie: lines.map((line) => line.split(";")[0]).join("; ") };
}

function encode(parameters: Parameters): string {
  return new URLSearchParams(present(parameters)).toString();
}

function present(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
