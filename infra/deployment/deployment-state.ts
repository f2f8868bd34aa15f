import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";
import { failureText } from "../failure-text.ts";
import { outputsPath } from "../outputs/outputs.ts";
import type { Settings } from "../settings.ts";
import { type DeployedParts, readDeployedParts } from "./deployed-parts.ts";

/** What could not be read of the stack as it stands, so whether a change is safe is unknown. */
export class DeploymentStateError extends RunError {}

/** The stack as the last deployment left it; nothing in it when there was none. */
export interface DeploymentState {
  parts: DeployedParts;
  /** Whether the pool of the outputs is still there; false also before the first deployment. */
  isPoolThere: boolean;
}

/** What is asked of AWS, as the provider's functions answer it. */
export interface DeploymentLookUps {
  getParametersByPath: (args: {
    path: string;
    recursive: boolean;
    withDecryption: boolean;
    region?: string;
  }) => Promise<{ names: string[]; values: string[] }>;
  getUserPools: (args: { name: string }) => Promise<{ ids: string[] }>;
  getUserPool: (args: { userPoolId: string }) => Promise<{ estimatedNumberOfUsers: number }>;
}

/**
 * Reads what the last deployment wrote down; the engine does not tell a program what its state holds. Where nothing is
 * in the stack's Region, the Region of the copy is asked: the stack may have been deployed from another one. Throws
 * `DeploymentStateError` when AWS does not answer, or answers with what no deployment wrote.
 */
export async function readDeploymentState(
  { stack, backup }: Pick<Settings, "stack" | "backup">,
  lookUps: DeploymentLookUps = awsLookUps,
): Promise<DeploymentState> {
  const home = await readParts(stack, undefined, lookUps);
  const parts =
    Object.keys(home).length > 0 || backup.copyTo === undefined
      ? home
      : await readParts(stack, backup.copyTo, lookUps);
  return { parts, isPoolThere: await isPoolThere(parts, lookUps) };
}

/** How many users AWS estimates the deployed pool to have; undefined when it does not say. */
export async function countUsers(
  { users }: DeployedParts,
  { getUserPool }: Pick<DeploymentLookUps, "getUserPool"> = awsLookUps,
): Promise<number | undefined> {
  if (!users) return undefined;
  const { userPoolId } = users;
  // The number only makes a sentence more telling; without it the sentence is still said.
  const pool = await getUserPool({ userPoolId }).catch(() => undefined);
  return pool?.estimatedNumberOfUsers;
}

const awsLookUps: DeploymentLookUps = {
  getParametersByPath: aws.ssm.getParametersByPath,
  getUserPools: aws.cognito.getUserPools,
  getUserPool: aws.cognito.getUserPool,
};

async function readParts(
  stack: string,
  region: string | undefined,
  { getParametersByPath }: DeploymentLookUps,
): Promise<DeployedParts> {
  const path = outputsPath(stack);
  // No parameters are an empty list, not an error. None is encrypted.
  const input = { path: path.slice(0, -1), recursive: true, withDecryption: false };
  const place = region === undefined ? {} : { region };
  const answer = await getParametersByPath({ ...input, ...place }).catch((cause: unknown) => {
    throw new DeploymentStateError(
      `Cannot tell whether this stack stands already; see that the deploying role may call ssm:GetParametersByPath ` +
        `on ${path}${region === undefined ? "" : ` in ${region}`}, then deploy again. AWS said: ${failureText(cause)}.`,
      { cause },
    );
  });
  const read = readDeployedParts(path, answer);
  if ("parts" in read) return read.parts;
  throw new DeploymentStateError(
    `The parameter ${read.damaged} does not hold what this version of the program writes, so whether a change is safe ` +
      `is unknown. Deploy with the version that wrote it; if nobody can have, delete the parameter ` +
      `(aws ssm delete-parameter --name ${read.damaged}), run pulumi refresh, and deploy again.`,
  );
}

async function isPoolThere({ users }: DeployedParts, { getUserPools }: DeploymentLookUps): Promise<boolean> {
  if (!users) return false;
  const { userPoolId, userPoolName } = users;
  // Looking for the name: an answer without the pool is an answer, where asking for its id would be an error.
  const { ids } = await getUserPools({ name: userPoolName }).catch((cause: unknown) => {
    throw new DeploymentStateError(
      `Cannot tell whether the user pool ${userPoolId} is still there; see that the deploying role may call ` +
        `cognito-idp:ListUserPools, then deploy again. AWS said: ${failureText(cause)}.`,
      { cause },
    );
  });
  return ids.includes(userPoolId);
}
