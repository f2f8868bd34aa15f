import { BadInputError, IntegrityError, LockedError } from "../../runtime/errors.ts";
import type { RotatedClient } from "../client-secrets.ts";
import type { DescribedListener } from "../client-uses.ts";
import { type ConsumerProof, checkProofs, fingerprintOf } from "../consumer-proof.ts";
import type { RotatedStack } from "../rotated-stack.ts";
import { listConsumers } from "../rotation-findings.ts";
import { CURRENT, readRotationLabels } from "../rotation-labels.ts";
import type { RotationOrder } from "../rotation-order.ts";
import type { SecretVersions } from "../secret-versions.ts";
import { findSignInRules } from "./sign-in-rules.ts";
import { readSwapSettings } from "./stack-file-edit.ts";
import { readStackFileOf, type StackFile } from "./stack-file-writer.ts";
import { refuseOtherSettings, type SwapSettings, settingsOf } from "./swap-edits.ts";
import type { SwapPlaces } from "./swap-places.ts";
import { planSwap, type SwapPlan } from "./swap-plan.ts";
import {
  findSwapState,
  type Generation,
  type SignInRule,
  type StrangeSwap,
  type SwapState,
  type SwapVersion,
} from "./swap-state.ts";

/** Where a swap stands, as the services say. */
export interface SwapStanding {
  state: SwapState;
  rules: readonly SignInRule[];
  versions: readonly SwapVersion[];
  /** SHA-256 digits that a consumer prints who reads the current version. */
  fingerprint: string;
}

/** Everything that was found before anything is written. */
export interface SwapFindings extends SwapStanding {
  /** Undefined where only the state is asked for. */
  file: StackFile | undefined;
  /** What the stack file says; what is deployed, where there is no file. */
  found: SwapSettings;
  tokenSeconds: RotatedClient["tokenSeconds"];
  proofs: readonly ConsumerProof[];
  plan: SwapPlan;
}

/** Where to look, and for what. */
export interface SwapSearch {
  stack: RotatedStack;
  order: RotationOrder;
  places: SwapPlaces;
  projectDir: string;
}

/**
 * Reads where the swap stands and works out what comes next; writes nothing. Throws LockedError where anything stands
 * there that no swap leaves behind, BadInputError where the stack file is not the deployment's, and what planSwap throws.
 */
export async function findSwap(
  search: SwapSearch,
  listeners?: readonly DescribedListener[],
): Promise<SwapFindings> {
  const { stack, order, places, projectDir } = search;
  const standing = await readStanding(search, listeners);
  if ("strange" in standing) throw describeStrange(stack, standing);
  const { state, rules, versions, fingerprint } = standing;
  const tokenSeconds = await places.readTokenTimes();
  // Whoever asks how far it is may be anywhere.
  const file =
    order.mode === "status" ? undefined : await readStackFileOf(projectDir, stack.outputs.stack.stack);
  const found = file === undefined ? settingsOf(state) : readFound(file, stack.name, state);
  const named = versions.flatMap(({ stages }) => readRotationLabels(stages).consumers);
  const consumers = [...new Set([...named, ...order.consumers])].sort();
  const uses = rules.map(() => ({ kind: "authenticate-cognito" as const }));
  const proofs = checkProofs(listConsumers(stack, uses, consumers), order.proofs, fingerprint);
  const now = places.versions.readTime();
  const plan = planSwap({ state, versions, order, found, proofs, now });
  return { ...standing, file, found, tokenSeconds, proofs, plan };
}

/** Reads where the swap stands, with outputs that are as new as the rest. */
export async function readStanding(
  { stack, places }: Pick<SwapSearch, "stack" | "places">,
  listeners?: readonly DescribedListener[],
): Promise<SwapStanding | StrangeSwap> {
  const outputs = await places.readOutputs();
  const part = outputs.clients[stack.name];
  if (part === undefined) return { strange: `the outputs do not name the client ${stack.name} any more` };
  const inUse = { number: part.generation ?? 1, clientId: part.clientId };
  const others = Object.entries(part.others ?? {}).map(
    ([number, clientId]): Generation => ({ number: Number(number), clientId }),
  );
  const sought = {
    ...stack.identity,
    stack: outputs.stack.stack,
    client: stack.name,
    ids: [inUse, ...others].map(({ clientId }) => clientId),
  };
  const rules = findSignInRules(listeners ?? (await places.readListeners()), sought);
  const poolClients = await places.readPoolClients();
  const { versions, fingerprint } = await readVersions(places);
  const state = findSwapState({
    stack: sought.stack,
    client: stack.name,
    inUse,
    others,
    rules,
    poolClients,
    versions,
  });
  return "strange" in state ? state : { state, rules, versions, fingerprint };
}

/** Versions with the ids of their clients; of a secret nothing leaves this function but the fingerprint. */
async function readVersions({
  versions,
}: SwapPlaces): Promise<Pick<SwapStanding, "versions" | "fingerprint">> {
  const listed = await versions.list();
  let fingerprint = "";
  const read = await Promise.all(
    listed.map(async ({ id, labels }): Promise<SwapVersion> => {
      const value = await readValue(versions, id);
      if (value !== undefined && labels.includes(CURRENT))
        fingerprint = fingerprintOf(id, value.clientSecret);
      return { versionId: id, stages: labels, clientId: value?.clientId };
    }),
  );
  return { versions: read, fingerprint };
}

/** A version that somebody else put there may hold anything; whether that matters, the state says. */
async function readValue({ read }: Pick<SecretVersions, "read">, versionId: string) {
  try {
    return await read(versionId);
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
}

function readFound(file: StackFile, client: string, state: SwapState): SwapSettings {
  const found = readSwapSettings(file, client);
  if ("problem" in found) {
    throw new BadInputError(`${file.name} ${found.problem}.`, { remedy: "Correct it, then run this again." });
  }
  const refusal = refuseOtherSettings(state, found);
  if (refusal === undefined) return found;
  throw new BadInputError(`For client ${client}, ${file.name} ${refusal}.`, {
    remedy: "Make them the same first: deploy the file, or set it back.",
  });
}

function describeStrange({ name }: RotatedStack, { strange }: StrangeSwap): LockedError {
  return new LockedError(`The swap of client ${name} cannot be told: ${strange}.`, {
    remedy: "Nothing was changed; see docs/client-swap.md.",
  });
}
