import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { unless } from "./aws-errors.ts";
import { outputsOf, textOf } from "./aws-shape.ts";
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
  const found = [];
  const pages = paginateGetParametersByPath(
    { client: aws.ssm },
    { Path, Recursive: args.recursive === true, WithDecryption: args.withDecryption !== false },
  );
  for await (const { Parameters = [] } of pages) found.push(...Parameters);
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

/** Every provider function a local deployment answers. */
export const invokes: Invokes = {
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getRegion:getRegion": getRegion,
  "aws:sesv2/getEmailIdentity:getEmailIdentity": getEmailIdentity,
  "aws:ssm/getParametersByPath:getParametersByPath": getParametersByPath,
};
