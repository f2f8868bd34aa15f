import { type GuardList, listApiSources, listPageSources } from "../guard/guard-lists.ts";
import { type Admitted, planUserPoolRules } from "../guard/user-pool-rules.ts";
import { evaluateWebAcl, type GuardVerdict } from "../guard/web-acl-evaluation.ts";
import type { Cidr } from "../routes/cidr.ts";
import type { Settings } from "../settings.ts";
import { addressOf } from "./access-sentences.ts";

/** What the guard of the sign-in page does with one address; absent verdicts = there is no guard. */
export interface GuardExplanation {
  isGuarded: boolean;
  /** A browser on the sign-in pages. */
  page?: GuardVerdict;
  /** A program that calls the user pool's API without AWS credentials. */
  api?: GuardVerdict;
  /** A load balancer or back end that asks for tokens. */
  tokens?: GuardVerdict;
  sentences: string[];
}

/** Says whether an address reaches the sign-in page and the user pool's API, and by which list. Pure. */
export function explainGuard(
  { guard, routes }: Pick<Settings, "guard" | "routes">,
  source: Cidr,
): GuardExplanation {
  const address = addressOf(source.text);
  if (!guard) {
    const sentence = `There is no sekisho:guard: everybody on the internet reaches the sign-in page and the user pool's API, ${address} too.`;
    return { isGuarded: false, sentences: [sentence] };
  }
  const listed = { guard, ...(routes && { routes }) };
  const lists = { pages: listPageSources(listed), api: listApiSources(listed) };
  const plan = planUserPoolRules({
    pages: admitted("pages", lists.pages),
    api: admitted("api", lists.api),
    requestsPerFiveMinutes: guard.requestsPerFiveMinutes,
  });
  const ipSets = new Map(
    Object.entries(lists).flatMap(([name, list]) => (list === "everybody" ? [] : [[name, list] as const])),
  );
  const ask = (path: string, headers = {}) => evaluateWebAcl(plan, { source, path, headers }, { ipSets });
  const page = ask("/login");
  const api = ask("/", { "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth" });
  const tokens = ask("/oauth2/token");
  return {
    isGuarded: true,
    page,
    api,
    tokens,
    sentences: [
      `A browser at ${address} ${isLetIn(page) ? "reaches" : "gets a 403 from"} the sign-in page: ${becauseOf(address, page, lists.pages)}.`,
      `A program at ${address} ${isLetIn(api) ? "reaches" : "is refused by"} the user pool's API: ${becauseOf(address, api, lists.api)}.`,
      `Load balancers and back ends ${isLetIn(tokens) ? "get tokens" : "get no tokens"} from any address.`,
      `Beyond ${guard.requestsPerFiveMinutes} requests in five minutes an address is refused, but for tokens.`,
    ],
  };
}

/** One set for both families; which address is in it is all that counts here. */
function admitted(name: string, list: GuardList): Admitted<string> {
  if (list === "everybody") return list;
  return list.length > 0 ? [name] : [];
}

function isLetIn({ action }: GuardVerdict): boolean {
  return action === "allow";
}

function becauseOf(address: string, verdict: GuardVerdict, list: GuardList): string {
  if (list === "everybody") return "it is open to everybody";
  if (list.length === 0) return "no network is on its list";
  return `${address} is ${isLetIn(verdict) ? "" : "not "}on its list (${list.join(", ")})`;
}
