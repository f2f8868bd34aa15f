import { openAws } from "../../../local/apply/aws-clients.ts";
import type { Maker, Makers } from "../../../local/apply/maker.ts";
import { Ledger } from "../../../local/engine/ledger.ts";
import { MakerCalls } from "../../../local/engine/maker-calls.ts";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import type { Declaration, Deployment, ResourceOptions } from "../../../local/engine/registration.ts";
import { ResourceKeeper } from "../../../local/engine/resource-keeper.ts";

/** An AWS in memory that makes every type alike and writes down what it was asked to do. */
export interface FakeAws {
  makers: Makers;
  /** What was written, in order: `create pool`, `update pool`, `delete pool-1`. Reads are left out. */
  writes: string[];
  /** What exists, by id. */
  resources: Map<string, PropertyMap>;
  /** What AWS adds to a resource, by the name in the program. */
  computed: Record<string, PropertyMap>;
  /** Makes the creation of a resource fail. */
  failures: Map<string, Error>;
}

export function fakeAws(types: readonly string[], special: Record<string, Partial<Maker>> = {}): FakeAws {
  const world: Omit<FakeAws, "makers"> = {
    writes: [],
    resources: new Map(),
    computed: {},
    failures: new Map(),
  };
  let made = 0;
  const maker: Maker = {
    async create({ name, inputs, aws }) {
      const failure = world.failures.get(name);
      if (failure) throw failure;
      made += 1;
      const id = `${name}-${made}`;
      world.writes.push(`create ${name}`);
      world.resources.set(id, { ...inputs, madeIn: aws.region });
      return id;
    },
    async read({ id, name }) {
      return world.resources.has(id) ? { arn: `arn:${id}`, ...world.computed[name] } : undefined;
    },
    async update({ id, name, inputs }) {
      world.writes.push(`update ${name}`);
      world.resources.set(id, inputs);
    },
    async delete({ id }) {
      world.writes.push(`delete ${id}`);
      world.resources.delete(id);
    },
  };
  const makers = Object.fromEntries(types.map((type) => [type, { ...maker, ...special[type] }]));
  return { ...world, makers };
}

/** Keeps declarations as one run of a program would, and resolves with what is left. */
export async function keepAll(
  aws: FakeAws,
  declarations: readonly Declaration[],
  previous?: Deployment,
): Promise<Deployment> {
  const ledger = new Ledger(previous);
  const keeper = new ResourceKeeper(ledger, callsTo(aws));
  const summary = (): Deployment => ({
    registrations: ledger.registrations(),
    leftovers: ledger.leftovers(),
    outputs: {},
    ...ledger.tally,
    recordedBecause: [],
  });
  for (const declaration of declarations) await keeper.keep(declaration);
  await keeper.deleteTheRest(new AbortController().signal);
  return summary();
}

export function callsTo({ makers }: Pick<FakeAws, "makers">): MakerCalls {
  // Nobody listens there: what the fake does not answer itself must fail.
  const { inRegion } = openAws({ endpoint: "http://127.0.0.1:9", accessKeyId: "a", secretAccessKey: "b" });
  let drawn = 0;
  return new MakerCalls({
    makers,
    region: "ap-northeast-1",
    awsIn: inRegion,
    randomHex: () => {
      drawn += 1;
      return `000000${drawn}`.slice(-7);
    },
  });
}

const PLAIN: ResourceOptions = {
  parent: "",
  dependsOn: [],
  propertyDependencies: {},
  protect: false,
  retainOnDelete: false,
  ignoreChanges: [],
  additionalSecretOutputs: [],
  replaceOnChanges: [],
  replacementTrigger: null,
  importId: "",
  customTimeouts: { create: "", update: "", delete: "" },
  aliases: [],
  deletedWith: "",
};

export function urn(name: string): string {
  return `urn:pulumi:dev::test::aws:test:${name}::${name}`;
}

/** What a program declares; `type` is short for the fake's own types unless it has a colon. */
export function declare(
  type: string,
  name: string,
  inputs: PropertyMap = {},
  options: Partial<ResourceOptions> = {},
): Declaration {
  return {
    urn: urn(name),
    type,
    name,
    isCustom: true,
    inputs,
    secretInputs: [],
    options: { ...PLAIN, ...options },
  };
}
