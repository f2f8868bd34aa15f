import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import { unless } from "./aws-errors.ts";
import { inputsAs, outputsOf, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["NoSuchEntityException", "NoSuchEntity"];

const role: Maker = {
  autoName: { property: "name", longest: 64 },
  async create({ inputs, aws }) {
    const { description, maxSessionDuration, path, permissionsBoundary } = inputsAs<RoleArgs>(inputs);
    const RoleName = textOf(inputs, "name");
    await aws.iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: textOf(inputs, "assumeRolePolicy"),
        Description: description,
        MaxSessionDuration: maxSessionDuration,
        Path: path,
        PermissionsBoundary: permissionsBoundary,
        Tags: tagList(tagsOf(inputs)),
      }),
    );
    return RoleName;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.iam.send(new GetRoleCommand({ RoleName: id })));
    if (!found?.Role) return undefined;
    const { Arn, CreateDate, RoleId, RoleName } = found.Role;
    return outputsOf({ arn: Arn, createDate: CreateDate, uniqueId: RoleId, name: RoleName });
  },
  async update({ id: RoleName, inputs, before, aws }) {
    const { description, maxSessionDuration } = inputsAs<RoleArgs>(inputs);
    const PolicyDocument = textOf(inputs, "assumeRolePolicy");
    await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await aws.iam.send(
      new UpdateRoleCommand({
        RoleName,
        Description: description ?? "",
        MaxSessionDuration: maxSessionDuration,
      }),
    );
    await changeTags(before, inputs, {
      set: (tags) => aws.iam.send(new TagRoleCommand({ RoleName, Tags: tagList(tags) })),
      remove: (TagKeys) => aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.iam.send(new DeleteRoleCommand({ RoleName: id })));
  },
};

const rolePolicy: Maker = {
  autoName: { property: "name", longest: 128 },
  async create({ inputs, aws }) {
    await aws.iam.send(new PutRolePolicyCommand(inlinePolicy(inputs)));
    return `${textOf(inputs, "role")}:${textOf(inputs, "name")}`;
  },
  async read({ outputs, aws }) {
    const { RoleName, PolicyName } = inlinePolicy(outputs);
    const found = await unless(GONE, () => aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
    return found && {};
  },
  async update({ inputs, aws }) {
    await aws.iam.send(new PutRolePolicyCommand(inlinePolicy(inputs)));
  },
  async delete({ outputs, aws }) {
    const { RoleName, PolicyName } = inlinePolicy(outputs);
    await unless(GONE, () => aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  },
};

const rolePolicyAttachment: Maker = {
  async create({ name, inputs, aws }) {
    await aws.iam.send(new AttachRolePolicyCommand(attachment(inputs)));
    return `${textOf(inputs, "role")}-${name}`;
  },
  async read({ outputs, aws }) {
    const { RoleName, PolicyArn } = attachment(outputs);
    const found = await unless(GONE, () => aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName })));
    return found?.AttachedPolicies?.some((policy) => policy.PolicyArn === PolicyArn) ? {} : undefined;
  },
  async delete({ outputs, aws }) {
    await unless(GONE, () => aws.iam.send(new DetachRolePolicyCommand(attachment(outputs))));
  },
};

export const iamMakers: Makers = {
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
};

function inlinePolicy(values: Parameters<typeof textOf>[0]) {
  return {
    RoleName: textOf(values, "role"),
    PolicyName: textOf(values, "name"),
    PolicyDocument: textOf(values, "policy"),
  };
}

function attachment(values: Parameters<typeof textOf>[0]) {
  return { RoleName: textOf(values, "role"), PolicyArn: textOf(values, "policyArn") };
}
