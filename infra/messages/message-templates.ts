import type { ClientSettings } from "../settings.ts";
import type { FunctionMessages } from "./custom-message.ts";
import { poolValues } from "./message-checks.ts";
import type { POOL_KINDS } from "./message-kinds.ts";
import { type Message, renderMessage } from "./message-rendering.ts";

export type { Message } from "./message-rendering.ts";

/**
 * The texts a pool holds itself. `verification` is one text for sign-up, reset and changed contacts: it says neither
 * what its code is for nor how long it lasts. Only the custom-message function can tell them apart.
 */
export type MessageTemplates = Record<(typeof POOL_KINDS)[number], Message>;

/** A pool's own templates, from the same files that the custom-message function sends from. */
export function messageTemplates({ site, sources }: FunctionMessages): MessageTemplates {
  const render = (kind: keyof MessageTemplates) => renderMessage(sources[kind], poolValues(kind, site));
  return { invitation: render("invitation"), verification: render("verification"), mfa: render("mfa") };
}

/** The address invitations point at: the first host of the first client that has one, or none. */
export function findSiteUrl(clients: Pick<ClientSettings, "hosts">[]): string | undefined {
  const host = clients.flatMap((client) => client.hosts)[0];
  return host && `https://${host.toLowerCase()}/`;
}
