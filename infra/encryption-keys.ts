import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logKeyPolicy, secretKeyPolicy } from "./iam-policies/encryption-keys.ts";
import { lossGuards } from "./loss-guards.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { isLetGo } from "./settings/let-go.ts";
import type { Settings } from "./settings.ts";
import { stackTags } from "./stack-tags.ts";

export interface EncryptionKeysArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "letGo">;
  /** The account that owns the keys, twelve digits. */
  account: string;
}

/**
 * Keys of the preset strict, one for what is logged and one for secrets; without them AWS's own keys encrypt both. Each
 * costs about a dollar a month, and whoever reads a secret needs `kms:Decrypt` on its key besides.
 */
export class EncryptionKeys extends pulumi.ComponentResource {
  readonly logKeyArn: pulumi.Output<string>;
  readonly secretKeyArn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:EncryptionKeys", name, {}, opts);
    const { stack, region } = args.settings;
    const place = { account: args.account, region };
    this.logKeyArn = this.declareKey(`${name}-logs`, args, `Logs of ${stack}`, logKeyPolicy(place));
    this.secretKeyArn = this.declareKey(
      `${name}-secrets`,
      args,
      `Secrets of ${stack}`,
      secretKeyPolicy(place),
    );
    this.registerOutputs({ logKeyArn: this.logKeyArn, secretKeyArn: this.secretKeyArn });
  }

  private declareKey(
    name: string,
    { settings }: EncryptionKeysArgs,
    description: string,
    policy: PolicyDocument,
  ): pulumi.Output<string> {
    const guards = lossGuards(settings, isLetGo(settings.letGo, "keys"));
    const key = new aws.kms.Key(
      name,
      {
        description,
        policy: JSON.stringify(policy),
        enableKeyRotation: true,
        multiRegion: false,
        deletionWindowInDays: guards.deletionProtection ? 30 : 7,
        tags: stackTags(settings.stack),
      },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
    return key.arn;
  }
}
