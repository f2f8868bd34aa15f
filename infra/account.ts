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

/** The account that the program deploys to, twelve digits. */
export async function findAccount(): Promise<string> {
  try {
    const { accountId } = await aws.getCallerIdentity();
    return accountId;
  } catch (cause) {
    throw new NoAccountError(cause);
  }
}
