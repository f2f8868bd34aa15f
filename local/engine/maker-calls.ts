import type { AwsClients } from "../apply/aws-clients.ts";
import { isUnsupported, readAwsError } from "../apply/aws-errors.ts";
import type { Existing, Maker, Makers, Target } from "../apply/maker.ts";
import { DeployError } from "./deploy-error.ts";
import type { PropertyMap } from "./property-values.ts";
import { type Declaration, describeResource, type Existence, type Registration } from "./registration.ts";

export interface MakerWorld {
  makers: Makers;
  /** Region of the stack. */
  region: string;
  awsIn: (region: string) => AwsClients;
  /** Seven hexadecimal digits, others each time. */
  randomHex: () => string;
}

type Named = Pick<Declaration, "type" | "name">;

/** Calls the makers: every failure becomes one sentence that names the resource, every answer a registration. */
export class MakerCalls {
  readonly #world: MakerWorld;

  constructor(world: MakerWorld) {
    this.#world = world;
  }

  /** The maker of a resource's type; an unknown type is an error. */
  makerOf(resource: Named): Maker {
    const maker = this.#world.makers[resource.type];
    if (maker) return maker;
    throw new DeployError(`${describeResource(resource)} is of a type the local deployment does not know.`, {
      remedy: "Add a maker or a record for it in local/apply.",
    });
  }

  /** Makes what is declared; where the local AWS lacks an optional service, records it and says why. */
  async create(declaration: Declaration): Promise<Registration> {
    const maker = this.makerOf(declaration);
    const target = this.#aim({ ...declaration, inputs: this.#nameInputs(declaration, maker) });
    try {
      const id = await call(target, () => maker.create(target));
      const outputs = await readBack({ ...target, id, outputs: target.inputs }, maker);
      return register(declaration, maker.isRecorded ? "recorded" : "made", id, outputs);
    } catch (error) {
      if (!maker.isOptional || !(error instanceof DeployError) || !isUnsupported(error.cause)) throw error;
      const outputs = withProviderOutputs(target, {});
      const recordedBecause = readAwsError(error.cause);
      return { ...register(declaration, "recorded", declaration.name, outputs), recordedBecause };
    }
  }

  /** Changes in place what was made as `before` says. */
  async update(declaration: Declaration, before: Registration): Promise<Registration> {
    const maker = this.makerOf(declaration);
    const target = this.#aim({ ...declaration, inputs: keepName(declaration.inputs, before, maker) });
    const existing = { ...target, id: before.id, outputs: before.outputs };
    await call(target, async () => maker.update?.({ ...existing, before: before.inputs }));
    const outputs = await readBack(existing, maker);
    return register(declaration, before.existence, before.id, outputs);
  }

  /** What the program sees of a resource now; undefined when AWS no longer has it. */
  async refresh(before: Registration): Promise<PropertyMap | undefined> {
    const maker = this.makerOf(before);
    // The local AWS, or an earlier version of this project, could not make it; now it may be possible.
    if (before.existence === "recorded" && !maker.isRecorded) return undefined;
    const existing = { ...this.#aim(before), id: before.id, outputs: before.outputs };
    const found = await call(existing, () => maker.read(existing));
    return found && { ...before.outputs, ...found };
  }

  /** Takes over what exists under the id that the program imports. */
  async adopt(declaration: Declaration): Promise<Registration> {
    const maker = this.makerOf(declaration);
    const { importId } = declaration.options;
    const outputs = await this.readForeign(declaration, importId, declaration.inputs);
    return register(declaration, maker.isRecorded ? "recorded" : "made", importId, outputs);
  }

  /** Reads what exists in AWS whoever made it. */
  async readForeign(resource: Named, id: string, inputs: PropertyMap): Promise<PropertyMap> {
    const maker = this.makerOf(resource);
    const target = this.#aim({ ...resource, inputs });
    const found = await call(target, () => maker.read({ ...target, id, outputs: inputs }));
    if (found) return withProviderOutputs(target, found);
    throw new DeployError(
      `${describeResource(resource)} should exist already, but nothing is there under the id ${id}.`,
      {
        exitCode: 10,
      },
    );
  }

  /** Deletes what was made; what was only recorded needs nothing. */
  async delete(resource: Registration): Promise<void> {
    if (resource.existence !== "made") return;
    const maker = this.makerOf(resource);
    const target = this.#aim({ ...resource, inputs: resource.outputs });
    await call(target, () => maker.delete({ ...target, id: resource.id, outputs: resource.outputs }));
  }

  #aim({ type, name, inputs }: Named & { inputs: PropertyMap }): Target {
    const region = typeof inputs.region === "string" ? inputs.region : this.#world.region;
    return { type, name, inputs, aws: this.#world.awsIn(region) };
  }

  #nameInputs(declaration: Declaration, { autoName }: Maker): PropertyMap {
    const { inputs } = declaration;
    if (!autoName || inputs[autoName.property] !== undefined) return inputs;
    const name = `${autoName.prefix ?? ""}${declaration.name}-${this.#world.randomHex()}`;
    if (name.length > autoName.longest) {
      throw new DeployError(
        `${describeResource(declaration)} would be called ${name} in AWS, which is longer than ${autoName.longest} characters.`,
      );
    }
    return { ...inputs, [autoName.property]: name };
  }
}

/** A registration from what was declared and what has become of it. */
export function register(
  declaration: Declaration,
  existence: Existence,
  id: string,
  outputs: PropertyMap,
): Registration {
  const { urn, type, name, isCustom, inputs, secretInputs, options } = declaration;
  const secret = new Set([...secretInputs, ...options.additionalSecretOutputs]);
  const secretOutputs = Object.keys(outputs).filter((key) => secret.has(key));
  return { urn, type, name, isCustom, inputs, secretInputs, options, existence, id, outputs, secretOutputs };
}

async function readBack(existing: Existing, maker: Maker): Promise<PropertyMap> {
  const found = await call(existing, () => maker.read(existing));
  if (found) return withProviderOutputs(existing, found);
  throw new DeployError(`${describeResource(existing)} was made, but AWS does not know it.`, {
    exitCode: 15,
  });
}

async function call<Result>(resource: Named, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DeployError) throw cause;
    throw new DeployError(`${describeResource(resource)} failed: ${readAwsError(cause)}`, {
      cause,
      exitCode: 15,
    });
  }
}

/** A name that was made up once stays, as long as the program gives none. */
function keepName(inputs: PropertyMap, before: Registration, { autoName }: Maker): PropertyMap {
  const kept = autoName && before.outputs[autoName.property];
  return autoName && kept !== undefined ? { [autoName.property]: kept, ...inputs } : inputs;
}

/** The inputs, what AWS told, and what every resource of the provider has besides. */
function withProviderOutputs({ inputs, aws }: Target, found: PropertyMap): PropertyMap {
  const { tags } = inputs;
  return { ...inputs, region: aws.region, ...(tags === undefined ? {} : { tagsAll: tags }), ...found };
}
