import { describe, expect, it } from "vitest";
import type { ClientUse } from "../../../runbooks/rotation/client-uses.ts";
import type { ConsumerProof } from "../../../runbooks/rotation/consumer-proof.ts";
import type { RotationOrder } from "../../../runbooks/rotation/rotation-order.ts";
import { planRotation, type RotationStep } from "../../../runbooks/rotation/rotation-plan.ts";
import type { RotationState } from "../../../runbooks/rotation/rotation-state.ts";
import { BadInputError, LockedError, NotConfirmedError } from "../../../runbooks/runtime/errors.ts";

const [A, B] = ["web123--100", "web123--200"];
const REPLACES = `sekisho-replaces-${A}`;
const GRACE = "sekisho-grace-until-20261121T040000Z";
const now = new Date("2026-11-21T05:00:00Z");

const begun = {
  oldVersion: "old",
  newVersion: "new",
  oldSecret: A,
  newSecret: B,
  consumers: [],
  graceUntil: undefined,
} as const;
const past = { graceUntil: new Date("2026-11-21T04:00:00Z") };
const states = {
  idle: { kind: "idle", secretId: A, version: "old" },
  stored: {
    kind: "stored",
    ...begun,
    newSecret: undefined,
    current: "old",
    labels: ["AWSPENDING", REPLACES],
  },
  added: { kind: "added", ...begun, current: "old", labels: ["AWSPENDING", REPLACES] },
  justPromoted: { kind: "promoted", ...begun, current: "new", labels: ["AWSPENDING", REPLACES] },
  promoted: { kind: "promoted", ...begun, ...past, current: "new", labels: [GRACE, REPLACES] },
  marked: {
    kind: "rolled-back",
    isMarked: true,
    ...begun,
    current: "new",
    labels: ["AWSPENDING", "sekisho-rolled-back", REPLACES],
  },
  withdrawn: { kind: "rolled-back", isMarked: false, ...begun, current: "old", labels: [REPLACES] },
  rolledBack: {
    kind: "rolled-back",
    isMarked: true,
    ...begun,
    ...past,
    current: "old",
    labels: [GRACE, "sekisho-rolled-back", REPLACES],
  },
  returnedLabels: { kind: "labels-left", secretId: A, version: "old", leftOn: "new", labels: [REPLACES] },
  labelsLeft: { kind: "labels-left", secretId: B, version: "new", leftOn: "new", labels: [GRACE, REPLACES] },
} as const satisfies Record<string, unknown>;

const oidc: ClientUse = {
  kind: "authenticate-oidc",
  ruleArn: "arn:rule",
  listenerArn: "arn:listener",
  where: "front, rule 100",
};

type Order = Parameters<typeof planRotation>[0]["order"];
const plan = (
  name: keyof typeof states,
  mode: RotationOrder["mode"],
  order: Partial<Order> = {},
  { uses = [oidc], proofs = [] }: { uses?: ClientUse[]; proofs?: ConsumerProof[] } = {},
) =>
  planRotation({
    state: states[name] as unknown as RotationState,
    order: { mode, consumers: [], graceSeconds: 3_600, isCompromised: false, proofs: new Map(), ...order },
    uses,
    ownListenerArn: oidc.listenerArn,
    proofs,
    now,
  });
const steps = (...args: Parameters<typeof plan>) => plan(...args).steps.map(wordsOf);

/** A step in few words. */
function wordsOf(step: RotationStep): string {
  switch (step.do) {
    case "store":
    case "label":
    case "take-labels-off":
      return `${step.do} ${step.labels.map((label) => label.replace(/^sekisho-([a-z]+).*$/, "$1")).join(" ")}`;
    case "prove":
      return `prove ${step.sides.join(" ")}`;
    case "write-rules":
      return `rules ${step.side}`;
    case "move-current":
      return `current ${step.to}`;
    case "begin-grace":
      return `grace ${step.seconds}`;
    case "delete":
      return `delete ${step.secretId}`;
    default:
      return step.do;
  }
}

const PROMOTE = ["prove new old", "rules new", "current new", "take-labels-off AWSPENDING", "grace 3600"];

describe("the steps to a new secret", () => {
  it("store the value before it is added, prove it before anybody gets it, and end with the grace", () => {
    expect(steps("idle", "rotate")).toEqual(["store AWSPENDING replaces", "add", ...PROMOTE]);
  });

  it.each<[keyof typeof states, string[]]>([
    ["stored", ["add", ...PROMOTE]],
    ["added", PROMOTE],
    ["justPromoted", ["take-labels-off AWSPENDING", "grace 3600"]],
    ["promoted", []],
    ["labelsLeft", ["take-labels-off grace replaces", "store AWSPENDING replaces", "add", ...PROMOTE]],
  ])("go on from %s", (name, expected) => {
    expect(steps(name, "rotate")).toEqual(expected);
  });

  it("note consumers who are named only later, each once", () => {
    expect(steps("promoted", "rotate", { consumers: ["batch"] })).toEqual(["label consumer"]);
    expect(steps("idle", "rotate", { consumers: ["a", "b"] })[0]).toBe(
      "store AWSPENDING replaces consumer consumer",
    );
  });

  it("name no more consumers than a secret has labels for, those of earlier runs with them", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const named = (consumers: string[]) => {
      const order = {
        mode: "rotate",
        consumers: ["h", "i"],
        graceSeconds: 3_600,
        isCompromised: false,
        proofs: new Map(),
      } as const;
      const state = { ...states.promoted, consumers } as unknown as RotationState;
      return () => planRotation({ state, order, uses: [], ownListenerArn: undefined, proofs: [], now });
    };
    expect(named(names)).toThrow(
      expect.objectContaining({
        message: "With --consumer of earlier runs there are 9; a secret has labels for 8.",
        remedy: "Name groups of consumers that are checked together.",
        exitCode: 2,
      }),
    );
    expect(named(names.slice(0, 6))().steps.map(wordsOf)).toEqual(["label consumer consumer"]);
  });

  it("leave the rules out where no rule has the secret, and the grace for a leaked one", () => {
    expect(steps("added", "rotate", { isCompromised: true }, { uses: [] })).toEqual([
      "prove new old",
      "current new",
      "take-labels-off AWSPENDING",
    ]);
  });

  it("are refused while a rollback is not finished", () => {
    for (const name of ["marked", "withdrawn", "rolledBack"] as const) {
      expect(() => plan(name, "rotate")).toThrow(LockedError);
    }
  });
});

describe("the way back", () => {
  it.each<[keyof typeof states, string[]]>([
    ["idle", []],
    ["stored", ["take-labels-off AWSPENDING replaces"]],
    ["added", ["label rolled", "prove old", "rules old", "take-labels-off AWSPENDING", "grace 3600"]],
    [
      "justPromoted",
      ["label rolled", "prove old", "current old", "rules old", "take-labels-off AWSPENDING", "grace 3600"],
    ],
    [
      "promoted",
      ["take-labels-off grace", "label rolled", "prove old", "current old", "rules old", "grace 3600"],
    ],
    ["marked", ["prove old", "current old", "rules old", "take-labels-off AWSPENDING", "grace 3600"]],
    ["withdrawn", ["label rolled", "prove old", "rules old", "grace 3600"]],
    ["rolledBack", []],
    ["returnedLabels", ["take-labels-off replaces"]],
  ])("from %s deletes no secret", (name, expected) => {
    expect(steps(name, "roll-back")).toEqual(expected);
  });

  it("is at its end, with exit code 14, once the old secret is deleted", () => {
    const refused = () => plan("labelsLeft", "roll-back");
    expect(refused).toThrow(NotConfirmedError);
    expect(refused).toThrow(
      expect.objectContaining({
        message: "The old secret is deleted; there is no way back.",
        remedy: "Rotate again.",
        exitCode: 14,
      }),
    );
  });
});

describe("the end", () => {
  it.each<[keyof typeof states, string[]]>([
    ["idle", []],
    ["promoted", ["prove new", "rules new", `delete ${A}`, "take-labels-off grace replaces"]],
    ["rolledBack", ["prove old", "rules old", `delete ${B}`, "take-labels-off grace rolled replaces"]],
    ["labelsLeft", ["take-labels-off grace replaces"]],
  ])("of %s writes the rules before anything is deleted", (name, expected) => {
    expect([steps(name, "finish"), plan(name, "finish").missing]).toEqual([expected, []]);
  });

  it.each<[keyof typeof states, string, string]>([
    [
      "stored",
      "The new secret is not in use yet, so there is no old one to remove.",
      "Run it with --apply first.",
    ],
    [
      "added",
      "The new secret is not in use yet, so there is no old one to remove.",
      "Run it with --apply first.",
    ],
    ["justPromoted", "The step before this one was cut off.", "Run it with --apply first."],
    ["marked", "The step before this one was cut off.", "Run it with --rollback first."],
    ["withdrawn", "The step before this one was cut off.", "Run it with --rollback first."],
  ])("of %s is refused with exit code 14, leak or not", (name, message, remedy) => {
    for (const isCompromised of [true, false]) {
      const refused = () => plan(name, "finish", { isCompromised });
      expect(refused).toThrow(NotConfirmedError);
      expect(refused).toThrow(expect.objectContaining({ message, remedy, exitCode: 14 }));
    }
  });

  const proof = (values: Partial<ConsumerProof>): ConsumerProof => ({
    name: "batch",
    given: undefined,
    isProven: false,
    ...values,
  });
  it.each<[string, ConsumerProof[], string[]]>([
    ["no proof", [proof({})], ["batch has not proven that it reads the secret that stays"]],
    [
      "a wrong proof",
      [proof({ given: "0123456789abcdef" })],
      ["batch does not read the secret that stays: its fingerprint is another one"],
    ],
    [
      "one proof of two",
      [proof({ name: "web", given: "0123456789abcdef", isProven: true }), proof({})],
      ["batch has not proven that it reads the secret that stays"],
    ],
  ])("waits with %s", (_, proofs, missing) => {
    expect(plan("promoted", "finish", {}, { proofs }).missing).toEqual(missing);
    expect(plan("rolledBack", "finish", {}, { proofs }).missing).toEqual(missing);
    expect(plan("promoted", "finish", { isCompromised: true }, { proofs }).missing).toEqual([]);
  });

  it("waits for the grace, by AWS's own time", () => {
    const state = {
      ...states.promoted,
      graceUntil: new Date("2026-11-21T05:30:00Z"),
    } as unknown as RotationState;
    const order: Order = {
      mode: "finish",
      consumers: [],
      graceSeconds: 0,
      isCompromised: false,
      proofs: new Map(),
    };
    const missingAt = (time: string) =>
      planRotation({ state, order, uses: [], ownListenerArn: undefined, proofs: [], now: new Date(time) })
        .missing;
    expect(missingAt("2026-11-21T05:00:00Z")).toEqual(["the grace ends in 30 min, at 2026-11-21T05:30:00Z"]);
    expect(missingAt("2026-11-21T05:29:59Z")).toEqual(["the grace ends in 1 s, at 2026-11-21T05:30:00Z"]);
    expect(missingAt("2026-11-21T05:30:00Z")).toEqual([]);
    const ungraced = { ...state, graceUntil: undefined } as RotationState;
    expect(
      planRotation({ state: ungraced, order, uses: [], ownListenerArn: undefined, proofs: [], now }).missing,
    ).toEqual(["the grace has not begun: run it with --apply again"]);
  });

  it("warns, after a rollback, that the secret that stays may be the one that leaked", () => {
    const sentence = `the secret ${A} STAYS, which is from before the rotation; if that one leaked, --apply --compromised must follow`;
    const compromised = { isCompromised: true };
    expect(plan("rolledBack", "finish", compromised).warnings).toEqual([sentence]);
    expect(plan("returnedLabels", "finish", compromised).warnings).toEqual([sentence]);
    for (const name of ["promoted", "labelsLeft", "idle"] as const) {
      expect(plan(name, "finish", compromised).warnings).toEqual([]);
    }
    expect(plan("rolledBack", "finish").warnings).toEqual([]);
  });

  it("takes no proof of somebody who was never asked", () => {
    const proofs = new Map([["mail", "0123456789abcdef"]]);
    expect(() => plan("promoted", "finish", { proofs }, { proofs: [proof({})] })).toThrow(
      expect.objectContaining({
        message: "--proof names mail, of which no proof is asked.",
        remedy: "Proofs are asked of batch.",
        exitCode: 2,
      }),
    );
  });
});

describe("a rule with authenticate-cognito", () => {
  const cognito: ClientUse = { ...oidc, kind: "authenticate-cognito" };
  it.each(["rotate", "finish"] as const)("keeps two secrets from being used at all: %s", (mode) => {
    const refused = () => plan("promoted", mode, {}, { uses: [oidc, cognito] });
    expect(refused).toThrow(BadInputError);
    expect(refused).toThrow(
      "The load balancer reads the secret of front, rule 100 through DescribeUserPoolClient, which shows the original one only, and nothing once that is deleted.",
    );
  });

  it("does not keep anybody from going back, or from looking", () => {
    expect(steps("added", "roll-back", {}, { uses: [cognito] })).toContain("label rolled");
    expect(plan("added", "status", {}, { uses: [cognito] }).steps).toEqual([]);
  });
});

it("a plan has another hash where state or steps differ, and the same where only the time does", () => {
  const hashes = [
    plan("idle", "rotate"),
    plan("stored", "rotate"),
    plan("added", "rotate"),
    plan("idle", "status"),
  ];
  expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(4);
  expect(plan("idle", "rotate").hash).toBe(plan("idle", "rotate").hash);
});

describe("a rule on a listener that is not the stack's", () => {
  const foreign: ClientUse = { ...oidc, listenerArn: "arn:other", where: "other, rule 5" };
  const sentence =
    "other, rule 5 is not on the stack's listener; the role of this command may not write it, so use one that may";

  it("is named before anything is stored, and wherever rules are written", () => {
    for (const [name, mode] of [
      ["idle", "rotate"],
      ["promoted", "finish"],
      ["promoted", "roll-back"],
    ] as const) {
      expect(plan(name, mode, {}, { uses: [oidc, foreign] }).warnings).toEqual([sentence]);
    }
  });

  it("is not named where nothing of it is written", () => {
    const checked: ClientUse = { ...foreign, kind: "jwt-validation" };
    expect(plan("idle", "rotate", {}, { uses: [checked] }).warnings).toEqual([]);
    expect(plan("idle", "status", {}, { uses: [foreign] }).warnings).toEqual([]);
  });
});
