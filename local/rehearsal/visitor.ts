import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { IntegrityError } from "../../runbooks/runtime/errors.ts";
import { asksFor, type Browser, type Page } from "./browser.ts";
import { type MessageReader, readCode } from "./message-codes.ts";
import type { SignInEnd } from "./sign-in-traffic.ts";

/** Somebody with an account, who comes to the application behind the load balancer. */
export interface Visitor extends MessageReader {
  password: string;
}

export interface VisitorAccount {
  cognito: CognitoIdentityProviderClient;
  userPoolId: string;
  visitor: Visitor;
}

/** Makes the account, with a password that stays and contacts that are proven; nobody is sent anything. */
export async function createVisitor({ cognito, userPoolId, visitor }: VisitorAccount): Promise<void> {
  const key = { UserPoolId: userPoolId, Username: visitor.email };
  const attributes = {
    email: visitor.email,
    email_verified: "true",
    phone_number: visitor.phoneNumber,
    phone_number_verified: "true",
  };
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  await cognito.send(new AdminCreateUserCommand({ ...key, UserAttributes, MessageAction: "SUPPRESS" }));
  await cognito.send(
    new AdminSetUserPasswordCommand({ ...key, Password: visitor.password, Permanent: true }),
  );
}

/**
 * Goes to the application, signs in on the page that the load balancer sends the browser to, and comes back. Resolves
 * with the page's host, where the browser is known from then on. Throws an IntegrityError that says where it ended
 * otherwise.
 */
export async function signInOnPage(browser: Browser, address: string, visitor: Visitor): Promise<string> {
  let page = await browser.open(address);
  const { host } = page.url;
  if (host === new URL(address).host) throw endedAt(page);
  page = await browser.submit(page, { username: visitor.email, password: visitor.password });
  if (page.url.host === host && asksFor(page, "code")) {
    page = await browser.submit(page, { code: await readCode(visitor) });
  }
  if (readEnd(page).kind !== "signed-in") throw endedAt(page);
  return host;
}

/** Signs in as somebody whom the sign-in page still knows: no password, but a code for the load balancer all the same. */
export async function signInAgain(browser: Browser, host: string, address: string): Promise<SignInEnd> {
  return readEnd(await browser.withCookiesOf(host).open(address));
}

/** How a sign-in ended that ended at this page. */
function readEnd(page: Page): SignInEnd {
  const at = describePage(page);
  if (page.status === 200 && isKnownUser(page.body)) return { kind: "signed-in", at };
  const reason = String(page.headers["x-sekisho-error-reason"] ?? "");
  return { kind: UNDER_WAY.includes(reason) ? "interrupted" : "failed", at };
}

/** What the local application answers: who the load balancer says it is. */
function isKnownUser(body: string): boolean {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === "object" && answer !== null && "user" in answer && answer.user !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Reasons of the load balancer that a sign-in has which was begun with one client and comes back to another
 * (Application Load Balancers, "Access logs": error reason codes).
 */
const UNDER_WAY = ["AuthInvalidGrantError", "AuthInvalidStateParam"];

function endedAt(page: Page): IntegrityError {
  return new IntegrityError(`The sign-in ended at ${describePage(page)}.`);
}

function describePage({ url, status, headers }: Page): string {
  const reason = headers["x-sekisho-error-reason"];
  return `${url.host}${url.pathname} with ${status}${reason === undefined ? "" : ` (${reason})`}`;
}
