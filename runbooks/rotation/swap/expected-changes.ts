import { nameOfClientGeneration } from "../../../infra/clients/client-generation.ts";
import { nameOfGeneration } from "../../../infra/users/generation.ts";
import type { SwapEdit } from "./swap-edits.ts";

/** One step of a preview: what the engine would do to one resource. */
export interface PreviewStep {
  /** `create`, `update`, `replace`, `delete`, `same` and others. */
  op: string;
  urn: string;
  /** Names of the inputs that differ; empty where the engine does not say. */
  changed: readonly string[];
}

/** The client whose swap it is, as the program names its resources. */
export interface SwappedClient {
  name: string;
  /** Of the user pool. */
  poolGeneration: number;
}

/**
 * The steps of a preview that a deployment of a swap does not need, each as "update aws:s3/bucket:Bucket backups": a
 * change of somebody else waits in the stack file or the program, or AWS has drifted. Less than all that it needs is
 * fine: a deployment that was cut off has done a part.
 */
export function findForeignSteps(
  steps: readonly PreviewStep[],
  edit: Pick<SwapEdit, "move" | "generation">,
  client: SwappedClient,
): string[] {
  const expected = [...stepsOfGeneration(edit, client), ...FOLLOWERS];
  return steps
    .filter((step) => !HARMLESS.has(step.op) && !expected.some((one) => isExpected(step, one)))
    .map(({ op, urn }) => `${op} ${typeOf(urn)} ${nameOf(urn)}`);
}

/** Steps that change nothing in AWS; `same` comes along where the engine's own protection of a resource changes. */
const HARMLESS = new Set(["same", "read", "read-replacement", "refresh"]);
/** A replacement, and what the engine calls its parts. */
const REPLACING = ["replace", "create-replacement", "delete-replaced"];

interface ExpectedStep {
  ops: readonly string[];
  type: string;
  /** A whole name, or what one looks like. */
  name: string | RegExp;
  /** The inputs that may differ; any, unless given. */
  inputs?: readonly string[];
}

/** What comes or goes with a generation, or changes because another one is in use. */
function stepsOfGeneration(
  { move, generation }: Pick<SwapEdit, "move" | "generation">,
  { name, poolGeneration }: SwappedClient,
): ExpectedStep[] {
  if (move === "move" || move === "return") {
    return [
      {
        ops: REPLACING,
        type: "aws:secretsmanager/secretVersion:SecretVersion",
        name: `client-secret-${name}-first`,
      },
    ];
  }
  const ops = [move === "add" ? "create" : "delete"];
  const ofGeneration = nameOfClientGeneration(name, generation);
  return [
    {
      ops,
      type: "aws:cognito/userPoolClient:UserPoolClient",
      name: nameOfGeneration(`client-${ofGeneration}`, poolGeneration),
    },
    {
      ops,
      type: "aws:cognito/managedLoginBranding:ManagedLoginBranding",
      name: nameOfGeneration(`sign-in-style-${ofGeneration}`, poolGeneration),
    },
    {
      ops,
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name: `alarm-sign-in-failures-${ofGeneration}`,
    },
    // They watch a few clients each.
    { ops, type: "aws:cloudwatch/metricAlarm:MetricAlarm", name: /^alarm-sign-in-throttles(-\d+)?$/ },
  ];
}

/** What names ids of clients: it follows whenever a generation comes, is put into use, or goes. */
const FOLLOWERS: readonly ExpectedStep[] = [
  { ops: ["update"], type: "pulumi:pulumi:Stack", name: /./ },
  {
    ops: ["update"],
    type: "aws:lb/listenerRule:ListenerRule",
    name: /^routes-slot-\d+-\d+$/,
    inputs: ["actions"],
  },
  {
    ops: ["update"],
    type: "aws:cognito/identityPool:IdentityPool",
    name: "identity-pool",
    inputs: ["cognitoIdentityProviders"],
  },
  {
    ops: ["update"],
    type: "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
    name: "identity-pool-roles",
    inputs: ["roleMappings"],
  },
  {
    ops: ["update"],
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    name: /^alarm-/,
    inputs: ["metricQueries"],
  },
  { ops: ["update"], type: "aws:cloudwatch/dashboard:Dashboard", name: "stack-alarms" },
  { ops: ["update"], type: "aws:ssm/parameter:Parameter", name: /^stack-parameters-/ },
  { ops: ["update"], type: "aws:s3/bucketObjectv2:BucketObjectv2", name: "stack-parameters-newest" },
];

function isExpected({ op, urn, changed }: PreviewStep, { ops, type, name, inputs }: ExpectedStep): boolean {
  if (!ops.includes(op) || typeOf(urn) !== type) return false;
  const isNamed = typeof name === "string" ? nameOf(urn) === name : name.test(nameOf(urn));
  return isNamed && (inputs === undefined || changed.every((input) => inputs.includes(input)));
}

/** `urn:pulumi:<stack>::<project>::<types of the parents, then its own, between $>::<name>`. */
function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
