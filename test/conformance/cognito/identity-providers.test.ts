import { expect } from "vitest";
import { createPool, describeConformance, expectRefusal, listOf } from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const accepts = { ministack: "accepts it" };
const code = "InvalidParameterException";

/** A provider of each type with the least it needs. */
const details: Record<string, Record<string, string>> = {
  OIDC: {
    client_id: "id",
    client_secret: "secret",
    attributes_request_method: "GET",
    authorize_scopes: "openid",
    oidc_issuer: "https://idp.example.com",
  },
  SAML: { MetadataURL: "https://idp.example.com/metadata" },
  Google: { client_id: "id", client_secret: "secret", authorize_scopes: "openid email" },
  Facebook: { client_id: "id", client_secret: "secret", authorize_scopes: "email" },
  LoginWithAmazon: { client_id: "id", client_secret: "secret", authorize_scopes: "profile" },
  SignInWithApple: {
    client_id: "id",
    team_id: "team",
    key_id: "key",
    private_key: "secret",
    authorize_scopes: "email",
  },
};

const create = (
  target: Target,
  UserPoolId: string,
  ProviderName: string,
  ProviderType = ProviderName,
  more: Json = {},
) =>
  target.call("CreateIdentityProvider", {
    UserPoolId,
    ProviderName,
    ProviderType,
    ProviderDetails: details[ProviderType],
    ...more,
  });

describeConformance("Identity providers of a pool", [
  {
    title: "read back as they were made, until they are deleted",
    source: "API reference, CreateIdentityProvider and DescribeIdentityProvider",
    async run(target) {
      const UserPoolId = await createPool(target);
      const settings = { AttributeMapping: { email: "mail" }, IdpIdentifiers: ["example.com"] };
      const created = member(
        await create(target, UserPoolId, "Office", "OIDC", settings),
        "IdentityProvider",
      );
      expect(created).toMatchObject({
        UserPoolId,
        ProviderName: "Office",
        ProviderType: "OIDC",
        ProviderDetails: details.OIDC,
        ...settings,
      });
      const one = { UserPoolId, ProviderName: "Office" };
      const read = () => target.call("DescribeIdentityProvider", one);
      expect(member(await read(), "IdentityProvider")).toEqual(created);
      await target.call("DeleteIdentityProvider", one);
      await expectRefusal(read(), "ResourceNotFoundException");
      await expectRefusal(target.call("DeleteIdentityProvider", one), "ResourceNotFoundException");
    },
  },
  {
    title: "change in what a request names, and keep the rest",
    source: "API reference, UpdateIdentityProvider",
    async run(target) {
      const UserPoolId = await createPool(target);
      await create(target, UserPoolId, "Office", "OIDC", { IdpIdentifiers: ["example.com"] });
      const update = (ProviderName: string) =>
        target.call("UpdateIdentityProvider", {
          UserPoolId,
          ProviderName,
          AttributeMapping: { email: "mail" },
        });
      expect(await update("Office")).toMatchObject({
        IdentityProvider: {
          ProviderDetails: details.OIDC,
          AttributeMapping: { email: "mail" },
          IdpIdentifiers: ["example.com"],
        },
      });
      await expectRefusal(update("None"), "ResourceNotFoundException");
    },
  },
  {
    title: "are listed by name and type, page by page",
    source: "API reference, ListIdentityProviders",
    async run(target) {
      const UserPoolId = await createPool(target);
      expect(listOf(await target.call("ListIdentityProviders", { UserPoolId }), "Providers")).toEqual([]);
      for (const type of ["Google", "Facebook", "SignInWithApple"]) await create(target, UserPoolId, type);
      const first = await target.call("ListIdentityProviders", { UserPoolId, MaxResults: 2 });
      expect(first.Providers).toMatchObject([
        { ProviderName: "Google", ProviderType: "Google" },
        { ProviderName: "Facebook", ProviderType: "Facebook" },
      ]);
      const rest = await target.call("ListIdentityProviders", {
        UserPoolId,
        MaxResults: 2,
        NextToken: first.NextToken,
      });
      expect(rest.Providers).toMatchObject([{ ProviderName: "SignInWithApple" }]);
      expect(rest.NextToken).toBeUndefined();
    },
  },
  {
    title: "have names and identifiers of their own",
    source: "API reference, CreateIdentityProvider",
    async run(target) {
      const UserPoolId = await createPool(target);
      const identified = { IdpIdentifiers: ["example.com"] };
      await create(target, UserPoolId, "Office", "OIDC", identified);
      const duplicate = "DuplicateProviderException";
      await expectRefusal(create(target, UserPoolId, "Office", "SAML"), duplicate);
      await expectRefusal(create(target, UserPoolId, "Other", "OIDC", identified), duplicate);
    },
  },
  {
    title: "have a name without underscore, and a social one the name of its type",
    source: "API reference, CreateIdentityProvider",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target);
      await expectRefusal(create(target, UserPoolId, "_Office", "OIDC"), code);
      await expectRefusal(create(target, UserPoolId, "My_Office", "OIDC"), code);
      await expectRefusal(create(target, UserPoolId, "Search", "Google"), code);
      await expectRefusal(create(target, UserPoolId, "Google", "OIDC"), code);
      await expectRefusal(create(target, UserPoolId, "Cognito", "OIDC"), code);
    },
  },
  {
    title: "name what the pool must know of them, whatever their type",
    source: "API reference, CreateIdentityProvider, ProviderDetails",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target);
      for (const [type, all] of Object.entries(details)) {
        const name = type === "OIDC" || type === "SAML" ? "Office" : type;
        const [lacking = ""] = Object.keys(all);
        const { [lacking]: _, ...ProviderDetails } = all;
        await expectRefusal(create(target, UserPoolId, name, type, { ProviderDetails }), code);
      }
    },
  },
  {
    title: "fill attributes that the pool has",
    source: "Developer Guide, Mapping IdP attributes to profiles and tokens",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target);
      const AttributeMapping = { "custom:none": "mail" };
      await expectRefusal(create(target, UserPoolId, "Google", "Google", { AttributeMapping }), code);
      const username = { AttributeMapping: { username: "sub", email: "email" } };
      await create(target, UserPoolId, "Google", "Google", username);
    },
  },
  {
    title: "can be offered by clients once they are there",
    source: "API reference, CreateUserPoolClient; sentence seen on AWS",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target);
      const client = () =>
        target.call("CreateUserPoolClient", {
          UserPoolId,
          ClientName: "web",
          SupportedIdentityProviders: ["COGNITO", "Google"],
        });
      await expectRefusal(client(), code, `The provider Google does not exist for User Pool ${UserPoolId}.`);
      await create(target, UserPoolId, "Google");
      expect(member(await client(), "UserPoolClient", "SupportedIdentityProviders")).toContain("Google");
    },
  },
  {
    title: "say nothing of authentication levels here, aloud",
    source: "the local world's own limit",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target);
      await expectRefusal(
        create(target, UserPoolId, "Office", "OIDC", { AcrMapping: { Level1: "a" } }),
        code,
        "The local world does not know the setting AcrMapping yet.",
      );
    },
  },
]);
