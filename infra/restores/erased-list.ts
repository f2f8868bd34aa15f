import { randomBytes } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "../backups/private-bucket.ts";
import { SECRET_RECOVERY_DAYS } from "../defaults.ts";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import { ERASED_LIST, erasedKeySecretName } from "../outputs/outputs.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";

export interface ErasedListArgs {
  settings: Pick<Settings, "stack" | "disposable">;
  /** Holds the list. */
  work: PrivateBucket;
  /** What the secret is encrypted with; AWS's own key without it. */
  secretKeyArn: pulumi.Input<string> | undefined;
}

/** The first line of the list, and all of it while nobody was erased; later lines are added by whoever erases people. */
export const ERASED_LIST_HEADER = '{"kind":"erased-list","version":1}\n';

/** As long as SHA-256's own result: no shorter key is as strong (RFC 2104, section 3). */
const KEY_BYTES = 32;

/**
 * People who were erased for good, so that no backup brings them back: a list in the work bucket, without names, and
 * the key by which somebody is recognised in it. The program makes both once and never writes either again.
 */
export class ErasedList extends pulumi.ComponentResource {
  /** ARN of the secret that holds the key. */
  readonly keySecretArn: pulumi.Output<string>;

  constructor(name: string, args: ErasedListArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ErasedList", name, {}, opts);
    const guards = lossGuards(args.settings);
    this.createList(name, args, guards);
    const secret = this.createSecret(name, args, guards);
    this.createKey(name, secret, guards);
    this.keySecretArn = secret.arn;
    this.registerOutputs({ keySecretArn: this.keySecretArn });
  }

  /**
   * The list, empty. What was added since is no change: on any change of its own the provider would upload the first
   * line again, over all the others. So it has no tags either, which whoever adds a line would take off.
   */
  private createList(name: string, { work }: ErasedListArgs, guards: LossGuards): void {
    new aws.s3.BucketObjectv2(
      name,
      {
        bucket: work.bucket,
        key: ERASED_LIST,
        content: ERASED_LIST_HEADER,
        contentType: "application/x-ndjson",
        serverSideEncryption: "aws:kms",
        kmsKeyId: work.keyArn,
      },
      {
        parent: this,
        dependsOn: [work],
        protect: guards.protect,
        retainOnDelete: guards.retainOnDelete,
        ignoreChanges: ["*"],
      },
    );
  }

  private createSecret(
    name: string,
    { settings: { stack, disposable }, secretKeyArn }: ErasedListArgs,
    guards: LossGuards,
  ): aws.secretsmanager.Secret {
    return new aws.secretsmanager.Secret(
      `${name}-key`,
      {
        name: erasedKeySecretName(stack),
        description: `Recognises people on the list of the erased of stack ${stack}; another key knows none of them`,
        ...(secretKeyArn !== undefined && { kmsKeyId: secretKeyArn }),
        recoveryWindowInDays: disposable ? 0 : SECRET_RECOVERY_DAYS,
        tags: stackTags(stack),
      },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
  }

  /**
   * The key, drawn once; each later run draws another, and the engine keeps the first. A label of its own keeps the
   * version whatever is put on top: Secrets Manager drops versions without a label, and another key would be written.
   */
  private createKey(name: string, secret: aws.secretsmanager.Secret, guards: LossGuards): void {
    const key = randomBytes(KEY_BYTES).toString("base64");
    new aws.secretsmanager.SecretVersion(
      `${name}-key-first`,
      {
        secretId: secret.id,
        secretString: pulumi.secret(JSON.stringify({ key })),
        versionStages: ["AWSCURRENT", "sekisho-first"],
      },
      {
        parent: this,
        ignoreChanges: ["secretString", "versionStages"],
        protect: guards.protect,
        retainOnDelete: guards.retainOnDelete,
      },
    );
  }
}
