import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lossGuards } from "../loss-guards.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";

export interface SignOutTableArgs {
  settings: Pick<Settings, "stack" | "disposable">;
}

/** Whose sign-outs they are: the user's `sub`. */
const SUB_ATTRIBUTE = "sub";

/**
 * Seconds since the epoch: when the last token that `notBefore` refuses (seconds since the epoch as well) has ended by
 * itself, and the entry may go.
 */
const SIGN_OUT_EXPIRY_ATTRIBUTE = "expiresAt";

/**
 * Since when a user's tokens are good again. Cognito ends refresh tokens at a sign-out, and a token that somebody has
 * stays valid until it expires (Amazon Cognito Developer Guide, Ending user sessions with token revocation): back ends
 * that read this table refuse it before that. Always there, because a table that has to be made first is no help at
 * night, and one that nobody writes to costs nothing.
 */
export class SignOutTable extends pulumi.ComponentResource {
  /** What runbooks and back ends need to know, for `/sekisho/<stack>/sign-outs`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["sign-outs"]>>;

  constructor(name: string, { settings }: SignOutTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:SignOutTable", name, {}, opts);
    const guards = lossGuards(settings);
    const table = new aws.dynamodb.Table(
      `sekisho-${settings.stack}-sign-outs`,
      {
        attributes: [{ name: SUB_ATTRIBUTE, type: "S" }],
        hashKey: SUB_ATTRIBUTE,
        billingMode: "PAY_PER_REQUEST",
        tableClass: "STANDARD",
        streamEnabled: false,
        ttl: { attributeName: SIGN_OUT_EXPIRY_ATTRIBUTE, enabled: true },
        pointInTimeRecovery: { enabled: true },
        // Under DynamoDB's own key: it holds no names, and a back end needs one right, GetItem, and no second one.
        deletionProtectionEnabled: guards.deletionProtection,
        tags: stackTags(settings.stack),
      },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
    this.part = pulumi.output({ table: table.name, tableArn: table.arn });
    this.registerOutputs({ part: this.part });
  }
}
