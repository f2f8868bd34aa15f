import type { ClientSettings, Settings } from "../../infra/settings.ts";
import type { PlannedUser, SeedPlan } from "../seed/seed-plan.ts";

/** Who of the seeded users signs in again, and through which client. */
export interface WayBack {
  client: ClientSettings;
  user: PlannedUser<unknown>;
}

/**
 * Somebody who can set a new password by "forgot password" and then sign in through one of the stack's clients; or why
 * nobody can, as the end of a sentence that begins with "because".
 */
export function findWayBack(
  { clients, users }: Pick<Settings, "clients" | "users">,
  { created }: Pick<SeedPlan, "created">,
): WayBack | { obstacle: string } {
  if (users.recovery.includes("admin")) return { obstacle: "only an administrator resets passwords" };
  // The page of the load balancer's clients is not in the local AWS; a question belongs to a person.
  const client =
    clients.find(({ kind }) => kind === "cli") ?? clients.find(({ flows }) => flows.includes("srp"));
  if (client === undefined) return { obstacle: "the stack has no client that programs sign people in with" };
  const user = created.find(
    ({ attributes, isEnabled }) =>
      isEnabled && attributes.email_verified === "true" && attributes.phone_number_verified === "true",
  );
  return user === undefined
    ? { obstacle: "nobody has both a verified address and number" }
    : { client, user };
}
