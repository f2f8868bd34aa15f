import { describe, expect, it } from "vitest";
import { type Change, readSample, sampleConfig } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";

const HOST = "a host name in lower case, without https:// and path";
const BLOCK = "write it as 203.0.113.0/24 or 2001:db8::/32";
// A name of its own: the linter takes an object literal with this key for a promise.
const TREATMENT = "then";
const HOSTED = "app.example.com";
const OFFICE = 3;
const API = 2;

describeRefusals("routes", [
  [
    "a listener and a new load balancer",
    [
      [
        ["routes", "create"],
        {
          vpcId: "vpc-01234567",
          subnetIds: ["subnet-01234567", "subnet-76543210"],
          certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/1111",
        },
      ],
    ],
    "sekisho:routes",
    "needs either listenerArn (a listener that exists) or create (a new one), and not both",
  ],
  [
    "one subnet",
    [
      [["routes", "listenerArn"], undefined],
      [
        ["routes", "create"],
        {
          vpcId: "vpc-01234567",
          subnetIds: ["subnet-01234567"],
          certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/1111",
        },
      ],
    ],
    "sekisho:routes.create.subnetIds",
    "names one subnet; a load balancer needs two, in different zones",
  ],
  [
    "the ARN of a load balancer where a listener belongs",
    [
      [
        ["routes", "listenerArn"],
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/a/1",
      ],
    ],
    "sekisho:routes.listenerArn",
    'must be the ARN of a listener of an ALB, not "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/a/1"',
  ],
  [
    "a listener in another Region",
    [
      [
        ["routes", "listenerArn"],
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/example/0123456789abcdef/fedcba9876543210",
      ],
    ],
    "sekisho:routes.listenerArn",
    "lies in us-east-1, but aws:region is ap-northeast-1; both must be the same",
  ],
  [
    "no priority on a listener that others use",
    [[["routes", "firstPriority"], undefined]],
    "sekisho:routes.firstPriority",
    "is missing; give the first of 1000 priorities that nobody else uses on this listener",
  ],
  [
    "priorities beyond the last",
    [[["routes", "firstPriority"], 49_002]],
    "sekisho:routes.firstPriority",
    "must be a whole number from 1 to 49001, not 49002",
  ],
  [
    "a way to sign in that nobody knows",
    [[["routes", "authenticate"], "saml"]],
    "sekisho:routes.authenticate",
    'must be one of cognito, oidc, not "saml"',
  ],
  [
    "a way to sign in where nobody signs in",
    [[["routes", "rules", API, "authenticate"], "oidc"]],
    `sekisho:routes.rules[${API}].authenticate`,
    "has no use with then: verify-token; take it out",
  ],
  [
    "a scope where nobody shows a token",
    [[["routes", "rules", OFFICE, "scope"], "api/read"]],
    `sekisho:routes.rules[${OFFICE}].scope`,
    "has no use with then: sign-in; take it out",
  ],
  [
    "two scopes in one",
    [[["routes", "rules", API, "scope"], "api/read api/write"]],
    `sekisho:routes.rules[${API}].scope`,
    'must be one scope of the client, such as api/read, not "api/read api/write"',
  ],
  [
    "a scope that the client cannot have",
    [[["routes", "rules", API, "scope"], "api/write"]],
    `sekisho:routes.rules[${API}].scope`,
    "is api/write, which sekisho:clients.batch.scopes lacks, so no token would do; add it there or take it out here",
  ],
  [
    "a session of a week",
    [[["routes", "sessionHours"], 168]],
    "sekisho:routes.sessionHours",
    "must be a whole number of hours from 1 to 12, not 168",
  ],
  [
    "letting the rest through",
    [[["routes", "otherwise"], "forward"]],
    "sekisho:routes.otherwise",
    'must be deny, not "forward"',
  ],
  [
    "no rules",
    [[["routes", "rules"], []]],
    "sekisho:routes.rules",
    "is empty; give at least one of: rules (name, slot, from, then)",
  ],
  [
    "a rule without a slot",
    [[["routes", "rules", OFFICE, "slot"], undefined]],
    `sekisho:routes.rules[${OFFICE}].slot`,
    "is missing; give a whole number from 0 to 98",
  ],
  [
    "a slot that belongs to the final 403",
    [[["routes", "rules", OFFICE, "slot"], 99]],
    `sekisho:routes.rules[${OFFICE}].slot`,
    "must be a whole number from 0 to 98, not 99",
  ],
  [
    "two rules in one slot",
    [[["routes", "rules", OFFICE, "slot"], 30]],
    `sekisho:routes.rules[${OFFICE}].slot`,
    "is the slot of api; give each rule its own",
  ],
  [
    "two rules of one name",
    [[["routes", "rules", OFFICE, "name"], "api"]],
    `sekisho:routes.rules[${OFFICE}].name`,
    "is taken; give each rule its own name",
  ],
  [
    "a treatment nobody knows",
    [[["routes", "rules", OFFICE, "then"], "forward"]],
    `sekisho:routes.rules[${OFFICE}].then`,
    'must be one of sign-in, verify-token, forward-without-sign-in, deny, not "forward"',
  ],
  [
    "an address without its length",
    [[["routes", "rules", OFFICE, "from"], ["203.0.113.7"]]],
    `sekisho:routes.rules[${OFFICE}].from[0]`,
    '"203.0.113.7" has no prefix length; for this one address write 203.0.113.7/32',
  ],
  [
    "a host inside a block",
    [[["routes", "rules", OFFICE, "from"], ["203.0.113.7/24"]]],
    `sekisho:routes.rules[${OFFICE}].from[0]`,
    '"203.0.113.7/24" names a host inside a block; write 203.0.113.0/24',
  ],
  [
    "a name instead of a network",
    [[["routes", "rules", OFFICE, "from"], ["office"]]],
    `sekisho:routes.rules[${OFFICE}].from[0]`,
    `"office" is not a CIDR block; ${BLOCK}`,
  ],
  [
    "the address no load balancer takes",
    [[["routes", "rules", OFFICE, "from"], ["255.255.255.255/32"]]],
    `sekisho:routes.rules[${OFFICE}].from[0]`,
    '"255.255.255.255/32" is refused by the load balancer; take it out',
  ],
  [
    "everybody, by accident",
    [[["routes", "rules", API, "from"], ["0.0.0.0/0"]]],
    `sekisho:routes.rules[${API}].from[0]`,
    "0.0.0.0/0 lets in everybody; name your networks, or add allowAnywhere: true to this rule",
  ],
  [
    "everybody over IPv6, by accident",
    [[["routes", "rules", API, "from"], ["::/0"]]],
    `sekisho:routes.rules[${API}].from[0]`,
    "::/0 lets in everybody; name your networks, or add allowAnywhere: true to this rule",
  ],
  [
    "everybody in two halves",
    [
      [
        ["routes", "rules", API, "from"],
        ["198.51.100.7/32", "0.0.0.0/1"],
      ],
    ],
    `sekisho:routes.rules[${API}].from[1]`,
    "0.0.0.0/1 lets in everybody; name your networks, or add allowAnywhere: true to this rule",
  ],
  [
    "no networks at all",
    [[["routes", "rules", API, "from"], undefined]],
    `sekisho:routes.rules[${API}].from`,
    "is missing; name the networks it is for, or add allowAnywhere: true to this rule",
  ],
  [
    "a block inside another",
    [
      [
        ["routes", "rules", API, "from"],
        ["198.51.100.0/24", "198.51.100.7/32"],
      ],
    ],
    `sekisho:routes.rules[${API}].from[1]`,
    "198.51.100.7/32 lies in 198.51.100.0/24 of the same rule; take it out",
  ],
  [
    "the same block twice in two spellings",
    [
      [
        ["routes", "rules", API, "from"],
        ["2001:db8::/32", "2001:0DB8::/32"],
      ],
    ],
    `sekisho:routes.rules[${API}].from[1]`,
    "2001:db8::/32 lies in 2001:db8::/32 of the same rule; take it out",
  ],
  [
    "more hosts and paths than a rule holds",
    [
      [
        ["routes", "rules", API, "paths"],
        ["/a", "/b", "/c", "/d"],
      ],
    ],
    `sekisho:routes.rules[${API}]`,
    "has 5 hosts and paths, and the load balancer takes 4 of them together; split it into rules in slots of their own",
  ],
  [
    "more networks than a slot holds",
    [[["routes", "rules", API, "from"], Array.from({ length: 31 }, (_, place) => `198.51.100.${place}/32`)]],
    `sekisho:routes.rules[${API}].from`,
    "has 31 blocks, which become 11 rules on the load balancer, and a slot has room for 10; split this rule into two",
  ],
  [
    "a path without its slash",
    [[["routes", "rules", API, "paths"], ["api/*"]]],
    `sekisho:routes.rules[${API}].paths[0]`,
    'must be a path that begins with /, such as /admin/*, with at most 128 characters and five wildcards, not "api/*"',
  ],
  [
    "six wildcards",
    [[["routes", "rules", API, "paths"], ["/*/*/*/*/*/*"]]],
    `sekisho:routes.rules[${API}].paths[0]`,
    'must be a path that begins with /, such as /admin/*, with at most 128 characters and five wildcards, not "/*/*/*/*/*/*"',
  ],
  [
    "a wildcard in a host",
    [[["routes", "rules", API, "hosts"], ["*.example.com"]]],
    `sekisho:routes.rules[${API}].hosts[0]`,
    `must be ${HOST}, not "*.example.com"`,
  ],
  [
    "sign-in without a client",
    [[["routes", "rules", OFFICE, "client"], undefined]],
    `sekisho:routes.rules[${OFFICE}].client`,
    "is missing; then: sign-in needs a client",
  ],
  [
    "a client for a refusal",
    [[["routes", "rules", 1, "client"], "web"]],
    "sekisho:routes.rules[1].client",
    "has no use with then: deny; take it out",
  ],
  [
    "a target for a refusal",
    [
      [
        ["routes", "rules", 1, "targetGroupArn"],
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/app/0123456789abcdef",
      ],
    ],
    "sekisho:routes.rules[1].targetGroupArn",
    "has no use with then: deny; take it out",
  ],
  [
    "a client nobody defined",
    [[["routes", "rules", OFFICE, "client"], "shop"]],
    `sekisho:routes.rules[${OFFICE}].client`,
    "is shop, but sekisho:clients has no client of that name; add it there",
  ],
  [
    "sign-in through a client of the wrong kind",
    [[["routes", "rules", OFFICE, "client"], "cli"]],
    `sekisho:routes.rules[${OFFICE}].client`,
    "is cli, but sekisho:clients.cli.kind is cli; then: sign-in takes alb",
  ],
  [
    "tokens of a client of the wrong kind",
    [[["routes", "rules", API, "client"], "web"]],
    `sekisho:routes.rules[${API}].client`,
    "is web, but sekisho:clients.web.kind is alb; then: verify-token takes machine or server",
  ],
  [
    "a rule for every host on a listener of others",
    [[["routes", "rules", API, "hosts"], undefined]],
    `sekisho:routes.rules[${API}].hosts`,
    "is missing, and with sekisho:routes.listenerArn other applications live on this listener; name the hosts the rule is for",
  ],
  [
    "sign-in on a host the client lacks",
    [
      [
        ["routes", "rules", OFFICE, "hosts"],
        ["app.example.com", "shop.example.com"],
      ],
    ],
    `sekisho:routes.rules[${OFFICE}].hosts[1]`,
    "is shop.example.com, which sekisho:clients.web.hosts lacks; add it there",
  ],
  [
    "a rule that takes the way back from sign-in",
    [[["routes", "rules", API, "paths"], ["/oauth2/*"]]],
    `sekisho:routes.rules[${API}].paths[0]`,
    "covers /oauth2/idpresponse, where the load balancer finishes the sign-in of rule office; narrow the pattern",
  ],
  [
    "a logout page behind sign-in",
    [[["clients", "web", "logoutUrl"], "https://app.example.com/bye"]],
    "sekisho:clients.web.logoutUrl",
    "is https://app.example.com/bye, which sekisho:routes.rules[3] (office) puts behind sign-in; add a rule in a slot below 40 with then: forward-without-sign-in, hosts: [app.example.com], paths: [/bye] and the same sources",
  ],
  [
    "a logout page that only some of the office reach",
    [[["routes", "rules", 0, "from"], ["203.0.113.0/24"]]],
    "sekisho:clients.web.logoutUrl",
    "is https://app.example.com/signed-out, which sekisho:routes.rules[3] (office) puts behind sign-in; add a rule in a slot below 40 with then: forward-without-sign-in, hosts: [app.example.com], paths: [/signed-out] and the same sources",
  ],
  [
    "a refusal that an earlier rule leaves nothing to",
    [
      [["routes", "rules", 1, "slot"], 50],
      [["routes", "rules", 1, "from"], ["203.0.113.0/25"]],
    ],
    "sekisho:routes.rules[1]",
    "(internals) can never act: office (slot 40) takes every request that it fits; give it a lower slot, narrow the others, or take it out",
  ],
  [
    "a refusal that two earlier rules leave nothing to",
    [
      [
        ["routes", "rules", 1],
        {
          name: "late",
          slot: 50,
          hosts: [HOSTED],
          from: ["203.0.113.0/24"],
          paths: ["/x"],
          [TREATMENT]: "deny",
        },
      ],
      [
        ["routes", "rules", OFFICE, "from"],
        ["203.0.113.0/25", "2001:db8:1234::/48"],
      ],
      [
        ["routes", "rules", 4],
        {
          name: "annex",
          slot: 45,
          hosts: [HOSTED],
          from: ["203.0.113.128/25"],
          [TREATMENT]: "sign-in",
          client: "web",
        },
      ],
      [["clients", "web", "logoutUrl"], "https://www.example.com/bye"],
    ],
    "sekisho:routes.rules[1]",
    "(late) can never act: office (slot 40) and annex (slot 45) take every request that it fits; give it a lower slot, narrow the others, or take it out",
  ],
  [
    "private networks on a load balancer that stands on the internet",
    [
      [["routes", "listenerArn"], undefined],
      [
        ["routes", "create"],
        {
          vpcId: "vpc-01234567",
          subnetIds: ["subnet-01234567", "subnet-76543210"],
          certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/1111",
        },
      ],
      [
        ["routes", "rules", API, "from"],
        ["10.1.0.0/16", "fd00:1234::/32"],
      ],
    ],
    `sekisho:routes.rules[${API}].from`,
    "has only private networks, which never reach the load balancer of sekisho:routes.create, as it stands on the internet; name the public addresses that people come from",
  ],
  [
    "more wildcards than a rule may hold",
    [
      [
        ["routes", "rules", API, "paths"],
        ["/a/*/*", "/b/*/*", "/c/*?"],
      ],
    ],
    `sekisho:routes.rules[${API}].paths`,
    "have 6 wildcards together, and the load balancer takes 5; split it into rules in slots of their own",
  ],
  [
    "more hosts than the final 403 holds",
    [
      [
        ["routes", "rules"],
        [...sampleRules(), ...refusals(13)],
      ],
    ],
    "sekisho:routes.rules",
    "name 53 hosts together, and the 403 that closes them holds 50; use a second stack",
  ],
]);

describe("a logout page that nobody reaches without signing in", () => {
  const BEHIND = {
    path: "sekisho:clients.web.logoutUrl",
    message:
      "is https://app.example.com/signed-out, which sekisho:routes.rules[3] (office) puts behind sign-in; add a rule in a slot below 40 with then: forward-without-sign-in, hosts: [app.example.com], paths: [/signed-out] and the same sources",
  };

  it.each<[string, Change[], string]>([
    ["opened too late", [[["routes", "rules", 0, "slot"], 50]], "office (slot 40)"],
    [
      "that a refusal closes",
      [
        [["routes", "rules", 1, "slot"], 5],
        [["routes", "rules", 1, "paths"], ["/signed-*"]],
      ],
      "internals (slot 5)",
    ],
  ])("is refused when it is one %s, and so is the rule that comes too late", (_title, changes, earlier) => {
    const message = `(signed-out) can never act: ${earlier} takes every request that it fits; give it a lower slot, narrow the others, or take it out`;
    expect(readSample(...changes)).toEqual({
      faults: [BEHIND, { path: "sekisho:routes.rules[0]", message }],
    });
  });
});

function sampleRules(): unknown[] {
  const { rules } = sampleConfig().routes as { rules: unknown[] };
  return rules;
}

/** Rules that refuse four hosts each, in the slots from 50. */
function refusals(count: number): object[] {
  return Array.from({ length: count }, (_, place) => ({
    name: `closed-${place}`,
    slot: 50 + place,
    hosts: Array.from({ length: 4 }, (_, host) => `h${host}.r${place}.example.com`),
    [TREATMENT]: "deny",
  }));
}
