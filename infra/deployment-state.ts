import * as aws from "@pulumi/aws";
import { outputsPath } from "./outputs.ts";

export type GetParametersByPath = (args: { path: string }) => Promise<{ names: string[] }>;

/**
 * Whether this stack's users have been deployed before, by the parameter that says where they are. The engine
 * does not tell a program what its state holds, and no answer is an empty list, not an error.
 */
export async function isUsersDeployed(
  stack: string,
  getParametersByPath: GetParametersByPath = aws.ssm.getParametersByPath,
): Promise<boolean> {
  const path = outputsPath(stack);
  const { names } = await getParametersByPath({ path: path.slice(0, -1) });
  return names.includes(`${path}users`);
}
