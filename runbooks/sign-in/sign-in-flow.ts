import { BadInputError } from "../runtime/errors.ts";
import type { SignInFile } from "./sign-in-file.ts";

/** How the password is proven: without being sent, the same with the secret question after it, or by sending it. */
export const signInFlows = ["srp", "question", "password"] as const;

export type SignInFlow = (typeof signInFlows)[number];

/**
 * The flow of a sign-in: the one that is wanted, else the first of those that do not send the password. Throws
 * BadInputError, before anything is sent, for one that the client does not have.
 */
export function chooseFlow(
  { stack, flows = ["srp"] }: Pick<SignInFile, "stack" | "flows">,
  wanted: SignInFlow | undefined,
): SignInFlow {
  const flow = wanted ?? signInFlows.find((one) => one !== "password" && flows.includes(one));
  if (flow === undefined) {
    throw new BadInputError(`Stack ${stack} lets nobody sign in here without sending the password.`, {
      remedy: "Give --flow password if that is what you want.",
    });
  }
  if (flows.includes(flow)) return flow;
  throw new BadInputError(`Stack ${stack} does not let anybody sign in with --flow ${flow}.`, {
    remedy: `It has ${flows.join(", ")}.`,
  });
}
