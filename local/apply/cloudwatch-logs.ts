import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  type CreateLogGroupCommandInput,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import { unless } from "./aws-errors.ts";
import { inputsAs, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagsOf } from "./tags.ts";

const GONE = ["ResourceNotFoundException"];

const logGroup: Maker = {
  autoName: { property: "name", longest: 512 },
  async create({ inputs, aws }) {
    const { kmsKeyId, logGroupClass, retentionInDays } = inputsAs<LogGroupArgs>(inputs);
    const logGroupName = textOf(inputs, "name");
    await aws.cloudWatchLogs.send(
      new CreateLogGroupCommand({
        logGroupName,
        kmsKeyId,
        logGroupClass: logGroupClass as CreateLogGroupCommandInput["logGroupClass"],
        tags: tagsOf(inputs),
      }),
    );
    if (retentionInDays) {
      await aws.cloudWatchLogs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
    }
    return logGroupName;
  },
  async read({ id, aws }) {
    const { logGroups = [] } = await aws.cloudWatchLogs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: id }),
    );
    const found = logGroups.find(({ logGroupName }) => logGroupName === id);
    return found && { arn: streamlessArn(found) };
  },
  async update({ id: logGroupName, inputs, before, outputs, aws }) {
    const { kmsKeyId, retentionInDays } = inputsAs<LogGroupArgs>(inputs);
    const logs = aws.cloudWatchLogs;
    if (retentionInDays) await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
    else await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    if (kmsKeyId !== before.kmsKeyId) {
      if (kmsKeyId) await logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId }));
      else await logs.send(new DisassociateKmsKeyCommand({ logGroupName }));
    }
    const resourceArn = textOf(outputs, "arn");
    await changeTags(before, inputs, {
      set: (tags) => logs.send(new TagResourceCommand({ resourceArn, tags })),
      remove: (tagKeys) => logs.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    });
  },
  async delete({ id, outputs, aws }) {
    if (inputsAs<LogGroupArgs>(outputs).skipDestroy) return;
    await unless(GONE, () => aws.cloudWatchLogs.send(new DeleteLogGroupCommand({ logGroupName: id })));
  },
};

export const logMakers: Makers = { "aws:cloudwatch/logGroup:LogGroup": logGroup };

/** The ARN as the provider gives it: without the ":*" that stands for the group's streams. */
export function streamlessArn({ arn = "" }: Pick<LogGroup, "arn">): string {
  return arn.replace(/:\*$/, "");
}
