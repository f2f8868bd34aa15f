import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { ListenerSettings, RuleSettings, Settings } from "../settings.ts";
import { stackTags, type Tags } from "../stack-tags.ts";
import { REFUSAL } from "./refusal.ts";
import { isIpv6, sourceFirewall, sourcesOf } from "./source-firewall.ts";

export interface LoadBalancerArgs {
  settings: Pick<Settings, "stack" | "disposable" | "letGo">;
  place: Extract<ListenerSettings, { kind: "create" }>;
  /** Rules whose source addresses may connect. */
  rules: RuleSettings[];
  /** The bucket that keeps the access logs. Default: none are kept. */
  accessLogsBucket?: pulumi.Input<string> | undefined;
}

/**
 * A load balancer of our own on the internet: only the addresses of the rules can connect, plain HTTP is sent
 * to HTTPS, and what no rule takes gets 403.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly listenerArn: pulumi.Output<string>;
  /** Where the DNS record of the application points. */
  readonly dnsName: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:LoadBalancer", name, {}, opts);
    const { place, rules } = args;
    const tags = stackTags(args.settings.stack);
    const sources = sourcesOf(rules);

    const guards = balancerGuards(args.settings);
    const group = sourceFirewall(this, { name, vpcId: place.vpcId, sources, guards, tags });
    const balancer = loadBalancer(this, {
      name: loadBalancerName(args.settings.stack),
      subnetIds: place.subnetIds,
      ipAddressType: sources.some(isIpv6) ? "dualstack" : "ipv4",
      group,
      guards,
      accessLogsBucket: args.accessLogsBucket,
      tags,
    });
    const https = httpsListener(this, { balancer, certificateArn: place.certificateArn, guards, tags });
    redirectHttp(this, { balancer, guards, tags });

    this.arn = balancer.arn;
    this.listenerArn = https.arn;
    this.dnsName = balancer.dnsName;
    this.registerOutputs({ listenerArn: this.listenerArn, dnsName: this.dnsName });
  }
}

/** The guards of a load balancer of our own; without its firewall, listeners and rules it would answer nobody. */
export function balancerGuards({ disposable, letGo }: Pick<Settings, "disposable" | "letGo">): LossGuards {
  return lossGuards({ disposable }, isLetGo(letGo, "loadBalancer"));
}

/** A load balancer's name has at most 32 characters, of which Pulumi adds eight. */
function loadBalancerName(stack: string): string {
  return `sekisho-${stack}`.slice(0, 24);
}

function loadBalancer(
  parent: pulumi.Resource,
  {
    name,
    subnetIds,
    ipAddressType,
    group,
    guards,
    accessLogsBucket,
    tags,
  }: {
    name: string;
    subnetIds: string[];
    ipAddressType: "ipv4" | "dualstack";
    group: aws.ec2.SecurityGroup;
    guards: LossGuards;
    accessLogsBucket: pulumi.Input<string> | undefined;
    tags: Tags;
  },
): aws.lb.LoadBalancer {
  return new aws.lb.LoadBalancer(
    name,
    {
      loadBalancerType: "application",
      internal: false,
      ipAddressType,
      subnets: [...subnetIds].sort(),
      securityGroups: [group.id],
      enableDeletionProtection: guards.deletionProtection,
      dropInvalidHeaderFields: true,
      // What two servers could read as two different requests is a way around the sign-in, so it is refused
      // (AWS ELB Best Practices Guides, Desync mitigation).
      desyncMitigationMode: "strictest",
      idleTimeout: 60,
      clientKeepAlive: 3600,
      enableHttp2: true,
      preserveHostHeader: false,
      xffHeaderProcessingMode: "append",
      enableXffClientPort: false,
      enableTlsVersionAndCipherSuiteHeaders: false,
      enableWafFailOpen: false,
      enableZonalShift: false,
      ...(accessLogsBucket !== undefined && { accessLogs: { bucket: accessLogsBucket, enabled: true } }),
      tags,
    },
    { parent, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
  );
}

function httpsListener(
  parent: pulumi.Resource,
  {
    balancer,
    certificateArn,
    guards,
    tags,
  }: { balancer: aws.lb.LoadBalancer; certificateArn: string; guards: LossGuards; tags: Tags },
): aws.lb.Listener {
  return new aws.lb.Listener(
    "https",
    {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: "HTTPS",
      // TLS 1.2 and 1.3 with forward secrecy, post-quantum key exchange for clients that know it; AWS recommends
      // it (Application Load Balancers, Security policies).
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      certificateArn,
      defaultActions: [{ type: "fixed-response", order: 1, fixedResponse: REFUSAL }],
      tags,
    },
    { parent, retainOnDelete: guards.retainOnDelete },
  );
}

function redirectHttp(
  parent: pulumi.Resource,
  { balancer, guards, tags }: { balancer: aws.lb.LoadBalancer; guards: LossGuards; tags: Tags },
): void {
  new aws.lb.Listener(
    "http",
    {
      loadBalancerArn: balancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "redirect",
          order: 1,
          redirect: {
            protocol: "HTTPS",
            port: "443",
            host: "#{host}",
            path: "/#{path}",
            query: "#{query}",
            statusCode: "HTTP_301",
          },
        },
      ],
      tags,
    },
    { parent, retainOnDelete: guards.retainOnDelete },
  );
}
