import { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import { describeAction, writeActions } from "./actions.ts";
import { checkConditions, describeCondition } from "./conditions.ts";
import { type Operations, operation, readMarkedPage } from "./operation.ts";
import { actionShape, conditionShape, pageSize, priority, tagsShape, validationError } from "./shapes.ts";
import type { LoadBalancerState, Rule } from "./state.ts";

/** Rules of one load balancer, the default ones not counted (Application Load Balancers, Quotas). */
const MOST_RULES = 100;

/** Listener rules. Two rules of a listener never have one priority, not even for a moment. */
export const ruleOperations: Operations = {
  CreateRule: operation(
    z.object({
      ListenerArn: z.string(),
      Priority: priority,
      Conditions: z.array(conditionShape),
      Actions: z.array(actionShape),
      Tags: tagsShape,
    }),
    async ({ state, describeClient }, input) => {
      const listener = state.requireListener(input.ListenerArn);
      checkConditions(input.Conditions);
      const actions = await writeActions(state, listener, input.Actions, { describeClient });
      if (isPriorityUsed(state, listener.arn, input.Priority)) throw priorityInUse(input.Priority);
      if (countRules(state, listener.loadBalancerArn) >= MOST_RULES) {
        throw new AwsFault(
          "TooManyRules",
          "You have reached the maximum number of rules on this load balancer",
        );
      }
      const rule: Rule = {
        arn: state.createArn(listener.arn.replace(/^.*:listener\//, "listener-rule/")),
        listenerArn: listener.arn,
        priority: input.Priority,
        conditions: input.Conditions,
        actions,
      };
      state.rules.set(rule.arn, rule);
      state.tag(rule.arn, input.Tags);
      return { Rules: [describeRule(rule)] };
    },
  ),

  DescribeRules: operation(
    z.object({
      ListenerArn: z.string().optional(),
      RuleArns: z.array(z.string()).optional(),
      Marker: z.string().optional(),
      PageSize: pageSize,
    }),
    ({ state }, input) => {
      const page = readMarkedPage(selectRules(state, input), ({ arn }) => arn, {
        marker: input.Marker,
        size: input.PageSize,
      });
      return { Rules: page.items.map(describeRule), NextMarker: page.NextMarker };
    },
  ),

  ModifyRule: operation(
    z.object({
      RuleArn: z.string(),
      Conditions: z.array(conditionShape).optional(),
      Actions: z.array(actionShape).optional(),
    }),
    async ({ state, describeClient }, { RuleArn, Conditions, Actions }) => {
      const rule = requireOwnRule(state, RuleArn, "modified");
      if (Conditions !== undefined) checkConditions(Conditions);
      const listener = state.requireListener(rule.listenerArn);
      const actions =
        Actions === undefined
          ? rule.actions
          : await writeActions(state, listener, Actions, { describeClient, former: rule.actions });
      rule.conditions = Conditions ?? rule.conditions;
      rule.actions = actions;
      return { Rules: [describeRule(rule)] };
    },
  ),

  DeleteRule: operation(z.object({ RuleArn: z.string() }), ({ state }, { RuleArn }) => {
    state.rules.delete(requireOwnRule(state, RuleArn, "deleted").arn);
    return {};
  }),

  SetRulePriorities: operation(
    z.object({ RulePriorities: z.array(z.object({ RuleArn: z.string(), Priority: priority })).min(1) }),
    ({ state }, { RulePriorities }) => {
      const moved = RulePriorities.map(({ RuleArn, Priority }) => ({
        rule: requireOwnRule(state, RuleArn, "modified"),
        Priority,
      }));
      const movedRules = moved.map(({ rule }) => rule.arn);
      for (const { rule, Priority } of moved) {
        const isWanted = moved.filter((other) => other.Priority === Priority).length > 1;
        if (isWanted || isPriorityUsed(state, rule.listenerArn, Priority, movedRules))
          throw priorityInUse(Priority);
      }
      for (const { rule, Priority } of moved) rule.priority = Priority;
      return { Rules: moved.map(({ rule }) => describeRule(rule)) };
    },
  ),
};

function selectRules(
  state: LoadBalancerState,
  { ListenerArn, RuleArns }: { ListenerArn?: string | undefined; RuleArns?: string[] | undefined },
): Rule[] {
  if (RuleArns !== undefined) return RuleArns.map((arn) => state.requireRule(arn));
  if (ListenerArn === undefined) throw validationError("A listener ARN or rule ARNs must be specified");
  return state.rulesOf(state.requireListener(ListenerArn).arn);
}

/** A rule that may change: the default rule changes only with its listener. */
function requireOwnRule(state: LoadBalancerState, arn: string, verb: string): Rule {
  const rule = state.requireRule(arn);
  if (rule.priority === undefined) {
    throw new AwsFault("OperationNotPermitted", `Default rule '${arn}' cannot be ${verb}`);
  }
  return rule;
}

function isPriorityUsed(
  state: LoadBalancerState,
  listenerArn: string,
  wanted: number,
  except: readonly string[] = [],
): boolean {
  return state.rulesOf(listenerArn).some((rule) => rule.priority === wanted && !except.includes(rule.arn));
}

function countRules(state: LoadBalancerState, balancerArn: string): number {
  const listeners = [...state.listeners.values()].filter(
    ({ loadBalancerArn }) => loadBalancerArn === balancerArn,
  );
  return listeners.flatMap(({ arn }) => state.rulesOf(arn)).filter((rule) => rule.priority !== undefined)
    .length;
}

function priorityInUse(wanted: number): AwsFault {
  return new AwsFault("PriorityInUse", `Priority '${wanted}' is currently in use`);
}

function describeRule(rule: Rule): object {
  return {
    RuleArn: rule.arn,
    Priority: rule.priority === undefined ? "default" : String(rule.priority),
    Conditions: rule.conditions.map(describeCondition),
    Actions: rule.actions.map(describeAction),
    IsDefault: rule.priority === undefined,
  };
}
