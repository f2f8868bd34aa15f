import { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import { type Operations, operation } from "./operation.ts";
import { tagsShape } from "./shapes.ts";
import type { LoadBalancerState } from "./state.ts";

const arns = z.array(z.string()).min(1);

/** Tags of every kind of resource; a new resource may carry some from the start. */
export const tagOperations: Operations = {
  AddTags: operation(
    z.object({ ResourceArns: arns, Tags: tagsShape }),
    ({ state }, { ResourceArns, Tags }) => {
      for (const arn of ResourceArns) requireResource(state, arn);
      for (const arn of ResourceArns) state.tag(arn, Tags);
      return {};
    },
  ),

  RemoveTags: operation(
    z.object({ ResourceArns: arns, TagKeys: z.array(z.string()) }),
    ({ state }, { ResourceArns, TagKeys }) => {
      for (const arn of ResourceArns) requireResource(state, arn);
      for (const arn of ResourceArns) for (const key of TagKeys) state.tags.get(arn)?.delete(key);
      return {};
    },
  ),

  DescribeTags: operation(z.object({ ResourceArns: arns }), ({ state }, { ResourceArns }) => ({
    TagDescriptions: ResourceArns.map((arn) => {
      requireResource(state, arn);
      const tags = state.tags.get(arn) ?? new Map<string, string>();
      return { ResourceArn: arn, Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    }),
  })),
};

function requireResource(state: LoadBalancerState, arn: string): void {
  if (
    state.balancers.has(arn) ||
    state.targetGroups.has(arn) ||
    state.listeners.has(arn) ||
    state.rules.has(arn)
  )
    return;
  const [kind] = Object.entries(NOT_FOUND).find(([, part]) => arn.includes(part)) ?? ["LoadBalancerNotFound"];
  throw new AwsFault(kind, `'${arn}' not found`);
}

const NOT_FOUND = {
  RuleNotFound: ":listener-rule/",
  ListenerNotFound: ":listener/",
  TargetGroupNotFound: ":targetgroup/",
} as const;
