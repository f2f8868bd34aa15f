import { describe, expect, test } from "vitest";
import {
  findCostlyChanges,
  findForbiddenChanges,
  refuseChanges,
} from "../../../infra/immutable/immutable-guard.ts";
import type { Settings } from "../../../infra/settings.ts";
import { deployedState } from "../../support/deployed-parts.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

/** What is changed in words, how the deployed stack differs from the sample, how the wanted one differs from that. */
type Row = readonly [what: string, deployed: readonly Change[], wanted: readonly Change[]];
type Refused = readonly [...Row, path: string, message: string];

const MOVE =
  "build a second pool beside this one and move the users there: users.generation: 2 and users.keep: [1] " +
  "(docs/planned-move.md)";

function letGo(key: string, value: string | number): string {
  return (
    `put it back, add ${value} to sekisho:letGo.${key}, deploy, and only then take it out (docs/letting-go.md); ` +
    "it stays in AWS"
  );
}

function replaced(before: string, after: string): string {
  return (
    `cannot change from ${before} to ${after}: AWS would make another pool in its place, and every user of this one ` +
    `would be gone; put it back, or ${MOVE}`
  );
}

function redefined(before: string, after: string, isCustom = true): string {
  return (
    `cannot change from "${before}" to "${after}": Cognito fixes type, limits, mutable and required when an attribute ` +
    `is made; put it back, ${isCustom ? "add an attribute of another name, " : ""}or ${MOVE}`
  );
}

/** The sample's users without anything that depends on how they sign in. */
const BY_NAME: readonly Change[] = [[["users", "signInWith"], "username"]];
const department = (key: string, value: unknown): Change => [
  ["users", "attributes", "custom:department", key],
  value,
];
/** Without what points at the groups, clients and pages that a row takes away. */
const PLAIN: readonly Change[] = [
  [["routes"], undefined],
  [["awsAccess"], undefined],
  [["guard"], undefined],
  [["triggers"], undefined],
  [["audit"], undefined],
  [["alarms"], undefined],
  [["messages"], undefined],
];
const TOTP_ONLY: readonly Change[] = [
  [["sms"], undefined],
  [["mfa", "factors"], ["totp"]],
];
const OWN_LOAD_BALANCER: Change = [
  ["routes", "create"],
  {
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
    certificateArn:
      "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
  },
];
const NO_LISTENER: Change = [["routes", "listenerArn"], undefined];

function findIn(before: readonly Change[], after: readonly Change[]) {
  const deployed = deployedState(goodSettings(...before));
  return findForbiddenChanges(deployed, goodSettings(...before, ...after));
}

describe("a change that would delete or replace what people depend on", () => {
  test.each<Refused>([
    [
      "how people sign in",
      [],
      [[["users", "signInWith"], "phone"]],
      "sekisho:users.signInWith",
      replaced("email", "phone"),
    ],
    [
      "a second way to sign in",
      [],
      [
        [
          ["users", "signInWith"],
          ["phone", "email"],
        ],
      ],
      "sekisho:users.signInWith",
      replaced("email", "email and phone"),
    ],
    [
      "user names instead of addresses",
      [],
      [[["users", "signInWith"], "username"]],
      "sekisho:users.signInWith",
      replaced("email", "username"),
    ],
    [
      "aliases",
      BY_NAME,
      [[["users", "aliases"], ["email"]]],
      "sekisho:users.aliases",
      replaced("none", "email"),
    ],
    [
      "fewer aliases",
      [
        ...BY_NAME,
        [
          ["users", "aliases"],
          ["email", "preferred_username"],
        ],
      ],
      [[["users", "aliases"], ["email"]]],
      "sekisho:users.aliases",
      replaced("email and preferred_username", "email"),
    ],
    [
      "whether case matters",
      [],
      [[["users", "caseSensitive"], true]],
      "sekisho:users.caseSensitive",
      replaced("false", "true"),
    ],
    [
      "whether case matters, said for the first time",
      [[["users", "caseSensitive"], "unsaid"]],
      [[["users", "caseSensitive"], false]],
      "sekisho:users.caseSensitive",
      replaced("unsaid", "false"),
    ],
    [
      "the name of the pool",
      [],
      [[["users", "poolName"], "customers"]],
      "sekisho:users.poolName",
      replaced("sekisho-dev", "customers"),
    ],
    [
      "the name of a pool that others made",
      [[["users", "poolName"], "customers"]],
      [[["users", "poolName"], undefined]],
      "sekisho:users.poolName",
      replaced("customers", "sekisho-dev"),
    ],
    [
      "an attribute's type",
      [],
      [department("type", "number")],
      "sekisho:users.attributes.custom:department",
      redefined("string 1..64", "number 1..64"),
    ],
    [
      "a shorter limit",
      [],
      [department("max", 32)],
      "sekisho:users.attributes.custom:department",
      redefined("string 1..64", "string 1..32"),
    ],
    [
      "a longer limit",
      [],
      [department("max", 128)],
      "sekisho:users.attributes.custom:department",
      redefined("string 1..64", "string 1..128"),
    ],
    [
      "whether an attribute may change",
      [],
      [department("mutable", false)],
      "sekisho:users.attributes.custom:department",
      redefined("string 1..64", "string immutable 1..64"),
    ],
    [
      "a required attribute that becomes optional",
      [],
      [[["users", "attributes", "phone_number"], "optional"]],
      "sekisho:users.attributes.phone_number",
      redefined("string required", "string", false),
    ],
    [
      "a required attribute that goes, because it is required in the pool still",
      [],
      [[["users", "attributes", "phone_number"], undefined]],
      "sekisho:users.attributes.phone_number",
      redefined("string required", "string", false),
    ],
    [
      "an optional attribute that becomes required",
      [],
      [[["users", "attributes", "given_name"], "required"]],
      "sekisho:users.attributes.given_name",
      redefined("string", "string required", false),
    ],
    [
      "a standard attribute that turns up with limits of its own, which would be added as a custom one for ever",
      [],
      [[["users", "attributes", "nickname"], { max: 20 }]],
      "sekisho:users.attributes.nickname",
      redefined("string", "string 0..20", false),
    ],
    [
      "a custom attribute that goes",
      PLAIN,
      [[["users", "attributes", "custom:department"], undefined]],
      "sekisho:users.attributes.custom:department",
      'cannot go: Cognito never removes an attribute from a pool, and users hold values in it; put it back as "string ' +
        `1..64" (users need not use it), or ${MOVE}`,
    ],
    [
      "text messages that are left out",
      [[["sms", "ownAccountSettings"], false]],
      TOTP_ONLY,
      "sekisho:mfa.factors",
      "lacks sms, but the pool could send text messages once, and Cognito never stops offering them as a factor; add " +
        `sms again, or ${MOVE}`,
    ],
    [
      "another generation alone",
      [],
      [
        [["users", "generation"], 2],
        [["signInPage", "domainPrefix"], "example-login-2"],
      ],
      "sekisho:users.generation",
      "cannot become 2 alone: the pool of generation 1 and its users would leave the stack; add users.keep: [1] " +
        "(docs/planned-move.md)",
    ],
    [
      "a generation that goes backwards",
      [[["users", "generation"], 2]],
      [
        [["users", "generation"], 1],
        [["signInPage", "domainPrefix"], "example-login-2"],
      ],
      "sekisho:users.generation",
      "cannot become 1 alone: the pool of generation 2 and its users would leave the stack; add users.keep: [2] " +
        "(docs/planned-move.md)",
    ],
    [
      "a kept generation that goes at once",
      [
        [["users", "generation"], 2],
        [["users", "keep"], [1]],
      ],
      [[["users", "keep"], undefined]],
      "sekisho:users.keep",
      `no longer lists generation 1: ${letGo("generations", 1)}`,
    ],
    [
      "a generation to keep that there never was",
      [],
      [[["users", "keep"], [7]]],
      "sekisho:users.keep",
      "lists generation 7, which this stack does not have: an empty pool without settings would be made; take it out",
    ],
    [
      "a new pool at the old pool's address",
      [],
      [
        [["users", "generation"], 2],
        [["users", "keep"], [1]],
      ],
      "sekisho:signInPage",
      "is the address of the pool of generation 1, and an address belongs to one pool at a time; give the new pool " +
        "another one (docs/planned-move.md)",
    ],
    [
      "a group that goes",
      [],
      [[["users", "groups", "members"], undefined]],
      "sekisho:users.groups.members",
      `cannot go: with the group everybody's membership of it is lost; ${letGo("groups", "members")}`,
    ],
    [
      "a client that goes",
      [],
      [[["clients", "backend"], undefined]],
      "sekisho:clients.backend",
      "cannot go: whatever signs in with its id stops working, and a client that is made again has another id; " +
        letGo("clients", "backend"),
    ],
    [
      "a client that is to get a secret",
      PLAIN,
      [[["clients", "cli", "kind"], "server"]],
      "sekisho:clients.cli.kind",
      "cannot change from cli to server: a client's secret is decided when it is made, so another client would take " +
        "its place, with another id; put it back, and add a client of another name beside it",
    ],
    [
      "a client that is to lose its secret",
      [],
      [
        [["clients", "backend", "kind"], "cli"],
        [["clients", "backend", "flows"], undefined],
      ],
      "sekisho:clients.backend.kind",
      "cannot change from server to cli: a client's secret is decided when it is made, so another client would take " +
        "its place, with another id; put it back, and add a client of another name beside it",
    ],
    [
      "another Region for the copies",
      [],
      [[["backup", "copyTo"], "us-west-2"]],
      "sekisho:backup.copyTo",
      "cannot change from ap-northeast-3 to us-west-2: the copies of all backups lie in ap-northeast-3, in a bucket " +
        `that is protected; ${letGo("parts", "backupCopy")}`,
    ],
    [
      "no copies any more",
      [],
      [[["backup", "copyTo"], "none"]],
      "sekisho:backup.copyTo",
      "cannot change from ap-northeast-3 to none: the copies of all backups lie in ap-northeast-3, in a bucket that " +
        `is protected; ${letGo("parts", "backupCopy")}`,
    ],
    [
      "a lower lock on backups",
      [[["backup", "lock"], "compliance"]],
      [[["backup", "lock"], "governance"]],
      "sekisho:backup.lock",
      "cannot change from compliance to governance: backups that nobody can delete would be followed by some that " +
        `can be deleted; ${letGo("parts", "complianceLock")}`,
    ],
    [
      "no AWS access any more",
      [],
      [[["awsAccess"], undefined]],
      "sekisho:awsAccess",
      "cannot go: with the identity pool everybody's identity in AWS is lost, and what people own under it; " +
        letGo("parts", "awsAccess"),
    ],
    [
      "no sender any more",
      PLAIN,
      [[["email"], undefined]],
      "sekisho:email.domain",
      `cannot go: the pool sends its codes from example.com; ${letGo("parts", "email")}`,
    ],
    [
      "another sender",
      [],
      [[["email"], { from: "help@example.org", domain: "example.org" }]],
      "sekisho:email.domain",
      "cannot change from example.com to example.org: the verified sender would be replaced, and codes stop until DNS " +
        `knows the new one; ${letGo("parts", "email")}`,
    ],
    [
      "the account's SMS settings given up",
      PLAIN,
      [[["sms", "ownAccountSettings"], false]],
      "sekisho:sms.ownAccountSettings",
      `cannot become false: the account's SMS settings point at its role and its logs; ${letGo("parts", "sms")}`,
    ],
    [
      "people's secret questions",
      [...PLAIN, [["triggers"], { secretQuestion: true }], [["clients", "backend", "flows"], ["question"]]],
      [
        [["triggers", "secretQuestion"], false],
        [["clients", "backend", "flows"], ["srp"]],
      ],
      "sekisho:triggers.secretQuestion",
      "cannot go: everybody's question and answer would be lost, and everybody asked for new ones; " +
        letGo("parts", "secretQuestion"),
    ],
    [
      "the guard of the sign-in page",
      [],
      [[["guard"], undefined]],
      "sekisho:guard",
      "cannot go: its log says who was kept out of the sign-in page, and the page would be open to everybody; " +
        letGo("parts", "evidence"),
    ],
    [
      "the guard of a load balancer",
      [[["guard", "loadBalancer"], "block"]],
      [[["guard", "loadBalancer"], "off"]],
      "sekisho:guard.loadBalancer",
      "cannot become off: the log of its web ACL says who was kept out of the load balancer; " +
        letGo("parts", "evidence"),
    ],
    [
      "the guard of a load balancer, with another one that has none",
      [[["guard", "loadBalancer"], "block"]],
      [[["guard", "loadBalancer"], undefined]],
      "sekisho:routes",
      "cannot leave the load balancer without a web ACL: its log says who was kept out of it; " +
        letGo("parts", "evidence"),
    ],
    [
      "a load balancer of the stack's own that goes",
      [OWN_LOAD_BALANCER, NO_LISTENER, [["guard", "loadBalancer"], "off"]],
      [[["routes"], undefined]],
      "sekisho:routes.create",
      "cannot go: the load balancer is protected, and its address is in everybody's DNS; " +
        letGo("parts", "loadBalancer"),
    ],
    [
      "a load balancer of the stack's own that moves",
      [OWN_LOAD_BALANCER, NO_LISTENER],
      [[["routes", "create", "vpcId"], "vpc-0fedcba9876543210"]],
      "sekisho:routes.create",
      "cannot move from vpc-0123456789abcdef0 to vpc-0fedcba9876543210: the load balancer is protected, and its " +
        `address is in everybody's DNS; ${letGo("parts", "loadBalancer")}`,
    ],
  ])("is refused: %s", (_what, before, after, path, message) => {
    expect(findIn(before, after)).toEqual([{ path, message }]);
  });

  test("is refused when the stack file names another Region", () => {
    const settings = goodSettings();
    const deployed = { ...deployedState(settings), isPoolThere: false };
    expect(findForbiddenChanges(deployed, { ...settings, region: "us-west-2" })).toEqual([
      {
        path: "aws:region",
        message:
          "cannot change from ap-northeast-1 to us-west-2: nothing moves between Regions, and everything would be made " +
          "anew without its users; put it back, and give the other Region a stack of its own",
      },
    ]);
  });

  test("is refused together with all the others, so that nobody corrects them one by one", () => {
    const faults = findIn(PLAIN, [
      [["users", "signInWith"], "phone"],
      [["users", "caseSensitive"], true],
      [["users", "groups"], undefined],
      [["backup", "copyTo"], "none"],
    ]);
    expect(faults.map(({ path }) => path)).toEqual([
      "sekisho:backup.copyTo",
      "sekisho:users.signInWith",
      "sekisho:users.caseSensitive",
      "sekisho:users.groups.admins",
      "sekisho:users.groups.members",
    ]);
  });

  test("is refused even when the same edit makes the stack disposable", () => {
    const faults = findIn(
      [],
      [
        [["disposable"], true],
        [["users", "signInWith"], "phone"],
      ],
    );
    expect(faults.map(({ path }) => path)).toContain("sekisho:users.signInWith");
  });
});

describe("a change that AWS makes in place", () => {
  test.each<Row>([
    ["nothing at all", [], []],
    [
      "MFA from off to optional",
      [...TOTP_ONLY, [["mfa"], { mode: "off" }]],
      [[["mfa"], { mode: "optional", factors: ["totp"] }]],
    ],
    [
      "MFA from off to required",
      [...TOTP_ONLY, [["mfa"], { mode: "off" }]],
      [[["mfa"], { mode: "required", factors: ["totp"] }]],
    ],
    ["MFA from optional to required", [[["mfa", "mode"], "optional"]], [[["mfa", "mode"], "required"]]],
    ["MFA from required to optional", [], [[["mfa", "mode"], "optional"]]],
    ["MFA switched off, although text messages stay possible", [], [[["mfa"], { mode: "off" }]]],
    ["one factor less, if it is not SMS", [], [[["mfa", "factors"], ["sms"]]]],
    [
      "text messages for the first time",
      TOTP_ONLY,
      [
        [
          ["mfa", "factors"],
          ["sms", "totp"],
        ],
        [["sms"], { monthlySpendLimitUsd: 30 }],
      ],
    ],
    ["the plan", [], [[["users", "tier"], "plus"]]],
    ["the password policy", [], [[["users", "password", "minLength"], 20]]],
    ["how passwords are recovered", [], [[["users", "recovery"], ["admin"]]]],
    ["self sign-up", PLAIN, [[["users", "selfSignUp"], true]]],
    ["a new custom attribute", [], [[["users", "attributes", "custom:team"], {}]]],
    [
      "a standard attribute as Cognito has it anyway",
      [],
      [[["users", "attributes", "nickname"], "optional"]],
    ],
    ["who may write an attribute", PLAIN, [department("writableByUser", true)]],
    [
      "the order of what people sign in with",
      [
        [
          ["users", "signInWith"],
          ["email", "phone"],
        ],
      ],
      [
        [
          ["users", "signInWith"],
          ["phone", "email"],
        ],
      ],
    ],
    ["a new group", [], [[["users", "groups", "guests"], {}]]],
    ["a group's precedence", [], [[["users", "groups", "admins", "precedence"], 5]]],
    ["a new client", [], [[["clients", "other"], { kind: "cli" }]]],
    [
      "a client's kind where both have a secret",
      PLAIN,
      [[["clients", "backend"], { kind: "machine", scopes: ["api/read"] }]],
    ],
    ["a client's validities", [], [[["clients", "cli", "validity"], { refresh: "1d" }]]],
    ["another address of the sign-in page", [], [[["signInPage", "domainPrefix"], "example-other"]]],
    ["a stricter lock", [], [[["backup", "lock"], "compliance"]]],
    ["days that backups are kept", [], [[["backup", "keepDays"], 7]]],
    ["copies for the first time", [[["backup", "copyTo"], "none"]], [[["backup", "copyTo"], "us-west-2"]]],
    ["another sender's name at the same domain", [], [[["email", "from"], "Help <help@example.com>"]]],
    ["routes", [], [[["routes", "sessionHours"], 4]]],
  ])("is let through: %s", (_what, before, after) => {
    expect(findIn(before, after)).toEqual([]);
  });
});

describe("what was let go in the deployment before", () => {
  const kept: readonly Change[] = [
    [["users", "generation"], 2],
    [["users", "keep"], [1]],
  ];
  test.each<Row>([
    ["a group", [[["letGo"], { groups: ["members"] }]], [[["users", "groups", "members"], undefined]]],
    ["a client", [[["letGo"], { clients: ["backend"] }]], [[["clients", "backend"], undefined]]],
    ["a kept generation", [...kept, [["letGo"], { generations: [1] }]], [[["users", "keep"], undefined]]],
    ["the copies", [[["letGo"], { parts: ["backupCopy"] }]], [[["backup", "copyTo"], "us-west-2"]]],
    ["AWS access", [[["letGo"], { parts: ["awsAccess"] }]], [[["awsAccess"], undefined]]],
    [
      "the guard of a load balancer",
      [
        [["guard", "loadBalancer"], "block"],
        [["letGo"], { parts: ["evidence"] }],
      ],
      [[["guard", "loadBalancer"], "off"]],
    ],
  ])("may leave the stack: %s", (_what, before, after) => {
    expect(findIn(before, after)).toEqual([]);
    expect(findIn(before, [...after, [["letGo"], undefined]])).toEqual([]);
  });

  test("may not leave it when it is let go and taken out in one edit", () => {
    const faults = findIn(
      [],
      [
        [["letGo"], { groups: ["members"] }],
        [["users", "groups", "members"], undefined],
      ],
    );
    expect(faults.map(({ path }) => path)).toEqual(["sekisho:users.groups.members"]);
  });
});

describe("the stack's own keys", () => {
  const strict = { ...goodSettings(), preset: "strict" } as const;
  test("are not forgotten by a change of preset, unless they were let go", () => {
    const path = "sekisho:preset";
    const message =
      "cannot change from strict to baseline: the stack's own keys are protected, and its secrets and logs cannot be " +
      `read without them; ${letGo("parts", "keys")}`;
    expect(findForbiddenChanges(deployedState(strict), goodSettings())).toEqual([{ path, message }]);
    const parts = { generations: [], groups: [], clients: [], parts: ["keys" as const] };
    expect(findForbiddenChanges(deployedState({ ...strict, letGo: parts }), goodSettings())).toEqual([]);
    expect(findForbiddenChanges(deployedState(strict), strict)).toEqual([]);
    expect(findForbiddenChanges(deployedState(goodSettings()), strict)).toEqual([]);
  });
});

describe("a move to another generation", () => {
  test("is let through with everything AWS fixes changed, as long as the pool before it is kept", () => {
    const moved: readonly Change[] = [
      [["users", "generation"], 2],
      [["users", "keep"], [1]],
      [["users", "signInWith"], "username"],
      [["users", "caseSensitive"], true],
      [["users", "attributes", "custom:department", "max"], 128],
      [["signInPage", "domainPrefix"], "example-login-2"],
      ...TOTP_ONLY,
      [["letGo"], undefined],
    ];
    const deployed = deployedState(goodSettings([["letGo"], { parts: ["sms"] }]));
    expect(findForbiddenChanges(deployed, goodSettings(...moved))).toEqual([]);
  });

  test.each<[string, Change, string]>([
    ["messages", [["triggers", "customMessage"], undefined], "sekisho:triggers.customMessage"],
    ["mail domains", [["triggers", "allowMailDomains"], undefined], "sekisho:triggers.allowMailDomains"],
    ["a first group", [["triggers", "groupOnSignUp"], undefined], "sekisho:triggers.groupOnSignUp"],
    ["the log of sign-ins", [["audit", "signInLog"], "off"], "sekisho:audit.signInLog"],
  ])("never takes away functions that a kept pool calls: %s", (_what, change, path) => {
    const all: readonly Change[] = [
      [["triggers", "customMessage"], true],
      [["triggers", "allowMailDomains"], ["example.com"]],
      [["triggers", "groupOnSignUp"], "members"],
      [["users", "selfSignUp"], true],
      [["awsAccess", "allowSelfSignUp"], true],
    ];
    const message =
      "cannot go while users.keep is [1]: a pool that is kept still calls its functions, and without them nobody " +
      "could sign in there; put it back until users.keep is gone (docs/planned-move.md)";
    const moved: readonly Change[] = [
      [["users", "generation"], 2],
      [["users", "keep"], [1]],
      [["signInPage", "domainPrefix"], "example-login-2"],
    ];
    expect(findIn(all, [...moved, change])).toEqual([{ path, message }]);
    expect(findIn([...all, ...moved], [change])).toEqual([{ path, message }]);
    expect(findIn(all, [change])).toEqual([]);
    expect(findIn([...all, ...moved], [])).toEqual([]);
  });

  test("says once that a question has to stay for a kept pool, and does not let it go", () => {
    const asked: readonly Change[] = [
      ...PLAIN,
      [["triggers"], { secretQuestion: true }],
      [["clients", "backend", "flows"], ["question"]],
      [["users", "generation"], 2],
      [["users", "keep"], [1]],
      [["letGo"], { parts: ["secretQuestion"] }],
    ];
    const faults = findIn(asked, [
      [["triggers", "secretQuestion"], false],
      [["clients", "backend", "flows"], ["srp"]],
    ]);
    expect(faults.map(({ path }) => path)).toEqual(["sekisho:triggers.secretQuestion"]);
  });

  test("can be taken back, while the newer pool is kept in turn", () => {
    const first: readonly Change[] = [[["signInPage", "domainPrefix"], "example-login-2"]];
    const deployed: readonly Change[] = [
      [["users", "generation"], 2],
      [["users", "keep"], [1]],
    ];
    expect(findIn(deployed, [...first, [["users", "generation"], 1], [["users", "keep"], [2]]])).toEqual([]);
  });
});

describe("a stack in which nothing can be lost", () => {
  const wanted = goodSettings([["users", "signInWith"], "phone"], [["users", "groups"], undefined]);

  test("passes when it was never deployed", () => {
    expect(findForbiddenChanges({ parts: {}, isPoolThere: false }, wanted)).toEqual([]);
  });

  test("passes when its pool is lost: refresh and up make it anew, in whatever shape", () => {
    const lost = { ...deployedState(goodSettings()), isPoolThere: false };
    expect(findForbiddenChanges(lost, goodSettings())).toEqual([]);
    expect(findForbiddenChanges(lost, wanted)).toEqual([]);
  });

  test("passes when it was disposable before", () => {
    const deployed = deployedState(goodSettings([["disposable"], true]));
    expect(findForbiddenChanges(deployed, wanted)).toEqual([]);
  });

  test("never makes an empty pool for a generation that it does not have", () => {
    const keeping = goodSettings([["users", "keep"], [7]]);
    for (const state of [
      { parts: {}, isPoolThere: false },
      deployedState(goodSettings([["disposable"], true])),
    ]) {
      expect(findForbiddenChanges(state, keeping).map(({ path }) => path)).toEqual(["sekisho:users.keep"]);
    }
  });

  test("passes when an earlier version of the program wrote down less", () => {
    const { parts } = deployedState(goodSettings());
    const { fixed: _fixed, groups: _groups, "let-go": _letGo, ...older } = parts;
    expect(findForbiddenChanges({ parts: older, isPoolThere: true }, wanted)).toEqual([]);
  });
});

describe("a change that has a price", () => {
  const deployed = deployedState(goodSettings());

  test("is said: every protection is taken off", () => {
    expect(findCostlyChanges(deployed, goodSettings([["disposable"], true]))).toEqual([
      {
        path: "sekisho:disposable",
        message:
          "takes every protection off this stack: after this deployment one wrong line can delete its users and their " +
          "backups",
      },
    ]);
  });

  test("is said: another address of the sign-in page", () => {
    const settings = goodSettings([["signInPage", "domainPrefix"], "example-other"]);
    expect(findCostlyChanges(deployed, settings)).toEqual([
      {
        path: "sekisho:signInPage",
        message:
          "gives up example-login.auth.ap-northeast-1.amazoncognito.com: nobody can sign in there from then on, machines " +
          "must ask for tokens at example-other.auth.ap-northeast-1.amazoncognito.com, and anybody may take the old " +
          "address",
      },
    ]);
  });

  test.each<[string, Settings]>([
    ["nothing changes", goodSettings()],
    [
      "the new page is that of another pool",
      goodSettings(
        [["users", "generation"], 2],
        [["users", "keep"], [1]],
        [["signInPage", "domainPrefix"], "example-other"],
      ),
    ],
  ])("is not made up: %s", (_what, settings) => {
    expect(findCostlyChanges(deployed, settings)).toEqual([]);
  });
});

describe("the sentence that stops a deployment", () => {
  const faults = [{ path: "sekisho:users.signInWith", message: "cannot change" }];
  const state = deployedState(goodSettings());

  test("names the pool and how many people are in it", () => {
    expect(refuseChanges("dev", faults, state, 1234)).toBe(
      [
        "Pulumi.dev.yaml asks for 1 change that would delete or replace what people depend on; nothing was changed:",
        "  sekisho:users.signInWith cannot change",
        "The user pool ap-northeast-1_Abcdefghi has about 1234 users. Once it is lost, only a backup brings them back, " +
          "without passwords.",
      ].join("\n"),
    );
  });

  test("is said without the number where AWS does not tell it, and without the pool where it is gone", () => {
    expect(refuseChanges("dev", faults, state, undefined)).toContain(
      "has a number of users AWS did not tell.",
    );
    expect(refuseChanges("dev", faults, { ...state, isPoolThere: false }, undefined)).not.toContain(
      "user pool",
    );
  });
});
