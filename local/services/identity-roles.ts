import { matchesClaim } from "../../infra/aws-access/claim-match.ts";

/** One rule of a role mapping (Amazon Cognito Identity API reference, MappingRule). */
export interface MappingRule {
  Claim: string;
  MatchType: "Equals" | "Contains" | "StartsWith" | "NotEqual";
  Value: string;
  RoleARN: string;
}

export interface RoleMapping {
  Type: "Token" | "Rules";
  AmbiguousRoleResolution?: "AuthenticatedRole" | "Deny" | undefined;
  RulesConfiguration?: { Rules: readonly MappingRule[] } | undefined;
}

export interface RoleQuestion {
  /** The mapping of the client that issued the token, if there is one. */
  mapping: RoleMapping | undefined;
  /** The role for whoever signed in, where no mapping decides. */
  authenticatedRole: string | undefined;
  /** Claims of the ID token. */
  claims: Readonly<Record<string, unknown>>;
  /** The one role the caller asks for. */
  customRole?: string | undefined;
}

export type RoleAnswer = { role: string } | { refused: "no role" | "ambiguous" | "custom role not allowed" };

/**
 * The role credentials are made for (Amazon Cognito Developer Guide, Role-based access control): rules are tried in
 * order and the first match wins; a caller may choose only among the roles the token or the matching rules offer; where
 * nothing decides, AmbiguousRoleResolution does.
 */
export function resolveRole(question: RoleQuestion): RoleAnswer {
  const { mapping, customRole } = question;
  if (mapping === undefined) {
    if (customRole !== undefined) return chooseCustom(customRole, rolesOfToken(question.claims));
    return roleOr(question.authenticatedRole, "no role");
  }
  const offered =
    mapping.Type === "Rules" ? rolesOfRules(mapping, question.claims) : rolesOfToken(question.claims);
  if (customRole !== undefined) return chooseCustom(customRole, offered);
  const role = mapping.Type === "Rules" ? offered[0] : preferredRole(question.claims, offered);
  if (role !== undefined) return { role };
  return mapping.AmbiguousRoleResolution === "AuthenticatedRole"
    ? roleOr(question.authenticatedRole, "no role")
    : { refused: "ambiguous" };
}

/** Whether a rule matches. A claim that is absent matches nothing, NotEqual included. */
export function matchesRule(
  { Claim, MatchType, Value }: MappingRule,
  claims: Readonly<Record<string, unknown>>,
): boolean {
  return matchesClaim({ claim: Claim, match: MATCHES[MatchType], value: Value }, claims);
}

const MATCHES = {
  Equals: "equals",
  Contains: "contains",
  StartsWith: "startsWith",
  NotEqual: "notEqual",
} as const;

function rolesOfRules(
  { RulesConfiguration }: RoleMapping,
  claims: Readonly<Record<string, unknown>>,
): string[] {
  const rules = RulesConfiguration?.Rules ?? [];
  return rules.filter((rule) => matchesRule(rule, claims)).map(({ RoleARN }) => RoleARN);
}

function rolesOfToken(claims: Readonly<Record<string, unknown>>): string[] {
  const roles = claims["cognito:roles"];
  return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
}

/** The preferred role of the token; without one, a single role is clear enough. */
function preferredRole(
  claims: Readonly<Record<string, unknown>>,
  offered: readonly string[],
): string | undefined {
  const preferred = claims["cognito:preferred_role"];
  if (typeof preferred === "string") return preferred;
  return offered.length === 1 ? offered[0] : undefined;
}

function chooseCustom(wanted: string, offered: readonly string[]): RoleAnswer {
  return offered.includes(wanted) ? { role: wanted } : { refused: "custom role not allowed" };
}

function roleOr(role: string | undefined, refused: "no role"): RoleAnswer {
  return role === undefined ? { refused } : { role };
}
