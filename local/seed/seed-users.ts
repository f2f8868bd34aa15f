import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateIdentityProviderCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { PlannedUser, ReachableStatus, SeededOnlyStatus, SeedPlan } from "./seed-plan.ts";

/** Calls under way at once: enough to keep one local process busy. */
const PARALLEL = 16;

export interface SeedTarget {
  cognito: CognitoIdentityProviderClient;
  userPoolId: string;
  /** The local world's door for states that no API call reaches. */
  seedDirectly(users: DirectUser[]): Promise<void>;
  /** A password that no policy refuses and nobody knows. */
  createPassword(): string;
}

export interface DirectUser {
  /** Only EXTERNAL_PROVIDER users have a name of their own: `<provider>_<id there>`. */
  username?: string;
  attributes: Record<string, string>;
  status: SeededOnlyStatus;
  enabled: boolean;
  groups: string[];
  identities?: { providerName: string; providerType: "SAML"; userId: string }[];
}

/** Puts the planned directory into the pool, through the API wherever the API reaches the state. */
export async function seedUsers(plan: SeedPlan, target: SeedTarget): Promise<void> {
  await createProviders(plan, target);
  await inParallel(plan.groups, (group) => createGroup(target, group));
  await inParallel(plan.created, (user) => createUser(target, user));
  await target.seedDirectly(plan.seeded.map(describeDirectly));
}

/** Makes the identity providers that users of the plan come through, in a pool that has none of them. */
export async function createProviders(
  { providers }: Pick<SeedPlan, "providers">,
  { cognito, userPoolId }: Pick<SeedTarget, "cognito" | "userPoolId">,
): Promise<void> {
  for (const ProviderName of providers) {
    await cognito.send(
      new CreateIdentityProviderCommand({
        UserPoolId: userPoolId,
        ProviderName,
        ProviderType: "SAML",
        ProviderDetails: { MetadataURL: "https://sso.example.com/metadata.xml" },
        AttributeMapping: { email: "email" },
      }),
    );
  }
}

function describeDirectly(user: PlannedUser<SeededOnlyStatus>): DirectUser {
  const { attributes, status, isEnabled, groups, identity } = user;
  const direct = { attributes, status, enabled: isEnabled, groups };
  if (identity === undefined) return direct;
  const { provider, userId } = identity;
  return {
    ...direct,
    username: `${provider}_${userId}`,
    identities: [{ providerName: provider, providerType: "SAML", userId }],
  };
}

async function createGroup({ cognito, userPoolId }: SeedTarget, group: string): Promise<void> {
  await cognito.send(new CreateGroupCommand({ UserPoolId: userPoolId, GroupName: group }));
}

async function createUser(target: SeedTarget, user: PlannedUser<ReachableStatus>): Promise<void> {
  const { cognito, userPoolId } = target;
  const key = { UserPoolId: userPoolId, Username: user.email };
  const attributes = Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value }));
  await cognito.send(
    new AdminCreateUserCommand({ ...key, UserAttributes: attributes, MessageAction: "SUPPRESS" }),
  );
  if (user.status !== "FORCE_CHANGE_PASSWORD") {
    const password = { Password: target.createPassword(), Permanent: true };
    await cognito.send(new AdminSetUserPasswordCommand({ ...key, ...password }));
  }
  if (user.status === "RESET_REQUIRED") await cognito.send(new AdminResetUserPasswordCommand(key));
  for (const GroupName of user.groups)
    await cognito.send(new AdminAddUserToGroupCommand({ ...key, GroupName }));
  if (!user.isEnabled) await cognito.send(new AdminDisableUserCommand(key));
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
