import { isDeepStrictEqual } from "node:util";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type KeySchemaElement,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { TableArgs } from "@pulumi/aws/dynamodb/table.js";
import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, outputsOf, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["ResourceNotFoundException"];

/** Inputs of the provider that no table of ours has; silently leaving one out would make another table. */
const UNKNOWN_INPUTS = ["globalSecondaryIndexes", "localSecondaryIndexes", "replicas", "importTable"];

const table: Maker = {
  autoName: { property: "name", longest: 255 },
  async create({ inputs, aws }) {
    refuseUnknownInputs(inputs);
    const given = inputsAs<TableArgs>(inputs);
    const TableName = textOf(inputs, "name");
    await aws.dynamodb.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: (given.attributes ?? []).map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type as "S" | "N" | "B",
        })),
        KeySchema: keySchema(given.hashKey, given.rangeKey),
        TableClass: given.tableClass as CreateTableCommandInput["TableClass"],
        StreamSpecification: given.streamEnabled
          ? { StreamEnabled: true, StreamViewType: given.streamViewType as "KEYS_ONLY" }
          : undefined,
        Tags: tagList(tagsOf(inputs)),
        ...changeableParts(inputs),
      }),
    );
    await setTimeToLive(aws.dynamodb, TableName, inputs, {});
    await setRecovery(aws.dynamodb, TableName, inputs, {});
    return TableName;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.dynamodb.send(new DescribeTableCommand({ TableName: id })));
    if (!found?.Table) return undefined;
    const { TableArn, LatestStreamArn, LatestStreamLabel } = found.Table;
    return outputsOf({ arn: TableArn, streamArn: LatestStreamArn, streamLabel: LatestStreamLabel });
  },
  async update({ id: TableName, inputs, before, outputs, aws }) {
    refuseUnknownInputs(inputs);
    const parts = changeableParts(inputs);
    if (!isDeepStrictEqual(parts, changeableParts(before))) {
      await aws.dynamodb.send(new UpdateTableCommand({ TableName, ...parts }));
    }
    await setTimeToLive(aws.dynamodb, TableName, inputs, before);
    await setRecovery(aws.dynamodb, TableName, inputs, before);
    const ResourceArn = textOf(outputs, "arn");
    await changeTags(before, inputs, {
      set: (tags) => aws.dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags) })),
      remove: (TagKeys) => aws.dynamodb.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.dynamodb.send(new DeleteTableCommand({ TableName: id })));
  },
};

export const dynamodbMakers: Makers = { "aws:dynamodb/table:Table": table };

function refuseUnknownInputs(inputs: PropertyMap): void {
  const unknown = UNKNOWN_INPUTS.filter((key) => inputs[key] !== undefined);
  if (unknown.length > 0) throw new Error(`tables are made without ${unknown.join(", ")} here`);
}

function keySchema(hashKey: string | undefined, rangeKey: string | undefined): KeySchemaElement[] {
  return [
    ...(hashKey === undefined ? [] : [{ AttributeName: hashKey, KeyType: "HASH" as const }]),
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" as const }]),
  ];
}

/** What UpdateTable takes as well as CreateTable. */
function changeableParts(inputs: PropertyMap) {
  const given = inputsAs<TableArgs>(inputs);
  const isOnDemand = given.billingMode === "PAY_PER_REQUEST";
  const { serverSideEncryption: encryption } = given;
  return {
    BillingMode: (given.billingMode ?? "PROVISIONED") as CreateTableCommandInput["BillingMode"],
    DeletionProtectionEnabled: given.deletionProtectionEnabled ?? false,
    ...(isOnDemand
      ? {}
      : {
          ProvisionedThroughput: {
            ReadCapacityUnits: given.readCapacity,
            WriteCapacityUnits: given.writeCapacity,
          },
        }),
    ...(encryption === undefined
      ? {}
      : {
          SSESpecification: {
            Enabled: encryption.enabled,
            ...(encryption.kmsKeyArn === undefined
              ? {}
              : { SSEType: "KMS" as const, KMSMasterKeyId: encryption.kmsKeyArn }),
          },
        }),
  };
}

/** DynamoDB refuses to switch off what is off, so only a change is sent. */
async function setTimeToLive(
  client: AwsClients["dynamodb"],
  TableName: string,
  inputs: PropertyMap,
  before: PropertyMap,
): Promise<void> {
  const [old, wanted] = [inputsAs<TableArgs>(before).ttl, inputsAs<TableArgs>(inputs).ttl];
  const attribute = wanted?.attributeName ?? old?.attributeName;
  if ((wanted?.enabled ?? false) === (old?.enabled ?? false) || attribute === undefined) return;
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: wanted?.enabled ?? false };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

async function setRecovery(
  client: AwsClients["dynamodb"],
  TableName: string,
  inputs: PropertyMap,
  before: PropertyMap,
): Promise<void> {
  const [old, wanted] = [
    inputsAs<TableArgs>(before).pointInTimeRecovery,
    inputsAs<TableArgs>(inputs).pointInTimeRecovery,
  ];
  if (isDeepStrictEqual(wanted ?? { enabled: false }, old ?? { enabled: false })) return;
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: wanted?.enabled ?? false,
        RecoveryPeriodInDays: wanted?.recoveryPeriodInDays,
      },
    }),
  );
}
