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
    "AWS roles for everybody who signs up",
    [[["users", "selfSignUp"], true]],
    "sekisho:awsAccess",
    "gives AWS roles, and sekisho:users.selfSignUp lets everybody in; set that to false, or add allowSelfSignUp: true here",
  ],
]);
