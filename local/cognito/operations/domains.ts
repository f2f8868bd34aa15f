import { featureUnavailableInTier, invalidParameter, resourceNotFound } from "../faults.ts";
import { drawText } from "../identifiers.ts";
import {
  deleteDomain,
  describeDomain,
  type WriteDomainInput,
  writeDomain,
} from "../shapes/pool-resources.ts";
import type { Domain, Pool, World } from "../state.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const domainOperations: Operations = {
  CreateUserPoolDomain: operation(writeDomain, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    refuseDomainSettings(pool, input);
    refuseDomainName(input);
    const isCustom = input.CustomDomainConfig !== undefined;
    if (world.domains.has(input.Domain)) {
      throw invalidParameter("Domain already associated with another user pool.");
    }
    if ((isCustom ? pool.customDomain : pool.prefixDomain) !== undefined) {
      throw invalidParameter(`User pool ${pool.id} already has a domain configured.`);
    }
    const domain: Domain = {
      name: input.Domain,
      poolId: pool.id,
      managedLoginVersion: input.ManagedLoginVersion ?? 1,
      custom: input.CustomDomainConfig,
      cloudFrontDomain: isCustom ? drawCloudFrontDomain(world) : undefined,
    };
    world.domains.set(domain.name, domain);
    if (isCustom) pool.customDomain = domain.name;
    else pool.prefixDomain = domain.name;
    return describeWrite(domain);
  }),

  // A name nobody uses is answered with an empty description, not with an error.
  DescribeUserPoolDomain: operation(describeDomain, (world, input) => {
    const domain = world.domains.get(input.Domain);
    if (domain === undefined) return { DomainDescription: {} };
    return {
      DomainDescription: {
        UserPoolId: domain.poolId,
        AWSAccountId: world.account,
        Domain: domain.name,
        ...(domain.cloudFrontDomain === undefined ? {} : { CloudFrontDistribution: domain.cloudFrontDomain }),
        Status: "ACTIVE",
        CustomDomainConfig: domain.custom ?? {},
        ManagedLoginVersion: domain.managedLoginVersion,
      },
    };
  }),

  UpdateUserPoolDomain: operation(writeDomain, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const domain = requireDomain(world, pool, input.Domain);
    refuseDomainSettings(pool, input);
    if ((domain.custom === undefined) !== (input.CustomDomainConfig === undefined)) {
      throw invalidParameter("CustomDomainConfig must be given for custom domains, and only for them.");
    }
    domain.custom = input.CustomDomainConfig;
    domain.managedLoginVersion = input.ManagedLoginVersion ?? domain.managedLoginVersion;
    return describeWrite(domain);
  }),

  DeleteUserPoolDomain: operation(deleteDomain, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const domain = requireDomain(world, pool, input.Domain);
    world.domains.delete(domain.name);
    if (domain.custom === undefined) pool.prefixDomain = undefined;
    else pool.customDomain = undefined;
    return {};
  }),
};

/** Words a prefix may not contain (Developer Guide, "Using the Amazon Cognito prefix domain"). */
const reservedWords = ["aws", "amazon", "cognito"];

function refuseDomainName(input: WriteDomainInput): void {
  if (input.CustomDomainConfig !== undefined) {
    const isHost = /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/.test(
      input.Domain,
    );
    if (!isHost) throw invalidParameter("Custom domain is not a valid subdomain.");
    return;
  }
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(input.Domain)) {
    throw invalidParameter(
      `1 validation error detected: Value '${input.Domain}' at 'domain' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$`,
    );
  }
  const reserved = reservedWords.find((word) => input.Domain.includes(word));
  if (reserved !== undefined) throw invalidParameter(`Domain cannot contain reserved word: ${reserved}`);
}

function refuseDomainSettings(pool: Pool, input: WriteDomainInput): void {
  const version = input.ManagedLoginVersion;
  if (version !== undefined && version !== 1 && version !== 2) {
    throw invalidParameter("ManagedLoginVersion must be 1 or 2.");
  }
  if (version === 2 && pool.tier === "LITE") throw featureUnavailableInTier("Managed login", pool.tier);
  const certificate = input.CustomDomainConfig?.CertificateArn;
  if (certificate !== undefined && !/^arn:[^:]+:acm:us-east-1:/.test(certificate)) {
    // "An SSL certificate in the US East (N. Virginia) Region" (CreateUserPoolDomain, API reference).
    throw invalidParameter("Invalid certificate ARN. The certificate must be in the us-east-1 Region.");
  }
}

function requireDomain(world: World, pool: Pool, name: string): Domain {
  const domain = world.domains.get(name);
  if (domain?.poolId !== pool.id)
    throw resourceNotFound(`Domain ${name} does not exist in user pool ${pool.id}.`);
  return domain;
}

function drawCloudFrontDomain(world: World): string {
  return `d${drawText(13, "abcdefghijklmnopqrstuvwxyz0123456789", world.randomBytes)}.cloudfront.net`;
}

function describeWrite(domain: Domain): object {
  return {
    ManagedLoginVersion: domain.managedLoginVersion,
    ...(domain.cloudFrontDomain === undefined ? {} : { CloudFrontDomain: domain.cloudFrontDomain }),
  };
}
