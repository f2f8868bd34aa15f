import * as pulumi from "@pulumi/pulumi";
import { lossGuards } from "../loss-guards.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { BackupCopy } from "./backup-copy.ts";
import { backupLifecycle, workLifecycle } from "./bucket-lifecycle.ts";
import { bucketLock } from "./bucket-lock.ts";
import { backupBucketPolicy, workBucketPolicy } from "./bucket-policies.ts";
import { PrivateBucket } from "./private-bucket.ts";

export interface UserBackupsArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "backup" | "letGo">;
  /** The account that owns buckets and keys, twelve digits. */
  account: string;
}

/**
 * Where users are kept beside the pool: `backups` holds finished sets, locked; `work` holds what runbooks note down
 * while they run; with `sekisho:backup.copyTo` every set also goes to a bucket in that Region.
 */
export class UserBackups extends pulumi.ComponentResource {
  /** What runbooks need to know, for `/sekisho/<stack>/backup`. */
  readonly part: pulumi.Output<StackOutputs["backup"]>;
  readonly work: PrivateBucket;

  constructor(name: string, args: UserBackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:UserBackups", name, {}, opts);
    const { stack, region, backup } = args.settings;
    const shared = {
      account: args.account,
      region,
      isElsewhere: false,
      guards: lossGuards(args.settings),
      tags: stackTags(stack),
    };
    const rules = { lock: bucketLock(backup), lifecycle: backupLifecycle(backup.keepDays) };

    const backups = new PrivateBucket(
      `sekisho-${stack}-backups`,
      { ...shared, ...rules, purpose: `Backups of the users of ${stack}`, policy: backupBucketPolicy },
      { parent: this },
    );
    this.work = new PrivateBucket(
      `sekisho-${stack}-work`,
      {
        ...shared,
        lifecycle: workLifecycle(),
        purpose: `Working files of the runbooks of ${stack}`,
        policy: workBucketPolicy,
      },
      { parent: this },
    );
    const copyGuards = lossGuards(args.settings, isLetGo(args.settings.letGo, "backupCopy"));
    const copy =
      backup.copyTo === undefined
        ? undefined
        : new BackupCopy(
            `sekisho-${stack}-copy`,
            { ...shared, ...rules, guards: copyGuards, stack, source: backups, copyTo: backup.copyTo },
            { parent: this },
          );

    this.part = pulumi.output({
      bucket: backups.bucket,
      workBucket: this.work.bucket,
      keyArn: backups.keyArn,
      workKeyArn: this.work.keyArn,
      keepDays: backup.keepDays,
      lock: backup.lock,
      ...(copy && { copy: copy.part }),
    });
    this.registerOutputs({ part: this.part });
  }
}
