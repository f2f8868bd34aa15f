import { describe, expect, it } from "vitest";
import { findSwapState, isRuleOf, type SwapFacts } from "../../../../runbooks/rotation/swap/swap-state.ts";

const FIRST = { number: 1, clientId: "1firstclient" };
const SECOND = { number: 2, clientId: "2secondclient" };
const THIRD = { number: 3, clientId: "3thirdclient" };

const OURS = "sekisho-dev-web";
const rule = (clientId: string, cookieName: string | undefined, priority = 140) => ({
  where: `rule ${priority} of the load balancer example`,
  clientId,
  cookieName,
});
const version = (clientId: string | undefined, ...stages: string[]) => ({
  versionId: `version-of-${clientId}`,
  stages,
  clientId,
});
const poolOf = (...clients: [id: string, name: string][]) => new Map(clients);
/** One generation that is in use everywhere. */
const facts = (changes: Partial<SwapFacts> = {}): SwapFacts => ({
  stack: "dev",
  client: "web",
  inUse: FIRST,
  others: [],
  rules: [rule(FIRST.clientId, OURS)],
  poolClients: poolOf([FIRST.clientId, "web"], [SECOND.clientId, "web_2"], ["another-client", "cli"]),
  versions: [version(FIRST.clientId, "AWSCURRENT", "sekisho-first")],
  ...changes,
});
/** The second in use everywhere, the first still there. */
const moved = (changes: Partial<SwapFacts> = {}) =>
  facts({
    inUse: SECOND,
    others: [FIRST],
    rules: [rule(SECOND.clientId, "sekisho-dev-web_2")],
    versions: [version(FIRST.clientId, "AWSPREVIOUS"), version(SECOND.clientId, "AWSCURRENT")],
    ...changes,
  });

describe("where a swap stands", () => {
  it.each<[string, SwapFacts, string]>([
    ["nothing has begun", facts(), "alone"],
    ["all has ended", facts({ inUse: SECOND, rules: [], versions: moved().versions }), "alone"],
    ["no rule signs in with it, as for a server", facts({ rules: [] }), "alone"],
    ["a second generation is there and was never in use", facts({ others: [SECOND] }), "beside"],
    [
      "one of two rules is moved already",
      facts({
        others: [SECOND],
        rules: [rule(FIRST.clientId, OURS), rule(SECOND.clientId, "sekisho-dev-web_2", 150)],
      }),
      "moving",
    ],
    ["all rules are moved, the outputs are not", moved({ inUse: FIRST, others: [SECOND] }), "moving"],
    [
      "the outputs and the rules are moved, the secret is not",
      moved({ versions: facts().versions }),
      "moving",
    ],
    ["the outputs are moved, the rules are not", moved({ rules: [rule(FIRST.clientId, OURS)] }), "moving"],
    ["the second one is in use everywhere", moved(), "moved"],
    [
      "the first one is in use again everywhere",
      facts({
        others: [SECOND],
        versions: [version(SECOND.clientId, "AWSPREVIOUS"), version(FIRST.clientId, "AWSCURRENT")],
      }),
      "returned",
    ],
    [
      "the one not in use is gone from the pool and the outputs name it still",
      moved({ poolClients: poolOf([SECOND.clientId, "web_2"]) }),
      "leaving",
    ],
  ])("when %s", (_title, given, stage) => {
    expect(findSwapState(given)).toMatchObject({ stage });
  });

  it("names rules of others that no deployment of ours moves", () => {
    const other = rule(FIRST.clientId, "another-team", 7);
    expect(
      findSwapState(moved({ rules: [other, rule(SECOND.clientId, "sekisho-dev-web_2")] })),
    ).toMatchObject({
      stage: "moved",
      foreignRules: [other],
    });
  });

  it.each<[string, SwapFacts, object[]]>([
    ["nothing where all are named", moved(), []],
    ["one that a deployment made and did not tell of", facts(), [SECOND]],
    [
      "one that a deployment was to delete",
      facts({ inUse: SECOND, rules: [], versions: moved().versions }),
      [FIRST],
    ],
    [
      "none of other clients, and none of the number that is in use",
      facts({
        poolClients: poolOf(
          [FIRST.clientId, "web"],
          ["a", "web"],
          ["b", "web_0"],
          ["c", "web_1"],
          ["d", "web_100"],
          ["e", "website"],
          ["f", "web-2"],
        ),
      }),
      [],
    ],
  ])("finds left over in the pool %s", (_title, given, leftovers) => {
    expect(findSwapState(given)).toMatchObject({ leftovers });
  });

  it("does not take a rule of others for one of ours that is not moved yet", () => {
    const other = rule(SECOND.clientId, undefined, 7);
    expect(
      findSwapState(facts({ others: [SECOND], rules: [other, rule(FIRST.clientId, OURS)] })),
    ).toMatchObject({
      stage: "beside",
    });
  });

  it.each<[string, SwapFacts, string]>([
    [
      "three generations",
      facts({ others: [SECOND, THIRD] }),
      "the outputs name the generations 2 and 3 beside 1, and one is the most",
    ],
    [
      "the same generation twice",
      facts({ others: [{ ...SECOND, number: 1 }] }),
      "the outputs name the generation 1 twice",
    ],
    [
      "two generations that are one client",
      facts({ others: [{ ...FIRST, number: 2 }] }),
      "the outputs name the generation 1 twice",
    ],
    [
      "a client in use that is gone",
      facts({ poolClients: poolOf([SECOND.clientId, "web_2"]) }),
      "the pool has no client 1firstclient, which the outputs say is in use",
    ],
    ["a secret without a current version", facts({ versions: [] }), "no version of the secret is AWSCURRENT"],
    [
      "a rotation with two secrets under way",
      facts({
        versions: [
          version(FIRST.clientId, "AWSCURRENT"),
          { ...version(FIRST.clientId, "AWSPENDING"), versionId: "p" },
        ],
      }),
      "version p of the secret is AWSPENDING: a rotation with two secrets has not ended",
    ],
    [
      "a rotation with two secrets that was not finished",
      facts({ versions: [version(FIRST.clientId, "AWSCURRENT", "sekisho-replaces-1firstclient--1")] }),
      "version version-of-1firstclient of the secret has labels of a rotation with two secrets that has not ended",
    ],
    [
      "a secret of another client",
      facts({ versions: [version("another-client", "AWSCURRENT")] }),
      "the secret's current version is of another-client, which is no generation of this client",
    ],
    [
      "a secret that names no client",
      facts({ versions: [version(undefined, "AWSCURRENT")] }),
      "the secret's current version names no client, which is no generation of this client",
    ],
    [
      "a rule of ours with a client that is none of ours",
      facts({ rules: [rule(THIRD.clientId, "sekisho-dev-web_3-oidc")] }),
      "rule 140 of the load balancer example signs in with 3thirdclient, which is no generation of this client",
    ],
    [
      "a rule whose client was deleted",
      moved({ rules: [rule(FIRST.clientId, OURS)], poolClients: poolOf([SECOND.clientId, "web_2"]) }),
      "rule 140 of the load balancer example signs in with 1firstclient, and the pool has that client no more",
    ],
    [
      "a rule of others whose client was deleted",
      moved({ rules: [rule(FIRST.clientId, "theirs")], poolClients: poolOf([SECOND.clientId, "web_2"]) }),
      "rule 140 of the load balancer example signs in with 1firstclient, and the pool has that client no more",
    ],
    [
      "a secret whose client was deleted",
      moved({
        versions: [version(FIRST.clientId, "AWSCURRENT")],
        poolClients: poolOf([SECOND.clientId, "web_2"]),
      }),
      "the secret's current version is of 1firstclient, and the pool has it no more",
    ],
  ])("is strange with %s", (_title, given, strange) => {
    expect(findSwapState(given)).toEqual({ strange });
  });
});

describe("whose rule it is", () => {
  it.each([
    ["sekisho-dev-web", true],
    ["sekisho-dev-web-oidc", true],
    ["sekisho-dev-web_2", true],
    ["sekisho-dev-web_12-oidc", true],
    ["sekisho-dev-web-2", false],
    ["sekisho-dev-website", false],
    ["sekisho-prod-web", false],
    ["AWSELBAuthSessionCookie", false],
    [undefined, false],
  ])("by the cookie %s: ours is %s", (cookieName, isOurs) => {
    expect(isRuleOf({ stack: "dev", client: "web" }, rule("x", cookieName))).toBe(isOurs);
  });
});
