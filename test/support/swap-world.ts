import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import type { DescribedListener } from "../../runbooks/rotation/client-uses.ts";
import { issuerOf } from "../../runbooks/rotation/client-uses.ts";
import type { RotatedStack } from "../../runbooks/rotation/rotated-stack.ts";
import type { PreviewStep } from "../../runbooks/rotation/swap/expected-changes.ts";
import { readSwapSettings } from "../../runbooks/rotation/swap/stack-file-edit.ts";
import type { SwapSettings } from "../../runbooks/rotation/swap/swap-edits.ts";
import type { SwapPlaces } from "../../runbooks/rotation/swap/swap-places.ts";
import { IntegrityError } from "../../runbooks/runtime/errors.ts";

const REGION = "ap-northeast-1";
const POOL = `${REGION}_Test12345`;

/** AWS as a swap sees it, and what a deployment of it does; kept in a file, so that a process may change it. */
const worldState = z.object({
  /** Clients of the pool by their ids; generations are called web, web_2 and so on. */
  clients: z.record(z.string(), z.string()),
  outputs: z.object({ generation: z.int(), others: z.array(z.int()) }),
  rules: z.array(z.object({ priority: z.int(), clientId: z.string(), cookie: z.string() })),
  versions: z.array(
    // Without a client: something that is no secret of one.
    z.object({ id: z.string(), labels: z.array(z.string()), clientId: z.string() }),
  ),
  /** Ids that were given, so that none is given twice. */
  given: z.int(),
  /** Seconds since 2026-11-21T03:00:00Z, by AWS's clock. */
  seconds: z.int(),
  /** Ids of clients that were deleted, in their order. */
  deleted: z.array(z.string()),
  deployments: z.int(),
});
export type SwapWorldState = z.infer<typeof worldState>;

const FILE = "world.json";

/** The name of one generation of the client web. */
export const nameOf = (generation: number): string => (generation === 1 ? "web" : `web_${generation}`);

/** One generation in use, by two rules and by one of another team. */
export function newSwapWorld(): SwapWorldState {
  const clientId = "client1web";
  return {
    clients: { [clientId]: "web", another: "cli" },
    outputs: { generation: 1, others: [] },
    rules: [
      { priority: 140, clientId, cookie: "sekisho-dev-web" },
      { priority: 150, clientId, cookie: "sekisho-dev-web" },
    ],
    versions: [{ id: "version-1", labels: ["AWSCURRENT", "sekisho-first"], clientId }],
    given: 1,
    seconds: 0,
    deleted: [],
    deployments: 0,
  };
}

export function readWorld(folder: string): SwapWorldState {
  return worldState.parse(JSON.parse(readFileSync(join(folder, FILE), "utf8")));
}

export function writeWorld(folder: string, world: SwapWorldState): void {
  writeFileSync(join(folder, FILE), JSON.stringify(world));
}

/** Changes the world as somebody else does. */
export function changeWorld(folder: string, change: (world: SwapWorldState) => void): void {
  const world = readWorld(folder);
  change(world);
  writeWorld(folder, world);
}

/** The secret of a client, as a canary: it must be found nowhere. */
export function secretOf(clientId: string): string {
  return `canary-secret-of-${clientId}`;
}

export function idOf(world: SwapWorldState, generation: number): string {
  const [id] = Object.entries(world.clients).find(([, name]) => name === nameOf(generation)) ?? [];
  if (id === undefined) throw new Error(`There is no generation ${generation}.`);
  return id;
}

/** What a stack file says about the client web. */
export function settingsIn(text: string): SwapSettings {
  const found = readSwapSettings({ name: "Pulumi.dev.yaml", text }, "web");
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

/** The changes of a deployment, each of which may be the last one before it is cut off. */
export function* deploy(world: SwapWorldState, { generation, alsoAccept }: SwapSettings): Generator<string> {
  const wanted = [generation, ...alsoAccept].map(nameOf);
  for (const name of wanted) {
    if (Object.values(world.clients).includes(name)) continue;
    world.given += 1;
    world.clients[`client${world.given}web`] = name;
    yield `created ${name}`;
  }
  const clientId = idOf(world, generation);
  const current = world.versions.find(({ labels }) => labels.includes("AWSCURRENT"));
  if (current?.clientId !== clientId) {
    for (const version of world.versions) {
      const isCurrent = version === current;
      version.labels = version.labels.filter((label) => !["AWSCURRENT", "AWSPREVIOUS"].includes(label));
      if (isCurrent) version.labels.push("AWSPREVIOUS");
    }
    world.given += 1;
    world.versions.push({ id: `version-${world.given}`, labels: ["AWSCURRENT"], clientId });
    world.versions = world.versions.filter(({ labels }) => labels.length > 0);
    yield "wrote the secret";
  }
  for (const rule of world.rules) {
    if (!rule.cookie.startsWith("sekisho-dev-web") || rule.clientId === clientId) continue;
    rule.clientId = clientId;
    rule.cookie = `sekisho-dev-${nameOf(generation)}`;
    yield `wrote rule ${rule.priority}`;
  }
  if (JSON.stringify(world.outputs) !== JSON.stringify({ generation, others: alsoAccept })) {
    world.outputs = { generation, others: [...alsoAccept] };
    yield "wrote the outputs";
  }
  for (const [id, name] of Object.entries(world.clients)) {
    if (wanted.includes(name) || !/^web(_\d+)?$/.test(name)) continue;
    delete world.clients[id];
    world.deleted.push(id);
    yield `deleted ${name}`;
  }
}

/** What a deployment would do, as the CLI previews it. */
export function preview(world: SwapWorldState, settings: SwapSettings): PreviewStep[] {
  const trial = structuredClone(world);
  return [...deploy(trial, settings)].map(stepOf);
}

function stepOf(change: string): PreviewStep {
  const urn = (type: string, name: string) => `urn:pulumi:dev::sekisho::sekisho:index:Part$${type}::${name}`;
  const [verb, what = "", priority] = change.split(" ");
  if (verb === "created" || verb === "deleted") {
    const op = verb === "created" ? "create" : "delete";
    return { op, urn: urn("aws:cognito/userPoolClient:UserPoolClient", `client-${what}`), changed: [] };
  }
  if (priority === "secret") {
    const name = "client-secret-web-first";
    return { op: "replace", urn: urn("aws:secretsmanager/secretVersion:SecretVersion", name), changed: [] };
  }
  if (what === "rule") {
    const name = `routes-slot-${Number(priority) / 10}-0`;
    return { op: "update", urn: urn("aws:lb/listenerRule:ListenerRule", name), changed: ["actions"] };
  }
  return {
    op: "update",
    urn: urn("aws:ssm/parameter:Parameter", "stack-parameters-clients/web"),
    changed: ["value"],
  };
}

/** The stack of the world, as the entry of the command finds it. */
export function stackOf(world: SwapWorldState): RotatedStack {
  const outputs = outputsOf(world);
  return {
    outputs,
    name: "web",
    kind: "alb",
    secretName: "sekisho/dev/clients/web",
    identity: {
      clientId: idOf(world, world.outputs.generation),
      userPoolId: POOL,
      issuer: issuerOf(REGION, POOL),
    },
    caller: { arn: "arn:aws:sts::123456789012:assumed-role/ops/ann", account: "123456789012" },
  };
}

function outputsOf(world: SwapWorldState): StackOutputs {
  const { generation, others } = world.outputs;
  return {
    stack: { version: 1, stack: "dev", account: "123456789012", region: REGION, disposable: false },
    users: {
      userPoolId: POOL,
      userPoolArn: `arn:aws:cognito-idp:${REGION}:123456789012:userpool/${POOL}`,
      userPoolName: "sekisho-dev",
      generation: 1,
    },
    clients: {
      web: {
        kind: "alb",
        clientId: nameIdOf(world, generation),
        secretName: "sekisho/dev/clients/web",
        ...(generation !== 1 && { generation }),
        ...(others.length > 0 && {
          others: Object.fromEntries(others.map((number) => [String(number), nameIdOf(world, number)])),
        }),
      },
    },
    backup: {
      bucket: "backups",
      workBucket: "work",
      keyArn: "arn:aws:kms:::key/1",
      workKeyArn: "arn:aws:kms:::key/2",
      keepDays: 1,
      lock: "none",
    },
  };
}

/** Outputs go on naming a client that was deleted before they were written. */
function nameIdOf(world: SwapWorldState, generation: number): string {
  const found = Object.entries(world.clients).find(([, name]) => name === nameOf(generation));
  return found?.[0] ?? `gone-${nameOf(generation)}`;
}

/** Every listener of the world. */
export function listenersOf(world: SwapWorldState): DescribedListener[] {
  return [
    {
      listenerArn: "arn:listener",
      balancer: "example",
      defaultActions: [{ Type: "fixed-response" }],
      rules: world.rules.map(({ priority, clientId, cookie }) => ({
        ruleArn: `arn:rule/${priority}`,
        priority: String(priority),
        actions: [signIn(clientId, cookie), { Type: "forward" }],
      })),
    },
  ];
}

function signIn(clientId: string, cookie: string): Action {
  return {
    Type: "authenticate-cognito",
    AuthenticateCognitoConfig: {
      UserPoolArn: `arn:aws:cognito-idp:${REGION}:123456789012:userpool/${POOL}`,
      UserPoolClientId: clientId,
      UserPoolDomain: "example-login",
      SessionCookieName: cookie,
    },
  };
}

/** AWS's clock in the world. */
export function timeOf({ seconds }: SwapWorldState): Date {
  return new Date(Date.UTC(2026, 10, 21, 3) + seconds * 1_000);
}

/** The places of a swap in a world; `before` is called before each request and may cut it off. */
export function openSwapPlaces(
  folder: string,
  { before = () => {}, mayWrite }: { before?: (what: string) => void; mayWrite: () => void },
): SwapPlaces {
  const read = (what: string): SwapWorldState => {
    before(what);
    return readWorld(folder);
  };
  const changeLabel = async (what: string, id: string, change: (labels: string[]) => string[]) => {
    mayWrite();
    before(what);
    changeWorld(folder, (world) => {
      const version = world.versions.find((one) => one.id === id);
      if (version === undefined) throw new Error(`There is no version ${id}.`);
      version.labels = change(version.labels);
      world.versions = world.versions.filter(({ labels }) => labels.length > 0);
    });
  };
  return {
    readOutputs: async () => outputsOf(read("outputs")),
    readListeners: async () => listenersOf(read("listeners")),
    readPoolClients: async () => new Map(Object.entries(read("clients").clients)),
    readTokenTimes: async () => {
      before("describe");
      return { access: 3_600, id: 1_800 };
    },
    versions: {
      list: async () => read("list").versions.map(({ id, labels }) => ({ id, labels })),
      read: async (id) => {
        const found = read("read").versions.find((one) => one.id === id);
        if (found === undefined) throw new Error(`There is no version ${id}.`);
        // What somebody else put there holds no client.
        if (found.clientId === "") throw new IntegrityError(`The version ${id} does not hold a client.`);
        return { clientId: found.clientId, clientSecret: secretOf(found.clientId) };
      },
      addLabel: (id, label) =>
        changeLabel(`add ${label}`, id, (labels) => {
          const holder = readWorld(folder).versions.find((one) => one.labels.includes(label));
          if (holder !== undefined && holder.id !== id) throw new Error(`${holder.id} has ${label}.`);
          return [...new Set([...labels, label])];
        }),
      removeLabel: (id, label) =>
        changeLabel(`remove ${label}`, id, (labels) => labels.filter((one) => one !== label)),
      readTime: () => timeOf(readWorld(folder)),
    },
  };
}
