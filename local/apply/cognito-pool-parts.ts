import {
  type AssetType,
  CreateGroupCommand,
  type CreateGroupCommandInput,
  CreateManagedLoginBrandingCommand,
  CreateResourceServerCommand,
  type CreateResourceServerCommandInput,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolDomainCommand,
  DeleteGroupCommand,
  DeleteManagedLoginBrandingCommand,
  DeleteResourceServerCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolDomainCommand,
  DescribeManagedLoginBrandingCommand,
  DescribeResourceServerCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolDomainCommand,
  GetGroupCommand,
  UpdateGroupCommand,
  UpdateManagedLoginBrandingCommand,
  UpdateResourceServerCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { ManagedLoginBrandingArgs } from "@pulumi/aws/cognito/managedLoginBranding.js";
import type { UserPoolDomainArgs } from "@pulumi/aws/cognito/userPoolDomain.js";
import type { Unwrap } from "@pulumi/pulumi";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, omit, outputsOf, textOf, toAwsShape } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";

type BrandingAsset = NonNullable<Unwrap<ManagedLoginBrandingArgs>["assets"]>[number];

const GONE = ["ResourceNotFoundException"];

const CLIENT_RENAMES = {
  name: "ClientName",
  allowedOauthFlows: "AllowedOAuthFlows",
  allowedOauthFlowsUserPoolClient: "AllowedOAuthFlowsUserPoolClient",
  allowedOauthScopes: "AllowedOAuthScopes",
  callbackUrls: "CallbackURLs",
  logoutUrls: "LogoutURLs",
  defaultRedirectUri: "DefaultRedirectURI",
};

const userPoolClient: Maker = {
  autoName: { property: "name", longest: 128 },
  async create({ inputs, aws }) {
    const shape = toAwsShape(omit(inputs, "region"), CLIENT_RENAMES);
    const { UserPoolClient } = await aws.cognitoUserPools.send(
      new CreateUserPoolClientCommand(shape as CreateUserPoolClientCommandInput),
    );
    if (!UserPoolClient?.ClientId) throw new Error("CreateUserPoolClient answered without an id");
    return UserPoolClient.ClientId;
  },
  async read({ id: ClientId, outputs, aws }) {
    const UserPoolId = textOf(outputs, "userPoolId");
    const found = await unless(GONE, () =>
      aws.cognitoUserPools.send(new DescribeUserPoolClientCommand({ ClientId, UserPoolId })),
    );
    const client = found?.UserPoolClient;
    return client && outputsOf({ clientSecret: client.ClientSecret, name: client.ClientName });
  },
  async update({ id, inputs, aws }) {
    const shape = toAwsShape(omit(inputs, "region", "generateSecret"), CLIENT_RENAMES);
    const rest = shape as CreateUserPoolClientCommandInput;
    await aws.cognitoUserPools.send(new UpdateUserPoolClientCommand({ ...rest, ClientId: id }));
  },
  async delete({ id: ClientId, outputs, aws }) {
    const UserPoolId = textOf(outputs, "userPoolId");
    await unless(GONE, () =>
      aws.cognitoUserPools.send(new DeleteUserPoolClientCommand({ ClientId, UserPoolId })),
    );
  },
};

const userPoolDomain: Maker = {
  async create({ inputs, aws }) {
    await aws.cognitoUserPools.send(new CreateUserPoolDomainCommand(domainInput(inputs)));
    return textOf(inputs, "domain");
  },
  async read({ id, aws }) {
    const { DomainDescription: found } = await aws.cognitoUserPools.send(
      new DescribeUserPoolDomainCommand({ Domain: id }),
    );
    // AWS answers an unknown domain with an empty description.
    if (!found?.UserPoolId) return undefined;
    return outputsOf({
      awsAccountId: found.AWSAccountId,
      cloudfrontDistribution: found.CloudFrontDistribution,
      cloudfrontDistributionArn: found.CloudFrontDistribution,
      // The hosted zone of every CloudFront distribution (Amazon Route 53 API Reference, AliasTarget).
      cloudfrontDistributionZoneId: "Z2FDTNDATAQYW2",
      s3Bucket: found.S3Bucket,
      version: found.Version,
    });
  },
  async update({ inputs, aws }) {
    await aws.cognitoUserPools.send(new UpdateUserPoolDomainCommand(domainInput(inputs)));
  },
  async delete({ id, outputs, aws }) {
    const UserPoolId = textOf(outputs, "userPoolId");
    await unless(GONE, () =>
      aws.cognitoUserPools.send(new DeleteUserPoolDomainCommand({ Domain: id, UserPoolId })),
    );
  },
};

const userGroup: Maker = {
  autoName: { property: "name", longest: 128 },
  async create({ inputs, aws }) {
    await aws.cognitoUserPools.send(new CreateGroupCommand(groupInput(inputs)));
    return `${textOf(inputs, "userPoolId")}/${textOf(inputs, "name")}`;
  },
  async read({ outputs, aws }) {
    const found = await unless(GONE, () => aws.cognitoUserPools.send(new GetGroupCommand(groupKey(outputs))));
    return found?.Group && {};
  },
  async update({ inputs, aws }) {
    await aws.cognitoUserPools.send(new UpdateGroupCommand(groupInput(inputs)));
  },
  async delete({ outputs, aws }) {
    await unless(GONE, () => aws.cognitoUserPools.send(new DeleteGroupCommand(groupKey(outputs))));
  },
};

const resourceServer: Maker = {
  autoName: { property: "name", longest: 256 },
  async create({ inputs, aws }) {
    await aws.cognitoUserPools.send(new CreateResourceServerCommand(resourceServerInput(inputs)));
    return `${textOf(inputs, "userPoolId")}|${textOf(inputs, "identifier")}`;
  },
  async read({ outputs, aws }) {
    const key = resourceServerKey(outputs);
    const found = await unless(GONE, () => aws.cognitoUserPools.send(new DescribeResourceServerCommand(key)));
    const scopes = found?.ResourceServer?.Scopes ?? [];
    return (
      found?.ResourceServer && {
        scopeIdentifiers: scopes.map(({ ScopeName }) => `${key.Identifier}/${ScopeName}`),
      }
    );
  },
  async update({ inputs, aws }) {
    await aws.cognitoUserPools.send(new UpdateResourceServerCommand(resourceServerInput(inputs)));
  },
  async delete({ outputs, aws }) {
    await unless(GONE, () =>
      aws.cognitoUserPools.send(new DeleteResourceServerCommand(resourceServerKey(outputs))),
    );
  },
};

const managedLoginBranding: Maker = {
  async create({ inputs, aws }) {
    const { ManagedLoginBranding } = await aws.cognitoUserPools.send(
      new CreateManagedLoginBrandingCommand({
        ...brandingStyle(inputs),
        UserPoolId: textOf(inputs, "userPoolId"),
        ClientId: textOf(inputs, "clientId"),
      }),
    );
    const id = ManagedLoginBranding?.ManagedLoginBrandingId;
    if (!id) throw new Error("CreateManagedLoginBranding answered without an id");
    return `${textOf(inputs, "userPoolId")},${id}`;
  },
  async read({ id, aws }) {
    const key = brandingKey(id);
    const found = await unless(GONE, () =>
      aws.cognitoUserPools.send(new DescribeManagedLoginBrandingCommand(key)),
    );
    return found?.ManagedLoginBranding && { managedLoginBrandingId: key.ManagedLoginBrandingId };
  },
  async update({ id, inputs, aws }) {
    await aws.cognitoUserPools.send(
      new UpdateManagedLoginBrandingCommand({ ...brandingStyle(inputs), ...brandingKey(id) }),
    );
  },
  async delete({ id, aws }) {
    await unless(GONE, () =>
      aws.cognitoUserPools.send(new DeleteManagedLoginBrandingCommand(brandingKey(id))),
    );
  },
};

export const userPoolPartMakers: Makers = {
  "aws:cognito/userPoolClient:UserPoolClient": userPoolClient,
  "aws:cognito/userPoolDomain:UserPoolDomain": userPoolDomain,
  "aws:cognito/userGroup:UserGroup": userGroup,
  "aws:cognito/resourceServer:ResourceServer": resourceServer,
  "aws:cognito/managedLoginBranding:ManagedLoginBranding": managedLoginBranding,
};

function domainInput(inputs: PropertyMap) {
  const { domain, userPoolId, certificateArn, managedLoginVersion } = inputsAs<UserPoolDomainArgs>(inputs);
  return {
    Domain: domain,
    UserPoolId: userPoolId,
    ManagedLoginVersion: managedLoginVersion,
    ...(certificateArn === undefined ? {} : { CustomDomainConfig: { CertificateArn: certificateArn } }),
  };
}

function groupKey(values: PropertyMap) {
  return { UserPoolId: textOf(values, "userPoolId"), GroupName: textOf(values, "name") };
}

function groupInput(inputs: PropertyMap): CreateGroupCommandInput {
  return toAwsShape(omit(inputs, "region"), { name: "GroupName" }) as CreateGroupCommandInput;
}

function resourceServerKey(values: PropertyMap) {
  return { UserPoolId: textOf(values, "userPoolId"), Identifier: textOf(values, "identifier") };
}

function resourceServerInput(inputs: PropertyMap): CreateResourceServerCommandInput {
  return toAwsShape(omit(inputs, "region")) as CreateResourceServerCommandInput;
}

/** The provider's id is the pool's id, a comma, and the style's. */
function brandingKey(id: string) {
  const [UserPoolId = "", ManagedLoginBrandingId = ""] = id.split(",");
  return { UserPoolId, ManagedLoginBrandingId };
}

function brandingStyle(inputs: PropertyMap) {
  const { assets, settings, useCognitoProvidedValues } = inputsAs<ManagedLoginBrandingArgs>(inputs);
  return {
    UseCognitoProvidedValues: useCognitoProvidedValues,
    ...(settings === undefined ? {} : { Settings: JSON.parse(settings) }),
    ...(assets === undefined ? {} : { Assets: assets.map(brandingAsset) }),
  };
}

function brandingAsset({ bytes, category, colorMode, extension, resourceId }: BrandingAsset): AssetType {
  const words = toAwsShape({ category, colorMode, extension }) as AssetType;
  return {
    ...words,
    ...(bytes === undefined ? {} : { Bytes: Buffer.from(bytes, "base64") }),
    ...(resourceId === undefined ? {} : { ResourceId: resourceId }),
  };
}
