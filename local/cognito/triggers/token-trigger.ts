import { z } from "zod";
import type { Client, Pool, User, World } from "../state.ts";
import { withMetadata } from "./sign-up-triggers.ts";
import { callTrigger, eventAttributes, type Metadata } from "./trigger.ts";

/** Why tokens are made, and what the application said with it. */
export interface TokenOccasion {
  source: "Authentication" | "HostedAuth" | "NewPasswordChallenge" | "RefreshTokens";
  metadata: Metadata | undefined;
}

/** What a user's groups put into tokens. */
export interface GroupClaims {
  groups: readonly string[];
  roles: readonly string[];
  preferredRole: string | undefined;
}

/**
 * What a function changed; `groups` undefined leaves them as they are. "If a value is both suppressed and replaced, then
 * it will be suppressed" (Developer Guide, Pre token generation Lambda trigger).
 */
export interface ClaimChanges {
  added: Readonly<Record<string, string>>;
  suppressed: readonly string[];
  groups: GroupClaims | undefined;
}

/** "You can't modify the following claims" (Developer Guide, Pre token generation Lambda trigger). */
const FIXED_CLAIMS: ReadonlySet<string> = new Set([
  "acr",
  "amr",
  "at_hash",
  "aud",
  "auth_time",
  "azp",
  "cognito:username",
  "exp",
  "iat",
  "identities",
  "iss",
  "jti",
  "nbf",
  "nonce",
  "origin_jti",
  "sub",
  "token_use",
]);

const names = z.array(z.string()).nullish();
const groupDetails = z.object({
  groupsToOverride: names,
  iamRolesToOverride: names,
  preferredRole: z.string().nullish(),
});
const tokenResponse = z.object({
  claimsOverrideDetails: z
    .object({
      claimsToAddOrOverride: z.record(z.string(), z.string()).nullish(),
      claimsToSuppress: names,
      groupOverrideDetails: groupDetails.nullish(),
    })
    .nullish(),
});

/** Asks the pre token generation function (version 1) what to change in a user's tokens. */
export async function customizeClaims(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  current: GroupClaims,
  { source, metadata }: TokenOccasion,
): Promise<ClaimChanges> {
  const response = await callTrigger(
    world,
    pool,
    {
      trigger: "PreTokenGeneration",
      triggerSource: `TokenGeneration_${source}`,
      userName: user.username,
      clientId: client.id,
      request: {
        userAttributes: eventAttributes(user),
        groupConfiguration: {
          groupsToOverride: current.groups,
          iamRolesToOverride: current.roles,
          preferredRole: current.preferredRole ?? null,
        },
        ...withMetadata(metadata),
      },
      response: { claimsOverrideDetails: null },
    },
    tokenResponse,
  );
  const details = response?.claimsOverrideDetails ?? {};
  const isOpen = (name: string) => !FIXED_CLAIMS.has(name);
  const added = Object.entries(details.claimsToAddOrOverride ?? {}).filter(([name]) => isOpen(name));
  const suppressed = (details.claimsToSuppress ?? []).filter(isOpen);
  return { added: Object.fromEntries(added), suppressed, groups: readGroups(details.groupOverrideDetails) };
}

/** "If you provide an empty or null object in the response, then the groups are suppressed" (the same page). */
function readGroups(details: z.output<typeof groupDetails> | null | undefined): GroupClaims | undefined {
  if (details === undefined) return undefined;
  return {
    groups: details?.groupsToOverride ?? [],
    roles: details?.iamRolesToOverride ?? [],
    preferredRole: details?.preferredRole ?? undefined,
  };
}
