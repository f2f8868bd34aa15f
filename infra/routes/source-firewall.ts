import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type LossGuards, staysWithOwner } from "../loss-guards.ts";
import type { RuleSettings } from "../settings.ts";
import type { Tags } from "../stack-tags.ts";

/**
 * Where targets can be: a load balancer routes to the addresses of its VPC and to these blocks, never to public
 * ones (Application Load Balancers, Target groups, Target type). The first three are private, the last is shared.
 */
const TARGET_BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/**
 * Who may connect, as CIDR blocks: the sources of every rule that lets somebody in. A rule that denies opens
 * nothing, since nobody needs to connect only to be refused. A rule without sources opens the balancer to any
 * address, over IPv6 too where some rule names IPv6 sources.
 */
export function sourcesOf(rules: readonly RuleSettings[]): string[] {
  const admitting = rules.filter((rule) => rule.then !== "deny");
  const named = [...new Set(admitting.flatMap((rule) => rule.from))].sort();
  const isOpen = admitting.some((rule) => rule.from.length === 0);
  return [false, true].flatMap((isForIpv6) => {
    const blocks = named.filter((block) => isIpv6(block) === isForIpv6);
    const anywhere = isForIpv6 ? "::/0" : "0.0.0.0/0";
    const isOpenHere = blocks.includes(anywhere) || (isOpen && (!isForIpv6 || blocks.length > 0));
    return isOpenHere ? [anywhere] : blocks;
  });
}

/** Whether a CIDR block is one of IPv6 addresses. */
export function isIpv6(cidr: string): boolean {
  return cidr.includes(":");
}

/**
 * The security group of a load balancer: `sources` (CIDR blocks) may connect on ports 80 and 443, nobody else. It stays
 * in AWS as long as the balancer, whose `guards` these are; its rules do once the balancer was let go.
 */
export function sourceFirewall(
  parent: pulumi.Resource,
  {
    name,
    vpcId,
    sources,
    guards,
    tags,
  }: { name: string; vpcId: string; sources: string[]; guards: LossGuards; tags: Tags },
): aws.ec2.SecurityGroup {
  const group = securityGroup(parent, { name, vpcId, guards, tags });
  const retainOnDelete = staysWithOwner(guards);
  letIn(parent, { group, sources, retainOnDelete, tags });
  letOut(parent, { group, retainOnDelete, tags });
  return group;
}

function securityGroup(
  parent: pulumi.Resource,
  { name, vpcId, guards, tags }: { name: string; vpcId: string; guards: LossGuards; tags: Tags },
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    name,
    {
      description: "Load balancer: the source addresses of its rules may connect, nobody else",
      vpcId,
      revokeRulesOnDelete: false,
      tags,
    },
    { parent, retainOnDelete: guards.retainOnDelete },
  );
}

function letIn(
  parent: pulumi.Resource,
  {
    group,
    sources,
    retainOnDelete,
    tags,
  }: { group: aws.ec2.SecurityGroup; sources: string[]; retainOnDelete: boolean; tags: Tags },
): void {
  for (const source of sources) {
    for (const [protocol, port] of [
      ["http", 80],
      ["https", 443],
    ] as const) {
      new aws.vpc.SecurityGroupIngressRule(
        // A double colon separates the parts of a resource's URN.
        `${protocol}-from-${source.replaceAll(":", "-")}`,
        {
          securityGroupId: group.id,
          ...(isIpv6(source) ? { cidrIpv6: source } : { cidrIpv4: source }),
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          tags,
        },
        { parent, retainOnDelete },
      );
    }
  }
}

function letOut(
  parent: pulumi.Resource,
  { group, retainOnDelete, tags }: { group: aws.ec2.SecurityGroup; retainOnDelete: boolean; tags: Tags },
): void {
  new aws.vpc.SecurityGroupEgressRule(
    "https-to-cognito",
    {
      // The token and user info endpoints have changing public addresses, and the balancer calls them over IPv4
      // (Application Load Balancers, Authenticate users).
      description: "Token and user info endpoints of managed login",
      securityGroupId: group.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      tags,
    },
    { parent, retainOnDelete },
  );
  for (const block of TARGET_BLOCKS) {
    new aws.vpc.SecurityGroupEgressRule(
      `targets-in-${block}`,
      {
        description: "Targets and their health checks",
        securityGroupId: group.id,
        cidrIpv4: block,
        ipProtocol: "tcp",
        fromPort: 1,
        toPort: 65_535,
        tags,
      },
      { parent, retainOnDelete },
    );
  }
}
