import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-ssm";
import type { ParameterArgs } from "@pulumi/aws/ssm/parameter.js";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, outputsOf, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["ParameterNotFound"];
const ResourceType = "Parameter";

const parameter: Maker = {
  autoName: { property: "name", longest: 2048 },
  async create({ inputs, aws }) {
    await aws.ssm.send(new PutParameterCommand({ ...parameterInput(inputs), Tags: tagList(tagsOf(inputs)) }));
    return textOf(inputs, "name");
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.ssm.send(new GetParameterCommand({ Name: id, WithDecryption: true })),
    );
    if (!found?.Parameter) return undefined;
    const { ARN, DataType, Version } = found.Parameter;
    return outputsOf({ arn: ARN, dataType: DataType, version: Version });
  },
  async update({ id: ResourceId, inputs, before, aws }) {
    await aws.ssm.send(new PutParameterCommand({ ...parameterInput(inputs), Overwrite: true }));
    await changeTags(before, inputs, {
      set: (tags) =>
        aws.ssm.send(new AddTagsToResourceCommand({ ResourceId, ResourceType, Tags: tagList(tags) })),
      remove: (TagKeys) =>
        aws.ssm.send(new RemoveTagsFromResourceCommand({ ResourceId, ResourceType, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.ssm.send(new DeleteParameterCommand({ Name: id })));
  },
};

export const ssmMakers: Makers = { "aws:ssm/parameter:Parameter": parameter };

function parameterInput(inputs: PropertyMap): PutParameterCommandInput {
  const { value, insecureValue, type, description, keyId, tier, dataType, allowedPattern } =
    inputsAs<ParameterArgs>(inputs);
  return {
    Name: textOf(inputs, "name"),
    Value: value ?? insecureValue ?? "",
    Type: type as PutParameterCommandInput["Type"],
    Description: description,
    KeyId: keyId,
    Tier: tier as PutParameterCommandInput["Tier"],
    DataType: dataType,
    AllowedPattern: allowedPattern,
  };
}
