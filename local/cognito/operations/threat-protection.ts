import { AwsFault } from "../../aws-fault.ts";
import { poolOrClient } from "../shapes/pool-resources.ts";
import { setRiskConfiguration } from "../shapes/threat-protection.ts";
import type { Pool } from "../state.ts";
import { requireClient } from "./clients.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

/** What threat protection shall do about risks; the model keeps the answers and judges nobody. */
export const threatProtectionOperations: Operations = {
  SetRiskConfiguration: operation(setRiskConfiguration, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const owner = ownerOf(pool, input.ClientId);
    refuseWithoutThreatProtection(pool);
    const { UserPoolId: _, ClientId: __, ...settings } = input;
    // Without any setting, a pool goes back to the defaults and a client to its pool (SetRiskConfiguration, API reference).
    if (Object.keys(settings).length === 0) pool.riskConfigurations.delete(owner);
    else pool.riskConfigurations.set(owner, settings);
    return { RiskConfiguration: describeRisks(pool, input.ClientId) };
  }),

  DescribeRiskConfiguration: operation(poolOrClient, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    return { RiskConfiguration: describeRisks(pool, input.ClientId) };
  }),
};

/** A client's settings lie under its id, the pool's own under none. */
function ownerOf(pool: Pool, clientId: string | undefined): string {
  return clientId === undefined ? "" : requireClient(pool, clientId).id;
}

function describeRisks(pool: Pool, clientId: string | undefined): object {
  return {
    UserPoolId: pool.id,
    ...(clientId === undefined ? {} : { ClientId: clientId }),
    ...pool.riskConfigurations.get(ownerOf(pool, clientId)),
  };
}

function refuseWithoutThreatProtection({ settings }: Pool): void {
  if ((settings.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF") !== "OFF") return;
  throw new AwsFault(
    "UserPoolAddOnNotEnabledException",
    "Threat protection is not enabled for this user pool.",
  );
}
