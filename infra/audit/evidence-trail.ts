import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logLifecycle } from "../backups/bucket-lifecycle.ts";
import { bucketLock } from "../backups/bucket-lock.ts";
import { PrivateBucket } from "../backups/private-bucket.ts";
import { evidenceBucketPolicy, trailKeyStatements } from "../iam-policies/log-buckets.ts";
import type { AuditSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { evidenceGuards } from "./evidence-guards.ts";
import { trailSelectors } from "./trail-selectors.ts";

export interface EvidenceTrailArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "letGo"> & { audit: AuditSettings };
  account: string;
  /** How the ARNs of the objects begin whose readers and writers are written down, in any Region. */
  objects: pulumi.Input<pulumi.Input<string>[]>;
  hasIdentityPool: boolean;
}

/**
 * A trail of the stack's own, over all Regions, with digest files that tell whether a log was altered, into a locked
 * bucket with its own key.
 */
export class EvidenceTrail extends pulumi.ComponentResource {
  readonly trailArn: pulumi.Output<string>;
  readonly evidence: PrivateBucket;

  constructor(name: string, args: EvidenceTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:EvidenceTrail", name, {}, opts);
    const { stack, region } = args.settings;
    const trailName = `sekisho-${stack}`;
    const trailArn = `arn:aws:cloudtrail:${region}:${args.account}:trail/${trailName}`;

    this.evidence = evidenceBucket(this, args, trailArn);
    const trail = declareTrail(this, { name, trailName, ...args }, this.evidence);

    this.trailArn = trail.arn;
    this.registerOutputs({ trailArn: this.trailArn });
  }
}

function evidenceBucket(
  parent: pulumi.Resource,
  { settings, account }: EvidenceTrailArgs,
  trailArn: string,
): PrivateBucket {
  const { stack, region, audit } = settings;
  return new PrivateBucket(
    `sekisho-${stack}-evidence`,
    {
      account,
      region,
      isElsewhere: false,
      guards: evidenceGuards(settings),
      tags: stackTags(stack),
      purpose: `Evidence of what happened around ${stack}`,
      lock: bucketLock(audit),
      lifecycle: logLifecycle(audit.keepDays),
      keyUsers: trailKeyStatements({ account, trailArn }),
      policy: ({ bucketArn }) => evidenceBucketPolicy({ bucketArn, account, trailArn }),
    },
    { parent },
  );
}

function declareTrail(
  parent: pulumi.Resource,
  {
    name,
    trailName,
    settings,
    objects,
    hasIdentityPool,
  }: EvidenceTrailArgs & { name: string; trailName: string },
  evidence: PrivateBucket,
): aws.cloudtrail.Trail {
  const { protect, retainOnDelete } = evidenceGuards(settings);
  return new aws.cloudtrail.Trail(
    name,
    {
      name: trailName,
      s3BucketName: evidence.bucket,
      kmsKeyId: evidence.keyArn,
      enableLogging: true,
      enableLogFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      isOrganizationTrail: false,
      advancedEventSelectors: pulumi
        .output(objects)
        .apply((arns) => trailSelectors({ objects: arns, hasIdentityPool })),
      tags: stackTags(settings.stack),
    },
    // CloudTrail tries bucket and key when the trail is made.
    { parent, protect, retainOnDelete, dependsOn: [evidence] },
  );
}
