import { wantedTriggers } from "../functions/trigger-functions.ts";
import { loadBalancerGuard } from "../guard/guard-lists.ts";
import { LARGEST_PARAMETER_BYTES, type StackOutputs } from "../outputs/outputs.ts";
import { plainAttribute } from "../settings/attributes.ts";
import type { AttributeSettings, Settings } from "../settings.ts";
import type { SmsState } from "../sms/sms-state.ts";
import { isUnusual } from "../users/user-attributes.ts";

type FixedSettings = Pick<Settings, "preset" | "users" | "sms" | "routes" | "triggers" | "guard" | "audit">;

/** What AWS never changes of a pool once it is made, as the next deployment must find it again. */
export function fixedPart(
  settings: FixedSettings,
  { sendsSms, hasSmsRole }: SmsState,
): NonNullable<StackOutputs["fixed"]> {
  const { users, sms, routes, triggers, guard, preset } = settings;
  const called = wantedTriggers(settings);
  const { usernameAttributes, aliasAttributes, caseSensitive, keep } = users;
  return {
    usernameAttributes,
    aliasAttributes,
    ...(caseSensitive !== undefined && { caseSensitive }),
    sendsSms,
    hasSmsRole,
    ownsSmsSettings: sms?.ownAccountSettings ?? false,
    attributes: fixedAttributes(users.attributes),
    keep,
    ...(triggers?.secretQuestion && { hasQuestions: true }),
    ...(guard && { hasRequestLog: true }),
    ...(guard && loadBalancerGuard({ ...settings, guard }) !== "off" && { hasBalancerLog: true }),
    ...(preset === "strict" && { hasKeys: true }),
    ...(called.length > 0 && { triggers: called }),
    ...(routes?.listener.kind === "create" && { vpcId: routes.listener.vpcId }),
  };
}

/** The names of the groups, where one parameter holds them all; else the engine's own protection must do. */
export function groupsPart({ groups }: Pick<Settings["users"], "groups">): StackOutputs["groups"] {
  const part = { names: groups.map(({ name }) => name) };
  return Buffer.byteLength(JSON.stringify(part)) <= LARGEST_PARAMETER_BYTES ? part : undefined;
}

/** One attribute in words, without what is usual: `string`, `string immutable required 1..64`. */
export function attributeText({ name, type, mutable, required, min, max }: AttributeSettings): string {
  const usual = plainAttribute(name);
  const hasUsualLimits = type === usual.type && min === usual.min && max === usual.max;
  return [
    type,
    mutable ? "" : "immutable",
    required ? "required" : "",
    hasUsualLimits || type === "boolean" || type === "datetime" ? "" : limitsText(min, max),
  ]
    .filter((word) => word !== "")
    .join(" ");
}

function limitsText(min: number | undefined, max: number | undefined): string {
  return min === undefined && max === undefined ? "unlimited" : `${min ?? ""}..${max ?? ""}`;
}

/** Custom attributes, and standard ones that are not as AWS makes them anyway. */
function fixedAttributes(attributes: readonly AttributeSettings[]): Record<string, string> {
  return Object.fromEntries(
    attributes
      .filter((attribute) => attribute.kind === "custom" || isUnusual(attribute))
      .map((attribute) => [attribute.name, attributeText(attribute)]),
  );
}
