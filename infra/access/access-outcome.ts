import { containsCidr, readCidr } from "../routes/cidr.ts";
import type { ListenerAction } from "../routes/listener-actions.ts";
import { sourcesOf } from "../routes/source-firewall.ts";
import type { RoutesSettings } from "../settings.ts";
import type { ListenerRule } from "./listener-rules.ts";
import { type ListenerRequest, type TriedRule, tryRules } from "./request-matching.ts";

/** What a request brings along. */
export interface Visitor {
  /** Whether the browser has a session from signing in with the client that the rule asks for. */
  isSignedIn: boolean;
  /** The client whose valid access token is shown; it has every scope of that client. */
  tokenClient?: string | undefined;
}

/** What becomes of a request. */
export type Outcome =
  /** The security group of a load balancer of our own drops it. */
  | { kind: "no-connection" }
  /** 403. */
  | { kind: "refused" }
  | { kind: "sent-to-sign-in"; client: string }
  /** 401: no token, or one of another client. */
  | { kind: "token-refused"; client: string; scope?: string }
  | { kind: "let-through"; target: string; proof: "sign-in" | "token" | "none"; client?: string }
  /** No rule of this stack: whoever owns the listener decides. */
  | { kind: "not-ours" };

export interface Decision {
  /** In the order in which the load balancer looks; the last one matches unless all have mismatches. */
  tried: TriedRule[];
  /** The rule that decided; absent where none matched, or none was looked at. */
  rule?: ListenerRule;
  outcome: Outcome;
}

/** What the load balancer does with a request: which rule decides, and what it answers. Pure. */
export function decideAccess(
  place: { routes: Pick<RoutesSettings, "listener" | "rules">; rules: readonly ListenerRule[] },
  request: ListenerRequest,
  visitor: Visitor,
): Decision {
  const { routes, rules } = place;
  const isOurs = routes.listener.kind === "create";
  if (isOurs && !canConnect(routes, request)) return { tried: [], outcome: { kind: "no-connection" } };
  const tried = tryRules(rules, request);
  const last = tried.at(-1);
  if (last === undefined || last.mismatches.length > 0) {
    return { tried, outcome: { kind: isOurs ? "refused" : "not-ours" } };
  }
  return { tried, rule: last.rule, outcome: outcomeOf(last.rule, visitor) };
}

/** The same list that the security group has. */
function canConnect({ rules }: Pick<RoutesSettings, "rules">, { source }: ListenerRequest): boolean {
  return sourcesOf(rules).some((block) => {
    const read = readCidr(block);
    return !("problem" in read) && containsCidr(read, source);
  });
}

/** The actions run in their order until one of them answers. */
function outcomeOf({ actions }: ListenerRule, visitor: Visitor): Outcome {
  let proof: { proof: "sign-in" | "token" | "none"; client?: string } = { proof: "none" };
  for (const action of actions.toSorted((one, other) => one.order - other.order)) {
    switch (action.type) {
      case "authenticate-cognito":
      case "authenticate-oidc": {
        const client = signInClient(action);
        if (!visitor.isSignedIn) return { kind: "sent-to-sign-in", client };
        proof = { proof: "sign-in", client };
        break;
      }
      case "jwt-validation": {
        const wanted = wantedToken(action);
        if (visitor.tokenClient !== wanted.client) return { kind: "token-refused", ...wanted };
        proof = { proof: "token", client: wanted.client };
        break;
      }
      case "forward":
        return { kind: "let-through", target: action.targetGroupArn, ...proof };
      case "fixed-response":
        return { kind: "refused" };
    }
  }
  return { kind: "refused" };
}

type Action<Type extends ListenerAction<string>["type"]> = Extract<ListenerAction<string>, { type: Type }>;

function signInClient(action: Action<"authenticate-cognito"> | Action<"authenticate-oidc">): string {
  return action.type === "authenticate-cognito"
    ? action.authenticateCognito.userPoolClientId
    : action.authenticateOidc.clientId;
}

function wantedToken({ jwtValidation }: Action<"jwt-validation">): { client: string; scope?: string } {
  const wanted = (claim: string) =>
    jwtValidation.additionalClaims.find(({ name }) => name === claim)?.values[0];
  const scope = wanted("scope");
  return { client: wanted("client_id") ?? "", ...(scope !== undefined && { scope }) };
}
