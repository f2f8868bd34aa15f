import { drawClientSecret } from "./identifiers.ts";
import type { Client, ClientSecret, World } from "./state.ts";

/**
 * A new secret for a client; Cognito draws the value unless one is given. The id is `<client id>--<epoch of creation>`
 * (ClientSecretDescriptorType, API reference). AWS does not say what follows when two are made within one second: here the
 * number goes on counting, so that no id ever comes twice, not even after a deletion.
 */
export function createSecret(
  world: World,
  client: Pick<Client, "id" | "lastSecretNumber">,
  value: string | undefined,
  role: "original" | "added",
): ClientSecret {
  const createdAt = world.now();
  client.lastSecretNumber = Math.max(Math.floor(createdAt / 1_000), client.lastSecretNumber + 1);
  return {
    id: `${client.id}--${client.lastSecretNumber}`,
    value: value ?? drawClientSecret(world.randomBytes),
    createdAt,
    isOriginal: role === "original",
  };
}

/** Whether this is one of the client's live secrets; each of them is as good as the other. */
export function isLiveSecret(client: Client, given: string | undefined): boolean {
  return client.secrets.some(({ value }) => value === given);
}
