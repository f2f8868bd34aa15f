import { formatCount } from "../../runtime/progress.ts";
import { findMisfit, longestOf, type Misfit, typeWords } from "../attribute-faults.ts";
import type { AttributeTally } from "../set-tally.ts";
import { LEGACY_SUB, type TargetAttribute, type TargetPool } from "../target-pool.ts";
import { acceptableFault, type PoolComparison, type PoolFault, usersHave } from "./pool-fault.ts";

/** What the target's schema does not take of the users' attributes, and what it asks for and they lack. */
export function findSchemaFaults({ target, tally }: PoolComparison): PoolFault[] {
  const values = [...tally.attributes].flatMap(([name, count]) => {
    const attribute = target.schema.get(name);
    return attribute ? findMisfits(attribute, count) : [missingAttribute(name, count, target)];
  });
  const required = [...target.schema.values()].flatMap((attribute) => {
    const lacking = tally.users - (tally.attributes.get(attribute.name)?.users ?? 0);
    return isAskedFor(attribute, target) && lacking > 0 ? [requiredAttribute(attribute, lacking)] : [];
  });
  return [...values, ...required, ...findLegacySubFault(target.schema.get(LEGACY_SUB), tally.longestSub)];
}

function missingAttribute(name: string, { users }: AttributeTally, { schema }: TargetPool): PoolFault {
  const twin = twinsOf(name).find((other) => schema.has(other));
  if (twin !== undefined) {
    return acceptableFault(
      `developer-only:${name}`,
      `The target has ${twin} in place of ${name}, which is another attribute; ${usersHave(users)} a value there.`,
      `Add ${name}`,
      "leaves those values out",
    );
  }
  return acceptableFault(
    `missing-attribute:${name}`,
    `${name} is not in the target's schema; ${usersHave(users)} a value there.`,
    "Add it",
    "leaves those values out",
  );
}

/**
 * The names that an attribute has with and without `dev:`, which marks those that apps never see (Amazon Cognito user
 * pools API reference, SchemaAttributeType).
 */
function twinsOf(name: string): string[] {
  const [, isDeveloperOnly, base] = /^(dev:)?(?:custom:)?(.*)$/.exec(name) ?? [];
  return isDeveloperOnly ? [`custom:${base}`] : [`dev:${base}`, `dev:custom:${base}`];
}

function findMisfits(attribute: TargetAttribute, count: AttributeTally): PoolFault[] {
  return [...count.misfits].flatMap(([misfit, users]) => {
    const fault = describeMisfit(misfit, users, attribute, count);
    if (fault === undefined) return [];
    return [acceptableFault(`${fault.kind}:${attribute.name}`, fault.message, "", "leaves those values out")];
  });
}

function describeMisfit(
  misfit: Misfit,
  users: number,
  attribute: TargetAttribute,
  { longest, shortest, lowest, highest }: AttributeTally,
): { kind: string; message: string } | undefined {
  const { name, type, min = 0, max = 0 } = attribute;
  const takes = `In the target ${name}`;
  switch (misfit) {
    case "type":
      return {
        kind: "attribute-type",
        message: `${takes} is ${typeWords[type]}; ${usersHave(users)} something else.`,
      };
    case "too-long":
      return {
        kind: misfit,
        message: `${takes} has at most ${formatCount(longestOf(attribute))} characters; ${usersHave(users)} more, up to ${formatCount(longest)}.`,
      };
    case "too-short":
      return {
        kind: misfit,
        message: `${takes} has at least ${formatCount(min)} characters; ${usersHave(users)} fewer, down to ${formatCount(shortest)}.`,
      };
    case "too-small":
      return {
        kind: misfit,
        message: `${takes} is at least ${formatCount(min)}; ${usersHave(users)} less, down to ${formatCount(lowest ?? min)}.`,
      };
    case "too-large":
      return {
        kind: misfit,
        message: `${takes} is at most ${formatCount(max)}; ${usersHave(users)} more, up to ${formatCount(highest ?? max)}.`,
      };
    // Every pool has the same forms.
    case "form":
      return undefined;
  }
}

/**
 * `sub` is Cognito's to set, and without the one contact that people sign in with nobody is created anyway: that is a
 * fault of its own.
 */
function isAskedFor({ name, isRequired }: TargetAttribute, { usernameAttributes }: TargetPool): boolean {
  const isSignInName =
    usernameAttributes.length === 1 && usernameAttributes.some((contact) => contact === name);
  return isRequired && name !== "sub" && !isSignInName;
}

/**
 * "To create users and not give values for required attributes, administrators can use the AdminCreateUser API" (Amazon
 * Cognito Developer Guide, "Working with user attributes").
 */
function requiredAttribute({ name }: TargetAttribute, lacking: number): PoolFault {
  return acceptableFault(
    `required-attribute:${name}`,
    `${name} is required in the target; ${usersHave(lacking)} none.`,
    "",
    "creates them without it, by the API",
  );
}

/** The attribute that would keep the former `sub` has to have room for it: limits never change. */
function findLegacySubFault(attribute: TargetAttribute | undefined, longestSub: number): PoolFault[] {
  if (attribute === undefined || findMisfit(attribute, "x".repeat(longestSub)) === undefined) return [];
  return [
    acceptableFault(
      "legacy-sub",
      `${LEGACY_SUB} of the target cannot hold a sub: those of the set have up to ${longestSub} characters.`,
      "",
      "leaves it out",
    ),
  ];
}
