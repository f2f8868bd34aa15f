import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { questionKeyPolicy } from "../iam-policies/question-table.ts";
import { lossGuards } from "../loss-guards.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { EXPIRY_ATTRIBUTE } from "./answer-store.ts";

export interface QuestionTableArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "letGo">;
  account: string;
}

/** The questions that people have chosen, and hashes of their answers, in a table with a key of its own. */
export class QuestionTable extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: QuestionTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:QuestionTable", name, {}, opts);
    const key = this.createKey(name, args);
    const table = this.createTable(name, args, key);
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.keyArn = key.arn;
    this.registerOutputs({ tableName: this.tableName, tableArn: this.tableArn, keyArn: this.keyArn });
  }

  private createKey(name: string, { settings, account }: QuestionTableArgs): aws.kms.Key {
    const { stack, region } = settings;
    const guards = lossGuards(settings, isLetGo(settings.letGo, "secretQuestion"));
    return new aws.kms.Key(
      `${name}-key`,
      {
        description: `Secret questions of the users of ${stack}`,
        policy: JSON.stringify(questionKeyPolicy({ account, region })),
        enableKeyRotation: true,
        multiRegion: false,
        deletionWindowInDays: guards.deletionProtection ? 30 : 7,
        tags: stackTags(stack),
      },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
  }

  private createTable(name: string, { settings }: QuestionTableArgs, key: aws.kms.Key): aws.dynamodb.Table {
    const guards = lossGuards(settings, isLetGo(settings.letGo, "secretQuestion"));
    return new aws.dynamodb.Table(
      name,
      {
        attributes: [
          { name: "user", type: "S" },
          { name: "item", type: "S" },
        ],
        hashKey: "user",
        rangeKey: "item",
        billingMode: "PAY_PER_REQUEST",
        tableClass: "STANDARD",
        streamEnabled: false,
        ttl: { attributeName: EXPIRY_ATTRIBUTE, enabled: true },
        // For 35 days, the most there is, which nobody has to ask for (Amazon DynamoDB API Reference,
        // PointInTimeRecoverySpecification); asked for, a service that does not tell the number would differ each time.
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
        deletionProtectionEnabled: guards.deletionProtection,
        tags: stackTags(settings.stack),
      },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
  }
}
