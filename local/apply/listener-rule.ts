import { isDeepStrictEqual } from "node:util";
import {
  AddTagsCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  RemoveTagsCommand,
  type RuleCondition,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import { isMap } from "../engine/property-path.ts";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, pick, toAwsShape } from "./aws-shape.ts";
import { actionsInput } from "./listener-action.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["RuleNotFoundException", "RuleNotFound"];

// Input of the provider -> field and configuration of the API.
const CONDITIONS: Record<string, [field: string, config: string]> = {
  hostHeader: ["host-header", "HostHeaderConfig"],
  httpHeader: ["http-header", "HttpHeaderConfig"],
  httpRequestMethod: ["http-request-method", "HttpRequestMethodConfig"],
  pathPattern: ["path-pattern", "PathPatternConfig"],
  queryStrings: ["query-string", "QueryStringConfig"],
  sourceIp: ["source-ip", "SourceIpConfig"],
};

const listenerRule: Maker = {
  async create({ inputs, aws }) {
    const { listenerArn, priority } = inputsAs<ListenerRuleArgs>(inputs);
    if (priority === undefined) throw new Error("a listener rule needs a priority");
    const { Rules } = await aws.elb.send(
      new CreateRuleCommand({
        ListenerArn: listenerArn,
        Priority: priority,
        Conditions: conditionsInput(inputs),
        Actions: actionsInput(inputs.actions),
        Tags: tagList(tagsOf(inputs)),
      }),
    );
    const arn = Rules?.[0]?.RuleArn;
    if (!arn) throw new Error("CreateRule answered without an ARN");
    return arn;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.elb.send(new DescribeRulesCommand({ RuleArns: [id] })));
    return found?.Rules?.[0] && { arn: id };
  },
  async update({ id: RuleArn, inputs, before, aws }) {
    const { priority } = inputsAs<ListenerRuleArgs>(inputs);
    if (priority !== undefined && priority !== before.priority) {
      await aws.elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: priority }] }));
    }
    const parts = ["conditions", "actions"];
    if (!isDeepStrictEqual(pick(before, ...parts), pick(inputs, ...parts))) {
      const Conditions = conditionsInput(inputs);
      await aws.elb.send(
        new ModifyRuleCommand({ RuleArn, Conditions, Actions: actionsInput(inputs.actions) }),
      );
    }
    await changeTags(before, inputs, {
      set: (tags) => aws.elb.send(new AddTagsCommand({ ResourceArns: [RuleArn], Tags: tagList(tags) })),
      remove: (TagKeys) => aws.elb.send(new RemoveTagsCommand({ ResourceArns: [RuleArn], TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.elb.send(new DeleteRuleCommand({ RuleArn: id })));
  },
};

export const listenerRuleMakers: Makers = { "aws:lb/listenerRule:ListenerRule": listenerRule };

function conditionsInput({ conditions }: PropertyMap): RuleCondition[] {
  return (Array.isArray(conditions) ? conditions : [])
    .filter(isMap)
    .flatMap((condition) => Object.entries(condition))
    .map(([kind, value]) => {
      const [field, config] = CONDITIONS[kind] ?? [];
      if (!field || !config) throw new Error(`a rule with the condition ${kind} cannot be made here`);
      // A query string is a list of pairs where every other condition is an object with values.
      return { Field: field, [config]: toAwsShape(Array.isArray(value) ? { values: value } : value) };
    });
}
