import { z } from "zod";

/** What people sign in with, and by which they get a code: the names of two attributes. */
export const signInContact = z.enum(["email", "phone_number"]);

/**
 * How people sign in to a pool and come back to it, and what it calls, as DescribeUserPool tells it and sets keep it;
 * what is left out has AWS's default (Amazon Cognito user pools API reference, UserPoolType).
 */
export const describedSettings = z.object({
  UsernameAttributes: z.array(signInContact).default([]),
  AliasAttributes: z.array(z.enum([...signInContact.options, "preferred_username"])).default([]),
  AutoVerifiedAttributes: z.array(signInContact).default([]),
  AccountRecoverySetting: z
    .object({
      RecoveryMechanisms: z.array(
        z.object({
          Name: z.enum(["verified_email", "verified_phone_number", "admin_only"]),
          Priority: z.int(),
        }),
      ),
    })
    .optional(),
  LambdaConfig: z.record(z.string(), z.unknown()).default({}),
});

/** The functions that a pool calls, by their names in its LambdaConfig (`PreSignUp`). */
export function functionsOf({
  LambdaConfig,
}: Pick<z.infer<typeof describedSettings>, "LambdaConfig">): string[] {
  return Object.entries(LambdaConfig).flatMap(([name, value]) =>
    value && !NO_FUNCTIONS.has(name) ? [name] : [],
  );
}

/** What LambdaConfig holds besides functions: the key for those that send messages. */
const NO_FUNCTIONS: ReadonlySet<string> = new Set(["KMSKeyID"]);
