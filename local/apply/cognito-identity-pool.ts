import {
  CreateIdentityPoolCommand,
  DeleteIdentityPoolCommand,
  DescribeIdentityPoolCommand,
  GetIdentityPoolRolesCommand,
  type RoleMapping,
  SetIdentityPoolRolesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity";
import type { IdentityPoolArgs } from "@pulumi/aws/cognito/identityPool.js";
import type { IdentityPoolRoleAttachmentArgs } from "@pulumi/aws/cognito/identityPoolRoleAttachment.js";
import type { Unwrap } from "@pulumi/pulumi";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagsOf } from "./tags.ts";

const GONE = ["ResourceNotFoundException"];

const identityPool: Maker = {
  async create({ inputs, aws }) {
    const { IdentityPoolId } = await aws.cognitoIdentity.send(
      new CreateIdentityPoolCommand({ ...poolInput(inputs), IdentityPoolTags: tagsOf(inputs) }),
    );
    if (!IdentityPoolId) throw new Error("CreateIdentityPool answered without an id");
    return IdentityPoolId;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.cognitoIdentity.send(new DescribeIdentityPoolCommand({ IdentityPoolId: id })),
    );
    return (
      found && { arn: `arn:aws:cognito-identity:${aws.region}:${await aws.account()}:identitypool/${id}` }
    );
  },
  async update({ id, inputs, before, outputs, aws }) {
    await aws.cognitoIdentity.send(
      new UpdateIdentityPoolCommand({ ...poolInput(inputs), IdentityPoolId: id }),
    );
    const ResourceArn = textOf(outputs, "arn");
    await changeTags(before, inputs, {
      set: (Tags) => aws.cognitoIdentity.send(new TagResourceCommand({ ResourceArn, Tags })),
      remove: (TagKeys) => aws.cognitoIdentity.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.cognitoIdentity.send(new DeleteIdentityPoolCommand({ IdentityPoolId: id })));
  },
};

const identityPoolRoleAttachment: Maker = {
  async create({ inputs, aws }) {
    await aws.cognitoIdentity.send(new SetIdentityPoolRolesCommand(rolesInput(inputs)));
    return textOf(inputs, "identityPoolId");
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.cognitoIdentity.send(new GetIdentityPoolRolesCommand({ IdentityPoolId: id })),
    );
    const hasRoles =
      Object.keys(found?.Roles ?? {}).length + Object.keys(found?.RoleMappings ?? {}).length > 0;
    return hasRoles ? {} : undefined;
  },
  async update({ inputs, aws }) {
    await aws.cognitoIdentity.send(new SetIdentityPoolRolesCommand(rolesInput(inputs)));
  },
  async delete({ id, aws }) {
    await unless(GONE, () =>
      aws.cognitoIdentity.send(
        new SetIdentityPoolRolesCommand({ IdentityPoolId: id, Roles: {}, RoleMappings: {} }),
      ),
    );
  },
};

export const identityPoolMakers: Makers = {
  "aws:cognito/identityPool:IdentityPool": identityPool,
  "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment": identityPoolRoleAttachment,
};

function poolInput(inputs: PropertyMap) {
  const pool = inputsAs<IdentityPoolArgs>(inputs);
  return {
    IdentityPoolName: pool.identityPoolName,
    AllowUnauthenticatedIdentities: pool.allowUnauthenticatedIdentities ?? false,
    AllowClassicFlow: pool.allowClassicFlow ?? false,
    DeveloperProviderName: pool.developerProviderName,
    OpenIdConnectProviderARNs: pool.openidConnectProviderArns,
    SamlProviderARNs: pool.samlProviderArns,
    SupportedLoginProviders: pool.supportedLoginProviders,
    CognitoIdentityProviders: pool.cognitoIdentityProviders?.map(
      ({ clientId, providerName, serverSideTokenCheck }) => ({
        ClientId: clientId,
        ProviderName: providerName,
        ServerSideTokenCheck: serverSideTokenCheck ?? false,
      }),
    ),
  };
}

type AttachmentInputs = Unwrap<IdentityPoolRoleAttachmentArgs>;

function rolesInput(inputs: PropertyMap) {
  const { identityPoolId, roles, roleMappings } = inputsAs<IdentityPoolRoleAttachmentArgs>(inputs);
  return {
    IdentityPoolId: identityPoolId,
    Roles: roles,
    RoleMappings: Object.fromEntries(
      (roleMappings ?? []).map((mapping) => [mapping.identityProvider, roleMapping(mapping)]),
    ),
  };
}

function roleMapping(mapping: NonNullable<AttachmentInputs["roleMappings"]>[number]): RoleMapping {
  const { type, ambiguousRoleResolution, mappingRules } = mapping;
  return {
    Type: type as RoleMapping["Type"],
    AmbiguousRoleResolution: ambiguousRoleResolution as RoleMapping["AmbiguousRoleResolution"],
    ...(mappingRules === undefined
      ? {}
      : {
          RulesConfiguration: {
            Rules: mappingRules.map(({ claim, matchType, roleArn, value }) => ({
              Claim: claim,
              MatchType: matchType as "Equals" | "Contains" | "StartsWith" | "NotEqual",
              RoleARN: roleArn,
              Value: value,
            })),
          },
        }),
  };
}
