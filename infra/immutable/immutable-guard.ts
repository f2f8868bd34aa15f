import type { DeploymentState } from "../deployment/deployment-state.ts";
import type { Fault, Settings } from "../settings.ts";
import { signInHost } from "../sign-in-page/sign-in-host.ts";
import { clientGenerationChecks } from "./client-generation-checks.ts";
import type { Comparison } from "./comparison.ts";
import { evidenceChecks } from "./evidence-checks.ts";
import { generationChecks, keptGenerationsExist } from "./generation-checks.ts";
import { memberChecks } from "./member-checks.ts";
import { placeChecks } from "./place-checks.ts";
import { poolChecks } from "./pool-checks.ts";

/**
 * What the stack file asks for and AWS cannot do without deleting or replacing something that people depend on; all at
 * once, before anything is declared. Silent on a first deployment, in a stack that was disposable already, and for a
 * pool that is gone.
 */
export function findForbiddenChanges({ parts, isPoolThere }: DeploymentState, settings: Settings): Fault[] {
  const comparison: Comparison = { deployed: parts, isPoolThere, settings };
  // Whether a stack guards its users is what the last deployment said: protection cannot be lifted and used at once.
  if (parts.stack === undefined || parts.stack.disposable) return keptGenerationsExist(comparison);
  return [
    ...placeChecks,
    ...evidenceChecks,
    ...generationChecks,
    ...poolChecks,
    ...memberChecks,
    ...clientGenerationChecks,
  ].flatMap((check) => check(comparison));
}

/** What the stack file asks for and can have, at a price that is easily overlooked. */
export function findCostlyChanges({ parts, isPoolThere }: DeploymentState, settings: Settings): Fault[] {
  if (parts.stack === undefined || parts.stack.disposable) return [];
  const faults: Fault[] = [];
  if (settings.disposable) {
    faults.push({
      path: "sekisho:disposable",
      message:
        "takes every protection off this stack: after this deployment one wrong line can delete its users and their backups",
    });
  }
  const before = parts["sign-in-page"]?.host;
  const after = settings.signInPage && signInHost(settings.signInPage, settings.region);
  const isMove = parts.users?.generation !== settings.users.generation;
  if (isPoolThere && !isMove && before !== undefined && before !== after) {
    faults.push({
      path: "sekisho:signInPage",
      message: `gives up ${before}: nobody can sign in there from then on, machines must ask for tokens at ${after ?? "no address at all"}, and anybody may take the old address`,
    });
  }
  return faults;
}

/** The one text that stops a deployment. */
export function refuseChanges(
  stack: string,
  faults: readonly Fault[],
  { parts, isPoolThere }: DeploymentState,
  users: number | undefined,
): string {
  const lines = faults.map(({ path, message }) => `  ${path} ${message}`);
  const count = faults.length === 1 ? "1 change" : `${faults.length} changes`;
  return [
    `Pulumi.${stack}.yaml asks for ${count} that would delete or replace what people depend on; nothing was changed:`,
    ...lines,
    ...(isPoolThere && parts.users ? [poolSentence(parts.users.userPoolId, users)] : []),
  ].join("\n");
}

function poolSentence(userPoolId: string, users: number | undefined): string {
  const number = users === undefined ? "a number of users AWS did not tell" : `about ${users} users`;
  return `The user pool ${userPoolId} has ${number}. Once it is lost, only a backup brings them back, without passwords.`;
}
