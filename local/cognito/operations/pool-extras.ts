import { featureUnavailableInTier, invalidParameter, resourceNotFound } from "../faults.ts";
import {
  oneTaggedResource,
  poolOrClient,
  setLogDelivery,
  tagResource,
  untagResource,
} from "../shapes/pool-resources.ts";
import { oneUserPool } from "../shapes/user-pools.ts";
import type { Pool, World } from "../state.ts";
import { mergeTags } from "../tags.ts";
import { requireClient } from "./clients.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

/** What a pool has besides users, clients and domains: tags, log delivery, and the answers of features nobody configured. */
export const poolExtraOperations: Operations = {
  TagResource: operation(tagResource, (world, input) => {
    const pool = requirePoolByArn(world, input.ResourceArn);
    pool.tags = mergeTags(pool.tags, input.Tags);
    return {};
  }),

  UntagResource: operation(untagResource, (world, input) => {
    const pool = requirePoolByArn(world, input.ResourceArn);
    pool.tags = Object.fromEntries(Object.entries(pool.tags).filter(([key]) => !input.TagKeys.includes(key)));
    return {};
  }),

  ListTagsForResource: operation(oneTaggedResource, (world, input) => ({
    Tags: requirePoolByArn(world, input.ResourceArn).tags,
  })),

  SetLogDeliveryConfiguration: operation(setLogDelivery, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    for (const configuration of input.LogConfigurations) refuseLogDelivery(pool, configuration);
    for (const configuration of input.LogConfigurations) await refuseLogGroup(world, configuration);
    const sources = input.LogConfigurations.map(({ EventSource }) => EventSource);
    if (new Set(sources).size < sources.length) {
      throw invalidParameter("Each EventSource can have only one log configuration.");
    }
    pool.logConfigurations = input.LogConfigurations;
    return { LogDeliveryConfiguration: describeLogDelivery(pool) };
  }),

  GetLogDeliveryConfiguration: operation(oneUserPool, (world, input) => ({
    LogDeliveryConfiguration: describeLogDelivery(requirePool(world, input.UserPoolId)),
  })),

  GetUICustomization: operation(poolOrClient, (world, input) => ({
    UICustomization: describeOwner(world, input),
  })),
};

interface LogConfiguration {
  EventSource: "userNotification" | "userAuthEvents";
  LogLevel: "ERROR" | "INFO";
  CloudWatchLogsConfiguration?: { LogGroupArn?: string | undefined } | undefined;
  S3Configuration?: object | undefined;
  FirehoseConfiguration?: object | undefined;
}

/** userNotification: errors, CloudWatch Logs only; userAuthEvents: info, one destination, Plus plan (LogConfigurationType). */
function refuseLogDelivery(pool: Pool, configuration: LogConfiguration): void {
  const { EventSource: source, CloudWatchLogsConfiguration: logs } = configuration;
  const destinations = [logs, configuration.S3Configuration, configuration.FirehoseConfiguration];
  if (destinations.filter((one) => one !== undefined).length !== 1) {
    throw invalidParameter("Each log configuration must have exactly one destination.");
  }
  if (source === "userAuthEvents" && pool.tier !== "PLUS") {
    throw featureUnavailableInTier("Export of user activity logs", pool.tier);
  }
  const isValid =
    source === "userNotification"
      ? configuration.LogLevel === "ERROR" && logs !== undefined
      : configuration.LogLevel === "INFO";
  if (!isValid) throw invalidParameter(`The log level or destination is not supported for ${source}.`);
}

/**
 * "The log group must not be encrypted with AWS Key Management Service and must be in the same AWS account as your user
 * pool" (CloudWatchLogsConfigurationType, API reference).
 */
async function refuseLogGroup(
  world: World,
  { CloudWatchLogsConfiguration: logs }: LogConfiguration,
): Promise<void> {
  const arn = logs?.LogGroupArn;
  if (arn === undefined) return;
  const [, , , , account] = arn.split(":");
  if (account !== world.account) {
    throw invalidParameter(`The log group ${arn} must be in the same AWS account as the user pool.`);
  }
  if (await world.partners.isEncryptedLogGroup(arn)) {
    throw invalidParameter(`The log group ${arn} must not be encrypted with AWS Key Management Service.`);
  }
}

function describeLogDelivery(pool: Pool): object {
  return { UserPoolId: pool.id, LogConfigurations: pool.logConfigurations };
}

function describeOwner(world: World, input: { UserPoolId: string; ClientId?: string | undefined }): object {
  const pool = requirePool(world, input.UserPoolId);
  if (input.ClientId === undefined) return { UserPoolId: pool.id };
  return { UserPoolId: pool.id, ClientId: requireClient(pool, input.ClientId).id };
}

function requirePoolByArn(world: World, arn: string): Pool {
  const pool = world.pools.get(arn.slice(arn.lastIndexOf("/") + 1));
  if (pool?.arn !== arn) throw resourceNotFound(`Resource ${arn} does not exist.`);
  return pool;
}
