import { expect } from "vitest";
import {
  attributes,
  attributesOf,
  createPool,
  createUser,
  describeConformance,
  expectRefusal,
  readAttributes,
} from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const code = "InvalidParameterException";
const native =
  "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser";
const merging =
  "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link";

/** A pool with Google, a company's provider and the user taro. */
async function createFederatedPool(target: Target, settings: Json = {}): Promise<string> {
  const UserPoolId = await createPool(target, settings);
  await target.call("CreateIdentityProvider", {
    UserPoolId,
    ProviderName: "Google",
    ProviderType: "Google",
    ProviderDetails: { client_id: "id", client_secret: "secret", authorize_scopes: "openid" },
  });
  await target.call("CreateIdentityProvider", {
    UserPoolId,
    ProviderName: "Office",
    ProviderType: "SAML",
    ProviderDetails: { MetadataURL: "https://idp.example.com/metadata" },
    AttributeMapping: { email: "mail" },
  });
  return UserPoolId;
}

const person = (ProviderName: string, ProviderAttributeValue: string, ProviderAttributeName?: string) => ({
  ProviderName,
  ProviderAttributeValue,
  ...(ProviderAttributeName === undefined ? {} : { ProviderAttributeName }),
});

const google = (id: string) => person("Google", id, "Cognito_Subject");

const link = (target: Target, UserPoolId: string, username: string, SourceUser: Json) =>
  target.call("AdminLinkProviderForUser", {
    UserPoolId,
    DestinationUser: person("Cognito", username),
    SourceUser,
  });

const unlink = (target: Target, UserPoolId: string, User: Json) =>
  target.call("AdminDisableProviderForUser", { UserPoolId, User });

async function identitiesOf(target: Target, UserPoolId: string, Username: string): Promise<unknown> {
  const { identities } = await readAttributes(target, UserPoolId, Username);
  return identities === undefined ? undefined : JSON.parse(identities);
}

describeConformance("Linking an identity to a user", [
  {
    title: "shows it among the user's attributes, as JSON, in lists as well",
    source: "Developer Guide, Linking federated users to an existing user profile",
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      await link(target, UserPoolId, "taro", google("1"));
      await link(target, UserPoolId, "taro", person("Office", "taro@example.com", "email"));
      const identities = [
        { userId: "1", providerName: "Google", providerType: "Google", issuer: null, primary: false },
        { userId: "taro@example.com", providerName: "Office", providerType: "SAML", primary: false },
      ];
      expect(await identitiesOf(target, UserPoolId, "taro")).toMatchObject(identities);
      const [first] = (await identitiesOf(target, UserPoolId, "taro")) as Json[];
      expect(Object.keys(first ?? {})).toEqual([
        "userId",
        "providerName",
        "providerType",
        "issuer",
        "primary",
        "dateCreated",
      ]);
      expect(first?.dateCreated).toBeTypeOf("number");
      const listed = await target.call("ListUsers", { UserPoolId, Filter: 'username = "taro"' });
      const inList = attributesOf(member(listed, "Users", 0)).identities ?? "[]";
      expect(JSON.parse(inList)).toMatchObject(identities);
    },
  },
  {
    title: "finds the user by the user name alone, not by an alias",
    source: "API reference, AdminLinkProviderForUser",
    async run(target) {
      const UserPoolId = await createFederatedPool(target, { AliasAttributes: ["email"] });
      await createUser(target, UserPoolId, "taro", {
        UserAttributes: attributes({ email: "taro@example.com", email_verified: "true" }),
      });
      const byAlias = link(target, UserPoolId, "taro@example.com", google("1"));
      await expectRefusal(byAlias, "UserNotFoundException", "User does not exist.");
      await expectRefusal(link(target, UserPoolId, "nobody", google("1")), "UserNotFoundException");
    },
  },
  {
    title: "is refused for an identity that is linked already, to this user or another",
    source: "seen on AWS",
    differs: { ministack: "accepts it again, and has another name for the other case" },
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      await createUser(target, UserPoolId, "jiro");
      await link(target, UserPoolId, "taro", google("1"));
      for (const username of ["taro", "jiro"]) {
        const again = link(target, UserPoolId, username, google("1"));
        await expectRefusal(again, code, "SourceUser is already linked to DestinationUser");
      }
      expect(await identitiesOf(target, UserPoolId, "jiro")).toBeUndefined();
    },
  },
  {
    title: "is refused for people who have a profile of their own from that provider",
    source: "seen on AWS",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      target.model?.seed(UserPoolId, [
        {
          username: "google_1",
          attributes: {},
          status: "EXTERNAL_PROVIDER",
          identities: [{ providerName: "Google", userId: "1" }],
        },
      ]);
      await expectRefusal(link(target, UserPoolId, "taro", google("1")), code, merging);
    },
  },
  {
    title: "is refused for an identity whose profile name a native user wears",
    source: "seen on AWS",
    differs: { ministack: "has another name for it" },
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "Google_1");
      await expectRefusal(link(target, UserPoolId, "Google_1", google("1")), code, native);
    },
  },
  {
    title: "takes no native user as the identity",
    source: "API reference, AdminLinkProviderForUser; sentence seen on AWS",
    differs: { ministack: "words it differently" },
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      await createUser(target, UserPoolId, "jiro");
      const source = person("Cognito", "jiro", "Cognito_Subject");
      await expectRefusal(link(target, UserPoolId, "taro", source), code, native);
    },
  },
  {
    title: "needs a provider that the pool has",
    source: "API reference, AdminLinkProviderForUser",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      const source = person("Facebook", "1", "Cognito_Subject");
      await expectRefusal(link(target, UserPoolId, "taro", source), "ResourceNotFoundException");
    },
  },
  {
    title: "goes by the subject at social providers, elsewhere also by an attribute the provider fills",
    source: "API reference, AdminLinkProviderForUser",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      const byEmail = (provider: string) => person(provider, "taro@example.com", "email");
      await expectRefusal(link(target, UserPoolId, "taro", byEmail("Google")), code);
      await expectRefusal(link(target, UserPoolId, "taro", person("Office", "a", "name")), code);
      await expectRefusal(link(target, UserPoolId, "taro", person("Office", "a")), code);
      await link(target, UserPoolId, "taro", byEmail("Office"));
      await link(target, UserPoolId, "taro", person("Office", "a", "Cognito_Subject"));
    },
  },
  {
    title: "stops at five identities",
    source: "API reference, AdminLinkProviderForUser",
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      for (const id of ["1", "2", "3", "4", "5"]) await link(target, UserPoolId, "taro", google(id));
      await expectRefusal(link(target, UserPoolId, "taro", google("6")), "LimitExceededException");
    },
  },
  {
    title: "can name a federated profile by its id at the provider",
    source: "API reference, AdminLinkProviderForUser",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      target.model?.seed(UserPoolId, [
        {
          username: "google_1",
          attributes: {},
          status: "EXTERNAL_PROVIDER",
          identities: [{ providerName: "Google", userId: "1" }],
        },
      ]);
      await target.call("AdminLinkProviderForUser", {
        UserPoolId,
        DestinationUser: person("Google", "1"),
        SourceUser: person("Office", "a", "Cognito_Subject"),
      });
      expect(await identitiesOf(target, UserPoolId, "google_1")).toMatchObject([
        { userId: "1", primary: true },
        { userId: "a", primary: false },
      ]);
      await expectRefusal(link(target, UserPoolId, "google_1", google("2")), "UserNotFoundException");
    },
  },
  {
    title: "says which member is missing",
    source: "API reference, ProviderUserIdentifierType",
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      await expectRefusal(link(target, UserPoolId, "taro", { ProviderName: "Google" }), code);
      await expectRefusal(link(target, UserPoolId, "taro", { ProviderAttributeValue: "1" }), code);
    },
  },
]);

describeConformance("Taking an identity from a user", [
  {
    title: "frees it for another user, and the attribute goes with the last one",
    source: "API reference, AdminDisableProviderForUser",
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      await createUser(target, UserPoolId, "jiro");
      await link(target, UserPoolId, "taro", google("1"));
      await unlink(target, UserPoolId, google("1"));
      expect(await identitiesOf(target, UserPoolId, "taro")).toBeUndefined();
      await link(target, UserPoolId, "jiro", google("1"));
      expect(await identitiesOf(target, UserPoolId, "jiro")).toMatchObject([{ userId: "1" }]);
    },
  },
  {
    title: "happens by itself when the user is deleted",
    source: "Developer Guide, Linking federated users to an existing user profile",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await createUser(target, UserPoolId, "taro");
      await createUser(target, UserPoolId, "jiro");
      await link(target, UserPoolId, "taro", google("1"));
      await target.call("AdminDeleteUser", { UserPoolId, Username: "taro" });
      await link(target, UserPoolId, "jiro", google("1"));
    },
  },
  {
    title: "is refused for an identity that nobody has",
    source: "API reference, AdminDisableProviderForUser",
    differs: { ministack: "has another name for it" },
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      await expectRefusal(unlink(target, UserPoolId, google("1")), "UserNotFoundException");
    },
  },
  {
    title: "leaves a native user without the password, and with everything else",
    source: "API reference, AdminDisableProviderForUser",
    async run(target) {
      const UserPoolId = await createFederatedPool(target);
      const flows = { ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] };
      const client = await target.call("CreateUserPoolClient", { UserPoolId, ClientName: "web", ...flows });
      const ClientId = member(client, "UserPoolClient", "ClientId");
      await createUser(target, UserPoolId, "taro");
      const Password = "Correct-horse-1";
      await target.call("AdminSetUserPassword", { UserPoolId, Username: "taro", Password, Permanent: true });
      const signIn = () =>
        target.call("AdminInitiateAuth", {
          UserPoolId,
          ClientId,
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "taro", PASSWORD: Password },
        });
      await signIn();
      await unlink(target, UserPoolId, person("Cognito", "taro", "Cognito_Subject"));
      await expectRefusal(signIn(), "NotAuthorizedException", "Incorrect username or password.");
      const user = await target.call("AdminGetUser", { UserPoolId, Username: "taro" });
      expect(user).toMatchObject({ Enabled: true, UserStatus: "CONFIRMED" });
    },
  },
]);
