/** One attribute of the pool. Custom ones carry their `custom:` prefix. */
export interface AttributeSettings {
  name: string;
  kind: "standard" | "custom";
  type: "string" | "number" | "datetime" | "boolean";
  required: boolean;
  mutable: boolean;
  writableByUser: boolean;
  /** Shortest length of a string, smallest value of a number. */
  min?: number;
  /** Greatest length of a string, greatest value of a number. */
  max?: number;
}

export interface GroupSettings {
  name: string;
  precedence?: number;
  description?: string;
}

export interface PasswordSettings {
  minLength: number;
  temporaryValidDays: number;
  requireLowercase: boolean;
  requireUppercase: boolean;
  requireNumbers: boolean;
  requireSymbols: boolean;
}

/** `sekisho:users`: the user pool. */
export interface UsersSettings {
  /** What users sign in with; empty = a user name. */
  usernameAttributes: ("email" | "phone_number")[];
  aliasAttributes: ("email" | "phone_number" | "preferred_username")[];
  selfSignUp: boolean;
  tier: "lite" | "essentials" | "plus";
  protect: boolean;
  generation: number;
  /** Sorted by name. */
  attributes: AttributeSettings[];
  /** Sorted by name. */
  groups: GroupSettings[];
  password: PasswordSettings;
  /** In order of priority; `["admin"]` = only an administrator can reset a password. */
  recovery: ("email" | "phone" | "admin")[];
  verifyBy: "code";
  /** Derived: what Cognito verifies by itself. */
  autoVerify: ("email" | "phone_number")[];
}
