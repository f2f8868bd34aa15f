import { describe, expect, test } from "vitest";
import { findMaker } from "./find-maker.ts";
import { altered, existing, scriptedAws, target } from "./scripted-aws.ts";

const secret = findMaker("aws:secretsmanager/secret:Secret");
const version = findMaker("aws:secretsmanager/secretVersion:SecretVersion");
const ARN = "arn:aws:secretsmanager:ap-northeast-1:1:secret:web-x";

describe("a secret", () => {
  test("is made with its tags, and copied to other Regions", async () => {
    const { aws, calls } = scriptedAws({ CreateSecret: { ARN } });
    const inputs = { name: "web", tags: { a: "b" }, replicas: [{ region: "us-west-2" }] };
    await expect(secret.create(target(aws, inputs))).resolves.toBe(ARN);
    expect(calls).toEqual([
      ["CreateSecret", { Name: "web", Tags: [{ Key: "a", Value: "b" }] }],
      ["ReplicateSecretToRegions", { SecretId: ARN, AddReplicaRegions: [{ Region: "us-west-2" }] }],
    ]);
  });

  test("that waits for its deletion counts as gone", async () => {
    const { aws } = scriptedAws({ DescribeSecret: { ARN, DeletedDate: new Date(0) } });
    await expect(secret.read(existing(aws, ARN))).resolves.toBeUndefined();
  });

  test("takes on and gives up copies, policy and tags without a new secret", async () => {
    const { aws, calls } = scriptedAws();
    const before = { replicas: [{ region: "us-east-1" }], policy: "{}", tags: { a: "b" } };
    await secret.update(
      altered(aws, ARN, [before, { replicas: [{ region: "us-west-2" }], description: "d" }]),
    );
    expect(calls).toEqual([
      ["UpdateSecret", { SecretId: ARN, Description: "d" }],
      ["DeleteResourcePolicy", { SecretId: ARN }],
      ["RemoveRegionsFromReplication", { SecretId: ARN, RemoveReplicaRegions: ["us-east-1"] }],
      ["ReplicateSecretToRegions", { SecretId: ARN, AddReplicaRegions: [{ Region: "us-west-2" }] }],
      ["UntagResource", { SecretId: ARN, TagKeys: ["a"] }],
    ]);
  });

  test.each([
    [0, { ForceDeleteWithoutRecovery: true }],
    [7, { RecoveryWindowInDays: 7 }],
    [undefined, { RecoveryWindowInDays: 30 }],
  ])("is deleted with the window the program chose: %s days", async (days, window) => {
    const { aws, calls } = scriptedAws();
    const outputs = {
      replicas: [{ region: "us-west-2" }],
      ...(days === undefined ? {} : { recoveryWindowInDays: days }),
    };
    await secret.delete(existing(aws, ARN, {}, outputs));
    expect(calls).toEqual([["DeleteSecret", { SecretId: ARN, ...window }]]);
  });
});

describe("a secret version", () => {
  test("is put with its labels", async () => {
    const { aws, calls } = scriptedAws({ PutSecretValue: { VersionId: "v-1" } });
    const inputs = { secretId: ARN, secretString: "s", versionStages: ["AWSCURRENT", "first"] };
    await expect(version.create(target(aws, inputs))).resolves.toBe(`${ARN}|v-1`);
    expect(calls).toEqual([
      ["PutSecretValue", { SecretId: ARN, SecretString: "s", VersionStages: ["AWSCURRENT", "first"] }],
    ]);
  });

  test("is found by its own id, whichever labels rotation has left it", async () => {
    const { aws, calls } = scriptedAws({ GetSecretValue: { VersionId: "v-1", VersionStages: ["first"] } });
    await expect(version.read(existing(aws, `${ARN}|v-1`))).resolves.toEqual({
      versionId: "v-1",
      versionStages: ["first"],
    });
    expect(calls).toEqual([["GetSecretValue", { SecretId: ARN, VersionId: "v-1" }]]);
  });

  test("takes a label from the version that has it, and never gives up AWSCURRENT", async () => {
    const { aws, calls } = scriptedAws({
      ListSecretVersionIds: { Versions: [{ VersionId: "v-0", VersionStages: ["AWSCURRENT"] }] },
    });
    const before = { versionStages: ["first", "old"] };
    await version.update(altered(aws, `${ARN}|v-1`, [before, { versionStages: ["first", "AWSCURRENT"] }]));
    expect(calls.filter(([operation]) => operation !== "ListSecretVersionIds")).toEqual([
      [
        "UpdateSecretVersionStage",
        { SecretId: ARN, VersionStage: "AWSCURRENT", MoveToVersionId: "v-1", RemoveFromVersionId: "v-0" },
      ],
      ["UpdateSecretVersionStage", { SecretId: ARN, VersionStage: "old", RemoveFromVersionId: "v-1" }],
    ]);
    calls.length = 0;
    await version.delete(existing(aws, `${ARN}|v-1`, {}, { versionStages: ["AWSCURRENT"] }));
    expect(calls).toEqual([]);
  });
});
