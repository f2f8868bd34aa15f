import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planUserPoolRules, type UserPoolGuard } from "../../../infra/guard/user-pool-rules.ts";
import { capacityOf, INCLUDED_CAPACITY } from "../../../infra/guard/web-acl-capacity.ts";
import { evaluateWebAcl, type GuardKnowledge } from "../../../infra/guard/web-acl-evaluation.ts";
import { readCidr } from "../../../infra/routes/cidr.ts";

const SETS = new Map([
  ["pages-4", ["203.0.113.0/24"]],
  ["pages-6", ["2001:db8::/32"]],
  ["api-4", ["203.0.113.0/24", "198.51.100.0/25"]],
  ["api-6", ["2001:db8::/32"]],
]);
const LISTED: UserPoolGuard<string> = {
  pages: ["pages-4", "pages-6"],
  api: ["api-4", "api-6"],
  requestsPerFiveMinutes: 3000,
};

const OFFICE = "203.0.113.7";
const OFFICE_6 = "2001:db8::7";
const BACK_END = "198.51.100.7";
const OUTSIDE = "192.0.2.1";
const OUTSIDE_6 = "2001:db9::1";

const sdk = (operation: string) => ({ "x-amz-target": `AWSCognitoIdentityProviderService.${operation}` });
const cognito = (operation: string) => ({ "x-amzn-cognito-operation-name": operation });

interface Asked {
  ip: string;
  path: string;
  headers?: Record<string, string>;
}

function ask(
  { ip, path, headers = {} }: Asked,
  guard: Partial<UserPoolGuard<string>> = {},
  knowledge: Partial<GuardKnowledge> = {},
) {
  const source = readCidr(`${ip}/${ip.includes(":") ? 128 : 32}`);
  if ("problem" in source) throw new Error(source.problem);
  const plan = planUserPoolRules({ ...LISTED, ...guard });
  const { action, rule = "-" } = evaluateWebAcl(
    plan,
    { source, path, headers },
    { ipSets: SETS, ...knowledge },
  );
  return `${action} ${rule}`;
}

describe("what the sign-in page's guard lets through", () => {
  test.each<[string, Asked, string]>([
    [
      "the load balancer's call for a token, from any address",
      { ip: OUTSIDE, path: "/oauth2/token" },
      "allow server-calls",
    ],
    ["the same over IPv6", { ip: OUTSIDE_6, path: "/oauth2/token" }, "allow server-calls"],
    [
      "the load balancer's call for a user's claims",
      { ip: OUTSIDE, path: "/oauth2/userInfo" },
      "allow server-calls",
    ],
    ["a back end that takes a token back", { ip: OUTSIDE, path: "/oauth2/revoke" }, "allow server-calls"],
    [
      "the pool's public keys, where the load balancer reads them",
      { ip: OUTSIDE, path: "/ap-northeast-1_AbCdEfGhI/.well-known/jwks.json" },
      "allow server-calls",
    ],
    [
      "the pool's configuration",
      { ip: OUTSIDE, path: "/ap-northeast-1_AbCdEfGhI/.well-known/openid-configuration" },
      "allow server-calls",
    ],
    ["a browser in the office on the page", { ip: OFFICE, path: "/login" }, "allow pages"],
    ["a browser in the office over IPv6", { ip: OFFICE_6, path: "/oauth2/authorize" }, "allow pages"],
    ["a command line in the office", { ip: OFFICE, path: "/", headers: sdk("InitiateAuth") }, "allow api"],
    [
      "a back end on the API's list",
      { ip: BACK_END, path: "/", headers: sdk("RespondToAuthChallenge") },
      "allow api",
    ],
    [
      "Cognito itself, registering an authenticator app for a browser",
      { ip: OUTSIDE, path: "/", headers: cognito("AssociateSoftwareToken") },
      "allow authenticator-in-background",
    ],
    [
      "the same, named as an SDK does",
      {
        ip: OUTSIDE,
        path: "/",
        headers: { ...cognito("VerifySoftwareToken"), ...sdk("VerifySoftwareToken") },
      },
      "allow authenticator",
    ],
  ])("%s", (_, asked, verdict) => {
    expect(ask(asked)).toBe(verdict);
  });
});

describe("what the sign-in page's guard refuses", () => {
  test.each<[string, Asked, string]>([
    ["a browser from outside on the page", { ip: OUTSIDE, path: "/login" }, "block -"],
    ["a browser from outside over IPv6", { ip: OUTSIDE_6, path: "/login" }, "block -"],
    ["a browser from outside that begins a sign-in", { ip: OUTSIDE, path: "/oauth2/authorize" }, "block -"],
    ["resetting a password from outside", { ip: OUTSIDE, path: "/forgotPassword" }, "block -"],
    ["a page asked for by a back end", { ip: BACK_END, path: "/login" }, "block -"],
    [
      "a command line from outside",
      { ip: OUTSIDE, path: "/", headers: sdk("InitiateAuth") },
      "block sdk-refused",
    ],
    ["the API without a name of an operation", { ip: OUTSIDE, path: "/" }, "block api-refused"],
    [
      "an operation on the way that tokens take",
      { ip: OUTSIDE, path: "/oauth2/token", headers: sdk("InitiateAuth") },
      "block operations-elsewhere",
    ],
    [
      "an operation that pretends to register an authenticator app",
      { ip: OUTSIDE, path: "/", headers: { ...sdk("InitiateAuth"), ...cognito("AssociateSoftwareToken") } },
      "block sdk-refused",
    ],
    [
      "a page that pretends to be an operation",
      { ip: OUTSIDE, path: "/login", headers: cognito("AssociateSoftwareToken") },
      "block -",
    ],
    [
      "a page that pretends to be an operation of an SDK",
      { ip: BACK_END, path: "/login", headers: sdk("InitiateAuth") },
      "block -",
    ],
    [
      "a path that only begins like the tokens'",
      { ip: OUTSIDE, path: "/oauth2/token/../../login" },
      "block -",
    ],
    [
      "a path that only contains the keys'",
      { ip: OUTSIDE, path: "/.well-known/jwks.json/../login" },
      "block -",
    ],
  ])("%s", (_, asked, verdict) => {
    expect(ask(asked)).toBe(verdict);
  });

  test("more requests from one address than the settings allow, but never those for tokens", () => {
    const busy = { requestsBefore: 3000 };
    expect(ask({ ip: OFFICE, path: "/login" }, {}, busy)).toBe("block too-many-requests");
    expect(ask({ ip: OFFICE, path: "/login" }, {}, { requestsBefore: 2999 })).toBe("allow pages");
    expect(ask({ ip: OUTSIDE, path: "/oauth2/token" }, {}, busy)).toBe("allow server-calls");
    expect(ask({ ip: OFFICE, path: "/login" }, { requestsPerFiveMinutes: 4000 }, busy)).toBe("allow pages");
  });

  test("what AWS's rules know as bad, but never the calls of servers", () => {
    const isKnownBad = (group: string) => group === "AWSManagedRulesAmazonIpReputationList";
    expect(ask({ ip: OFFICE, path: "/login" }, {}, { isKnownBad })).toBe("block known-bad-addresses");
    expect(ask({ ip: OFFICE, path: "/oauth2/token" }, {}, { isKnownBad })).toBe("allow server-calls");
    expect(ask({ ip: OFFICE, path: "/" }, {}, { isKnownBad: () => true })).toBe("block known-bad-addresses");
  });
});

describe("lists that are opened, or empty", () => {
  test("pages that everybody may see stay limited, and leave the API to its list", () => {
    const guard: Partial<UserPoolGuard<string>> = { pages: "everybody" };
    expect(ask({ ip: OUTSIDE, path: "/login" }, guard)).toBe("allow pages");
    expect(ask({ ip: OUTSIDE, path: "/login" }, guard, { requestsBefore: 9000 })).toBe(
      "block too-many-requests",
    );
    expect(ask({ ip: OUTSIDE, path: "/", headers: sdk("InitiateAuth") }, guard)).toBe("block sdk-refused");
  });

  test("an API that everybody may call leaves the pages to theirs", () => {
    const guard: Partial<UserPoolGuard<string>> = { api: "everybody" };
    expect(ask({ ip: OUTSIDE, path: "/", headers: sdk("InitiateAuth") }, guard)).toBe("allow api");
    expect(ask({ ip: OUTSIDE, path: "/login" }, guard)).toBe("block -");
  });

  test("an empty list lets nobody in", () => {
    const guard: Partial<UserPoolGuard<string>> = { pages: [], api: [] };
    expect(ask({ ip: OFFICE, path: "/login" }, guard)).toBe("block -");
    expect(ask({ ip: OFFICE, path: "/", headers: sdk("InitiateAuth") }, guard)).toBe("block sdk-refused");
    expect(ask({ ip: OFFICE, path: "/oauth2/token" }, guard)).toBe("allow server-calls");
  });
});

describe("for any request", () => {
  const headers = fc.record(
    {
      "x-amz-target": fc.constantFrom(
        "AWSCognitoIdentityProviderService.InitiateAuth",
        "AWSCognitoIdentityProviderService.VerifySoftwareToken",
        "x",
      ),
      "x-amzn-cognito-operation-name": fc.constantFrom(
        "InitiateAuth",
        "VerifySoftwareToken",
        "AssociateSoftwareToken",
      ),
    },
    { requiredKeys: [] },
  );
  const anyRequest = fc.record({
    ip: fc.constantFrom(OUTSIDE, OUTSIDE_6),
    path: fc.oneof(
      fc.constantFrom(
        "/",
        "//",
        "/login",
        "/LOGIN",
        "/signup",
        "/oauth2/authorize",
        "/oauth2/idpresponse",
        "/logout",
      ),
      fc.webPath(),
    ),
    headers,
  });

  test("nobody from outside every list reaches a page or an operation that needs no session", () => {
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const path = asked.path === "" ? "/" : asked.path;
        const operation =
          asked.headers["x-amz-target"]?.split(".")[1] ?? asked.headers["x-amzn-cognito-operation-name"];
        const isRegistration = path === "/" && operation?.endsWith("SoftwareToken") === true;
        fc.pre(!isRegistration);
        expect(ask({ ...asked, path })).toMatch(/^block /);
      }),
    );
  });
});

describe("what AWS takes", () => {
  test("the rules stay within the capacity that costs nothing more", () => {
    expect(capacityOf(planUserPoolRules(LISTED))).toBe(339);
    expect(capacityOf(planUserPoolRules(LISTED))).toBeLessThanOrEqual(INCLUDED_CAPACITY);
  });

  test("each rule has a name and a priority of its own, and lists of two or more", () => {
    const { rules } = planUserPoolRules(LISTED);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
    for (const { statement } of rules) expect(listsIn(statement).every((length) => length > 1)).toBe(true);
    expect(rules.flatMap(({ statement }) => listsIn(statement)).length).toBeGreaterThan(5);
  });
});

/** The lengths of all lists of statements in a statement. */
function listsIn(statement: object): number[] {
  return Object.values(statement).flatMap((part: object) => {
    if (!("statements" in part)) return [];
    const statements = part.statements as object[];
    return [statements.length, ...statements.flatMap(listsIn)];
  });
}
