import { readFile } from "node:fs/promises";
import { readStackFile } from "../../../infra/settings/stack-file.ts";
import { readSettings, type Settings } from "../../../infra/settings.ts";
import { type Deployment, deploy } from "../../../local/deploy.ts";
import type { World } from "../../../local/world-client.ts";
import { checkout } from "./scratch-project.ts";

/** One stack file of the tests, checked. */
export interface VariedStack {
  stack: string;
  settings: Settings;
  /** Sections without their prefix. */
  config: Record<string, unknown>;
}

export async function readVariedStack(stack: string, path: string): Promise<VariedStack> {
  const read = readStackFile(await readFile(path, "utf8"), `Pulumi.${stack}.yaml`);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults));
  return changeStack({ stack, config: read.raw.config }, {});
}

/** The stack with some of its sections replaced; undefined takes one out. */
export function changeStack(
  { stack, config }: Pick<VariedStack, "stack" | "config">,
  change: Record<string, unknown>,
): VariedStack {
  const changed = Object.fromEntries(
    Object.entries({ ...config, ...change }).filter(([, value]) => value !== undefined),
  );
  const result = readSettings({ stack, region: "ap-northeast-1", config: changed });
  if ("faults" in result) throw new Error(JSON.stringify(result.faults));
  return { stack, settings: result.settings, config: changed };
}

/** Deploys it in the world, where the listeners and target groups that others make are made first. */
export async function deployVaried(
  world: World,
  { stack, settings, config }: VariedStack,
  previous?: Deployment,
): Promise<Deployment> {
  if (!previous) await prepareRoutes(world, settings);
  const sections = Object.entries(config).map(([name, value]) => [
    `sekisho:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return deploy({
    projectDir: checkout,
    stack,
    config: { "aws:region": "ap-northeast-1", ...Object.fromEntries(sections) },
    endpoint: world.url,
    previous,
  });
}

async function prepareRoutes(world: World, { routes }: Settings): Promise<void> {
  if (!routes) return;
  const own = routes.rules.flatMap(({ targetGroupArn }) =>
    targetGroupArn === undefined ? [] : [targetGroupArn],
  );
  const targetGroups = [...new Set([routes.targetGroupArn, ...own])];
  if (routes.listener.kind === "existing") await world.addListener(routes.listener.arn, targetGroups);
  else await world.addTargetGroups(targetGroups);
}
