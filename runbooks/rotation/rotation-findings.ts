import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createAwsCaller } from "../runtime/aws-calls.ts";
import { clientSettings } from "../runtime/aws-clients.ts";
import { LockedError } from "../runtime/errors.ts";
import { type ClientSecrets, openClientSecrets, type RotatedClient } from "./client-secrets.ts";
import { type ClientUse, type DescribedListener, findClientUses } from "./client-uses.ts";
import { type ConsumerProof, checkProofs, fingerprintOf } from "./consumer-proof.ts";
import { type ListenerRules, openListenerRules } from "./listener-rules.ts";
import { type LoadBalancerSource, readListeners } from "./load-balancer-reader.ts";
import type { RotatedStack, RotationContext } from "./rotated-stack.ts";
import { readRotationLabels } from "./rotation-labels.ts";
import type { RotationOrder } from "./rotation-order.ts";
import { planRotation, type RotationPlan } from "./rotation-plan.ts";
import {
  mattersToState,
  type RotationFacts,
  type RotationState,
  readRotationState,
} from "./rotation-state.ts";
import { openSecretProbe, type SecretProbe } from "./secret-probe.ts";
import {
  type ClientSecretValue,
  digestSecret,
  openSecretVersions,
  type SecretVersions,
} from "./secret-versions.ts";

/** What a rotation reads from and writes to. */
export interface RotationPlaces {
  secrets: ClientSecrets;
  versions: SecretVersions;
  balancers: LoadBalancerSource;
  rules: ListenerRules;
  openProbe: (client: RotatedClient) => SecretProbe;
}

/** Everything that was found before anything is written. */
export interface RotationFindings {
  client: RotatedClient;
  uses: readonly ClientUse[];
  state: RotationState;
  /** Values by the version's id, of the versions that matter. Secret: never to be shown or written down. */
  values: ReadonlyMap<string, ClientSecretValue>;
  proofs: readonly ConsumerProof[];
  plan: RotationPlan;
  probe: SecretProbe;
  /** AWS's own time when it was read. */
  now: Date;
}

/** Opens the places; `mayWrite` is asked before each write and throws where none may happen. */
export function openRotationPlaces(
  { outputs, identity, secretName }: RotatedStack,
  { signal, pause, randomBytes, env, mayWrite }: RotationContext & { mayWrite: () => void },
): RotationPlaces {
  const { region } = outputs.stack;
  const settings = clientSettings({ region });
  const call = createAwsCaller(signal);
  const cognito = new CognitoIdentityProviderClient(settings);
  const balancers = {
    // A stack's rules are read one listener after another; AWS allows few of these calls a second.
    client: new ElasticLoadBalancingV2Client(clientSettings({ region, maxAttempts: 8 })),
    call,
    pause,
  };
  return {
    balancers,
    rules: openListenerRules({ ...balancers, identity, mayWrite }),
    versions: openSecretVersions({
      client: new SecretsManagerClient(settings),
      secret: secretName,
      call,
      pause,
      mayWrite,
    }),
    secrets: openClientSecrets({
      client: cognito,
      clientOnce: new CognitoIdentityProviderClient(clientSettings({ region, maxAttempts: 1 })),
      userPoolId: identity.userPoolId,
      clientId: identity.clientId,
      call,
      pause,
      mayWrite,
    }),
    openProbe: (client) =>
      openSecretProbe({
        clientId: identity.clientId,
        client,
        signInHost: outputs["sign-in-page"]?.host,
        endpoint: env.AWS_ENDPOINT_URL,
        http: new NodeHttpHandler({
          connectionTimeout: 5_000,
          requestTimeout: PROBE_MS,
          throwOnRequestTimeout: true,
          socketTimeout: PROBE_MS,
        }),
        cognito,
        call,
        pause,
        randomBytes,
      }),
  };
}

/** Longest time the token endpoint may take for an answer. */
const PROBE_MS = 10_000;

/**
 * Reads how far the rotation is and works out what comes next; writes nothing. Throws LockedError where anything stands
 * there that no rotation leaves behind, and what planRotation throws.
 */
export async function findRotation(
  places: RotationPlaces,
  stack: RotatedStack,
  order: RotationOrder,
  listeners?: readonly DescribedListener[],
): Promise<RotationFindings> {
  const uses = findClientUses(listeners ?? (await readListeners(places.balancers)), stack.identity);
  const client = await places.secrets.describe();
  const probe = places.openProbe(client);
  const { facts, values } = await readFacts(places, stack, probe);
  const state = readRotationState(facts);
  if (state.kind === "strange") throw new LockedError(state.why, { remedy: state.remedy });
  const now = places.versions.readTime();
  const proofs = findProofs({ stack, order, uses, state, values });
  const ownListenerArn = stack.outputs.routes?.listenerArn;
  const plan = planRotation({ state, order, uses, ownListenerArn, proofs, now });
  return { client, uses, state, values, proofs, plan, probe, now };
}

async function readFacts(
  { secrets, versions }: RotationPlaces,
  { identity }: RotatedStack,
  probe: SecretProbe,
): Promise<{ facts: RotationFacts; values: Map<string, ClientSecretValue> }> {
  const secretIds = await secrets.list();
  const listed = await versions.list();
  const values = new Map<string, ClientSecretValue>();
  const facts: RotationFacts = { clientId: identity.clientId, secretIds, versions: [] };
  const read = await Promise.all(
    listed.map(async (version) => {
      if (!mattersToState(version, facts)) return version;
      const value = await versions.read(version.id);
      values.set(version.id, value);
      // The secret of another client is not shown to Cognito as one of this, and a client without any takes anything.
      const isOwn = value.clientId === identity.clientId && secretIds.length > 0;
      const isAdded = secretIds.length > 1 && readRotationLabels(version.labels).replaces.length > 0;
      const ask = isAdded ? probe.becomesLive : probe.isLive;
      const isLive = isOwn && (await ask(value.clientSecret));
      return {
        ...version,
        value: { clientId: value.clientId, digest: digestSecret(value.clientSecret), isLive },
      };
    }),
  );
  return { facts: { ...facts, versions: read }, values };
}

interface ProofInput extends Pick<RotationFindings, "uses" | "state" | "values"> {
  stack: RotatedStack;
  order: RotationOrder;
}

/** Who has to prove that they read the secret that stays, and who has. */
function findProofs({ stack, order, uses, state, values }: ProofInput): ConsumerProof[] {
  const isBegun = "newVersion" in state;
  const named = [...new Set([...(isBegun ? state.consumers : []), ...order.consumers])].sort();
  const names = listConsumers(stack, uses, named);
  const version = isBegun ? stayingVersion(state) : state.version;
  const secret = values.get(version)?.clientSecret;
  return checkProofs(names, order.proofs, secret === undefined ? "" : fingerprintOf(version, secret));
}

/** The version that everybody is to read when it is over. */
export function stayingVersion(state: Extract<RotationState, { newVersion: string }>): string {
  return state.kind === "rolled-back" ? state.oldVersion : state.newVersion;
}

/**
 * Everybody who has to prove what they read: back ends and programs, which go by the client's own name, and whoever was
 * named. A client of which no use is known at all has a user nobody knows, who has to prove it, too.
 */
export function listConsumers(
  { name, kind }: Pick<RotatedStack, "name" | "kind">,
  uses: readonly Pick<ClientUse, "kind">[],
  named: readonly string[],
): string[] {
  const isReader = kind === "server" || kind === "machine";
  const isKnown = named.length > 0 || uses.some((use) => use.kind !== "jwt-validation");
  return [...new Set([...(isReader || !isKnown ? [name] : []), ...named])];
}
