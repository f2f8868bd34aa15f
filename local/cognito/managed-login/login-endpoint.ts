import { AwsFault } from "../../aws-fault.ts";
import type { WebAnswer } from "../../web-exchange.ts";
import { acceptAnswer } from "../sign-in/challenge-answers.ts";
import { allowsPasswordPages } from "../sign-in/clients.ts";
import { acceptGivenPassword, openSignIn } from "../sign-in/password-sign-in.ts";
import { refuseBeforePassword } from "../sign-in/passwords.ts";
import type { SignInStep } from "../sign-in/sign-in.ts";
import type { User } from "../state.ts";
import { announceSignIn } from "../triggers/sign-in-triggers.ts";
import { readAnswer, readStep, registerToken } from "./asked-step.ts";
import { type Authorization, readAuthorization } from "./authorization.ts";
import { addressWithCode } from "./authorize-endpoint.ts";
import { startSession } from "./browser-sessions.ts";
import { explainFault, notOfferedPage, passwordPage, stepPage } from "./login-page.ts";
import type { PageRequest } from "./page-request.ts";
import { recordsOf } from "./sign-in-records.ts";
import { errorPage, redirectAnswer, type Sentence, WebRefusal } from "./web-pages.ts";

/** GET /login: the form. */
export function showLogin(request: PageRequest): WebAnswer {
  requirePages(request, readAuthorization(request.pool, request.query));
  return passwordPage(request.query);
}

/** POST /login: takes what was typed into a form; shows the next one, or goes back to the client with a code. */
export async function answerLogin(request: PageRequest): Promise<WebAnswer> {
  const authorization = readAuthorization(request.pool, request.query);
  requirePages(request, authorization);
  const key = request.form.get("factor");
  return key === null ? takePassword(request, authorization) : takeStep(request, authorization, key);
}

async function takePassword(request: PageRequest, authorization: Authorization): Promise<WebAnswer> {
  const { world, pool, query, form } = request;
  const username = form.get("username");
  const password = form.get("password");
  if (!username || !password) return passwordPage(query, missingInput);
  return explaining(
    async () => {
      const target = { pool, client: authorization.client };
      const signIn = openSignIn(world, target, username, "sign-in pages");
      if (!signIn.isMissing) refuseBeforePassword(world, target.client, signIn.user);
      await announceSignIn(signIn, undefined);
      return goOn(request, authorization, signIn.user, await acceptGivenPassword(signIn, password));
    },
    (problem) => passwordPage(query, problem),
  );
}

async function takeStep(request: PageRequest, authorization: Authorization, key: string): Promise<WebAnswer> {
  const { world, pool, query, form } = request;
  const { steps } = recordsOf(world);
  const waiting = steps.find(key);
  if (waiting === undefined) return passwordPage(query, beginAgain);
  const ChallengeResponses = readAnswer(waiting, form);
  if (ChallengeResponses === undefined) return stepPage(query, waiting, key, missingInput);
  return explaining(
    async () => {
      const target = { pool, client: authorization.client };
      const Session = registerToken(world, waiting, ChallengeResponses);
      const answer = { ChallengeName: waiting.asked.name, Session, ChallengeResponses };
      // The key of the waiting step is the proof: only the browser that gave the password has it.
      const step = await acceptAnswer(world, target, answer, () => {});
      steps.remove(key);
      return goOn(request, authorization, waiting.user, step);
    },
    (problem, fault) =>
      fault.code === "NotAuthorizedException"
        ? passwordPage(query, problem)
        : stepPage(query, waiting, key, problem),
  );
}

/** The next form, or the end: a session for the browser and a code for the client. */
function goOn(request: PageRequest, authorization: Authorization, user: User, step: SignInStep): WebAnswer {
  const { world, query } = request;
  if (step.ChallengeName === undefined) {
    const cookie = startSession(request, user);
    return redirectAnswer(addressWithCode(request, authorization, user, world.now()), [cookie]);
  }
  const waiting = readStep(world, user, step);
  if (waiting === undefined) return notOfferedPage(String(step.ChallengeName));
  return stepPage(query, waiting, recordsOf(world).steps.put(waiting));
}

/**
 * Managed login has no pages for a client without a style of its own, nor for one that does not sign in the pool's own
 * users (Developer Guide, "Apply branding to managed login pages", "Login endpoint").
 */
function requirePages({ world, pool, host }: PageRequest, { client }: Authorization): void {
  const domain = world.domains.get(pool.customDomain === host ? host : (pool.prefixDomain ?? ""));
  const hasStyle = [...pool.brandings.values()].some(({ clientId }) => clientId === client.id);
  if (domain?.managedLoginVersion === 2 && !hasStyle) throw new WebRefusal(errorPage(403, noPages));
  if (client.settings.SupportedIdentityProviders?.includes("COGNITO") !== true) {
    throw new WebRefusal(errorPage(501, noProvider));
  }
  if (!allowsPasswordPages(client)) throw new WebRefusal(errorPage(501, noProvider));
}

/** Runs a step of a sign-in; a refusal of the user pool becomes a page. What the local AWS does not do stays an error. */
async function explaining(
  run: () => Promise<WebAnswer>,
  show: (problem: Sentence, fault: AwsFault) => WebAnswer,
): Promise<WebAnswer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AwsFault && error.code !== "UnknownOperationException") {
      return show(explainFault(error), error);
    }
    throw error;
  }
}

const missingInput = { ja: "すべて入力してください。", en: "Fill in every field." };
const beginAgain = {
  ja: "もう一度はじめからサインインしてください。",
  en: "Sign in once more from the beginning.",
};
const noPages = {
  ja: "サインイン画面がありません。管理者に連絡してください。",
  en: "Login pages unavailable. Please contact an administrator.",
};
const noProvider = {
  ja: "この画面ではパスワードでサインインできません。",
  en: "This app client does not sign in users of the pool with a password here.",
};
