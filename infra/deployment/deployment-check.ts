import { log, RunError } from "@pulumi/pulumi";
import { findCostlyChanges, findForbiddenChanges, refuseChanges } from "../immutable/immutable-guard.ts";
import type { Settings } from "../settings.ts";
import {
  countUsers,
  type DeploymentLookUps,
  type DeploymentState,
  readDeploymentState,
} from "./deployment-state.ts";

/** The stack file asks for what would delete or replace something that people depend on. */
export class ForbiddenChangeError extends RunError {}

/**
 * Compares the settings with what is deployed, and resolves with that, before anything is declared. Throws one
 * `ForbiddenChangeError` that lists everything AWS would have to replace; warns of what it can do at a price.
 */
export async function checkDeployment(
  settings: Settings,
  lookUps?: DeploymentLookUps,
): Promise<DeploymentState> {
  const state = await readDeploymentState(settings, lookUps);
  const forbidden = findForbiddenChanges(state, settings);
  if (forbidden.length > 0) {
    const users = state.isPoolThere ? await countUsers(state.parts, lookUps) : undefined;
    throw new ForbiddenChangeError(refuseChanges(settings.stack, forbidden, state, users));
  }
  for (const { path, message } of findCostlyChanges(state, settings)) await log.warn(`${path} ${message}`);
  return state;
}
