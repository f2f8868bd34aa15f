import { matchesClaim } from "../../infra/aws-access/claim-match.ts";
import { explainDenial } from "./role-denial.ts";
import type { SignInFile } from "./sign-in-file.ts";

type Access = NonNullable<SignInFile["awsAccess"]>;

/** The role somebody gets, and the rule that gives it; `rule` counts from 1, as the stack file lists them. */
export type RoleChoice =
  | { role: string; roleArn: string | undefined; rule: number; why: string }
  | { role: undefined; why: string };

/** The first rule that matches decides; without one there is no role (the program maps nobody else to any). */
export function chooseRole(
  { rules, roles }: Pick<Access, "rules" | "roles">,
  claims: Readonly<Record<string, unknown>>,
): RoleChoice {
  const place = rules.findIndex((rule) => matchesClaim(rule, claims));
  const rule = rules[place];
  if (rule !== undefined) {
    const why = `rule ${place + 1}: ${rule.claim} ${matchWords[rule.match]} "${rule.value}"`;
    return { role: rule.role, roleArn: roles[rule.role], rule: place + 1, why };
  }
  return { role: undefined, why: explainDenial({ rules }, claims) ?? "no rule gives you a role" };
}

const matchWords = {
  equals: "is",
  contains: "contains",
  startsWith: "starts with",
  notEqual: "is there and is not",
} as const;
