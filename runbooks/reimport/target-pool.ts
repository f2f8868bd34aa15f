/** What a re-import knows of the pool it writes to: rules that AWS applies, and what stands there already. */
export interface TargetPool {
  id: string;
  name: string;
  arn: string;
  tags: Readonly<Record<string, string>>;
  estimatedUsers: number;
  /** What people sign in with instead of a user name; empty where they have user names. */
  usernameAttributes: readonly SignInContact[];
  /** What signs people in beside their user name. */
  aliasAttributes: readonly (SignInContact | "preferred_username")[];
  isCaseSensitive: boolean;
  autoVerified: readonly SignInContact[];
  /** Ways back for who forgot the password, the first one first; "admin_only" lets nobody back by themselves. */
  recovery: readonly (SignInContact | "admin_only")[];
  mfa: TargetMfa;
  /** By full name, `custom:` included. */
  schema: ReadonlyMap<string, TargetAttribute>;
  /** The shortest password the pool takes. */
  passwordLength: number;
  /** Functions that the pool calls, by the name in its LambdaConfig (`PreSignUp`). */
  triggers: readonly string[];
  /** Names of the identity providers, `Google` or a SAML one's own. */
  identityProviders: readonly string[];
  groups: ReadonlyMap<string, TargetGroup>;
}

/** The attribute that keeps a user's former `sub`, in pools that have it. */
export const LEGACY_SUB = "custom:legacy_sub";

/** What people sign in with, and by which they get a code: the names of two attributes. */
export type SignInContact = "email" | "phone_number";

/** Second factors as GetUserPoolMfaConfig tells them; passkeys and devices are none of them. */
export interface TargetMfa {
  mode: "OFF" | "ON" | "OPTIONAL";
  hasSms: boolean;
  hasTotp: boolean;
  hasEmail: boolean;
}

/** One attribute of a pool's schema, by the full name, `custom:` included. */
export interface TargetAttribute {
  name: string;
  type: "String" | "Number" | "DateTime" | "Boolean";
  isMutable: boolean;
  isRequired: boolean;
  /** Characters of a text, or the value of a number. */
  min?: number;
  max?: number;
}

/** A group, without its members. */
export interface TargetGroup {
  name: string;
  description?: string;
  precedence?: number;
  roleArn?: string;
}

/** One user who stands in the target pool. */
export interface TargetUser {
  sub: string;
  username: string;
  status: string;
  isEnabled: boolean;
  /** ISO 8601. */
  created: string;
  modified: string;
  /** Without `sub`. */
  attributes: ReadonlyMap<string, string>;
}
