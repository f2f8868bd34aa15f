import {
  type CognitoIdentityClient,
  CreateIdentityPoolCommand,
  DeleteIdentityPoolCommand,
  DescribeIdentityPoolCommand,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetIdentityPoolRolesCommand,
  ListIdentityPoolsCommand,
  type RoleMapping,
  SetIdentityPoolRolesCommand,
  UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity";
import { expect } from "vitest";
import { describeConformance, expectRefusal } from "./conformance.ts";

const PROVIDER = "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_conform";
const CLIENT = "3n4b5urk1ft4fl3mg5e62d9ado";
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

async function withPool(
  identity: CognitoIdentityClient,
  use: (IdentityPoolId: string) => Promise<void>,
): Promise<void> {
  const { IdentityPoolId = "" } = await identity.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "sekisho-conformance",
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [{ ProviderName: PROVIDER, ClientId: CLIENT, ServerSideTokenCheck: true }],
    }),
  );
  try {
    await use(IdentityPoolId);
  } finally {
    await identity.send(new DeleteIdentityPoolCommand({ IdentityPoolId }));
  }
}

const rules = (count: number): RoleMapping => ({
  Type: "Rules",
  AmbiguousRoleResolution: "Deny",
  RulesConfiguration: {
    Rules: Array.from({ length: count }, (_, n) => ({
      Claim: "custom:department",
      MatchType: "Equals" as const,
      Value: `team-${n}`,
      RoleARN: role(`team-${n}`),
    })),
  },
});

const login = (claims: object = {}) => ({
  [PROVIDER]: JSON.stringify({ iss: `https://${PROVIDER}`, aud: CLIENT, sub: "taro", ...claims }),
});

describeConformance("Identity pools", [
  {
    title: "are kept as they were made, and changed as a whole",
    source: "Amazon Cognito Identity API reference, UpdateIdentityPool",
    differs: { ministack: "keeps what the change leaves out" },
    run: ({ identity }) =>
      withPool(identity, async (IdentityPoolId) => {
        const describe = () => identity.send(new DescribeIdentityPoolCommand({ IdentityPoolId }));
        expect(await describe()).toMatchObject({
          IdentityPoolName: "sekisho-conformance",
          AllowUnauthenticatedIdentities: false,
          CognitoIdentityProviders: [
            { ProviderName: PROVIDER, ClientId: CLIENT, ServerSideTokenCheck: true },
          ],
        });
        await identity.send(
          new UpdateIdentityPoolCommand({
            IdentityPoolId,
            IdentityPoolName: "renamed",
            AllowUnauthenticatedIdentities: false,
          }),
        );
        const changed = await describe();
        expect(changed.IdentityPoolName).toBe("renamed");
        expect(changed.CognitoIdentityProviders ?? []).toEqual([]);
      }),
  },
  {
    title: "are listed, and missed when they are gone",
    source: "Amazon Cognito Identity API reference, ListIdentityPools",
    async run({ identity }) {
      let gone = "";
      await withPool(identity, async (IdentityPoolId) => {
        gone = IdentityPoolId;
        const { IdentityPools } = await identity.send(new ListIdentityPoolsCommand({ MaxResults: 60 }));
        expect(IdentityPools?.map((pool) => pool.IdentityPoolId)).toContain(IdentityPoolId);
      });
      const describe = identity.send(new DescribeIdentityPoolCommand({ IdentityPoolId: gone }));
      await expectRefusal(describe, "ResourceNotFoundException");
    },
  },
  {
    title: "keep their role mapping exactly, and replace it as a whole",
    source: "Amazon Cognito Developer Guide, Role-based access control",
    run: ({ identity }) =>
      withPool(identity, async (IdentityPoolId) => {
        const set = (more: object) =>
          identity.send(
            new SetIdentityPoolRolesCommand({
              IdentityPoolId,
              Roles: { authenticated: role("nobody") },
              ...more,
            }),
          );
        const get = () => identity.send(new GetIdentityPoolRolesCommand({ IdentityPoolId }));
        const RoleMappings = { [`${PROVIDER}:${CLIENT}`]: rules(2) };
        await set({ RoleMappings });
        expect(await get()).toMatchObject({ Roles: { authenticated: role("nobody") }, RoleMappings });
        await set({});
        expect((await get()).RoleMappings ?? {}).toEqual({});
      }),
  },
  {
    title: "take at most 25 rules for a client, each with sensible parts",
    source: "Amazon Cognito Developer Guide, Quotas: rules for role-based access control",
    differs: { ministack: "takes any number" },
    run: ({ identity }) =>
      withPool(identity, async (IdentityPoolId) => {
        const set = (mapping: object, Roles: Record<string, string> = {}) =>
          identity.send(
            new SetIdentityPoolRolesCommand({
              IdentityPoolId,
              Roles,
              RoleMappings: { [`${PROVIDER}:${CLIENT}`]: mapping as RoleMapping },
            }),
          );
        await set(rules(25));
        await expectRefusal(set(rules(26)), "InvalidParameterException");
        await expectRefusal(
          set({ Type: "Rules", AmbiguousRoleResolution: "Deny" }),
          "InvalidParameterException",
        );
        await expectRefusal(set({ Type: "Token" }), "InvalidParameterException");
        await expectRefusal(
          set({ Type: "Token", AmbiguousRoleResolution: "Deny" }, { guests: role("x-guests") }),
          "InvalidParameterException",
        );
      }),
  },
  {
    title: "give one person one identity, and nobody an identity without a login",
    source: "Amazon Cognito Developer Guide, Identity pools authentication flow",
    needsControl: true,
    run: ({ identity }) =>
      withPool(identity, async (IdentityPoolId) => {
        const id = async (Logins?: Record<string, string>) =>
          (await identity.send(new GetIdCommand({ IdentityPoolId, Logins }))).IdentityId;
        const taro = await id(login());
        expect(taro).toMatch(/^ap-northeast-1:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(await id(login({ "custom:department": "sre" }))).toBe(taro);
        expect(await id(login({ sub: "hanako" }))).not.toBe(taro);
        await expectRefusal(
          id(),
          "NotAuthorizedException",
          "Unauthenticated access is not supported for this identity pool.",
        );
      }),
  },
  {
    title: "refuse tokens of clients and user pools that are not on their list",
    source: "Amazon Cognito Identity API reference, CognitoIdentityProvider",
    needsControl: true,
    run: ({ identity }) =>
      withPool(identity, async (IdentityPoolId) => {
        const id = (Logins: Record<string, string>) =>
          identity.send(new GetIdCommand({ IdentityPoolId, Logins }));
        await expectRefusal(id(login({ aud: "another" })), "NotAuthorizedException");
        await expectRefusal(
          id(login({ iss: "https://cognito-idp.ap-northeast-1.amazonaws.com/other" })),
          "NotAuthorizedException",
        );
        const [token = ""] = Object.values(login());
        await expectRefusal(id({ "accounts.example.com": token }), "NotAuthorizedException");
      }),
  },
  {
    title: "deny credentials where no rule matches, and to anybody who brings another person's identity",
    source: "Amazon Cognito Developer Guide, Role-based access control, AmbiguousRoleResolution",
    needsControl: true,
    run: ({ identity }) =>
      withPool(identity, async (IdentityPoolId) => {
        const RoleMappings = { [`${PROVIDER}:${CLIENT}`]: rules(1) };
        await identity.send(
          new SetIdentityPoolRolesCommand({
            IdentityPoolId,
            Roles: { authenticated: role("nobody") },
            RoleMappings,
          }),
        );
        const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId, Logins: login() }));
        const credentials = (claims: object, more: object = {}) =>
          identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins: login(claims), ...more }));
        await expectRefusal(
          credentials({ "custom:department": "sales" }),
          "NotAuthorizedException",
          /ambiguous role mapping/,
        );
        await expectRefusal(credentials({}, { CustomRoleArn: role("team-0") }), "NotAuthorizedException");
        await expectRefusal(
          credentials({ sub: "hanako", "custom:department": "team-0" }),
          "NotAuthorizedException",
          /^Logins don't match/,
        );
        const guest = identity.send(new GetCredentialsForIdentityCommand({ IdentityId }));
        await expectRefusal(guest, "NotAuthorizedException");
        const unknown = new GetCredentialsForIdentityCommand({
          IdentityId: "ap-northeast-1:00000000-0000-4000-8000-000000000000",
        });
        await expectRefusal(identity.send(unknown), "ResourceNotFoundException");
      }),
  },
]);
