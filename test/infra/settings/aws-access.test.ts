import { describeRefusals } from "../../support/settings-refusals.ts";

describeRefusals("AWS access", [
  [
    "AWS access through a client nobody defined",
    [[["awsAccess", "client"], "shell"]],
    "sekisho:awsAccess.client",
    "is shell, but sekisho:clients has no client of that name; add it there",
  ],
  [
    "AWS access through a client without ID tokens",
    [[["awsAccess", "client"], "batch"]],
    "sekisho:awsAccess.client",
    "is batch, but sekisho:clients.batch.kind is machine; take a client of kind cli or server",
  ],
  [
    "a rule with two comparisons",
    [[["awsAccess", "rules", 0, "contains"], "sre"]],
    "sekisho:awsAccess.rules[0]",
    "needs exactly one of equals, contains, startsWith, notEqual",
  ],
  [
    "26 rules",
    [
      [
        ["awsAccess", "rules"],
        Array.from({ length: 26 }, (_, place) => ({
          claim: "custom:department",
          equals: `d${place}`,
          role: "sre",
        })),
      ],
    ],
    "sekisho:awsAccess.rules",
    "has 26 entries; the most is 25",
  ],
  [
    "a role nobody defined",
    [[["awsAccess", "rules", 0, "role"], "admin"]],
    "sekisho:awsAccess.rules[0].role",
    "is admin, but sekisho:awsAccess.roles has no role of that name; add it there",
  ],
  [
    "a role that may do nothing",
    [[["awsAccess", "roles", "sre"], {}]],
    "sekisho:awsAccess.roles.sre",
    "allows nothing; give managedPolicies or inlinePolicy",
  ],
  [
    "an inline policy without its version",
    [[["awsAccess", "roles", "sre", "inlinePolicy"], { Statement: [{ Effect: "Allow" }] }]],
    "sekisho:awsAccess.roles.sre.inlinePolicy.Version",
    'is missing; give "2012-10-17"',
  ],
  [
    "a claim that does not exist",
    [[["awsAccess", "rules", 0, "claim"], "custom:team"]],
    "sekisho:awsAccess.rules[0].claim",
    "is custom:team, which neither Cognito nor sekisho:users.attributes knows; add the attribute there",
  ],
  [
    "a claim the client cannot read",
    [
      [["clients", "cli", "reads"], ["email"]],
      [["awsAccess", "rules"], [{ claim: "custom:department", equals: "sre", role: "sre" }]],
    ],
    "sekisho:awsAccess.rules[0].claim",
    "is custom:department, which sekisho:clients.cli.reads lacks, so the rule would never match; add it there",
  ],
  [
    "a claim that users write themselves",
    [[["awsAccess", "rules", 0, "claim"], "family_name"]],
    "sekisho:awsAccess.rules[0].claim",
    "is family_name, which users can write through backend, batch, cli, web and so choose their own role; set writableByUser: false in sekisho:users.attributes.family_name, or take another claim",
  ],
  [
    "a rule for a group that is also a part of another group's name",
    [
      [["users", "groups"], { sre: {}, "sre-night": {} }],
      [["awsAccess", "rules", 0], { claim: "cognito:groups", contains: "sre", role: "sre" }],
    ],
    "sekisho:awsAccess.rules[0].contains",
    "is sre, which the group sre-night would fit too, because a part of a name is enough; rename one of them, or take a custom attribute with equals",
  ],
  [
    "a rule for a group that is part of two others' names",
    [
      [["users", "groups"], { sre: {}, "sre-night": {}, "ex-sre": {} }],
      [["awsAccess", "rules", 0], { claim: "cognito:groups", contains: "sre", role: "sre" }],
    ],
    "sekisho:awsAccess.rules[0].contains",
    "is sre, which the groups ex-sre, sre-night would fit too, because a part of a name is enough; rename one of them, or take a custom attribute with equals",
  ],
  [
    "a rule for a group that the pool does not have",
    [[["awsAccess", "rules", 0], { claim: "cognito:groups", contains: "admin", role: "sre" }]],
    "sekisho:awsAccess.rules[0].contains",
    "is admin, but sekisho:users.groups has no group of that name; add it there",
  ],
  [
    "a list of groups compared as if it were one",
    [[["awsAccess", "rules", 0], { claim: "cognito:groups", equals: "admins", role: "sre" }]],
    "sekisho:awsAccess.rules[0]",
    "compares the list cognito:groups by equals, and AWS does not say how; take contains with the whole name of a group",
  ],
  [
    "a rule that an earlier one leaves nothing to",
    [[["awsAccess", "rules", 0], { claim: "custom:department", contains: "d", role: "sre" }]],
    "sekisho:awsAccess.rules[1]",
    "can never decide: sekisho:awsAccess.rules[0] takes every value of custom:department that it fits; move it before, or take it out",
  ],
  [
    "a rule that two earlier ones leave nothing to",
    [
      [
        ["awsAccess", "rules"],
        [
          { claim: "custom:department", equals: "sre", role: "sre" },
          { claim: "custom:department", notEqual: "sre", role: "dev" },
          { claim: "custom:department", startsWith: "s", role: "dev" },
        ],
      ],
    ],
    "sekisho:awsAccess.rules[2]",
    "can never decide: sekisho:awsAccess.rules[0] and sekisho:awsAccess.rules[1] take every value of custom:department that it fits; move it before, or take it out",
  ],
  [
    "AWS roles for everybody who signs up",
    [[["users", "selfSignUp"], true]],
    "sekisho:awsAccess",
    "gives AWS roles, and sekisho:users.selfSignUp lets everybody in; set that to false, limit mail domains (sekisho:triggers.allowMailDomains), or add allowSelfSignUp: true here",
  ],
]);
