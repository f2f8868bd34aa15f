import { z } from "zod";
import { SHORT_NAME, SHORT_NAME_WORDS } from "./formats.ts";
import { expecting, group, list, named, shown, text, yesNo } from "./schema.ts";

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
  /** Whether roles may be given out although everybody can sign up. */
  allowSelfSignUp: boolean;
  /** In order; the first match wins. */
  rules: AccessRuleSettings[];
  roles: Record<string, AccessRoleSettings>;
}

/** Rules of one provider (Amazon Cognito Developer Guide, Quotas). */
const MOST_RULES = 25;

/** Policies attached to a role, unless the account has more (IAM User Guide, IAM and AWS STS quotas). */
const MOST_POLICIES = 10;

/** Characters of a role's inline policies, white space not counted (same page). */
const LONGEST_INLINE_POLICY = 10_240;

const MATCHES = ["equals", "contains", "startsWith", "notEqual"] as const;

export function awsAccessSchema() {
  return group({
    client: text(SHORT_NAME, "the name of a client"),
    allowSelfSignUp: yesNo().default(false),
    rules: list(rule(), "rules (claim, equals, role)", { max: MOST_RULES }),
    roles: named(SHORT_NAME, SHORT_NAME_WORDS, role()),
  });
}

function rule() {
  // Lengths: Amazon Cognito Federated Identities API reference, MappingRule.
  const value = text(/^.{1,128}$/su, "a text of 1 to 128 characters").optional();
  return group({
    claim: text(/^[\w:-]{1,64}$/, "the name of a claim, such as custom:department"),
    equals: value,
    contains: value,
    startsWith: value,
    notEqual: value,
    role: text(SHORT_NAME, "the name of a role below roles"),
  }).transform((input, context): AccessRuleSettings => {
    const given = MATCHES.flatMap((match) => {
      const wanted = input[match];
      return wanted === undefined ? [] : [{ match, value: wanted }];
    });
    const [first] = given;
    if (first === undefined || given.length > 1) {
      context.addIssue({ code: "custom", path: [], message: `needs exactly one of ${MATCHES.join(", ")}` });
      return z.NEVER;
    }
    return { claim: input.claim, ...first, role: input.role };
  });
}

function role() {
  return group({
    managedPolicies: list(
      text(
        /^(arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]{1,512}|[\w+=,.@-]{1,128}(\/[\w+=,.@-]{1,128})*)$/,
        "the name of an AWS managed policy, or the ARN of a policy",
      ),
      "policies",
      { min: 0, max: MOST_POLICIES },
    ).default([]),
    inlinePolicy: inlinePolicy().optional(),
  }).transform(({ managedPolicies, inlinePolicy: document }, context): AccessRoleSettings => {
    if (managedPolicies.length === 0 && document === undefined) {
      const message = "allows nothing; give managedPolicies or inlinePolicy";
      context.addIssue({ code: "custom", path: [], message });
    }
    return document === undefined ? { managedPolicies } : { managedPolicies, inlinePolicy: document };
  });
}

function inlinePolicy() {
  const isStatement = (value: unknown) => typeof value === "object" && value !== null && "Effect" in value;
  return z
    .record(z.string(), z.unknown(), {
      error: ({ input }) => `must be a policy document (Version, Statement), not ${shown(input)}`,
    })
    .superRefine((document, context) => {
      const refuse = (message: string, ...path: string[]) =>
        context.addIssue({ code: "custom", path, message });
      const { Version: version, Statement: statements } = document;
      if (version !== "2012-10-17") refuse(expecting('"2012-10-17"')({ input: version }), "Version");
      if (!Array.isArray(statements) || statements.length === 0 || !statements.every(isStatement)) {
        refuse(expecting("a list of statements, each with Effect")({ input: statements }), "Statement");
      }
      const length = JSON.stringify(document).length;
      if (length > LONGEST_INLINE_POLICY) {
        refuse(`has ${length} characters; IAM takes ${LONGEST_INLINE_POLICY}, so use a managed policy`);
      }
    });
}
