import type { AccessRuleSettings } from "../settings/aws-access.ts";

type Match = Pick<AccessRuleSettings, "claim" | "match" | "value">;

/**
 * The earlier rules that together take every value of a rule's claim, so that it never decides: their places in
 * `earlier`, or nothing when some value reaches it. The first match wins (Amazon Cognito Developer Guide, Using
 * role-based access control).
 */
export function findCoveringRules(rule: Match, earlier: readonly Match[]): number[] | undefined {
  const same = earlier.flatMap((other, place) => (other.claim === rule.claim ? [{ ...other, place }] : []));
  const whole = same.find((other) => isCovered(rule, other));
  if (whole !== undefined) return [whole.place];
  // "Anything but x" and a rule that takes x leave nothing over; no other two rules do, because there are always
  // more texts than a list of equals, starts and parts can name.
  for (const except of same.filter(({ match }) => match === "notEqual")) {
    const rest = same.find((other) => isMatch(other, except.value));
    if (rest !== undefined) return [except.place, rest.place].sort((one, other) => one - other);
  }
  return undefined;
}

/** Whether a rule takes this value of its claim. */
export function isMatch({ match, value }: Pick<Match, "match" | "value">, text: string): boolean {
  switch (match) {
    case "equals":
      return text === value;
    case "contains":
      return text.includes(value);
    case "startsWith":
      return text.startsWith(value);
    case "notEqual":
      return text !== value;
  }
}

// Whether `outer` takes everything that `inner` takes, both of one claim.
function isCovered(inner: Match, outer: Match): boolean {
  if (inner.match === "notEqual") return outer.match === "notEqual" && outer.value === inner.value;
  if (inner.match === "equals") return isMatch(outer, inner.value);
  if (outer.match === "notEqual") return !isMatch(inner, outer.value);
  // What starts with a text contains its parts; what contains a text may start with anything.
  if (inner.match === "contains") return outer.match === "contains" && inner.value.includes(outer.value);
  return outer.match !== "equals" && isMatch(outer, inner.value);
}
