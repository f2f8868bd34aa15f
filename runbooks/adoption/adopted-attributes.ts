import { plainAttribute } from "../../infra/settings/attributes.ts";
import type { ExistingAttribute } from "./existing-pool.ts";

const TYPES = { String: "string", Number: "number", DateTime: "datetime", Boolean: "boolean" } as const;

/** Attributes that Cognito has in every pool and the stack file cannot name. */
const BUILT_IN: readonly string[] = ["sub", "email_verified", "phone_number_verified", "identities"];

export interface AdoptedAttributes {
  /** `sekisho:users.attributes`. */
  settings: Record<string, unknown>;
  /** Attributes that no setting can say. */
  unsayable: string[];
}

/**
 * The attributes of a pool as settings: custom ones, standard ones that are not as Cognito makes them, and those that
 * a client reads or writes. `writable` are those that some client may write.
 */
export function adoptAttributes(
  schema: readonly ExistingAttribute[],
  mentioned: ReadonlySet<string>,
  writable: ReadonlySet<string>,
): AdoptedAttributes {
  const known = schema.filter(({ Name }) => !BUILT_IN.includes(Name));
  const sayable = known.filter(
    ({ Name, DeveloperOnlyAttribute }) => !DeveloperOnlyAttribute && !/^dev:/.test(Name),
  );
  const settings = sayable.flatMap((attribute) => {
    const setting = readAttribute(attribute, writable);
    const isNeeded =
      attribute.Name.startsWith("custom:") || setting !== "optional" || mentioned.has(attribute.Name);
    return isNeeded ? [[attribute.Name, setting] as const] : [];
  });
  return {
    settings: Object.fromEntries(settings),
    unsayable: known.filter((attribute) => !sayable.includes(attribute)).map(({ Name }) => Name),
  };
}

function readAttribute(attribute: ExistingAttribute, writable: ReadonlySet<string>): unknown {
  const { Name, AttributeDataType, Mutable = true, Required = false } = attribute;
  const isCustom = Name.startsWith("custom:");
  const type = TYPES[AttributeDataType];
  const usual = isCustom && type === "number" ? WIDEST_NUMBER : plainAttribute(Name);
  const { MinLength, MaxLength } = attribute.StringAttributeConstraints ?? {};
  const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {};
  const hasLimits = type === "string" || type === "number";
  const min = limit(type === "number" ? MinValue : MinLength, usual.min);
  const max = limit(type === "number" ? MaxValue : MaxLength, usual.max);
  const parts = {
    ...(isCustom && type !== "string" && { type }),
    ...(Required && { required: true }),
    ...(!Mutable && { mutable: false }),
    ...(hasLimits && min !== undefined && { min }),
    ...(hasLimits && max !== undefined && { max }),
    // Users write standard attributes that may change anyway.
    ...(writable.has(Name) && (isCustom || !(Mutable || Required)) && { writableByUser: true }),
  };
  const keys = Object.keys(parts);
  if (keys.length === 0) return isCustom ? {} : "optional";
  return keys.length === 1 && Required ? "required" : parts;
}

/** What the stack file takes for a number without limits of its own. */
const WIDEST_NUMBER = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/** Undefined where the limit is the usual one. */
function limit(value: string | undefined, usual: number | undefined): number | "none" | undefined {
  if (value === undefined) return usual === undefined ? undefined : "none";
  return Number(value) === usual ? undefined : Number(value);
}
