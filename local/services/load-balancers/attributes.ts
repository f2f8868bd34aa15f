import { z } from "zod";
import { validationError } from "./shapes.ts";

/** Attributes of load balancers, target groups and listeners: keys and values, both text. */

export const attributesShape = z
  .array(z.object({ Key: z.string(), Value: z.string().default("") }))
  .default([]);

interface HasAttributes {
  attributes: Map<string, string>;
}

export function describeAttributes({ attributes }: HasAttributes): object {
  return { Attributes: [...attributes].map(([Key, Value]) => ({ Key, Value })) };
}

/** Sets what is named and keeps the rest; a key that this kind of resource has not is refused. */
export function setAttributes(
  owner: HasAttributes,
  changes: readonly { Key: string; Value: string }[],
): object {
  for (const { Key } of changes) {
    if (!owner.attributes.has(Key)) throw validationError(`Attribute key '${Key}' is not recognized`);
  }
  for (const { Key, Value } of changes) owner.attributes.set(Key, Value);
  return describeAttributes(owner);
}
