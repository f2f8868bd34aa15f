import { z } from "zod";
import type { PropertyValue } from "./property-values.ts";
import type { Deployment } from "./registration.ts";

export const propertyValue: z.ZodType<PropertyValue> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string(),
    z.array(propertyValue),
    z.record(z.string(), propertyValue),
  ]),
);
const propertyMap = z.record(z.string(), propertyValue);
const names = z.array(z.string());

const registration = z.strictObject({
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  isCustom: z.boolean(),
  inputs: propertyMap,
  secretInputs: names,
  options: z.strictObject({
    parent: z.string(),
    dependsOn: names,
    propertyDependencies: z.record(z.string(), names),
    protect: z.boolean(),
    retainOnDelete: z.boolean(),
    deleteBeforeReplace: z.boolean().exactOptional(),
    ignoreChanges: names,
    additionalSecretOutputs: names,
    replaceOnChanges: names,
    replacementTrigger: propertyValue,
    importId: z.string(),
    customTimeouts: z.strictObject({ create: z.string(), update: z.string(), delete: z.string() }),
    aliases: names,
    deletedWith: z.string(),
  }),
  existence: z.enum(["made", "recorded", "component"]),
  id: z.string(),
  outputs: propertyMap,
  secretOutputs: names,
  recordedBecause: z.string().exactOptional(),
});

const count = z.number().int().nonnegative();

/** A deployment as it stands in a file. */
export const deployment: z.ZodType<Deployment> = z.strictObject({
  registrations: z.array(registration),
  leftovers: z.array(registration),
  outputs: z.record(z.string(), z.unknown()),
  created: count,
  recorded: count,
  updated: count,
  replaced: count,
  deleted: count,
  unchanged: count,
  recordedBecause: z.array(z.strictObject({ urn: z.string(), reason: z.string() })),
});
