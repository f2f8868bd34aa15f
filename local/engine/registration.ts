import type { PropertyMap, PropertyValue } from "./property-values.ts";

/** One resource as the program registered it: what it asked for, before anything was done about it. */
export interface Declaration {
  urn: string;
  type: string;
  name: string;
  /** A resource of a provider; otherwise a component, which only groups others. */
  isCustom: boolean;
  /** Inputs with outputs resolved and secrets revealed; `secretInputs` names those that were secret. */
  inputs: PropertyMap;
  secretInputs: string[];
  options: ResourceOptions;
}

/** The options of a resource, as Pulumi's engine receives them. References are URNs. */
export interface ResourceOptions {
  parent: string;
  /** Explicit dependencies and those found in the inputs, together. */
  dependsOn: string[];
  /** Which resources the value of an input came from. */
  propertyDependencies: Record<string, string[]>;
  protect: boolean;
  retainOnDelete: boolean;
  /** Undefined leaves the choice to the provider. */
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  additionalSecretOutputs: string[];
  replaceOnChanges: string[];
  /** Null when the program gives none. */
  replacementTrigger: PropertyValue;
  importId: string;
  customTimeouts: { create: string; update: string; delete: string };
  /** URNs under which the resource may have been registered before. */
  aliases: string[];
  deletedWith: string;
}

/** How a resource exists: made in AWS, only recorded, or a component without anything behind it. */
export type Existence = "made" | "recorded" | "component";

/** One resource of a deployment: what was asked for, and what became of it. */
export interface Registration extends Declaration {
  existence: Existence;
  id: string;
  /** What the program saw: the inputs, and what AWS or the provider added. */
  outputs: PropertyMap;
  secretOutputs: string[];
  /** Why a resource that should have been made was only recorded. */
  recordedBecause?: string;
}

/** What one run of the program left behind: give it to the next run as `previous`. */
export interface Deployment {
  registrations: Registration[];
  /** Replaced resources whose old half could not be deleted yet; the next deployment tries again. */
  leftovers: Registration[];
  /** Outputs of the stack; secrets read "[secret]". */
  outputs: Record<string, unknown>;
  created: number;
  /** Resources that were only recorded, all of them, changed or not. */
  recorded: number;
  updated: number;
  replaced: number;
  deleted: number;
  unchanged: number;
  /** Resources whose making the local AWS refused, in its words. */
  recordedBecause: { urn: string; reason: string }[];
}

/** A resource as sentences name it: `web (aws:cognito/userPoolClient:UserPoolClient)`. */
export function describeResource({ name, type }: Pick<Declaration, "name" | "type">): string {
  return `${name} (${type})`;
}
