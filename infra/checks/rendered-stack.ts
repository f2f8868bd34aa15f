/** A property as the engine receives it. */
export type Property = null | boolean | number | string | Property[] | { [key: string]: Property };

export type Properties = { [key: string]: Property };

/** A resource as the program asked for it, and what AWS would add. */
export interface RenderedResource {
  type: string;
  name: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** All resources of a stack, and how they hang together. */
export class RenderedStack {
  readonly resources: readonly RenderedResource[];

  constructor(resources: readonly RenderedResource[]) {
    this.resources = resources;
  }

  ofType(type: string): RenderedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Resources of a type that name this one in an input, by id, ARN or name, alone or within a list. */
  naming(resource: RenderedResource, type: string, input: string): RenderedResource[] {
    const names = namesOf(resource);
    return this.ofType(type).filter((other) =>
      [readInput(other, input)].flat().some((value) => typeof value === "string" && names.has(value)),
    );
  }

  /** The resource of a type that an input names. */
  namedBy(resource: RenderedResource, input: string, type: string): RenderedResource | undefined {
    const value = readInput(resource, input);
    return this.ofType(type).find((other) => typeof value === "string" && namesOf(other).has(value));
  }
}

/** An input by its path, such as `passwordPolicy.minimumLength`; undefined where the path ends early. */
export function readInput(resource: RenderedResource, path: string): Property | undefined {
  return readPath(resource.inputs, path);
}

/** A property below another one by its path; places in lists are numbers. */
export function readPath(value: Property, path: string): Property | undefined {
  return path.split(".").reduce<Property | undefined>((group, key) => {
    if (Array.isArray(group)) return group[Number(key)];
    return isGroup(group) && Object.hasOwn(group, key) ? group[key] : undefined;
  }, value);
}

/** A list of groups below a resource's input; empty where there is none. */
export function readGroups(resource: RenderedResource, path: string): Properties[] {
  return [readInput(resource, path) ?? []].flat().filter(isGroup);
}

export function isGroup(value: Property | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function namesOf({ id, outputs }: RenderedResource): Set<string> {
  const { arn, name, bucket } = outputs;
  return new Set([id, arn, name, bucket].filter((value) => typeof value === "string"));
}
