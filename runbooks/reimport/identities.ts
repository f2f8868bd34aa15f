import { z } from "zod";

/** An account at an identity provider that signs a user in. */
export interface LinkedIdentity {
  /** The provider's name in the pool. */
  provider: string;
  /** What the provider calls the user. */
  userId: string;
}

/**
 * The accounts in a user's attribute `identities`, as Cognito writes it (Amazon Cognito Developer Guide, "Linking
 * federated users to an existing user profile"); undefined where it is not what Cognito writes.
 */
export function readIdentities(value: string | undefined): LinkedIdentity[] | undefined {
  if (value === undefined || value === "") return [];
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return identities.safeParse(json).data;
}

const identities = z.array(
  z
    .looseObject({ userId: z.string().min(1), providerName: z.string().min(1) })
    .transform(({ userId, providerName }): LinkedIdentity => ({ provider: providerName, userId })),
);
