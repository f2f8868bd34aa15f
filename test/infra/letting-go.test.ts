import { beforeAll, describe, expect, test, vi } from "vitest";
import type * as bundling from "../../infra/functions/function-bundle.ts";
import { PARTS } from "../../infra/settings/let-go.ts";
import { declareSections } from "../support/declared-stack.ts";
import type { DeclaredResource } from "../support/pulumi-mocks.ts";
import { type Change, sampleConfig } from "../support/sample-settings.ts";

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

/** The sample with everything of its own that a stack can have. */
const OWN: readonly Change[] = [
  [["routes", "listenerArn"], undefined],
  [
    ["routes", "create"],
    {
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
      certificateArn:
        "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
    },
  ],
  [["audit", "trail"], "create"],
  [["audit", "trailLocation"], undefined],
  [["clients", "portal"], { kind: "server", flows: ["question"] }],
  [["triggers", "secretQuestion"], true],
];

async function declareOwn(...changes: readonly Change[]) {
  const { resources } = await declareSections(sampleConfig(...OWN, ...changes));
  return resources.filter(({ isCustom }) => isCustom);
}

/** What it is, and which; the pieces of one bucket together. */
function namesOf(resources: readonly DeclaredResource[]): string[] {
  const names = resources.map(({ type, name }) => {
    const bucket = /^sekisho-dev-(backups|work)(?=-|$)/.exec(name)?.[0];
    return bucket ?? `${type.split(":").at(-1)} ${name}`;
  });
  return [...new Set(names)].sort();
}

function rulesOf(resources: readonly DeclaredResource[]): DeclaredResource[] {
  return resources.filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule");
}

const isProtected = ({ options }: DeclaredResource) => options.protect;
const isRetained = ({ options }: DeclaredResource) => options.retainOnDelete;

describe("a stack that lets go of every part that it can let go of", () => {
  let before: DeclaredResource[];
  let leaving: DeclaredResource[];
  beforeAll(async () => {
    before = await declareOwn([["letGo"], undefined]);
    leaving = await declareOwn([["letGo"], { parts: PARTS }]);
  }, 120_000);

  test("still protects its users, groups, clients and backups, what runbooks did, who was erased and signed out, and nothing else", () => {
    expect(namesOf(leaving.filter(isProtected))).toEqual([
      "BucketObjectv2 erased-list",
      "LogGroup runbook-log",
      "Role sekisho-sms",
      "RolePolicy sekisho-sms-send",
      "Secret client-secret-backend",
      "Secret client-secret-batch",
      "Secret client-secret-portal",
      "Secret client-secret-web",
      "Secret erased-list-key",
      "SecretVersion erased-list-key-first",
      "Table sekisho-dev-sign-outs",
      "UserGroup group-admins",
      "UserGroup group-members",
      "UserPool users",
      "UserPoolClient client-backend",
      "UserPoolClient client-batch",
      "UserPoolClient client-cli",
      "UserPoolClient client-portal",
      "UserPoolClient client-web",
      "sekisho-dev-backups",
      "sekisho-dev-work",
    ]);
  });

  test("leaves behind in AWS whatever loses its protection", () => {
    const guarded = new Set(before.filter(isProtected).map(({ type, name }) => `${type} ${name}`));
    const lost = leaving.filter(({ type, name }) => guarded.has(`${type} ${name}`));
    expect(lost.length).toBe(guarded.size);
    expect(namesOf(lost.filter((resource) => !isRetained(resource)))).toEqual([]);
  });

  test("leaves a load balancer that answers as before: its rules stay, too", () => {
    expect(rulesOf(leaving).length).toBeGreaterThan(0);
    expect(rulesOf(leaving).every(isRetained)).toBe(true);
    expect(rulesOf(before).some(isRetained)).toBe(false);
  });
});
