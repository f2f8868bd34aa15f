import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";

/** Where a resource is to be made, and what of. */
export interface Target {
  type: string;
  /** Name in the program. */
  name: string;
  /** Inputs, with a made-up physical name where the program gives none. */
  inputs: PropertyMap;
  /** Clients for the resource's own Region. */
  aws: AwsClients;
}

/** A resource that was made. */
export interface Existing extends Target {
  id: string;
  /** What the program saw of it so far. */
  outputs: PropertyMap;
}

/** A resource that is to change in place. */
export interface Altered extends Existing {
  /** The inputs it was last made with. */
  before: PropertyMap;
}

/** Stands in for the AWS provider: makes resources of one type. */
export interface Maker {
  /** Resources that are only noted down, without a call to AWS. */
  isRecorded?: boolean;
  /** The local AWS may lack it; then it is recorded, and the deployment says why. */
  isOptional?: boolean;
  /** How the provider makes up a physical name: from the logical name, a hyphen and seven hexadecimal digits. */
  autoName?: { property: string; longest: number; prefix?: string };
  /** Makes it and resolves with its id. */
  create: (target: Target) => Promise<string>;
  /** What AWS knows about it beyond the inputs; undefined when it is gone. */
  read: (existing: Existing) => Promise<PropertyMap | undefined>;
  /** Changes it in place; a maker without it makes a new resource for every change. */
  update?: (altered: Altered) => Promise<void>;
  /** Deletes it; one that is gone already is no error. */
  delete: (existing: Existing) => Promise<void>;
}

export type Makers = Readonly<Record<string, Maker>>;

/** Answers one provider function. A throw reaches the program as the provider's error, which it may catch. */
export type Invoke = (args: PropertyMap, aws: AwsClients) => Promise<PropertyMap>;

export type Invokes = Readonly<Record<string, Invoke>>;
