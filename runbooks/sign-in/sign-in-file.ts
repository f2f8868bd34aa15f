import { z } from "zod";
import { REGION_NAME, STACK_NAME, signInFilePart } from "../../infra/outputs/outputs.ts";

export { SIGN_IN_FILE_VERSION } from "../../infra/outputs/outputs.ts";

/** A name and nothing else: no port, no user before an @, no path. */
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;
/** The only place a browser comes back to: this very machine, as the program gives it (loopbackUrl). */
const LOOPBACK_ADDRESS = /^http:\/\/localhost:\d{4,5}\/$/;
/** Amazon Cognito Federated Identities API Reference, GetId. */
const IDENTITY_POOL_ID = /^[\w-]+:[0-9a-f-]+$/;
/** IAM User Guide, "IAM identifiers". */
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[!-~]+$/;

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
  browser: signInFilePart.shape.browser
    .unwrap()
    .extend({ host: z.string().regex(HOST_NAME), callbackUrl: z.string().regex(LOOPBACK_ADDRESS) })
    .optional(),
  awsAccess: signInFilePart.shape.awsAccess
    .unwrap()
    .extend({
      identityPoolId: z.string().regex(IDENTITY_POOL_ID),
      roles: z.record(z.string(), z.string().regex(ROLE_ARN)),
    })
    .optional(),
});

export type SignInFile = z.infer<typeof signInFile>;
