import { z } from "zod";
import { REGION_NAME, STACK_NAME } from "../../infra/outputs/outputs.ts";

/** Version of the layout below; a reader refuses a number it does not know. */
export const SIGN_IN_FILE_VERSION = 1;

/**
 * What people without any right in AWS need to sign in at the command line: ids that are public anyway, no secret. The
 * program prints it as the output `signInFile`; ops hand it out as a file or behind a link.
 */
export const signInFile = z.strictObject({
  version: z.literal(SIGN_IN_FILE_VERSION),
  stack: z.string().regex(STACK_NAME),
  region: z.string().regex(REGION_NAME),
  userPoolId: z.string().regex(/^[\w-]+_[0-9a-zA-Z]+$/),
  /** Of the client of kind `cli`, which has no secret. */
  clientId: z.string().regex(/^[\w+]+$/),
  /** May everybody make an account? */
  selfSignUp: z.boolean(),
  /** Attributes an account must have, and those users may change through this client. */
  requiredAttributes: z.array(z.string()),
  writableAttributes: z.array(z.string()),
  /** Minutes from the password to the last code. */
  authSessionMinutes: z.number(),
  /** Where a browser signs in, with an address on this machine that it comes back to; absent where the client cannot. */
  browser: z.strictObject({ host: z.string(), callbackUrl: z.string() }).optional(),
  /** Temporary AWS credentials; absent where the stack has none for this client. Rules in their order. */
  awsAccess: z
    .strictObject({
      identityPoolId: z.string(),
      roles: z.record(z.string(), z.string()),
      rules: z.array(
        z.strictObject({
          claim: z.string(),
          match: z.enum(["equals", "contains", "startsWith", "notEqual"]),
          value: z.string(),
          role: z.string(),
        }),
      ),
    })
    .optional(),
});

export type SignInFile = z.infer<typeof signInFile>;
