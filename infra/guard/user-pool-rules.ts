import {
  allOf,
  anyOf,
  hasHeader,
  headerIs,
  isAnyRequest,
  pathEndsWith,
  pathIs,
  pathIsInAnyCase,
} from "./statements.ts";
import type { RuleStatement, Statement, WebAclPlan, WebAclRule } from "./web-acl-rule.ts";

/** Who may: the IP sets of a list, or everybody. */
export type Admitted<Arn> = readonly Arn[] | "everybody";

export interface UserPoolGuard<Arn> {
  /** Whose browsers reach the sign-in pages. */
  pages: Admitted<Arn>;
  /** Whose programs reach the user pool's API. */
  api: Admitted<Arn>;
  /** Requests from one address in five minutes, those for tokens not counted. */
  requestsPerFiveMinutes: number;
}

/** The text that refused browsers see, by its key in the web ACL. */
export const REFUSED_PAGE = "refused-page";

/** How long requests are counted, in seconds. */
const RATE_WINDOW = 300;

/**
 * The web ACL of the user pool. The first rule that fits decides: calls of servers are let in from anywhere, then the
 * API is decided by its list, and what is left are the pages, by theirs. AWS WAF sees the pages and the part of the API
 * that needs no AWS credentials (Amazon Cognito Developer Guide, Associate an AWS WAF web ACL with a user pool);
 * administrators' calls never pass it.
 */
export function planUserPoolRules<Arn>(guard: UserPoolGuard<Arn>): WebAclPlan<Arn> {
  return {
    rules: [
      ...serverCallRules<Arn>(),
      ...abuseRules<Arn>(guard),
      ...apiRules(guard),
      ...allowRule("pages", 60, admit(guard.pages, isAnyRequest<Arn>())),
    ],
    defaultAction: { block: { customResponse: { responseCode: 403, customResponseBodyKey: REFUSED_PAGE } } },
  };
}

/** The user pool's API has one path; the pages never have it. */
const API_PATH = "/";
/** What an AWS SDK names the operation by, and what Cognito tells AWS WAF it is. */
const SDK_OPERATION = "x-amz-target";
const COGNITO_OPERATION = "x-amzn-cognito-operation-name";

/**
 * What the load balancer calls from changing addresses, or back ends from their own: tokens and users' claims, each
 * with proof (a code and the client's secret, a token), and public keys. Revoking only takes rights away. They come
 * first, so that no limit and no group of AWS's rules can end everybody's sign-in. An SDK's request on one of these
 * paths would be a way around the list of the API, should Cognito look at its header alone.
 */
function serverCallRules<Arn>(): WebAclRule<Arn>[] {
  const isServerCall = anyOf(
    pathIsInAnyCase<Arn>("/oauth2/token"),
    pathIsInAnyCase<Arn>("/oauth2/userinfo"),
    pathIsInAnyCase<Arn>("/oauth2/revoke"),
    // They lie below the pool's id, on another host than the rest.
    pathEndsWith<Arn>("/.well-known/jwks.json"),
    pathEndsWith<Arn>("/.well-known/openid-configuration"),
  );
  return [
    blockRule("operations-elsewhere", 0, allOf(isServerCall, hasHeader<Arn>(SDK_OPERATION))),
    ...allowRule("server-calls", 5, isServerCall),
  ];
}

// AWS's core rule set is left out: it refuses programs without a User-Agent, and redirects to the own machine, which
// command lines use (AWS WAF Developer Guide, Baseline rule groups).
function abuseRules<Arn>({ requestsPerFiveMinutes: limit }: UserPoolGuard<Arn>): WebAclRule<Arn>[] {
  return [
    blockRule("too-many-requests", 10, {
      rateBasedStatement: { aggregateKeyType: "IP", evaluationWindowSec: RATE_WINDOW, limit },
    }),
    managedRule("known-bad-addresses", 20, "AWSManagedRulesAmazonIpReputationList"),
    managedRule("known-bad-inputs", 30, "AWSManagedRulesKnownBadInputsRuleSet"),
  ];
}

function apiRules<Arn>({ api }: UserPoolGuard<Arn>): WebAclRule<Arn>[] {
  return [
    ...allowRule("api", 40, admit(api, pathIs<Arn>(API_PATH))),
    ...(api === "everybody" ? [] : authenticatorRules<Arn>()),
    blockRule("api-refused", 50, pathIs<Arn>(API_PATH)),
  ];
}

/**
 * While a browser registers an authenticator app, Cognito itself calls two operations of the API, each with the session
 * of that sign-in (Amazon Cognito Developer Guide, TOTP software token MFA): from where is not said, so no list
 * applies. Where a request names an operation as an SDK does, both names must agree.
 */
function authenticatorRules<Arn>(): WebAclRule<Arn>[] {
  const [associate, sdkAssociate] = operationNames<Arn>("AssociateSoftwareToken");
  const [verify, sdkVerify] = operationNames<Arn>("VerifySoftwareToken");
  const isApi = pathIs<Arn>(API_PATH);
  return [
    ...allowRule(
      "authenticator",
      41,
      anyOf(allOf(isApi, associate, sdkAssociate), allOf(isApi, verify, sdkVerify)),
    ),
    blockRule("sdk-refused", 42, allOf(isApi, hasHeader<Arn>(SDK_OPERATION))),
    ...allowRule("authenticator-in-background", 43, allOf(isApi, anyOf(associate, verify))),
  ];
}

/** An operation as Cognito names it, and as an SDK does. */
function operationNames<Arn>(operation: string): [Statement<Arn>, Statement<Arn>] {
  return [
    headerIs(COGNITO_OPERATION, operation),
    headerIs(SDK_OPERATION, `AWSCognitoIdentityProviderService.${operation}`),
  ];
}

/** Nobody, where a list has no networks at all. */
function admit<Arn>(who: Admitted<Arn>, statement: Statement<Arn>): Statement<Arn> | undefined {
  if (who === "everybody") return statement;
  const [first, ...others] = who.map((arn): Statement<Arn> => ({ ipSetReferenceStatement: { arn } }));
  return first && allOf(statement, anyOf(first, ...others));
}

function allowRule<Arn>(
  name: string,
  priority: number,
  statement: Statement<Arn> | undefined,
): WebAclRule<Arn>[] {
  return statement === undefined ? [] : [{ name, priority, action: { allow: {} }, statement }];
}

function blockRule<Arn>(name: string, priority: number, statement: RuleStatement<Arn>): WebAclRule<Arn> {
  return { name, priority, action: { block: {} }, statement };
}

function managedRule<Arn>(name: string, priority: number, group: string): WebAclRule<Arn> {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: "AWS", name: group } },
  };
}
