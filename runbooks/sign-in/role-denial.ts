import { claimText, matchesClaim } from "../../infra/aws-access/claim-match.ts";
import type { SignInFile } from "./sign-in-file.ts";

type Access = NonNullable<SignInFile["awsAccess"]>;
type Claims = Readonly<Record<string, unknown>>;

/**
 * Why no rule gives these claims a role, as a sentence; undefined where one does. Rules are compared as identity pools
 * compare them: a claim that is absent matches nothing (Amazon Cognito Developer Guide, "Using role-based access control").
 */
export function explainDenial({ rules }: Pick<Access, "rules">, claims: Claims): string | undefined {
  const isGiven = rules.some((rule) => matchesClaim(rule, claims));
  if (isGiven) return undefined;
  const names = [...new Set(rules.map(({ claim }) => claim))];
  if (names.length === 0) return "no rule gives anybody a role";
  const said = names.map((name) => {
    const claim = claims[name];
    return claim === undefined || claim === null
      ? `you have no ${name}`
      : `your ${name} is "${claimText(claim)}"`;
  });
  return `no rule gives you a role: ${said.join(", ")}`;
}
