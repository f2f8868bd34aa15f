/** One mapping from a claim of the ID token to a role; the first that matches wins. */
export interface AccessRuleSettings {
  claim: string;
  match: "equals" | "contains" | "startsWith" | "notEqual";
  value: string;
  role: string;
}

export interface AccessRoleSettings {
  /** Names of AWS managed policies, or ARNs of policies. */
  managedPolicies: string[];
  inlinePolicy?: object;
}

/** `sekisho:awsAccess`: temporary AWS credentials for people who have signed in. */
export interface AwsAccessSettings {
  client: string;
  /** In order; the first match wins. */
  rules: AccessRuleSettings[];
  roles: Record<string, AccessRoleSettings>;
}
