import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "../backups/private-bucket.ts";
import { ERASED_LIST, erasedKeySecretName, type StackOutputs } from "../outputs/outputs.ts";
import type { Settings } from "../settings.ts";
import { ErasedList } from "./erased-list.ts";
import { ImportRole } from "./import-role.ts";

export interface UserRestoresArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "messages">;
  /** The account that owns role and secret, twelve digits. */
  account: string;
  /** Holds the list of erased people. */
  work: PrivateBucket;
  /** What the secret of the list is encrypted with; AWS's own key without it. */
  secretKeyArn: pulumi.Input<string> | undefined;
}

/** What putting users back needs besides backup sets: a role for import jobs, and who must not come back. */
export class UserRestores extends pulumi.ComponentResource {
  /** What runbooks need to know, for `/sekisho/<stack>/restore`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["restore"]>>;
  readonly importRoleArn: pulumi.Output<string>;
  /** ARN of the secret with the key of the list. */
  readonly erasedKeySecretArn: pulumi.Output<string>;

  constructor(name: string, args: UserRestoresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:UserRestores", name, {}, opts);
    const { settings, account } = args;
    const { stack, region, messages } = settings;
    this.importRoleArn = new ImportRole("import-role", { stack, region, account }, { parent: this }).arn;
    this.erasedKeySecretArn = new ErasedList("erased-list", args, { parent: this }).keySecretArn;
    this.part = pulumi.output({
      importRoleArn: this.importRoleArn,
      erasedList: ERASED_LIST,
      erasedKeySecret: erasedKeySecretName(stack),
      ...(messages.siteUrl !== undefined && { siteUrl: messages.siteUrl }),
    });
    this.registerOutputs({ part: this.part });
  }
}
