import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REFUSAL } from "../routes/refusal.ts";
import { isIpv6 } from "../routes/source-firewall.ts";
import type { GuardSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { type GuardList, listApiSources, listPageSources, loadBalancerGuard } from "./guard-lists.ts";
import { planLoadBalancerRules } from "./load-balancer-rules.ts";
import { type Admitted, planUserPoolRules, REFUSED_PAGE } from "./user-pool-rules.ts";
import { WebAcl } from "./web-acl.ts";

export interface SignInGuardArgs {
  settings: Pick<Settings, "stack" | "disposable" | "routes" | "letGo"> & { guard: GuardSettings };
  userPoolArn: pulumi.Input<string>;
  /** The load balancer of the routes; needed where the settings guard it. */
  loadBalancerArn?: pulumi.Input<string> | undefined;
  /** The key of the logs. Default: a key of CloudWatch's own. */
  logKeyArn?: pulumi.Input<string> | undefined;
}

/**
 * What guards the sign-in page itself, which no rule of a load balancer protects: a web ACL on the user pool with the
 * networks that may reach the pages and the API, and one on the load balancer where that is ours or the settings say
 * so.
 */
export class SignInGuard extends pulumi.ComponentResource {
  /** The web ACL of the user pool. */
  readonly webAclArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: SignInGuardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:SignInGuard", name, {}, opts);
    const userPool = this.guardUserPool(name, args);
    this.guardLoadBalancer(name, args);

    this.webAclArn = userPool.arn;
    this.logGroupName = userPool.logGroupName;
    this.registerOutputs({ webAclArn: this.webAclArn });
  }

  private guardUserPool(name: string, { settings, userPoolArn, logKeyArn }: SignInGuardArgs): WebAcl {
    const { guard } = settings;
    return new WebAcl(
      name,
      {
        settings,
        what: "sign-in",
        description:
          "Sign-in pages and API of the user pool: the networks of the stack file, and servers' calls",
        plan: planUserPoolRules({
          pages: this.admitted(`${name}-pages`, settings, listPageSources(settings)),
          api: this.admitted(`${name}-api`, settings, listApiSources(settings)),
          requestsPerFiveMinutes: guard.requestsPerFiveMinutes,
        }),
        pages: { [REFUSED_PAGE]: REFUSAL.messageBody },
        resourceArn: userPoolArn,
        logRetentionDays: guard.logRetentionDays,
        logKeyArn,
      },
      { parent: this },
    );
  }

  private guardLoadBalancer(
    name: string,
    { settings, loadBalancerArn, logKeyArn }: SignInGuardArgs,
  ): WebAcl | undefined {
    const mode = loadBalancerGuard(settings);
    if (mode === "off" || loadBalancerArn === undefined) return undefined;
    return new WebAcl(
      `${name}-alb`,
      {
        settings,
        what: "load-balancer",
        description: "Load balancer: known bad addresses and inputs, and common attacks on web applications",
        plan: planLoadBalancerRules(mode),
        resourceArn: loadBalancerArn,
        logRetentionDays: settings.guard.logRetentionDays,
        logKeyArn,
      },
      { parent: this },
    );
  }

  /** An IP set holds one family; a family without networks needs none. */
  private admitted(
    name: string,
    { stack }: Pick<Settings, "stack">,
    list: GuardList,
  ): Admitted<pulumi.Input<string>> {
    if (list === "everybody") return list;
    const families = [
      { version: "IPV4", addresses: list.filter((network) => !isIpv6(network)) },
      { version: "IPV6", addresses: list.filter(isIpv6) },
    ];
    return families
      .filter(({ addresses }) => addresses.length > 0)
      .map(
        ({ version, addresses }) =>
          new aws.wafv2.IpSet(
            `${name}-${version.toLowerCase()}`,
            {
              description: "Networks of the stack file",
              scope: "REGIONAL",
              ipAddressVersion: version,
              addresses,
              tags: stackTags(stack),
            },
            { parent: this },
          ).arn,
      );
  }
}
