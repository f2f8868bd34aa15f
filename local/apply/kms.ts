import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import type { AliasArgs } from "@pulumi/aws/kms/alias.js";
import type { KeyArgs } from "@pulumi/aws/kms/key.js";
import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, outputsOf, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagsOf } from "./tags.ts";

const GONE = ["NotFoundException"];

const key: Maker = {
  async create({ inputs, aws }) {
    const { description, policy, keyUsage, customerMasterKeySpec, multiRegion } = inputsAs<KeyArgs>(inputs);
    const { KeyMetadata } = await aws.kms.send(
      new CreateKeyCommand({
        Description: description,
        Policy: policy,
        KeyUsage: keyUsage as CreateKeyCommandInput["KeyUsage"],
        KeySpec: customerMasterKeySpec as CreateKeyCommandInput["KeySpec"],
        MultiRegion: multiRegion,
        Tags: keyTags(tagsOf(inputs)),
      }),
    );
    if (!KeyMetadata?.KeyId) throw new Error("CreateKey answered without an id");
    if (inputsAs<KeyArgs>(inputs).enableKeyRotation) await setRotation(aws.kms, KeyMetadata.KeyId, inputs);
    return KeyMetadata.KeyId;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.kms.send(new DescribeKeyCommand({ KeyId: id })));
    // A key that waits for its deletion is gone for the provider.
    if (!found?.KeyMetadata || found.KeyMetadata.KeyState === "PendingDeletion") return undefined;
    const { Arn, KeyId } = found.KeyMetadata;
    return outputsOf({ arn: Arn, keyId: KeyId });
  },
  async update({ id: KeyId, inputs, before, aws }) {
    const { description = "", policy } = inputsAs<KeyArgs>(inputs);
    if (description !== before.description) {
      await aws.kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: description }));
    }
    if (policy && policy !== before.policy) {
      await aws.kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: policy }));
    }
    await setRotation(aws.kms, KeyId, inputs);
    await changeTags(before, inputs, {
      set: (tags) => aws.kms.send(new TagResourceCommand({ KeyId, Tags: keyTags(tags) })),
      remove: (TagKeys) => aws.kms.send(new UntagResourceCommand({ KeyId, TagKeys })),
    });
  },
  async delete({ id: KeyId, outputs, aws }) {
    const { deletionWindowInDays = 30 } = inputsAs<KeyArgs>(outputs);
    await unless(GONE, () =>
      aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: deletionWindowInDays })),
    );
  },
};

const alias: Maker = {
  autoName: { property: "name", longest: 256, prefix: "alias/" },
  async create({ inputs, aws }) {
    await aws.kms.send(new CreateAliasCommand(aliasInput(inputs)));
    return textOf(inputs, "name");
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.kms.send(new DescribeKeyCommand({ KeyId: id })));
    if (!found?.KeyMetadata) return undefined;
    return outputsOf({
      arn: `arn:aws:kms:${aws.region}:${await aws.account()}:${id}`,
      targetKeyArn: found.KeyMetadata.Arn,
    });
  },
  async update({ inputs, aws }) {
    await aws.kms.send(new UpdateAliasCommand(aliasInput(inputs)));
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.kms.send(new DeleteAliasCommand({ AliasName: id })));
  },
};

export const kmsMakers: Makers = { "aws:kms/key:Key": key, "aws:kms/alias:Alias": alias };

async function setRotation(client: AwsClients["kms"], KeyId: string, inputs: PropertyMap): Promise<void> {
  const { enableKeyRotation, rotationPeriodInDays } = inputsAs<KeyArgs>(inputs);
  await client.send(
    enableKeyRotation
      ? new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: rotationPeriodInDays })
      : new DisableKeyRotationCommand({ KeyId }),
  );
}

function aliasInput(inputs: PropertyMap) {
  return { AliasName: textOf(inputs, "name"), TargetKeyId: inputsAs<AliasArgs>(inputs).targetKeyId };
}

function keyTags(tags: Record<string, string>): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
