import { attributeText } from "../deployment/fixed-part.ts";
import { plainAttribute } from "../settings/attributes.ts";
import type { Fault } from "../settings.ts";
import { nameOfGeneration } from "../users/generation.ts";
import { isUnusual } from "../users/user-attributes.ts";
import { type Comparison, type ImmutableCheck, isSamePool, moveInstead } from "./comparison.ts";

/** Every property that Cognito or the provider fixes when a pool is made. */
export const poolChecks: readonly ImmutableCheck[] = [
  signInStays,
  aliasesStay,
  caseStays,
  poolNameStays,
  attributesStay,
  smsStays,
];

function signInStays(comparison: Comparison): Fault[] {
  const { fixed } = comparison.deployed;
  return stays(comparison, "sekisho:users.signInWith", {
    before: fixed && signInWords(fixed.usernameAttributes),
    after: signInWords(comparison.settings.users.usernameAttributes),
  });
}

function aliasesStay(comparison: Comparison): Fault[] {
  const { fixed } = comparison.deployed;
  return stays(comparison, "sekisho:users.aliases", {
    before: fixed && aliasWords(fixed.aliasAttributes),
    after: aliasWords(comparison.settings.users.aliasAttributes),
  });
}

function caseStays(comparison: Comparison): Fault[] {
  const { fixed } = comparison.deployed;
  return stays(comparison, "sekisho:users.caseSensitive", {
    before: fixed && String(fixed.caseSensitive ?? "unsaid"),
    after: String(comparison.settings.users.caseSensitive ?? "unsaid"),
  });
}

// AWS would rename it; the provider makes another pool for another name.
function poolNameStays(comparison: Comparison): Fault[] {
  const { stack, users } = comparison.settings;
  const before = comparison.deployed.users?.userPoolName;
  const usual = nameOfGeneration(`sekisho-${stack}`, users.generation);
  return stays(comparison, "sekisho:users.poolName", { before, after: users.poolName ?? usual });
}

function attributesStay(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  if (!deployed.fixed || !isSamePool(comparison)) return [];
  const before = deployed.fixed.attributes;
  const wanted = new Map(
    settings.users.attributes.map((attribute) => [attribute.name, attributeText(attribute)]),
  );
  const standard = settings.users.attributes.filter(
    (attribute) => attribute.kind === "standard" && isUnusual(attribute),
  );
  const names = new Set([...Object.keys(before), ...standard.map(({ name }) => name)]);
  return [...names].sort().flatMap((name): Fault[] => {
    const path = `sekisho:users.attributes.${name}`;
    const isCustom = name.startsWith("custom:");
    const is = before[name] ?? attributeText(plainAttribute(name));
    const asked = wanted.get(name) ?? (isCustom ? undefined : attributeText(plainAttribute(name)));
    if (asked === is) return [];
    if (asked === undefined) {
      const message =
        `cannot go: Cognito never removes an attribute from a pool, and users hold values in it; put it back as ` +
        `"${is}" (users need not use it), or ${moveInstead(comparison)}`;
      return [{ path, message }];
    }
    const message =
      `cannot change from "${is}" to "${asked}": Cognito fixes type, limits, mutable and required when an attribute is ` +
      `made; put it back, ${isCustom ? "add an attribute of another name, " : ""}or ${moveInstead(comparison)}`;
    return [{ path, message }];
  });
}

/** Once a pool can send text messages and has MFA, they are a factor: leaving them out would only hide it. */
function smsStays(comparison: Comparison): Fault[] {
  const { deployed, settings } = comparison;
  const { mode, factors } = settings.mfa;
  if (!deployed.fixed?.sendsSms || !isSamePool(comparison)) return [];
  if (mode === "off" || factors.includes("sms")) return [];
  const message =
    `lacks sms, but the pool could send text messages once, and Cognito never stops offering them as a factor; add ` +
    `sms again, or ${moveInstead(comparison)}`;
  return [{ path: "sekisho:mfa.factors", message }];
}

function stays(
  comparison: Comparison,
  path: string,
  { before, after }: { before: string | undefined; after: string },
): Fault[] {
  if (before === undefined || before === after || !isSamePool(comparison)) return [];
  const message =
    `cannot change from ${before} to ${after}: AWS would make another pool in its place, and every user of this one ` +
    `would be gone; put it back, or ${moveInstead(comparison)}`;
  return [{ path, message }];
}

function signInWords(attributes: readonly string[]): string {
  return attributes.length === 0 ? "username" : words(attributes);
}

function aliasWords(attributes: readonly string[]): string {
  return attributes.length === 0 ? "none" : words(attributes);
}

// The order means nothing to AWS.
function words(attributes: readonly string[]): string {
  return attributes
    .map((attribute) => (attribute === "phone_number" ? "phone" : attribute))
    .toSorted()
    .join(" and ");
}
