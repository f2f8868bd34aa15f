import { isDeepStrictEqual } from "node:util";
import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { SecretArgs } from "@pulumi/aws/secretsmanager/secret.js";
import type { SecretVersionArgs } from "@pulumi/aws/secretsmanager/secretVersion.js";
import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, outputsOf, textOf } from "./aws-shape.ts";
import type { Altered, Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["ResourceNotFoundException"];
const CURRENT = "AWSCURRENT";

const secret: Maker = {
  autoName: { property: "name", longest: 512 },
  async create({ inputs, aws }) {
    const { description, kmsKeyId, policy } = inputsAs<SecretArgs>(inputs);
    const { ARN } = await aws.secretsManager.send(
      new CreateSecretCommand({
        Name: textOf(inputs, "name"),
        Description: description,
        KmsKeyId: kmsKeyId,
        Tags: tagList(tagsOf(inputs)),
      }),
    );
    if (!ARN) throw new Error("CreateSecret answered without an ARN");
    if (policy) {
      await aws.secretsManager.send(new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy: policy }));
    }
    // CreateSecret could take the replicas along, but MiniStack ignores them there.
    await addReplicas(aws.secretsManager, ARN, inputs, replicaRegions(inputs));
    return ARN;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.secretsManager.send(new DescribeSecretCommand({ SecretId: id })),
    );
    // A secret that waits for its deletion is gone for the provider.
    if (!found || found.DeletedDate) return undefined;
    return outputsOf({ arn: found.ARN, name: found.Name });
  },
  async update(altered) {
    const { id: SecretId, inputs, before, aws } = altered;
    const { description, kmsKeyId, policy } = inputsAs<SecretArgs>(inputs);
    await aws.secretsManager.send(
      new UpdateSecretCommand({ SecretId, Description: description ?? "", KmsKeyId: kmsKeyId }),
    );
    if (policy !== before.policy) {
      if (policy) {
        await aws.secretsManager.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy }));
      } else await aws.secretsManager.send(new DeleteResourcePolicyCommand({ SecretId }));
    }
    await changeReplicas(altered);
    await changeTags(before, inputs, {
      set: (tags) => aws.secretsManager.send(new TagResourceCommand({ SecretId, Tags: tagList(tags) })),
      remove: (TagKeys) => aws.secretsManager.send(new UntagResourceCommand({ SecretId, TagKeys })),
    });
  },
  async delete({ id: SecretId, outputs, aws }) {
    const { recoveryWindowInDays = 30 } = inputsAs<SecretArgs>(outputs);
    // AWS wants the replicas removed first; MiniStack has no call for that and deletes them with the secret.
    await unless(GONE, async () => {
      await aws.secretsManager.send(
        new DeleteSecretCommand(
          recoveryWindowInDays === 0
            ? { SecretId, ForceDeleteWithoutRecovery: true }
            : { SecretId, RecoveryWindowInDays: recoveryWindowInDays },
        ),
      );
    });
  },
};

const secretVersion: Maker = {
  async create({ inputs, aws }) {
    const { secretId, secretString, secretBinary, versionStages } = inputsAs<SecretVersionArgs>(inputs);
    const { VersionId } = await aws.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        SecretString: secretString,
        ...(secretBinary === undefined ? {} : { SecretBinary: Buffer.from(secretBinary, "base64") }),
        VersionStages: versionStages,
      }),
    );
    if (!VersionId) throw new Error("PutSecretValue answered without a version");
    return `${secretId}|${VersionId}`;
  },
  // Found by its own id, whichever labels it still has; a version without any label is gone.
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.secretsManager.send(new GetSecretValueCommand(versionKey(id))),
    );
    return (
      found &&
      outputsOf({
        arn: found.ARN,
        secretString: found.SecretString,
        versionId: found.VersionId,
        versionStages: found.VersionStages,
      })
    );
  },
  async update({ id, inputs, before, aws }) {
    const { SecretId, VersionId } = versionKey(id);
    const [old, current] = [labels(before), labels(inputs)];
    for (const VersionStage of current.filter((label) => !old.includes(label))) {
      const holder = await findHolder(aws.secretsManager, SecretId, VersionStage);
      await aws.secretsManager.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage,
          MoveToVersionId: VersionId,
          ...(holder === undefined ? {} : { RemoveFromVersionId: holder }),
        }),
      );
    }
    const gone = old.filter((label) => !current.includes(label));
    await takeLabels(aws.secretsManager, id, gone);
  },
  async delete({ id, outputs, aws }) {
    await unless(GONE, () => takeLabels(aws.secretsManager, id, labels(outputs)));
  },
};

export const secretsManagerMakers: Makers = {
  "aws:secretsmanager/secret:Secret": secret,
  "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
};

interface Replica {
  Region: string;
  KmsKeyId?: string;
}

function replicaRegions(values: PropertyMap): Replica[] {
  const { replicas = [] } = inputsAs<SecretArgs>(values);
  return replicas.map(({ region, kmsKeyId }) => ({
    Region: region,
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
  }));
}

async function changeReplicas({ id, inputs, before, aws }: Altered): Promise<void> {
  const [old, current] = [replicaRegions(before), replicaRegions(inputs)];
  const gone = old.filter((replica) => !current.some((other) => isDeepStrictEqual(other, replica)));
  const added = current.filter((replica) => !old.some((other) => isDeepStrictEqual(other, replica)));
  if (gone.length > 0)
    await removeReplicas(
      aws.secretsManager,
      id,
      gone.map(({ Region }) => Region),
    );
  await addReplicas(aws.secretsManager, id, inputs, added);
}

async function addReplicas(
  client: AwsClients["secretsManager"],
  SecretId: string,
  inputs: PropertyMap,
  regions: Replica[],
): Promise<void> {
  if (regions.length === 0) return;
  const { forceOverwriteReplicaSecret } = inputsAs<SecretArgs>(inputs);
  await client.send(
    new ReplicateSecretToRegionsCommand({
      SecretId,
      AddReplicaRegions: regions,
      ForceOverwriteReplicaSecret: forceOverwriteReplicaSecret,
    }),
  );
}

async function removeReplicas(
  client: AwsClients["secretsManager"],
  SecretId: string,
  regions: string[],
): Promise<void> {
  await client.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: regions }));
}

/** The provider's id is the secret's ARN, a bar, and the version. */
function versionKey(id: string) {
  const bar = id.lastIndexOf("|");
  return { SecretId: id.slice(0, bar), VersionId: id.slice(bar + 1) };
}

function labels(values: PropertyMap): string[] {
  return inputsAs<SecretVersionArgs>(values).versionStages ?? [];
}

async function findHolder(
  client: AwsClients["secretsManager"],
  SecretId: string,
  label: string,
): Promise<string | undefined> {
  const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
  return Versions.find(({ VersionStages }) => VersionStages?.includes(label))?.VersionId;
}

/** AWSCURRENT can only move, never go (AWS Secrets Manager API Reference, UpdateSecretVersionStage). */
async function takeLabels(client: AwsClients["secretsManager"], id: string, gone: string[]): Promise<void> {
  const { SecretId, VersionId: RemoveFromVersionId } = versionKey(id);
  for (const VersionStage of gone.filter((label) => label !== CURRENT)) {
    await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId }));
  }
}
