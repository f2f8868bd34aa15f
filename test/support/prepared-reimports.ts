import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import type { ManifestBody } from "../../runbooks/backup/format.ts";
import type { ReimportFindings } from "../../runbooks/reimport/reimport-findings.ts";
import { parseReimportOrder } from "../../runbooks/reimport/reimport-order.ts";
import type { ReimportPlan } from "../../runbooks/reimport/reimport-plan.ts";
import type { PreparedReimport } from "../../runbooks/reimport/stack-reimport.ts";
import type { TargetPool } from "../../runbooks/reimport/target-pool.ts";
import type { Scope } from "../../runbooks/reimport/user-decision.ts";
import { createTargetPool } from "./restore-pools.ts";

export interface PreparedValues {
  plan?: Partial<Omit<ReimportPlan, "decisions">> & { decisions?: Partial<ReimportPlan["decisions"]> };
  target?: Partial<TargetPool>;
  hasFactors?: boolean;
  scope?: Scope;
  /** Whether an earlier re-import came to its end; nobody has begun one unless given. */
  isEnded?: boolean;
}

/** A plan in which 1,234 users come back by the API, and nothing else is special. */
export function createPlan({ decisions, ...values }: NonNullable<PreparedValues["plan"]> = {}): ReimportPlan {
  return {
    hash: "0".repeat(64),
    users: 1_234,
    decisions: {
      create: 1_234,
      resume: 0,
      overwrite: 0,
      repair: 0,
      done: 0,
      gone: 0,
      standing: 0,
      clash: 0,
      taken: 0,
      unclear: 0,
      ...decisions,
    },
    skipped: { erased: 0, unconfirmed: 0, "not chosen": 0 },
    impossible: [],
    engines: { csv: 0, api: 1_234 },
    csvObstacles: new Map(),
    linked: 0,
    groupsToCreate: [],
    calls: {
      AdminCreateUser: 1_234,
      AdminSetUserPassword: 1_234,
      AdminAddUserToGroup: 0,
      AdminDisableUser: 0,
      AdminLinkProviderForUser: 0,
      AdminSetUserMFAPreference: 0,
      AdminUpdateUserAttributes: 0,
      CreateGroup: 0,
    },
    activeUsers: { api: 1_234, csv: 0, planned: 1_234 },
    lostFactors: {},
    withoutWayBack: 0,
    strangers: 0,
    someStrangers: [],
    clashes: [],
    named: {},
    ...values,
  };
}

/** A re-import as it is shown: a set of 1,240 users, an empty target. */
export function createPrepared(values: PreparedValues = {}): PreparedReimport {
  const { plan, target, hasFactors = false, scope = { kind: "everybody" }, isEnded = false } = values;
  const manifest = {
    set: "20261121T030000Z-0a1b2c3d",
    pool: { id: "ap-northeast-1_Old123456", name: "sekisho-test" },
    startedAt: "2026-11-21T03:00:00.000Z",
    counts: { users: 1_240, groups: 0, memberships: 0 },
  } as ManifestBody;
  const findings = {
    plan: createPlan(plan),
    input: { scope },
    journal: { state: { open: new Set() }, pages: () => (isEnded ? 4 : 0) },
    target: createTargetPool(target),
    set: { manifest, hasFactors },
    standing: { size: () => 0 },
    faults: [],
    warnings: [],
  } as unknown as ReimportFindings;
  const outputs = {
    stack: { version: 1, stack: "test", account: "123456789012", region: "ap-northeast-1", disposable: true },
    backup: { workBucket: "sekisho-test-work" },
  } as StackOutputs;
  return {
    stacks: { outputs, source: outputs, fromCopy: false, runbook: "reimport-users" },
    order: parseReimportOrder({ from: "latest", existing: "fail", engine: "auto", unconfirmed: "skip" }),
    caller: { arn: "arn:aws:sts::123456789012:assumed-role/oncall/alice", account: "123456789012" },
    manifest,
    place: `s3://sekisho-test-backups/${manifest.pool.id}/${manifest.set}/`,
    findings,
    seconds: 82,
    placed: undefined as never,
  };
}
