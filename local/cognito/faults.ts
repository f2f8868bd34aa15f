import { AwsFault } from "../aws-fault.ts";

/** A request Cognito refuses for what it says; by far its most used exception. */
export function invalidParameter(message: string): AwsFault {
  return new AwsFault("InvalidParameterException", message);
}

export function resourceNotFound(message: string): AwsFault {
  return new AwsFault("ResourceNotFoundException", message);
}

export function userPoolNotFound(poolId: string): AwsFault {
  return resourceNotFound(`User pool ${poolId} does not exist.`);
}

export function clientNotFound(clientId: string): AwsFault {
  return resourceNotFound(`User pool client ${clientId} does not exist.`);
}

export function userNotFound(): AwsFault {
  return new AwsFault("UserNotFoundException", "User does not exist.");
}

export function limitExceeded(message: string): AwsFault {
  return new AwsFault("LimitExceededException", message);
}

/** A setting that the pool's feature plan (Lite, Essentials, Plus) does not include. */
export function featureUnavailableInTier(feature: string, tier: string): AwsFault {
  return new AwsFault(
    "FeatureUnavailableInTierException",
    `${feature} isn't included in your user pool's current feature plan (${tier}).`,
  );
}
