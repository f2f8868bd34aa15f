import { CURRENT, PENDING, readRotationLabels } from "../rotation-labels.ts";

/** One generation of a client that the deployment has. */
export interface Generation {
  number: number;
  clientId: string;
}

/** A rule or default action of a load balancer that signs people in. */
export interface SignInRule {
  /** For people: "rule 140 of the load balancer example". */
  where: string;
  clientId: string;
  /** Name of its session cookie, which tells whose rule it is. */
  cookieName: string | undefined;
}

/** A version of the client's secret that has a label. Its value is looked at for the client's id alone. */
export interface SwapVersion {
  versionId: string;
  stages: readonly string[];
  /** Undefined where the value names none. */
  clientId: string | undefined;
}

/** What the services say about one client, all of it read; nothing else decides where a swap stands. */
export interface SwapFacts {
  stack: string;
  client: string;
  /** Generation that outputs name as the one in use. */
  inUse: Generation;
  /** The others that outputs name; more than one is strange. */
  others: readonly Generation[];
  /** Those that sign in with one of our generations, and those whose cookie is this client's. */
  rules: readonly SignInRule[];
  /** Names of all clients that the user pool has, by their ids. */
  poolClients: ReadonlyMap<string, string>;
  versions: readonly SwapVersion[];
}

/**
 * Where the swap of a client stands:
 * - `alone`: one generation; nothing has begun, or all has ended.
 * - `beside`: a second one exists and was never in use.
 * - `moving`: rules, secret and outputs do not agree yet on which one is in use; a deployment was cut off.
 * - `moved`: the newer one is in use everywhere, the older one still exists.
 * - `returned`: the older one is in use everywhere again, the newer one still exists and was in use.
 * - `leaving`: the other one is gone from the pool and only the outputs still name it.
 */
export type SwapStage = "alone" | "beside" | "moving" | "moved" | "returned" | "leaving";

export interface SwapState {
  stage: SwapStage;
  /** As the outputs say. */
  inUse: Generation;
  /** Absent when alone. */
  other: Generation | undefined;
  /** Clients of the pool that are called like a generation of this one and that the outputs do not name. */
  leftovers: readonly Generation[];
  /** The version that consumers read, and its labels. */
  current: SwapVersion;
  /** Rules of others than this stack that sign in with a generation that is not in use: no deployment moves them. */
  foreignRules: readonly SignInRule[];
}

/** A state that no step of a swap can have left: nobody may change anything before a person has looked. */
export interface StrangeSwap {
  /** One sentence without its full stop. */
  strange: string;
}

/** Tells where a swap stands. */
export function findSwapState(facts: SwapFacts): SwapState | StrangeSwap {
  const { inUse, rules, poolClients } = facts;
  const [other, ...more] = facts.others;
  if (more.length > 0) {
    const numbers = [other, ...more].map((generation) => generation?.number).join(" and ");
    return strange(`the outputs name the generations ${numbers} beside ${inUse.number}, and one is the most`);
  }
  if (other?.number === inUse.number || other?.clientId === inUse.clientId) {
    return strange(`the outputs name the generation ${inUse.number} twice`);
  }
  if (!poolClients.has(inUse.clientId)) {
    return strange(`the pool has no client ${inUse.clientId}, which the outputs say is in use`);
  }
  const current = facts.versions.find(({ stages }) => stages.includes(CURRENT));
  if (current === undefined) return strange("no version of the secret is AWSCURRENT");
  const strangeVersion = findStrangeVersion(facts, current, [inUse, ...facts.others]);
  if (strangeVersion !== undefined) return strange(strangeVersion);

  const ours = rules.filter((rule) => isRuleOf(facts, rule));
  const known = new Set([inUse, ...facts.others].map(({ clientId }) => clientId));
  const unknown = ours.find(({ clientId }) => !known.has(clientId));
  if (unknown !== undefined) {
    return strange(
      `${unknown.where} signs in with ${unknown.clientId}, which is no generation of this client`,
    );
  }
  const foreignRules = rules.filter((rule) => !isRuleOf(facts, rule) && rule.clientId === other?.clientId);
  const state = { inUse, other, leftovers: findLeftovers(facts), current, foreignRules };
  if (other === undefined) return { ...state, stage: "alone" };

  const movedRule = ours.find(({ clientId }) => clientId === other.clientId);
  if (!poolClients.has(other.clientId)) {
    const user = movedRule?.where ?? foreignRules[0]?.where;
    if (user !== undefined) {
      return strange(`${user} signs in with ${other.clientId}, and the pool has that client no more`);
    }
    if (current.clientId === other.clientId) {
      return strange(`the secret's current version is of ${other.clientId}, and the pool has it no more`);
    }
    return { ...state, stage: "leaving" };
  }
  if (movedRule !== undefined || current.clientId !== inUse.clientId) return { ...state, stage: "moving" };
  if (other.number < inUse.number) return { ...state, stage: "moved" };
  const wasInUse = facts.versions.some(({ clientId }) => clientId === other.clientId);
  return { ...state, stage: wasInUse ? "returned" : "beside" };
}

/** The lower and the higher of the two generations; undefined when there is one. */
export function orderGenerations({
  inUse,
  other,
}: Pick<SwapState, "inUse" | "other">): { older: Generation; newer: Generation } | undefined {
  if (other === undefined) return undefined;
  return other.number < inUse.number ? { older: other, newer: inUse } : { older: inUse, newer: other };
}

/** What a deployment made or was to delete when it was cut off, or what others made under such a name. */
function findLeftovers({ client, inUse, others, poolClients }: SwapFacts): Generation[] {
  const known = [inUse, ...others];
  return [...poolClients]
    .map(([clientId, name]) => ({ clientId, number: generationOfName(client, name) }))
    .filter((found): found is Generation => found.number !== undefined)
    .filter(
      ({ clientId, number }) => !known.some((one) => one.clientId === clientId || one.number === number),
    );
}

/** The other way round than nameOfClientGeneration. */
function generationOfName(client: string, name: string): number | undefined {
  if (name === client) return 1;
  const [, digits] = name.startsWith(`${client}_`)
    ? (/^_([1-9]\d?)$/.exec(name.slice(client.length)) ?? [])
    : [];
  return digits === undefined || digits === "1" ? undefined : Number(digits);
}

/** Whether the program of this stack made a rule: the cookie is named after stack, client and generation. */
export function isRuleOf(
  { stack, client }: Pick<SwapFacts, "stack" | "client">,
  { cookieName }: SignInRule,
): boolean {
  const start = `sekisho-${stack}-${client}`;
  return (
    cookieName?.startsWith(start) === true && /^(_\d{1,2})?(-oidc)?$/.test(cookieName.slice(start.length))
  );
}

function findStrangeVersion(
  { versions }: SwapFacts,
  current: SwapVersion,
  generations: readonly Generation[],
): string | undefined {
  // Secrets Manager keeps the label for rotations: a value under it is not in use yet.
  const pending = versions.find(({ stages }) => stages.includes(PENDING) && !stages.includes(CURRENT));
  if (pending !== undefined) {
    return `version ${pending.versionId} of the secret is AWSPENDING: a rotation with two secrets has not ended`;
  }
  const begun = versions.find(({ stages }) => readRotationLabels(stages).replaces.length > 0);
  if (begun !== undefined) {
    return `version ${begun.versionId} of the secret has labels of a rotation with two secrets that has not ended`;
  }
  if (generations.some(({ clientId }) => clientId === current.clientId)) return undefined;
  const whose = current.clientId === undefined ? "names no client" : `is of ${current.clientId}`;
  return `the secret's current version ${whose}, which is no generation of this client`;
}

function strange(what: string): StrangeSwap {
  return { strange: what };
}
