import * as aws from "@pulumi/aws";
import { failureText } from "../failure-text.ts";
import { loadBalancerArnOf } from "../routes/load-balancer-arn.ts";
import { type PlannedRule, planRouteRules } from "../routes/route-rules.ts";
import { isPrivateOnly } from "../settings/checks/address-checks.ts";
import { sourcesOf } from "../settings/checks/rule-matching.ts";
import { settingPath } from "../settings/fault.ts";
import type { RoutesSettings, Settings } from "../settings.ts";
import { STACK_TAG } from "../stack-tags.ts";
import { type AccountFindings, joinFindings, notChecked } from "./account-findings.ts";

export interface ListenerReader {
  getListener(args: { arn: string }): Promise<{ protocol: string }>;
  getLoadBalancer(args: { arn: string }): Promise<FoundBalancer>;
  getListenerRule(args: { listenerArn: string; priority: number }): Promise<FoundRule>;
}

/** Where a load balancer stands. */
export interface FoundBalancer {
  internal: boolean;
  /** `ipv4`, or a word that begins with `dualstack` where it answers IPv6 too. */
  ipAddressType: string;
}

/** A rule that stands on a listener. */
export interface FoundRule {
  arn: string;
  tags: Readonly<Record<string, string>>;
}

/**
 * Whether a listener that others made can hold the stack's rules: it must speak HTTPS, stand where the rules' networks
 * reach it, and have the priorities free. Asks nothing where the stack makes its own listener.
 */
export async function checkListener(
  { stack, routes }: Pick<Settings, "stack" | "routes">,
  reader: ListenerReader = aws.lb,
): Promise<AccountFindings> {
  if (routes?.listener.kind !== "existing") return { faults: [], warnings: [] };
  const { arn } = routes.listener;
  return joinFindings([
    await checkProtocol(routes, arn, reader),
    await checkBalancer(routes, loadBalancerArnOf(arn), reader),
    await checkPriorities({ stack, routes, arn }, reader),
  ]);
}

/** Refuses a listener on which nobody can sign in. */
export function judgeProtocol({ rules }: Pick<RoutesSettings, "rules">, protocol: string): AccountFindings {
  const asking = rules.find(({ then: treatment }) => treatment === "sign-in" || treatment === "verify-token");
  if (protocol === "HTTPS" || asking === undefined) return { faults: [], warnings: [] };
  const message = `is a listener for ${protocol}, and only one for HTTPS signs people in or checks tokens (rule ${asking.name}); name that of port 443`;
  return { faults: [{ path: "sekisho:routes.listenerArn", message }], warnings: [] };
}

/** Refuses rules for networks that never reach the load balancer, and warns of people whom it would turn away. */
export function judgeBalancer(
  { rules }: Pick<RoutesSettings, "rules">,
  { internal, ipAddressType }: FoundBalancer,
): AccountFindings {
  const unreached = internal ? [] : rules.filter(isPrivateOnly);
  const hasIpv6 = rules.some((rule) => sourcesOf(rule).some(({ family }) => family === 6));
  return {
    faults: unreached.map((rule) => ({
      path: settingPath("sekisho:routes", "rules", rules.indexOf(rule), "from"),
      message: `(${rule.name}) has only private networks, and nobody comes from them to this load balancer, which stands on the internet; name the public addresses that people come from`,
    })),
    warnings:
      ipAddressType.startsWith("dualstack") && !hasIpv6
        ? [
            {
              path: "sekisho:routes.rules",
              message:
                "name IPv4 networks only, and the load balancer answers IPv6 too: people whose browsers take that are refused; add their IPv6 networks",
            },
          ]
        : [],
  };
}

/** Refuses priorities that hold rules of somebody else: the provider would fail in the middle of a deployment. */
export function judgePriorities(
  { stack, firstPriority }: { stack: string; firstPriority: number },
  taken: readonly { planned: Pick<PlannedRule, "label" | "priority">; found: FoundRule }[],
): AccountFindings {
  const foreign = taken.filter(({ found }) => found.tags[STACK_TAG] !== stack);
  const [first] = foreign;
  if (first === undefined) return { faults: [], warnings: [] };
  const places = foreign.map(({ planned }) => `${planned.priority} (${planned.label})`).join(", ");
  const message = `is ${firstPriority}, but rules of somebody else stand on the listener at ${places}, the first is ${first.found.arn}; give the first of 1000 priorities that nobody uses`;
  return { faults: [{ path: "sekisho:routes.firstPriority", message }], warnings: [] };
}

async function checkProtocol(
  routes: RoutesSettings,
  arn: string,
  reader: ListenerReader,
): Promise<AccountFindings> {
  try {
    const { protocol } = await reader.getListener({ arn });
    return judgeProtocol(routes, protocol);
  } catch (failure) {
    const what = `is ${arn}, and whether it is there and speaks HTTPS could not be checked`;
    const rights = ["DescribeListeners", "DescribeListenerAttributes", "DescribeTags"];
    return notChecked("sekisho:routes.listenerArn", what, { failure, rights: elbRights(rights) });
  }
}

async function checkBalancer(
  routes: RoutesSettings,
  arn: string,
  reader: ListenerReader,
): Promise<AccountFindings> {
  try {
    return judgeBalancer(routes, await reader.getLoadBalancer({ arn }));
  } catch (failure) {
    const what = `belongs to ${arn}, and whether the networks of the rules reach that could not be checked`;
    const rights = ["DescribeLoadBalancers", "DescribeLoadBalancerAttributes", "DescribeTags"];
    return notChecked("sekisho:routes.listenerArn", what, { failure, rights: elbRights(rights) });
  }
}

async function checkPriorities(
  { stack, routes, arn }: { stack: string; routes: RoutesSettings; arn: string },
  reader: ListenerReader,
): Promise<AccountFindings> {
  const rules = planRouteRules(routes);
  try {
    const taken: { planned: PlannedRule; found: FoundRule }[] = [];
    // One after the other: each question reads the whole listener, and the account has few such reads a second.
    for (const planned of rules) {
      const found = await unlessFree(
        reader.getListenerRule({ listenerArn: arn, priority: planned.priority }),
      );
      if (found !== undefined) taken.push({ planned, found });
    }
    return judgePriorities({ stack, firstPriority: routes.firstPriority }, taken);
  } catch (failure) {
    const what = `is ${routes.firstPriority}, and whether the priorities from there are free on the listener could not be checked`;
    return notChecked("sekisho:routes.firstPriority", what, {
      failure,
      rights: elbRights(["DescribeRules", "DescribeTags"]),
    });
  }
}

// The engine hands a provider's failure on as text only; these are the provider's words for "there is none".
async function unlessFree(answer: Promise<FoundRule>): Promise<FoundRule | undefined> {
  try {
    return await answer;
  } catch (failure) {
    if (/\bempty result\b|\bcouldn't find resource\b/.test(failureText(failure))) return undefined;
    throw failure;
  }
}

function elbRights(names: readonly string[]): string[] {
  return names.map((name) => `elasticloadbalancing:${name}`);
}
