import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";
import { failureText } from "./failure-text.ts";
import { outputsPath } from "./outputs.ts";

/** The parameters of the stack could not be read, so whether it stands is unknown. */
export class DeploymentStateError extends RunError {
  constructor(path: string, cause: unknown) {
    super(
      `Cannot tell whether this stack stands already; see that the deploying role may call ssm:GetParametersByPath ` +
        `on ${path}, then deploy again. AWS said: ${failureText(cause)}.`,
      { cause },
    );
  }
}

export type GetParametersByPath = (args: { path: string }) => Promise<{ names: string[] }>;

/**
 * Whether this stack's users have been deployed before, by the parameter that says where they are. The engine
 * does not tell a program what its state holds. Throws `DeploymentStateError` when AWS does not answer.
 */
export async function isUsersDeployed(
  stack: string,
  getParametersByPath: GetParametersByPath = aws.ssm.getParametersByPath,
): Promise<boolean> {
  const path = outputsPath(stack);
  try {
    // No parameters are an empty list, not an error.
    const { names } = await getParametersByPath({ path: path.slice(0, -1) });
    return names.includes(`${path}users`);
  } catch (cause) {
    throw new DeploymentStateError(path, cause);
  }
}
