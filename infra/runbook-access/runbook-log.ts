import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RUNBOOK_LOG_RETENTION_DAYS } from "../defaults.ts";
import { lossGuards } from "../loss-guards.ts";
import { runbookLogGroup, type StackOutputs } from "../outputs/outputs.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";

export interface RunbookLogArgs {
  settings: Pick<Settings, "stack" | "disposable" | "audit">;
  /** What it is encrypted with; a key of CloudWatch's own without it. */
  logKeyArn: pulumi.Input<string> | undefined;
}

/**
 * Where every runbook that changes something writes who did what, before and after: `/sekisho/<stack>/runbooks`, kept
 * as long as other evidence. No setting takes it away, so nothing lets it go.
 */
export class RunbookLog extends pulumi.ComponentResource {
  /** What runbooks need to know, for `/sekisho/<stack>/runbook-log`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["runbook-log"]>>;

  constructor(name: string, args: RunbookLogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:RunbookLog", name, {}, opts);
    const { settings, logKeyArn } = args;
    const { protect, retainOnDelete } = lossGuards(settings);
    const group = new aws.cloudwatch.LogGroup(
      name,
      {
        name: runbookLogGroup(settings.stack),
        logGroupClass: "STANDARD",
        retentionInDays: settings.audit?.keepDays ?? RUNBOOK_LOG_RETENTION_DAYS,
        skipDestroy: false,
        ...(logKeyArn !== undefined && { kmsKeyId: logKeyArn }),
        tags: stackTags(settings.stack),
      },
      { parent: this, protect, retainOnDelete },
    );
    this.part = pulumi.output({ logGroup: group.name });
    this.registerOutputs({ part: this.part });
  }
}
