import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";

/** Nobody is signed in to AWS, or AWS does not answer: nothing can be declared. */
export class NoAccountError extends RunError {
  constructor(cause: unknown) {
    const reason = String(cause instanceof Error ? cause.message : cause).replaceAll(/\s+/g, " ");
    super(
      `AWS did not say which account this is; sign in (aws sso login, AWS_PROFILE) and run again. It said: ${reason}`,
    );
    this.cause = cause;
  }
}

export type GetCallerIdentity = () => Promise<{ accountId: string }>;

/** The account that the program deploys to, twelve digits. Throws `NoAccountError` when AWS does not say. */
export async function findAccount(
  getCallerIdentity: GetCallerIdentity = () => aws.getCallerIdentity(),
): Promise<string> {
  try {
    const { accountId } = await getCallerIdentity();
    return accountId;
  } catch (cause) {
    throw new NoAccountError(cause);
  }
}
