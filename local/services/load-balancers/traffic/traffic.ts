import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";
import type { ServiceWorld } from "../../regional.ts";
import type { WrittenAction } from "../shapes.ts";
import type { Listener, LoadBalancerState, Rule } from "../state.ts";
import { type Application, sayWhoIsThere } from "./application.ts";
import { isFailure } from "./auth-failure.ts";
import { answerCallback, isCallback } from "./callback.ts";
import { meetsConditions } from "./condition-match.ts";
import type { CallWeb } from "./identity-provider.ts";
import { chooseListener } from "./listener-choice.ts";
import { PendingSignIns } from "./pending-sign-ins.ts";
import { Sessions } from "./sessions.ts";
import { authenticate, type Passage } from "./sign-in.ts";
import { readSignIn } from "./sign-in-settings.ts";
import { validateToken } from "./token-validation.ts";
import { ClaimKey, type UserHeaders } from "./user-claims.ts";
import { chooseTargetGroup, failureAnswer, plainAnswer, terminalAnswer, withCookies } from "./web-answers.ts";
import { sourceOf, type WebOrigin } from "./web-origin.ts";

/** What the load balancers of one Region serve requests with. */
export interface Traffic {
  readonly state: LoadBalancerState;
  readonly world: ServiceWorld;
  readonly callWeb: CallWeb;
  readonly pending: PendingSignIns;
  readonly sessions: Sessions;
  /** What users' claims are signed with. */
  readonly key: ClaimKey;
  readonly application: Application;
}

export function openTraffic(
  state: LoadBalancerState,
  { callWeb, application = sayWhoIsThere }: { callWeb: CallWeb; application?: Application | undefined },
): Traffic {
  const { world } = state;
  const [pending, sessions] = [new PendingSignIns(world), new Sessions(world)];
  return { state, world, callWeb, application, pending, sessions, key: new ClaimKey(world) };
}

/** Answers a request for an application as the load balancer in front of it does. */
export async function serveRequest(
  traffic: Traffic,
  request: WebRequest,
  origin: WebOrigin,
): Promise<WebAnswer> {
  const { state } = traffic;
  const listener = chooseListener(state, request.host, origin.listenerArn);
  if ("problem" in listener) return plainAnswer(404, listener.problem);
  const source = sourceOf(origin);
  if (typeof source !== "string") return plainAnswer(400, `${source.problem}.`);
  if (isCallback(state, listener, request)) return answerCallback(traffic, listener, request);
  // The default rule comes last and has no conditions.
  const rule = state
    .rulesOf(listener.arn)
    .find(({ conditions }) => meetsConditions(conditions, request, source));
  if (rule === undefined) throw new Error(`listener ${listener.arn} has no default rule`);
  return performActions(traffic, listener, rule, request);
}

async function performActions(
  traffic: Traffic,
  listener: Listener,
  rule: Rule,
  request: WebRequest,
): Promise<WebAnswer> {
  const [first, last = first] = rule.actions;
  if (first === undefined || last === undefined) throw new Error(`rule ${rule.arn} has no actions`);
  const passage = first === last ? NOBODY : await performFirst(traffic, rule, first, request);
  if ("answer" in passage) return passage.answer;
  const visit = { request, user: passage.user, headers: passage.headers ?? {} };
  return withCookies(await answerLast(traffic, last, listener, visit), passage.cookies);
}

/**
 * The last action's answer. Headers about whoever has signed in replace those that a browser sent under such names; where
 * nobody signs in, what a browser made up passes. No page says otherwise, and applications must verify the signature.
 */
async function answerLast(
  { application }: Traffic,
  action: WrittenAction,
  listener: Listener,
  { request, user, headers }: { request: WebRequest; user: string | null; headers: UserHeaders },
): Promise<WebAnswer> {
  const answer = terminalAnswer(action, request, listener);
  if (answer !== undefined) return answer;
  const passed = { ...request, headers: { ...request.headers, ...headers } };
  return application(passed, { targetGroupArn: chooseTargetGroup(action), user });
}

const NOBODY: Passage = { user: null, cookies: [] };

/** The action before the last one says who is there. */
async function performFirst(
  traffic: Traffic,
  rule: Rule,
  action: WrittenAction,
  request: WebRequest,
): Promise<Passage> {
  const signIn = readSignIn(action);
  if (signIn !== undefined) return authenticate(traffic, rule, signIn, request);
  const { JwtValidationConfig: config } = action;
  if (config === undefined) throw new Error(`an action of type ${action.Type} stands before the last one`);
  const validated = await validateToken(traffic.callWeb, config, request, traffic.world.now());
  if (isFailure(validated)) return { answer: failureAnswer(validated) };
  return { user: validated.claims.sub ?? null, cookies: [] };
}
