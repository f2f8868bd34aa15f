import { beforeAll, describe, expect, test, vi } from "vitest";
import type * as bundling from "../../infra/functions/function-bundle.ts";
import { declareSections } from "../support/declared-stack.ts";
import type { Declaration, DeclaredResource } from "../support/pulumi-mocks.ts";
import { type Change, readSample, sampleConfig } from "../support/sample-settings.ts";

// The same functions each time: bundled once, because that is most of the work.
vi.mock("../../infra/functions/function-bundle.ts", async (importOriginal) => {
  const original = await importOriginal<typeof bundling>();
  const bundles = new Map<string, ReturnType<typeof original.bundleFunction>>();
  return {
    ...original,
    bundleFunction: (entry: string, options: bundling.BundleOptions = {}) => {
      const key = JSON.stringify([entry, options]);
      const known = bundles.get(key) ?? original.bundleFunction(entry, options);
      bundles.set(key, known);
      return known;
    },
  };
});

/** Sections that every stack has, and those that are no feature of their own. */
const ALWAYS = ["preset", "disposable", "users", "mfa", "messages", "clients", "backup", "letGo"];

/** Components whose children speak of whatever there is: what they lose with a feature is nobody else's. */
const FOLLOWERS = ["StackParameters", "StackAlarms", "RunbookAccess"];

interface Feature {
  /** The section, and the setting in it, that the feature hangs on. */
  name: string;
  /** Takes it out of the sample, with what cannot be without it. */
  off: readonly Change[];
  /** Component types that are there for it alone. */
  components: readonly string[];
  /** Resources of other components that go with it, by type; those of other features, by component. */
  along?: readonly string[];
}

const clients = {
  cli: { kind: "cli" },
  backend: { kind: "server" },
};

const FEATURES: readonly Feature[] = [
  {
    name: "email",
    off: [
      [["email"], undefined],
      [["triggers", "customMessage"], undefined],
    ],
    components: ["EmailSender"],
    along: ["LambdaFunction"],
  },
  {
    name: "sms",
    off: [
      [["sms"], undefined],
      [["mfa", "factors"], ["totp"]],
    ],
    components: ["SmsSender", "SmsRole"],
  },
  {
    name: "signInPage",
    off: [
      [["signInPage"], undefined],
      [["routes"], undefined],
      [["guard"], undefined],
      [["clients"], clients],
      [["awsAccess"], undefined],
    ],
    components: ["SignInDomain", "ProtectedRoutes", "SignInGuard", "IdentityAccess"],
    along: [
      "aws:cognito/userPoolClient:UserPoolClient",
      "aws:cognito/resourceServer:ResourceServer",
      "ClientSecrets",
      "SignInAudit",
    ],
  },
  {
    name: "routes",
    off: [[["routes"], undefined]],
    components: ["ProtectedRoutes"],
    along: ["SignInAudit", "SignInGuard"],
  },
  { name: "guard", off: [[["guard"], undefined]], components: ["SignInGuard", "WebAcl"] },
  { name: "awsAccess", off: [[["awsAccess"], undefined]], components: ["IdentityAccess", "IdentityRole"] },
  {
    name: "triggers",
    off: [
      [["triggers"], undefined],
      [["audit", "signInLog"], "off"],
    ],
    components: ["PoolTriggers"],
    along: ["SignInAudit"],
  },
  {
    name: "audit.signInLog",
    off: [[["audit", "signInLog"], "off"]],
    components: [],
    along: ["LambdaFunction", "SignInAudit"],
  },
  { name: "runbookAccess", off: [[["runbookAccess"], undefined]], components: ["RunbookAccess"] },
  {
    name: "audit",
    off: [[["audit"], undefined]],
    components: ["SignInAudit", "UserPoolLogs", "LogBucket", "LogQueries"],
    along: ["LambdaFunction"],
  },
  {
    name: "audit.accessLogs",
    off: [[["audit", "accessLogs"], false]],
    components: ["LogBucket"],
    along: ["SignInAudit"],
  },
  {
    name: "alarms",
    off: [[["alarms"], undefined]],
    components: ["StackAlarms", "AlarmTopic", "CallAlarm", "SecretWatch"],
  },
  { name: "backup.copyTo", off: [[["backup", "copyTo"], "none"]], components: ["BackupCopy"] },
  {
    name: "backup.schedule",
    off: ["schedule", "timezone", "quotaShare", "runOn", "logRetentionDays"].map(
      (key): Change => [["backup", key], undefined],
    ),
    components: ["ScheduledBackup"],
  },
];

let whole: Declaration;
beforeAll(async () => {
  whole = await declareSections(sampleConfig());
}, 120_000);

describe("a feature that is off leaves nothing in AWS", { timeout: 120_000 }, () => {
  test("every section that a stack file may have is a feature here, or one that is always there", () => {
    const read = readSample([["qqqqqqqq"], 1]);
    const said = "faults" in read ? (read.faults[0]?.message ?? "") : "";
    const known = (said.split("known here: ")[1] ?? "").split(", ").map((name) => name.split(":")[1]);
    const listed = new Set([...ALWAYS, ...FEATURES.map(({ name }) => name.split(".")[0])]);
    expect(known.length).toBeGreaterThan(ALWAYS.length);
    expect(known.filter((name) => !listed.has(name))).toEqual([]);
  });

  test("every component of the sample belongs to a feature or is always there", () => {
    const owned = new Set(FEATURES.flatMap(({ components }) => components));
    const basic = [
      "UserDirectory",
      "UserGroups",
      "AppClients",
      "ClientSecrets",
      "UserBackups",
      "PrivateBucket",
      "LambdaFunction",
      "StackParameters",
      "RunbookLog",
      "UserRestores",
      "ImportRole",
      "ErasedList",
      "SignOutTable",
    ];
    const others = whole.resources
      .filter(({ isCustom, type }) => !isCustom && !owned.has(kindOf(type)) && !basic.includes(kindOf(type)))
      .map(({ type, name }) => `${kindOf(type)} ${name}`);
    expect(others).toEqual([]);
  });

  test.each(FEATURES)("$name", async ({ off, components, along = [] }) => {
    const without = await declareSections(sampleConfig(...off));

    for (const component of components) {
      expect(ofKind(whole, component).length, `${component} in the sample`).toBeGreaterThan(0);
      expect(ofKind(without, component), component).toEqual([]);
    }
    expect(minus(without, whole).map(keyOf), "what is there only without the feature").toEqual([]);

    const gone = minus(whole, without);
    const left = keysOf(without);
    const belonging = whole.resources.filter((resource) => isUnder(whole, resource, components));
    expect(belonging.filter((resource) => left.has(keyOf(resource)))).toEqual([]);
    expect(gone.length).toBeGreaterThan(0);
    const unexplained = gone.filter(
      (resource) =>
        !isUnder(whole, resource, [...components, ...FOLLOWERS, ...along]) && !along.includes(resource.type),
    );
    expect(unexplained.map(keyOf), "what went although it belongs to others").toEqual([]);
  });

  test("and comes back whole when it is switched on again", async () => {
    const again = await declareSections(sampleConfig());
    expect([...keysOf(again)]).toEqual([...keysOf(whole)]);
    expect(again.resources.map(comparedInputs)).toEqual(whole.resources.map(comparedInputs));
  });
});

/** The inputs that a later deployment looks at; what is drawn anew each time is not among them. */
function comparedInputs({ inputs, options }: DeclaredResource): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !options.ignoreChanges.includes(name)));
}

function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

function ofKind({ resources }: Declaration, component: string): string[] {
  return resources.filter(({ type }) => type === `sekisho:index:${component}`).map(keyOf);
}

function keyOf({ type, name }: DeclaredResource): string {
  return `${type} ${name}`;
}

function keysOf({ resources }: Declaration): Set<string> {
  return new Set(resources.map(keyOf));
}

function minus(one: Declaration, other: Declaration): DeclaredResource[] {
  const there = keysOf(other);
  return one.resources.filter((resource) => !there.has(keyOf(resource)));
}

/** Whether a resource is a component of one of these kinds, or lies within one. */
function isUnder(declared: Declaration, resource: DeclaredResource, kinds: readonly string[]): boolean {
  if (kinds.some((kind) => resource.type === `sekisho:index:${kind}`)) return true;
  const { parent } = resource.options;
  return declared.resources.some(
    (other) =>
      !other.isCustom && other !== resource && other.name === parent && isUnder(declared, other, kinds),
  );
}
