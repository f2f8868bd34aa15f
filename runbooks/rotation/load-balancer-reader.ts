import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { MalformedPageError, type RawPage, readPages } from "../runtime/pages.ts";
import type { DescribedListener, DescribedRule } from "./client-uses.ts";

/** Where load balancers are read: one account and Region. */
export interface LoadBalancerSource {
  client: ElasticLoadBalancingV2Client;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

/**
 * Every listener of every application load balancer of the Region, with its rules (Elastic Load Balancing API Reference,
 * DescribeLoadBalancers, DescribeListeners, DescribeRules). Throws IntegrityError for lists that never end.
 */
export async function readListeners(source: LoadBalancerSource): Promise<DescribedListener[]> {
  const { client, call } = source;
  const listeners: DescribedListener[] = [];
  const balancers = await readAll(source, {
    what: "DescribeLoadBalancers",
    shape: balancerShape,
    fetchPage: async (what, Marker) => {
      const answer = await call(what, (abortSignal) =>
        client.send(new DescribeLoadBalancersCommand({ PageSize: PAGE, Marker }), { abortSignal }),
      );
      return { items: answer.LoadBalancers, nextToken: answer.NextMarker };
    },
  });
  for (const { LoadBalancerArn, LoadBalancerName, Type } of balancers) {
    // Only these know rules with sign-in; a gateway load balancer even has no DescribeRules.
    if (Type !== "application") continue;
    const found = await readAll(source, {
      what: `DescribeListeners of ${LoadBalancerName}`,
      shape: listenerShape,
      fetchPage: async (what, Marker) => {
        const answer = await call(what, (abortSignal) =>
          client.send(new DescribeListenersCommand({ LoadBalancerArn, PageSize: PAGE, Marker }), {
            abortSignal,
          }),
        );
        return { items: answer.Listeners, nextToken: answer.NextMarker };
      },
    });
    for (const { ListenerArn, DefaultActions } of found) {
      listeners.push({
        listenerArn: ListenerArn,
        balancer: LoadBalancerName,
        defaultActions: DefaultActions,
        rules: await readRules(source, ListenerArn),
      });
    }
  }
  return listeners;
}

/** The rules of a listener but for the default one, which is shown with the listener. */
async function readRules(source: LoadBalancerSource, ListenerArn: string): Promise<DescribedRule[]> {
  const { client, call } = source;
  const rules = await readAll(source, {
    what: `DescribeRules of ${ListenerArn}`,
    shape: ruleShape,
    fetchPage: async (what, Marker) => {
      const answer = await call(what, (abortSignal) =>
        client.send(new DescribeRulesCommand({ ListenerArn, PageSize: PAGE, Marker }), { abortSignal }),
      );
      return { items: answer.Rules, nextToken: answer.NextMarker };
    },
  });
  return rules.flatMap(({ RuleArn, Priority, Actions, IsDefault }) =>
    IsDefault ? [] : [{ ruleArn: RuleArn, priority: Priority, actions: Actions }],
  );
}

/** The most that one page holds (PageSize of the three operations). */
const PAGE = 400;

interface MarkedList<Shape extends z.ZodType> {
  what: string;
  shape: Shape;
  fetchPage: (what: string, marker: string | undefined) => Promise<RawPage>;
}

async function readAll<Shape extends z.ZodType>(
  { pause }: LoadBalancerSource,
  { what, shape, fetchPage }: MarkedList<Shape>,
): Promise<z.output<Shape>[]> {
  const items: z.output<Shape>[] = [];
  const pages = readPages({
    what,
    pause,
    fetchPage: async (marker) => {
      const page = await fetchPage(what, marker);
      // An empty element in the XML of the last page.
      return { ...page, nextToken: page.nextToken === "" ? undefined : page.nextToken };
    },
    readItem: (item) => {
      const read = shape.safeParse(item);
      if (read.success) return read.data;
      throw new MalformedPageError(`${what}: an item came without what makes it one.`, {
        remedy: "Run it again; if it stays, ask AWS support.",
      });
    },
  });
  for await (const page of pages) items.push(...page);
  return items;
}

// The actions are sent back as they came, so nothing of them may be left out.
const actions = z.custom<Action[]>(
  (value) => Array.isArray(value) && value.every((action) => typeof Object(action).Type === "string"),
);
const balancerShape = z.object({
  LoadBalancerArn: z.string().min(1),
  LoadBalancerName: z.string().min(1),
  Type: z.string(),
});
const listenerShape = z.object({ ListenerArn: z.string().min(1), DefaultActions: actions });
const ruleShape = z.object({
  RuleArn: z.string().min(1),
  Priority: z.string(),
  Actions: actions,
  IsDefault: z.boolean().optional(),
});
