import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { dataProtection, redactedFields, visibility, webAclRules } from "./web-acl-inputs.ts";
import { webAclName } from "./web-acl-name.ts";
import type { WebAclPlan } from "./web-acl-rule.ts";

export interface WebAclArgs {
  settings: Pick<Settings, "stack" | "disposable" | "letGo">;
  /** Which of the stack's web ACLs, such as sign-in; part of its log's and its metrics' names. */
  what: string;
  /** For people who find it in the console; at most 256 characters. */
  description: string;
  plan: WebAclPlan<pulumi.Input<string>>;
  /** Texts that refusals show, by the key the plan uses. */
  pages?: Record<string, string>;
  /** What it stands in front of; a resource has one web ACL, and this one takes the place of any other. */
  resourceArn: pulumi.Input<string>;
  logRetentionDays: number;
  /** The key of its log. Default: a key of CloudWatch's own. */
  logKeyArn?: pulumi.Input<string> | undefined;
}

/** A web ACL of AWS WAF in front of one resource, with a log of every request it has seen. */
export class WebAcl extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: WebAclArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:WebAcl", name, {}, opts);
    const acl = this.createAcl(name, args);
    const logs = this.createLog(
      name,
      args,
      lossGuards(args.settings, isLetGo(args.settings.letGo, "evidence")),
    );
    new aws.wafv2.WebAclLoggingConfiguration(
      `${name}-logging`,
      { resourceArn: acl.arn, logDestinationConfigs: [logs.arn], redactedFields: redactedFields() },
      { parent: this },
    );
    new aws.wafv2.WebAclAssociation(
      `${name}-association`,
      { webAclArn: acl.arn, resourceArn: args.resourceArn },
      { parent: this },
    );

    this.arn = acl.arn;
    this.logGroupName = logs.name;
    this.registerOutputs({ arn: this.arn });
  }

  private createAcl(
    name: string,
    { settings: { stack }, what, description, plan, pages = {} }: WebAclArgs,
  ): aws.wafv2.WebAcl {
    const webAcl = webAclName(stack, what);
    return new aws.wafv2.WebAcl(
      name,
      {
        name: webAcl,
        description,
        scope: "REGIONAL",
        defaultAction: plan.defaultAction,
        rules: webAclRules(plan, webAcl),
        ...responseBodies(pages),
        dataProtectionConfig: dataProtection(),
        visibilityConfig: visibility(webAcl),
        tags: stackTags(stack),
      },
      { parent: this },
    );
  }

  // AWS WAF writes to log groups with this beginning of the name only (AWS WAF Developer Guide, Amazon CloudWatch
  // Logs).
  private createLog(
    name: string,
    { settings: { stack }, what, logRetentionDays, logKeyArn }: WebAclArgs,
    { protect, retainOnDelete }: LossGuards,
  ): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `aws-waf-logs-sekisho-${stack}-${what}`,
        logGroupClass: "STANDARD",
        retentionInDays: logRetentionDays,
        skipDestroy: false,
        ...(logKeyArn !== undefined && { kmsKeyId: logKeyArn }),
        tags: stackTags(stack),
      },
      { parent: this, protect, retainOnDelete },
    );
  }
}

// A web ACL without texts of its own is shown back without the list.
function responseBodies(pages: Record<string, string>) {
  const bodies = Object.entries(pages).map(([key, content]) => ({ key, content, contentType: "TEXT_HTML" }));
  return bodies.length > 0 ? { customResponseBodies: bodies } : {};
}
