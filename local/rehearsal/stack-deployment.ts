import type { Settings } from "../../infra/settings.ts";
import { type Deployment, deploy } from "../deploy.ts";
import type { World } from "../world-client.ts";
import type { StackConfig } from "./stack-config.ts";

export interface StackDeployment extends StackConfig {
  world: Pick<World, "url" | "addListener" | "addTargetGroups">;
  projectDir: string;
  signal: AbortSignal;
  warn: (line: string) => void;
}

/** Deploys a stack to the local AWS; with what the last deployment left, only what differs or is gone. */
export async function deployStack(
  { world, projectDir, settings, config, signal, warn }: StackDeployment,
  previous?: Deployment,
): Promise<Deployment> {
  if (previous === undefined) await prepareRoutes(world, settings);
  return deploy({
    projectDir,
    stack: settings.stack,
    config,
    endpoint: world.url,
    previous,
    signal,
    onMessage: (severity, message) => {
      if (severity === "warning" || severity === "error") warn(message);
    },
  });
}

/** What other people would have made before: the target groups, and the listener unless the stack makes its own. */
async function prepareRoutes(world: StackDeployment["world"], { routes }: Settings): Promise<void> {
  if (!routes) return;
  const own = routes.rules.flatMap(({ targetGroupArn }) =>
    targetGroupArn === undefined ? [] : [targetGroupArn],
  );
  const targetGroups = [...new Set([routes.targetGroupArn, ...own])];
  if (routes.listener.kind === "existing") await world.addListener(routes.listener.arn, targetGroups);
  else await world.addTargetGroups(targetGroups);
}
