import { z } from "zod";
import { foreignAnswer } from "../runtime/aws-errors.ts";
import type { OptionTable } from "../runtime/command-line.ts";
import { BadInputError, CredentialsError, IntegrityError } from "../runtime/errors.ts";
import type { RunbookContext } from "../runtime/runbook.ts";
import { askWeb, parseReply } from "../runtime/web-caller.ts";
import { planBrowserSignIn } from "./browser-sign-in.ts";
import { openLoopback } from "./loopback-server.ts";
import type { Session } from "./session.ts";
import { readClaims, sessionOfTokens } from "./session-tokens.ts";
import type { SignInPlace } from "./sign-in-place.ts";

/** What a sign-in in the browser needs of a run. */
export type BrowserContext = Pick<
  RunbookContext<OptionTable>,
  "progress" | "warn" | "signal" | "now" | "randomBytes" | "openBrowser"
>;

/** Minutes the person has in the browser. */
const BROWSER_MINUTES = 10;

/**
 * Signs somebody in at the sign-in pages, in a browser of this machine: for passkeys and for people of another identity
 * provider. Throws BadInputError where the stack has no such way, NotConfirmedError where nobody comes back,
 * CredentialsError for a code that Cognito does not take, IntegrityError for tokens of another sign-in.
 */
export async function signInByBrowser({ file, web }: SignInPlace, context: BrowserContext): Promise<Session> {
  if (file.browser === undefined) {
    throw new BadInputError(`Stack ${file.stack} has no sign-in by browser for the command line.`, {
      remedy: "Run login without --browser.",
    });
  }
  const { callbackUrl } = file.browser;
  const plan = planBrowserSignIn({ ...file.browser, clientId: file.clientId }, context.randomBytes);
  const { signal } = context;
  const server = await openLoopback({ callbackUrl, state: plan.state, signal, minutes: BROWSER_MINUTES });
  try {
    context.progress("Sign in in the browser. If none opens, open this address:");
    context.progress(plan.address);
    const [session] = await Promise.all([
      server.waitForCode((code) => redeemCode({ file, web }, { code, callbackUrl, ...plan }, context.now())),
      context.openBrowser(plan.address).catch(() => context.warn("No browser could be opened.")),
    ]);
    return session;
  } finally {
    await server.close();
  }
}

interface SpentCode {
  code: string;
  callbackUrl: string;
  verifier: string;
  nonce: string;
}

/** Tokens for a code, without any secret: the verifier proves whose code it is (Developer Guide, "Token endpoint"). */
async function redeemCode(
  { file, web }: Pick<SignInPlace, "file" | "web">,
  { code, callbackUrl, verifier, nonce }: SpentCode,
  now: Date,
): Promise<Session> {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: file.clientId,
    code,
    redirect_uri: callbackUrl,
    code_verifier: verifier,
  });
  const reply = await askWeb(web, {
    host: file.browser?.host ?? "",
    method: "POST",
    path: "/oauth2/token",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
    // A code is good once: asked again, it would be refused although it was right.
    attempts: 1,
  });
  const what = "The token endpoint";
  if (reply.status !== 200) {
    const error = refusal.safeParse(parseReply(reply)).data?.error;
    if (error === undefined) throw foreignAnswer(what);
    throw new CredentialsError(`Cognito did not take the browser's code (${error}).`, {
      remedy: `Run npm run sign-in -- login --browser --stack ${file.stack}.`,
    });
  }
  const issued = tokens.safeParse(parseReply(reply)).data;
  if (issued === undefined) throw foreignAnswer(what);
  const claims = readClaims(issued.id_token);
  if (claims.nonce !== nonce) {
    throw new IntegrityError("The tokens belong to another sign-in than this one; they are not kept.", {
      remedy: "Run it again, and tell whoever runs the stack.",
    });
  }
  const username = [claims.email, claims["cognito:username"]].find((name) => typeof name === "string");
  return sessionOfTokens(
    what,
    { IdToken: issued.id_token, AccessToken: issued.access_token, RefreshToken: issued.refresh_token },
    { username: String(username ?? "unknown") },
    now.getTime(),
  );
}

const refusal = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });
const tokens = z.object({ id_token: z.string(), access_token: z.string(), refresh_token: z.string() });
