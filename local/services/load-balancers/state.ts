import { AwsFault } from "../../aws-fault.ts";
import { randomHex, type ServiceWorld } from "../regional.ts";
import type { Condition, WrittenAction } from "./shapes.ts";

export interface LoadBalancer {
  arn: string;
  name: string;
  dnsName: string;
  scheme: "internet-facing" | "internal";
  ipAddressType: string;
  subnets: readonly string[];
  securityGroups: readonly string[];
  createdAt: number;
  attributes: Map<string, string>;
}

export interface TargetGroup {
  arn: string;
  name: string;
  /** What the caller said, with AWS's defaults, as DescribeTargetGroups shows it. */
  settings: Readonly<Record<string, unknown>>;
  targets: { Id: string; Port: number | undefined }[];
  attributes: Map<string, string>;
}

export interface Listener {
  arn: string;
  loadBalancerArn: string;
  port: number;
  protocol: "HTTP" | "HTTPS";
  sslPolicy: string | undefined;
  certificateArn: string | undefined;
  attributes: Map<string, string>;
}

/** A listener's rule; the default rule, whose actions are the listener's default actions, has no priority. */
export interface Rule {
  arn: string;
  listenerArn: string;
  priority: number | undefined;
  conditions: readonly Condition[];
  actions: readonly WrittenAction[];
}

/** The load balancers of one account and Region. */
export class LoadBalancerState {
  readonly world: ServiceWorld;
  readonly balancers = new Map<string, LoadBalancer>();
  readonly targetGroups = new Map<string, TargetGroup>();
  readonly listeners = new Map<string, Listener>();
  readonly rules = new Map<string, Rule>();
  /** By resource ARN. */
  readonly tags = new Map<string, Map<string, string>>();

  constructor(world: ServiceWorld) {
    this.world = world;
  }

  /** A new ARN: `kind` is what follows the account, such as `targetgroup/web`. */
  createArn(kind: string): string {
    const { region, account } = this.world;
    return `arn:aws:elasticloadbalancing:${region}:${account}:${kind}/${randomHex(this.world, 16)}`;
  }

  rulesOf(listenerArn: string): Rule[] {
    return [...this.rules.values()]
      .filter((rule) => rule.listenerArn === listenerArn)
      .sort((one, other) => (one.priority ?? DEFAULT_RULE_PLACE) - (other.priority ?? DEFAULT_RULE_PLACE));
  }

  requireBalancer(arn: string): LoadBalancer {
    return required(this.balancers.get(arn), "LoadBalancerNotFound", `Load balancer '${arn}' not found`);
  }

  requireListener(arn: string): Listener {
    return required(this.listeners.get(arn), "ListenerNotFound", `Listener '${arn}' not found`);
  }

  requireRule(arn: string): Rule {
    return required(this.rules.get(arn), "RuleNotFound", `Rule '${arn}' not found`);
  }

  requireTargetGroup(arn: string): TargetGroup {
    return required(this.targetGroups.get(arn), "TargetGroupNotFound", `Target groups '${arn}' not found`);
  }

  tag(arn: string, tags: readonly { Key: string; Value: string }[]): void {
    const tagged = this.tags.get(arn) ?? new Map<string, string>();
    for (const { Key, Value } of tags) tagged.set(Key, Value);
    this.tags.set(arn, tagged);
  }
}

/** After every priority there is. */
const DEFAULT_RULE_PLACE = 50_001;

function required<Found>(found: Found | undefined, code: string, message: string): Found {
  if (found === undefined) throw new AwsFault(code, message);
  return found;
}
