import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";
import { targetGroupsOf } from "../actions.ts";
import type { Action } from "../shapes.ts";
import type { Listener } from "../state.ts";
import type { AuthFailure } from "./auth-failure.ts";
import { pathOf, queryOf } from "./condition-match.ts";

/** Says why a sign-in failed, as `error_reason` in the access log does; AWS's own answers have no such header. */
const ERROR_REASON = "x-sekisho-error-reason";

export function plainAnswer(status: number, sentence: string): WebAnswer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${sentence}\n` };
}

export function failureAnswer({ reason, status }: AuthFailure): WebAnswer {
  const answer = plainAnswer(status, `${status} ${reason}`);
  return { ...answer, headers: { ...answer.headers, [ERROR_REASON]: reason } };
}

/** Sends a browser elsewhere. `failure` is what ended the session that it had. */
export function redirectAnswer(
  location: string,
  { cookies = [], failure }: { cookies?: readonly string[]; failure?: AuthFailure | undefined } = {},
): WebAnswer {
  const reason = failure === undefined ? {} : { [ERROR_REASON]: failure.reason };
  return withCookies({ status: 302, headers: { location, ...reason }, body: "" }, cookies);
}

export function withCookies(answer: WebAnswer, cookies: readonly string[]): WebAnswer {
  return cookies.length === 0 ? answer : { ...answer, headers: { ...answer.headers, "set-cookie": cookies } };
}

/** The answer of a rule's last action; undefined for `forward`, behind which an application answers. */
export function terminalAnswer(
  action: Action,
  request: WebRequest,
  listener: Pick<Listener, "protocol" | "port">,
): WebAnswer | undefined {
  const { FixedResponseConfig: fixed, RedirectConfig: redirect } = action;
  if (fixed !== undefined) {
    const type = fixed.ContentType;
    return {
      status: Number(fixed.StatusCode),
      headers: type === undefined ? {} : { "content-type": type },
      body: fixed.MessageBody ?? "",
    };
  }
  if (redirect !== undefined) {
    const location = redirectLocation(redirect, request, listener);
    return { status: Number(redirect.StatusCode.slice("HTTP_".length)), headers: { location }, body: "" };
  }
  return undefined;
}

/** Of weighted groups the heaviest: an answer shall not depend on chance. */
export function chooseTargetGroup(action: Action): string | undefined {
  const weighted = action.ForwardConfig?.TargetGroups ?? [];
  const [heaviest] = weighted.toSorted((one, other) => (other.Weight ?? 1) - (one.Weight ?? 1));
  return heaviest?.TargetGroupArn ?? targetGroupsOf(action)[0];
}

// Parts that a redirect does not name keep their value (Application Load Balancers, Redirect actions).
function redirectLocation(
  { Protocol, Host, Port, Path, Query }: NonNullable<Action["RedirectConfig"]>,
  request: WebRequest,
  { protocol, port }: Pick<Listener, "protocol" | "port">,
): string {
  const parts: Readonly<Record<string, string>> = {
    protocol,
    host: request.host,
    port: String(port),
    path: pathOf(request).slice(1),
    query: queryOf(request),
  };
  const fill = (template: string) =>
    template.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => parts[name] ?? "");
  const query = fill(Query);
  return `${fill(Protocol).toLowerCase()}://${fill(Host)}:${fill(Port)}${fill(Path)}${query === "" ? "" : `?${query}`}`;
}
