import type { Unwrap } from "@pulumi/pulumi";
import { isMap } from "../engine/property-path.ts";
import type { PropertyMap, PropertyValue } from "../engine/property-values.ts";

/** Names that the provider spells otherwise than the AWS API. */
export type Renames = Readonly<Record<string, string>>;

/** Inputs whose keys are data, not names of the API. */
const DATA_MAPS = ["authenticationRequestExtraParams", "metadata", "supportedLoginProviders", "tags"];

/** Inputs of the provider in the shape of the AWS API, which calls most things the same, in PascalCase. */
export function toAwsShape(value: PropertyValue | undefined, renames: Renames = {}): unknown {
  if (Array.isArray(value)) return value.map((element) => toAwsShape(element, renames));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      renames[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
      DATA_MAPS.includes(key) ? inner : toAwsShape(inner, renames),
    ]),
  );
}

/** Inputs with the types the program was checked against: Args is the resource's Args of @pulumi/aws. */
export function inputsAs<Args>(inputs: PropertyMap): Unwrap<Args> {
  // The SDK has checked and serialised them, so they are what Args says.
  const values: unknown = inputs;
  return values as Unwrap<Args>;
}

/** Some of the properties, those that are there. */
export function pick(values: PropertyMap, ...keys: string[]): PropertyMap {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = values[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** All properties but some. */
export function omit(values: PropertyMap, ...keys: string[]): PropertyMap {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}

/** What AWS answered as outputs: without what it left out, times as ISO 8601. */
export function outputsOf(answer: Readonly<Record<string, PropertyValue | Date | undefined>>): PropertyMap {
  const outputs: PropertyMap = {};
  for (const [key, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    outputs[key] = value instanceof Date ? value.toISOString() : value;
  }
  return outputs;
}

/** One input as text; empty when it is not there. */
export function textOf(values: PropertyMap, key: string): string {
  const value = values[key];
  return typeof value === "string" ? value : "";
}
