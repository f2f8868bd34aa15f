import type { ClientSettings } from "../settings.ts";

/**
 * The name of one generation of a client: the client's own for the first, `web_2` and so on after it. No client in the
 * settings can have such a name, because theirs have no underscore.
 */
export function nameOfClientGeneration(client: string, generation: number): string {
  return generation === 1 ? client : `${client}_${generation}`;
}

/** The name of the generation that is in use. */
export function nameInUse({ name, generation }: Pick<ClientSettings, "name" | "generation">): string {
  return nameOfClientGeneration(name, generation);
}
