import { z } from "zod";
import { REGION_NAME, STACK_NAME, signInFilePart } from "../../infra/outputs/outputs.ts";

export { SIGN_IN_FILE_VERSION } from "../../infra/outputs/outputs.ts";

/**
 * What people without any right in AWS need to sign in at the command line: ids that are public anyway, no secret. The
 * program prints it as the output `signInFile`; ops hand it out as a file or behind a link, so that a reader looks at it
 * more closely than at what comes out of the stack itself.
 */
export const signInFile = signInFilePart.extend({
  stack: z.string().regex(STACK_NAME),
  region: z.string().regex(REGION_NAME),
  userPoolId: z.string().regex(/^[\w-]+_[0-9a-zA-Z]+$/),
  clientId: z.string().regex(/^[\w+]+$/),
});

export type SignInFile = z.infer<typeof signInFile>;
