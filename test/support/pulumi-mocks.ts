import * as pulumi from "@pulumi/pulumi";

const PROJECT = "sekisho";

/** One resource as the program declared it: what the engine would be asked for. */
export interface DeclaredResource {
  type: string;
  name: string;
  isCustom: boolean;
  /** Inputs with outputs resolved and secrets opened; `secretInputs` tells which of them were secret. */
  inputs: Record<string, unknown>;
  secretInputs: string[];
  options: DeclaredOptions;
}

export interface DeclaredOptions {
  /** Name of the parent resource; the stack's own children have none. */
  parent: string | undefined;
  dependsOn: string[];
  protect: boolean;
  retainOnDelete: boolean;
  deleteBeforeReplace: boolean;
  ignoreChanges: string[];
  replacementTrigger: unknown;
  additionalSecretOutputs: string[];
}

/** Everything one run of a program declared, and what it returned. */
export interface Declaration {
  resources: DeclaredResource[];
  outputs: Record<string, unknown>;
  /** The one resource of this type, with this name if given; throws when there are none or several. */
  one(type: string, name?: string): DeclaredResource;
  all(type: string): DeclaredResource[];
}

export interface DeclareOptions {
  stack?: string;
  region?: string;
  account?: string;
  isPreview?: boolean;
  /** Provider functions the program may call, by token; any other call fails the test. */
  calls?: Record<string, (inputs: Record<string, unknown>) => object | Promise<object>>;
  /** Outputs AWS would add for this resource, on top of the usual id, ARN and name. */
  outputs?: (resource: { type: string; name: string; inputs: Record<string, unknown> }) => object;
}

/**
 * Runs a program against mocked providers and returns what it declared, options included.
 * `program` runs inside a stack; what it returns are the stack's outputs. Not for concurrent use: one run at a time.
 */
export async function declare(
  program: () => Record<string, unknown> | undefined,
  options: DeclareOptions = {},
): Promise<Declaration> {
  const journal: Journal = { registered: new Map(), faults: [] };
  const constructed: { type: string; name: string; options: pulumi.ResourceOptions }[] = [];

  await pulumi.runtime.setMocks(
    mocks(options, journal),
    PROJECT,
    options.stack ?? "dev",
    options.isPreview ?? false,
  );
  // Failures wait until the run is over: thrown inside, the runtime reports them as unhandled rejections as well.
  const failures: unknown[] = [];
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation((args) => {
      constructed.push({ type: args.type, name: args.name, options: args.opts });
      return undefined;
    });
    try {
      return program();
    } catch (failure) {
      failures.push(failure);
      return undefined;
    }
  });
  await pulumi.runtime.disconnect();
  if (failures.length > 0) throw failures[0];
  if (journal.faults.length > 0) throw new Error(journal.faults.join("; "));

  const resources = await Promise.all(
    constructed.map(async ({ type, name, options: declared }) => {
      const recorded = journal.registered.get(`${type} ${name}`);
      if (!recorded) throw new Error(`${name} (${type}) was constructed but never registered`);
      return {
        type,
        name,
        isCustom: recorded.isCustom,
        inputs: recorded.values,
        secretInputs: recorded.secret,
        options: await plainOptions(declared),
      };
    }),
  );
  return { resources, outputs: openSecrets(outputs ?? {}), ...queries(resources) };
}

interface Journal {
  registered: Map<string, { isCustom: boolean; values: Record<string, unknown>; secret: string[] }>;
  /** What is wrong with the program: functions called without an answer, resources declared twice. */
  faults: string[];
}

function mocks(options: DeclareOptions, journal: Journal): pulumi.runtime.Mocks {
  const region = options.region ?? "ap-northeast-1";
  const account = options.account ?? "123456789012";
  return {
    newResource({ type, name, inputs, custom }) {
      const values: Record<string, unknown> = openSecrets(inputs);
      const secret = Object.keys(inputs).filter((key) => holdsSecret(inputs[key]));
      if (journal.registered.has(`${type} ${name}`))
        journal.faults.push(`${name} (${type}) is declared twice`);
      journal.registered.set(`${type} ${name}`, { isCustom: custom ?? true, values, secret });
      const id = `${name}-id`;
      const state = {
        name,
        arn: `arn:aws:${type.split(":")[1]?.split("/")[0]}:${region}:${account}:${id}`,
        ...inputs,
        ...usualOutputs(type, name, id, region),
        ...options.outputs?.({ type, name, inputs: values }),
      };
      return { id, state };
    },
    call({ token, inputs }) {
      const answer = options.calls?.[token];
      if (answer) return answer(inputs);
      journal.faults.push(`the program called ${token}, which this test does not answer`);
      return {};
    },
  };
}

/** What AWS computes for the resources that are declared everywhere. */
function usualOutputs(type: string, name: string, id: string, region: string): object {
  switch (type) {
    case "aws:cognito/userPool:UserPool":
      return { endpoint: `cognito-idp.${region}.amazonaws.com/${id}` };
    case "aws:cognito/userPoolClient:UserPoolClient":
      return { clientSecret: `first-secret-of-${name}` };
    case "aws:cognito/userPoolDomain:UserPoolDomain":
      return {
        cloudfrontDistribution: "d111111abcdef8.cloudfront.net",
        cloudfrontDistributionZoneId: "Z2FDTNDATAQYW2",
      };
    case "aws:s3/bucket:Bucket":
      return { bucket: id, arn: `arn:aws:s3:::${id}` };
    default:
      return {};
  }
}

async function plainOptions(options: pulumi.ResourceOptions): Promise<DeclaredOptions> {
  const custom: pulumi.CustomResourceOptions = options;
  const dependencies = await resolve(options.dependsOn ?? []);
  return {
    parent: options.parent && (await nameOf(options.parent)),
    dependsOn: await Promise.all([dependencies].flat().map(nameOf)),
    protect: options.protect ?? false,
    retainOnDelete: options.retainOnDelete ?? false,
    deleteBeforeReplace: custom.deleteBeforeReplace ?? false,
    ignoreChanges: options.ignoreChanges ?? [],
    replacementTrigger: await resolve(options.replacementTrigger),
    additionalSecretOutputs: custom.additionalSecretOutputs ?? [],
  };
}

async function nameOf(resource: pulumi.Resource): Promise<string> {
  const urn = await resolve(resource.urn);
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function resolve<T>(value: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((done) => {
    pulumi.output(value).apply((resolved) => done(resolved as pulumi.Unwrap<T>));
  });
}

function holdsSecret(value: unknown): boolean {
  if (pulumi.runtime.isRpcSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

function openSecrets<T>(value: T): T {
  if (pulumi.runtime.isRpcSecret(value)) return openSecrets(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(openSecrets) as T;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, openSecrets(entry)])) as T;
  }
  return value;
}

function queries(resources: DeclaredResource[]): Pick<Declaration, "one" | "all"> {
  const all = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    all,
    one(type, name) {
      const found = all(type).filter((resource) => name === undefined || resource.name === name);
      const [only] = found;
      if (only && found.length === 1) return only;
      const there = all(type).map((resource) => resource.name);
      throw new Error(
        `wanted one ${type}${name ? ` named ${name}` : ""}, got ${found.length} (declared: ${there.join(", ") || "none"})`,
      );
    },
  };
}
