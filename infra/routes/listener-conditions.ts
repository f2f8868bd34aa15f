import type { PlannedRule } from "./route-rules.ts";

/** One condition of a listener rule, in the words of the provider. */
export type ListenerCondition =
  | { hostHeader: { values: string[] } }
  | { pathPattern: { values: string[] } }
  | { sourceIp: { values: string[] } };

/** The conditions of one listener rule: all of them must hold, and of each one value suffices. */
export function conditionsOf({
  hosts,
  paths,
  from,
}: Pick<PlannedRule, "hosts" | "paths" | "from">): ListenerCondition[] {
  return [
    ...(hosts.length > 0 ? [{ hostHeader: { values: hosts } }] : []),
    ...(paths.length > 0 ? [{ pathPattern: { values: paths } }] : []),
    ...(from.length > 0 ? [{ sourceIp: { values: from } }] : []),
  ];
}
