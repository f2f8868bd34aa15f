import type { AwsFault } from "../../aws-fault.ts";
import { invalidParameter, limitExceeded, userNotFound } from "../faults.ts";
import { readIdentities, withIdentities } from "../identities.ts";
import { limits } from "../limits.ts";
import { disableProvider, linkProvider, type ProviderUserInput } from "../shapes/identity-providers.ts";
import type { IdentityProvider, Pool, User } from "../state.ts";
import { isSocial, requireProvider } from "./identity-providers.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const linkedIdentityOperations: Operations = {
  AdminLinkProviderForUser: operation(linkProvider, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const source = readPerson(input.SourceUser, "SourceUser");
    const destination = readPerson(input.DestinationUser, "DestinationUser");
    if (source.provider === "Cognito") throw nativeSource();
    const user = findDestination(pool, destination);
    if (user === undefined) throw userNotFound();
    const provider = requireProvider(pool, source.provider);
    refuseAttribute(provider, source.attribute);
    refuseKnownSource(pool, source);
    const identities = readIdentities(user.attributes);
    if (identities.filter(({ primary }) => !primary).length >= limits.identitiesPerUser) {
      throw limitExceeded(`A user can have at most ${limits.identitiesPerUser} linked identities.`);
    }
    const linked = {
      userId: source.value,
      providerName: provider.name,
      providerType: provider.type,
      issuer: null,
      primary: false,
      dateCreated: world.now(),
    };
    pool.users.replaceAttributes(user, withIdentities(user.attributes, [...identities, linked]));
    user.modifiedAt = world.now();
    return {};
  }),

  AdminDisableProviderForUser: operation(disableProvider, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const person = readPerson(input.User, "User");
    const user = person.provider === "Cognito" ? findNative(pool, person) : findLinked(pool, person);
    if (user === undefined) throw userNotFound();
    if (person.provider === "Cognito") {
      if (person.attribute !== SUBJECT)
        throw invalidParameter(`ProviderAttributeName must be ${SUBJECT} here.`);
      user.credential = undefined;
    } else {
      pool.users.replaceAttributes(user, withoutIdentity(user, person));
    }
    user.modifiedAt = world.now();
    return {};
  }),
};

/** What an administrator calls the subject of a provider's token, whatever the provider calls it. */
const SUBJECT = "Cognito_Subject";

interface Person {
  provider: string;
  attribute: string;
  value: string;
}

function readPerson(input: ProviderUserInput, member: string): Person {
  const {
    ProviderName: provider,
    ProviderAttributeName: attribute = "",
    ProviderAttributeValue: value,
  } = input;
  if (!provider) throw invalidParameter(`${member}: ProviderName is missing.`);
  if (!value) throw invalidParameter(`${member}: ProviderAttributeValue is missing.`);
  return { provider, attribute, value };
}

/**
 * "For a native user, the ProviderAttributeValue should be the username in the user pool; for a federated user, the
 * provider-specific user_id" (AdminLinkProviderForUser): aliases do not count, and ProviderAttributeName is ignored.
 */
function findDestination(pool: Pool, person: Person): User | undefined {
  return person.provider === "Cognito" ? findNative(pool, person) : findProfile(pool, person);
}

function findNative(pool: Pool, { value }: Person): User | undefined {
  const user = pool.users.findByUsername(value);
  return user?.status === "EXTERNAL_PROVIDER" ? undefined : user;
}

/** The profile that the provider's own sign-in made. */
function findProfile(pool: Pool, { provider, value }: Person): User | undefined {
  const user = pool.users.findByIdentity(provider, value);
  return user !== undefined && isOwnProfile(user, provider, value) ? user : undefined;
}

function findLinked(pool: Pool, { provider, value }: Person): User | undefined {
  requireProvider(pool, provider);
  const user = pool.users.findByIdentity(provider, value);
  if (user !== undefined && isOwnProfile(user, provider, value)) {
    throw invalidParameter("The local world does not switch off profiles that a provider's sign-in made.");
  }
  return user;
}

function isOwnProfile(user: User, provider: string, value: string): boolean {
  return readIdentities(user.attributes).some(
    ({ providerName, userId, primary }) => primary && providerName === provider && userId === value,
  );
}

function refuseAttribute(provider: IdentityProvider, attribute: string): void {
  if (attribute === SUBJECT) return;
  if (isSocial(provider.type)) {
    throw invalidParameter(`ProviderAttributeName must be ${SUBJECT} for ${provider.name}.`);
  }
  if (!Object.hasOwn(provider.attributeMapping, attribute)) {
    throw invalidParameter(
      `SourceUser: ${provider.name} maps nothing to the attribute ${JSON.stringify(attribute)}.`,
    );
  }
}

/** The sentences are AWS's, as seen; the first also meets native users who wear a federated user's name. */
function refuseKnownSource(pool: Pool, { provider, value }: Person): void {
  const named = pool.users.findByUsername(`${provider}_${value}`);
  if (named !== undefined && named.status !== "EXTERNAL_PROVIDER") throw nativeSource();
  const holder = pool.users.findByIdentity(provider, value);
  if (named !== undefined || (holder !== undefined && isOwnProfile(holder, provider, value))) {
    throw invalidParameter(
      "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
    );
  }
  if (holder !== undefined) throw invalidParameter("SourceUser is already linked to DestinationUser");
}

function nativeSource(): AwsFault {
  return invalidParameter(
    "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser",
  );
}

function withoutIdentity(user: User, { provider, value }: Person): Readonly<Record<string, string>> {
  const others = readIdentities(user.attributes).filter(
    ({ providerName, userId }) => providerName !== provider || userId !== value,
  );
  return withIdentities(user.attributes, others);
}
