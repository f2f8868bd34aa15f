import { randomBytes } from "node:crypto";
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeRulesCommand,
  type Rule,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Place } from "./places.ts";

/** A load balancer with an HTTPS and an HTTP listener, and a target group. */
export interface Balancer {
  arn: string;
  https: string;
  http: string;
  targetGroupArn: string;
  rule(
    priority: number,
    more?: { conditions?: RuleCondition[]; actions?: Action[]; listener?: string },
  ): Promise<Rule>;
  /** Of the HTTPS listener by priority, the default rule last. */
  rules(): Promise<Rule[]>;
}

export const deny: Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "403" } };
export const office: RuleCondition = { Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.0/24"] } };

/** Runs `use` with a load balancer of its own, and removes it afterwards. */
export async function withBalancer(place: Place, use: (balancer: Balancer) => Promise<void>): Promise<void> {
  const client = place.loadBalancers;
  const Name = `sekisho-${randomBytes(6).toString("hex")}`;
  const { LoadBalancers } = await client.send(
    new CreateLoadBalancerCommand({ Name, Subnets: [...place.subnets] }),
  );
  const arn = LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  const group = new CreateTargetGroupCommand({
    Name,
    Protocol: "HTTP",
    Port: 80,
    VpcId: "vpc-0cccccccccccccccc",
    TargetType: "ip",
  });
  const targetGroupArn = (await client.send(group)).TargetGroups?.[0]?.TargetGroupArn ?? "";
  const listen = async (Protocol: "HTTP" | "HTTPS", Port: number) => {
    const Certificates = Protocol === "HTTPS" ? [{ CertificateArn: place.certificateArn }] : undefined;
    const command = new CreateListenerCommand({
      LoadBalancerArn: arn,
      Protocol,
      Port,
      Certificates,
      DefaultActions: [deny],
    });
    return (await client.send(command)).Listeners?.[0]?.ListenerArn ?? "";
  };
  const https = await listen("HTTPS", 443);
  const http = await listen("HTTP", 80);
  try {
    await use({
      arn,
      https,
      http,
      targetGroupArn,
      rule: async (Priority, { conditions = [office], actions = [deny], listener = https } = {}) => {
        const command = new CreateRuleCommand({
          ListenerArn: listener,
          Priority,
          Conditions: conditions,
          Actions: actions,
        });
        const [rule] = (await client.send(command)).Rules ?? [];
        if (rule === undefined) throw new Error("CreateRule answered without a rule");
        return rule;
      },
      rules: async () => {
        const { Rules = [] } = await client.send(new DescribeRulesCommand({ ListenerArn: https }));
        const placeOf = ({ Priority }: Rule) => (Priority === "default" ? 50_001 : Number(Priority));
        return Rules.toSorted((one, other) => placeOf(one) - placeOf(other));
      },
    });
  } finally {
    await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    await client.send(new DeleteTargetGroupCommand({ TargetGroupArn: targetGroupArn }));
  }
}
