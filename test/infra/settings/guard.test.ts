import { describe, expect, test } from "vitest";
import { type Change, goodSettings, readSample } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";

describe("the guard of the sign-in page", () => {
  test("has a default for everything", () => {
    expect(goodSettings([["guard"], {}]).guard).toEqual({
      pageCidrs: [],
      apiCidrs: [],
      allowAnywhere: [],
      requestsPerFiveMinutes: 3000,
      logRetentionDays: 365,
    });
  });

  test("is off without its section", () => {
    expect(goodSettings([["guard"], undefined])).not.toHaveProperty("guard");
  });

  test("writes networks as AWS does", () => {
    expect(goodSettings([["guard", "pageCidrs"], ["2001:DB8:0::/48"]]).guard?.pageCidrs).toEqual([
      "2001:db8::/48",
    ]);
  });
});

describeRefusals("guard", [
  [
    "a network that is none",
    [[["guard", "pageCidrs"], ["203.0.113.7"]]],
    "sekisho:guard.pageCidrs[0]",
    '"203.0.113.7" has no prefix length; for this one address write 203.0.113.7/32',
  ],
  [
    "everybody as a network",
    [[["guard", "apiCidrs"], ["0.0.0.0/0"]]],
    "sekisho:guard.apiCidrs[0]",
    "0.0.0.0/0 lets in everybody; name your networks, or spell it under allowAnywhere",
  ],
  [
    "half of the internet",
    [[["guard", "apiCidrs"], ["128.0.0.0/1"]]],
    "sekisho:guard.apiCidrs[0]",
    "128.0.0.0/1 lets in everybody; name your networks, or spell it under allowAnywhere",
  ],
  [
    "a list for what is open",
    [[["guard", "allowAnywhere"], ["api"]]],
    "sekisho:guard.apiCidrs",
    "has no use while allowAnywhere holds api; take one of the two out",
  ],
  [
    "something else that is open",
    [[["guard", "allowAnywhere"], ["tokens"]]],
    "sekisho:guard.allowAnywhere[0]",
    'must be one of pages, api, not "tokens"',
  ],
  [
    "a rate below what AWS takes",
    [[["guard", "requestsPerFiveMinutes"], 9]],
    "sekisho:guard.requestsPerFiveMinutes",
    "must be a whole number of requests from 10 to 1000000, not 9",
  ],
  [
    "a guard on a load balancer that is not there",
    [
      [["guard", "loadBalancer"], "block"],
      [["routes"], undefined],
    ],
    "sekisho:guard.loadBalancer",
    "is block, but there is no load balancer; add sekisho:routes, or take the setting out",
  ],
  [
    "a page that only addresses behind the router could open",
    [
      [["guard", "pageCidrs"], ["10.1.0.0/16"]],
      [["routes", "rules", 3, "from"], ["10.0.0.0/16"]],
      [["routes", "rules", 0, "from"], ["10.0.0.0/16"]],
    ],
    "sekisho:guard.pageCidrs",
    "and the rules of sekisho:routes that sign people in name private networks only (10.0.0.0/16, 10.1.0.0/16); the sign-in page is on the internet and sees public addresses: add those that people come from",
  ],
  [
    "a page that nobody could open",
    [
      [["guard", "pageCidrs"], undefined],
      [["routes"], undefined],
    ],
    "sekisho:guard.pageCidrs",
    "is empty, and no rule of sekisho:routes signs people in, so nobody could open the sign-in page; name the networks that may, or spell allowAnywhere: [pages]",
  ],
]);

describe("what is seldom meant", () => {
  const warningsOf = (...changes: Change[]) => {
    const result = readSample(...changes);
    if ("faults" in result) throw new Error(JSON.stringify(result.faults));
    return result.warnings.filter(({ path }) => path.startsWith("sekisho:guard"));
  };

  test("a sign-in page without a guard", () => {
    expect(warningsOf([["guard"], undefined])).toEqual([
      {
        path: "sekisho:guard",
        message:
          "is missing, so everybody on the internet reaches the sign-in page and the user pool's API: sekisho:routes guards applications only; add it with the networks that may",
      },
    ]);
  });

  test("programs that only work from the networks of the page", () => {
    expect(warningsOf([["guard", "apiCidrs"], undefined])).toEqual([
      {
        path: "sekisho:guard.apiCidrs",
        message:
          "is empty, so programs with the clients backend, cli work only from the networks of the sign-in page; add theirs, or spell allowAnywhere: [api]",
      },
    ]);
    expect(warningsOf([["guard", "apiCidrs"], undefined], [["guard", "allowAnywhere"], ["api"]])).toEqual([]);
  });

  test("nothing in the sample", () => {
    expect(warningsOf()).toEqual([]);
  });
});
