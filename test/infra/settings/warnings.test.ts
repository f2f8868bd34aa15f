import { expect, it } from "vitest";
import { type Change, readSample } from "../../support/sample-settings.ts";
import { describeWarnings } from "../../support/settings-warnings.ts";

// A name of its own: the linter takes an object literal with this key for a promise.
const TREATMENT = "then";
const NO_ALB_CLIENT = [
  [["clients"], { cli: { kind: "cli" } }],
  [["routes"], undefined],
  [["signInPage"], undefined],
] as const;

it("warns of nothing in the sample", () => {
  expect(readSample()).toHaveProperty("warnings", []);
});

describeWarnings("the second factor", [
  [
    "several factors that nobody has to choose from",
    [[["mfa", "mode"], "optional"], ...NO_ALB_CLIENT],
    "sekisho:mfa.mode",
    "is optional and sekisho:mfa.factors has sms, totp: users without a preferred factor get in on the password alone; set a factor when you invite them, or take mode: required",
  ],
  [
    "an authenticator app that the sign-in page never offers to register",
    [
      [["mfa"], { mode: "optional", factors: ["totp"] }],
      [["sms"], undefined],
    ],
    "sekisho:mfa.mode",
    "is optional and sekisho:mfa.factors has totp: the sign-in page of sekisho:clients.web never offers to register an authenticator app; let people register it by a client of kind cli or server, or take mode: required",
  ],
]);

describeWarnings("people without a contact", [
  [
    "codes by text message for people who may have no phone",
    [
      [["mfa", "factors"], ["sms"]],
      [["users", "attributes", "phone_number"], "optional"],
    ],
    "sekisho:mfa.factors",
    "has only sms, and sekisho:users.attributes does not require phone_number: users without it cannot sign in; require it while there is no pool yet, or add totp",
  ],
  [
    "recovery by mail for people who may have none",
    [
      [["users", "signInWith"], "username"],
      [["users", "attributes", "email"], "optional"],
    ],
    "sekisho:users.recovery",
    "is email, and sekisho:users.attributes does not require email: some users could never reset a password; require it while there is no pool yet, or see that everybody has one",
  ],
  [
    "people who get their codes by mail and have no phone to reset a password with",
    [
      [
        ["mfa", "factors"],
        ["sms", "totp", "email"],
      ],
      [
        ["users", "recovery"],
        ["email", "phone"],
      ],
      [["users", "attributes", "phone_number"], "optional"],
    ],
    "sekisho:users.recovery",
    "is email, phone, and sekisho:users.attributes does not require phone_number: some users could never reset a password; require it while there is no pool yet, or see that everybody has one",
  ],
]);

it.each<[string, Change[]]>([
  [
    "both contacts are required and both carry codes",
    [
      [
        ["mfa", "factors"],
        ["sms", "email"],
      ],
      [
        ["users", "recovery"],
        ["email", "phone"],
      ],
    ],
  ],
  [
    "only an administrator resets passwords",
    [
      [["users", "recovery"], ["admin"]],
      [["users", "attributes", "phone_number"], "optional"],
    ],
  ],
  ["there is an app for those without a phone", [[["users", "attributes", "phone_number"], "optional"]]],
])("warns of nothing when %s", (_title, changes) => {
  expect(readSample(...changes)).toHaveProperty("warnings", []);
});

it.each([
  ["required MFA with several factors", { mode: "required", factors: ["sms", "totp"] }],
  ["optional MFA with one factor that the page can use", { mode: "optional", factors: ["sms"] }],
])("warns of nothing with %s", (_title, mfa) => {
  expect(readSample([["mfa"], mfa])).toHaveProperty("warnings", []);
});

describeWarnings("routes", [
  [
    "a host that receives sign-ins and has no rule",
    [
      [
        ["clients", "web", "hosts"],
        ["app.example.com", "old.example.com"],
      ],
    ],
    "sekisho:clients.web.hosts[1]",
    "is old.example.com, where no rule of sekisho:routes signs in with web; add a rule, or take the host out",
  ],
  [
    "a session that the refresh token does not last for",
    [[["clients", "web", "validity", "refresh"], "4h"]],
    "sekisho:routes.sessionHours",
    "is 8, but sekisho:clients.web.validity.refresh ends after 240 minutes, and people have to sign in again then; lengthen refresh, or shorten sessionHours",
  ],
  [
    "a refusal of one path that its other spellings pass",
    [
      [
        ["routes", "rules", 1, "paths"],
        ["/debug*", "/metrics"],
      ],
    ],
    "sekisho:routes.rules[1].paths[1]",
    "is /metrics and nothing more: /metrics/ passes internals and goes on to the rules after it; write /metrics*, and let the application refuse other spellings, such as //metrics",
  ],
  [
    "people who come by IPv6 to a rule that names only IPv4",
    [[["routes", "rules", 3, "from"], ["203.0.113.0/24"]]],
    "sekisho:routes.rules[3].from",
    "has no IPv6 network, but the load balancer answers both kinds: people who come by IPv6 get past office and are refused; add their IPv6 networks",
  ],
  [
    "people who come by IPv4 to a rule that names only IPv6",
    [[["routes", "rules", 3, "from"], ["2001:db8:1234::/48"]]],
    "sekisho:routes.rules[3].from",
    "has no IPv4 network, but the load balancer answers both kinds: people who come by IPv4 get past office and are refused; add their IPv4 networks",
  ],
  [
    "more rules than a load balancer holds",
    [...Array.from({ length: 9 }, (_, place) => closing(4 + place, 40)), closing(13, 24)],
    "sekisho:routes.rules",
    'become 101 rules on the load balancer, and it holds 100 together with those of others; have "Rules per Application Load Balancer" raised first (Service Quotas, Elastic Load Balancing)',
  ],
]);

it("warns of nothing where every rule names IPv4 only", () => {
  const changes = [0, 3].map((place): Change => [["routes", "rules", place, "from"], ["203.0.113.0/24"]]);
  expect(readSample(...changes)).toHaveProperty("warnings", []);
});

describeWarnings("accounts", [
  [
    "sign-up that is open to everybody",
    [
      [["users", "selfSignUp"], true],
      [["awsAccess"], undefined],
    ],
    "sekisho:users.selfSignUp",
    "is true: everybody on the internet can make an account, whatever networks sekisho:routes names; set it to false where administrators invite, or limit mail domains (sekisho:triggers.allowMailDomains)",
  ],
]);

/** A rule at this place of the list that refuses so many addresses, four in each rule of the load balancer. */
function closing(place: number, count: number): Change {
  const from = Array.from({ length: count }, (_, address) => `198.18.${place}.${address}/32`);
  const rule = {
    name: `closed-${place}`,
    slot: 50 + place,
    hosts: ["app.example.com"],
    from,
    [TREATMENT]: "deny",
  };
  return [["routes", "rules", place], rule];
}
