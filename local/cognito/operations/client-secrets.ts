import { createSecret } from "../client-secrets.ts";
import { invalidParameter, limitExceeded, resourceNotFound } from "../faults.ts";
import { limits } from "../limits.ts";
import { readPageToken } from "../page-tokens.ts";
import { addUserPoolClientSecret, listUserPoolClientSecrets, oneClientSecret } from "../shapes/clients.ts";
import type { Client, ClientSecret } from "../state.ts";
import { toTimestamp } from "../timestamp.ts";
import { requireClient } from "./clients.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

/** The secrets of a client that has one: two at most, so that a new one can be spread before the old one goes. */
export const clientSecretOperations: Operations = {
  // "The ClientSecretValue is only returned when Amazon Cognito generates the secret" (AddUserPoolClientSecret, API reference).
  AddUserPoolClientSecret: operation(addUserPoolClientSecret, (world, input) => {
    const client = requireClient(requirePool(world, input.UserPoolId), input.ClientId);
    refusePublicClient(client);
    if (client.secrets.length >= limits.secretsPerClient) {
      throw limitExceeded(`Maximum of ${limits.secretsPerClient} client secrets in an app client.`);
    }
    const secret = createSecret(world, client, input.ClientSecret, "added");
    client.secrets = [...client.secrets, secret];
    const generated = input.ClientSecret === undefined ? { ClientSecretValue: secret.value } : {};
    return { ClientSecretDescriptor: { ...describeSecret(secret), ...generated } };
  }),

  // "There are only 2 secrets at any given time and we return both" (ListUserPoolClientSecrets, API reference).
  ListUserPoolClientSecrets: operation(listUserPoolClientSecrets, (world, input) => {
    const client = requireClient(requirePool(world, input.UserPoolId), input.ClientId);
    const scope = { operation: "ListUserPoolClientSecrets", owner: client.id };
    readPageToken(world, scope, input.NextToken);
    return { ClientSecrets: client.secrets.map(describeSecret) };
  }),

  // "You cannot delete the last remaining secret for an app client" (DeleteUserPoolClientSecret, API reference).
  DeleteUserPoolClientSecret: operation(oneClientSecret, (world, input) => {
    const client = requireClient(requirePool(world, input.UserPoolId), input.ClientId);
    const kept = client.secrets.filter(({ id }) => id !== input.ClientSecretId);
    if (kept.length === client.secrets.length) {
      throw resourceNotFound(`Client secret ${input.ClientSecretId} does not exist.`);
    }
    if (kept.length === 0)
      throw invalidParameter("The last client secret of an app client can't be deleted.");
    client.secrets = kept;
    return {};
  }),
};

/** "For an existing confidential user pool app client" (AddUserPoolClientSecret, API reference). */
function refusePublicClient(client: Client): void {
  if (client.secrets.length === 0) {
    throw invalidParameter(`User pool client ${client.id} was created without a client secret.`);
  }
}

/** What lists show: never the value. */
function describeSecret({ id, createdAt }: ClientSecret): object {
  return { ClientSecretId: id, ClientSecretCreateDate: toTimestamp(createdAt) };
}
