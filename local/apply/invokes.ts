import {
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeUserPoolCommand, ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
import { GetSecretValueCommand, ListSecretVersionIdsCommand } from "@aws-sdk/client-secrets-manager";
import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { accountInvokes } from "./account-invokes.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { outputsOf, textOf } from "./aws-shape.ts";
import { streamlessArn } from "./cloudwatch-logs.ts";
import type { Invoke, Invokes } from "./maker.ts";
import { dkimOutputs, identityOutputs } from "./ses.ts";

const getCallerIdentity: Invoke = async (_args, aws) => {
  const { Account, Arn, UserId } = await aws.sts.send(new GetCallerIdentityCommand({}));
  return outputsOf({ accountId: Account, arn: Arn, id: Account, userId: UserId });
};

const getRegion: Invoke = async (_args, { region }) => ({
  region,
  name: region,
  id: region,
  description: region,
  endpoint: `ec2.${region}.amazonaws.com`,
});

const getEmailIdentity: Invoke = async (args, aws) => {
  const emailIdentity = textOf(args, "emailIdentity");
  const found = await unless(["NotFoundException"], () =>
    aws.ses.send(new GetEmailIdentityCommand({ EmailIdentity: emailIdentity })),
  );
  // The provider's own words, because the program can tell this failure from others by nothing else.
  if (!found) {
    throw new Error(
      `reading SESV2 (Simple Email V2) Email Identity Data Source (${emailIdentity}): couldn't find resource`,
    );
  }
  return {
    id: emailIdentity,
    emailIdentity,
    region: aws.region,
    arn: `arn:aws:ses:${aws.region}:${await aws.account()}:identity/${emailIdentity}`,
    tags: {},
    dkimSigningAttributes: [dkimOutputs(found)],
    ...identityOutputs(found),
  };
};

const getParametersByPath: Invoke = async (args, aws) => {
  const Path = textOf(args, "path");
  const found = await listPages(async (NextToken) => {
    const recursive = { Recursive: args.recursive === true, WithDecryption: args.withDecryption !== false };
    const page = await aws.ssm.send(new GetParametersByPathCommand({ Path, ...recursive, NextToken }));
    return { items: page.Parameters, next: page.NextToken };
  });
  return {
    id: Path,
    path: Path,
    region: aws.region,
    arns: found.map(({ ARN = "" }) => ARN),
    names: found.map(({ Name = "" }) => Name),
    types: found.map(({ Type = "" }) => Type),
    values: found.map(({ Value = "" }) => Value),
  };
};

const getUserPools: Invoke = async (args, aws) => {
  const name = textOf(args, "name");
  const found = await listPages(async (NextToken) => {
    const page = await aws.cognitoUserPools.send(new ListUserPoolsCommand({ MaxResults: 60, NextToken }));
    return { items: page.UserPools, next: page.NextToken };
  });
  const account = await aws.account();
  const ids = found.filter(({ Name }) => Name === name).map(({ Id = "" }) => Id);
  const arns = ids.map((id) => `arn:aws:cognito-idp:${aws.region}:${account}:userpool/${id}`);
  return { id: name, name, region: aws.region, ids, arns };
};

/** As much of it as the program reads. */
const getUserPool: Invoke = async (args, aws) => {
  const userPoolId = textOf(args, "userPoolId");
  const { UserPool } = await aws.cognitoUserPools.send(
    new DescribeUserPoolCommand({ UserPoolId: userPoolId }),
  );
  const { Name, Arn, EstimatedNumberOfUsers } = UserPool ?? {};
  return outputsOf({
    id: userPoolId,
    userPoolId,
    region: aws.region,
    name: Name,
    arn: Arn,
    estimatedNumberOfUsers: EstimatedNumberOfUsers,
  });
};

const getLogGroups: Invoke = async (args, aws) => {
  const found = await listLogGroups(aws, textOf(args, "logGroupNamePrefix"));
  return {
    id: aws.region,
    region: aws.region,
    arns: found.map(streamlessArn),
    logGroupNames: found.map(({ logGroupName = "" }) => logGroupName),
  };
};

const getLogGroup: Invoke = async (args, aws) => {
  const name = textOf(args, "name");
  const found = (await listLogGroups(aws, name)).find(({ logGroupName }) => logGroupName === name);
  if (!found) throw new Error(`reading CloudWatch Logs Log Group (${name}): couldn't find resource`);
  const arn = streamlessArn(found);
  const { tags = {} } = await aws.cloudWatchLogs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  return {
    id: name,
    name,
    arn,
    region: aws.region,
    tags,
    ...outputsOf({
      creationTime: found.creationTime,
      kmsKeyId: found.kmsKeyId,
      logGroupClass: found.logGroupClass,
      retentionInDays: found.retentionInDays,
    }),
  };
};

const getSecretVersion: Invoke = async (args, aws) => {
  const SecretId = textOf(args, "secretId");
  const VersionStage = textOf(args, "versionStage") || "AWSCURRENT";
  const found = await aws.secretsManager.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  return {
    id: `${SecretId}|${VersionStage}`,
    region: aws.region,
    secretId: SecretId,
    versionStage: VersionStage,
    secretBinary: "",
    ...outputsOf({
      arn: found.ARN,
      secretArn: found.ARN,
      createdDate: found.CreatedDate?.toISOString(),
      secretString: found.SecretString,
      versionId: found.VersionId,
      versionStages: found.VersionStages,
    }),
  };
};

/** As the provider lists them, those without a label left out. */
const getSecretVersions: Invoke = async (args, aws) => {
  const SecretId = textOf(args, "secretId");
  const versions = await listPages(async (NextToken) => {
    const page = await aws.secretsManager.send(new ListSecretVersionIdsCommand({ SecretId, NextToken }));
    return { items: page.Versions, next: page.NextToken };
  });
  return {
    id: SecretId,
    region: aws.region,
    secretId: SecretId,
    versions: versions.map(({ VersionId = "", VersionStages = [], CreatedDate }) => ({
      versionId: VersionId,
      versionStages: VersionStages,
      createdTime: CreatedDate?.toISOString() ?? "",
    })),
  };
};

/** Every provider function a local deployment answers. */
export const invokes: Invokes = {
  ...accountInvokes,
  "aws:cloudwatch/getLogGroup:getLogGroup": getLogGroup,
  "aws:cloudwatch/getLogGroups:getLogGroups": getLogGroups,
  "aws:cognito/getUserPool:getUserPool": getUserPool,
  "aws:cognito/getUserPools:getUserPools": getUserPools,
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getRegion:getRegion": getRegion,
  "aws:secretsmanager/getSecretVersion:getSecretVersion": getSecretVersion,
  "aws:secretsmanager/getSecretVersions:getSecretVersions": getSecretVersions,
  "aws:sesv2/getEmailIdentity:getEmailIdentity": getEmailIdentity,
  "aws:ssm/getParametersByPath:getParametersByPath": getParametersByPath,
};

async function listLogGroups(aws: AwsClients, prefix: string): Promise<LogGroup[]> {
  const filter = prefix === "" ? {} : { logGroupNamePrefix: prefix };
  return listPages(async (nextToken) => {
    const page = await aws.cloudWatchLogs.send(new DescribeLogGroupsCommand({ ...filter, nextToken }));
    return { items: page.logGroups, next: page.nextToken };
  });
}

async function listPages<Item>(
  readPage: (token: string | undefined) => Promise<{ items: Item[] | undefined; next: string | undefined }>,
): Promise<Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await readPage(token);
    found.push(...items);
    token = next;
  } while (token !== undefined);
  return found;
}
