import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";
import { failureText } from "../failure-text.ts";

/** Nobody is signed in to AWS, or AWS does not answer: nothing can be declared. */
export class NoAccountError extends RunError {
  constructor(cause: unknown) {
    super(
      "AWS did not say which account this is; sign in (aws sso login, AWS_PROFILE) and run again. " +
        `It said: ${failureText(cause)}.`,
      { cause },
    );
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
