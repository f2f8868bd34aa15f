import { describe, expect, it } from "vitest";
import { createSignInWorld, EMAIL, HOUR } from "../../support/sign-in-world.ts";

describe("ID tokens handed to another service (Developer Guide, 'Understanding the identity (ID) token')", () => {
  it("tell who signed in, with the groups and roles of the moment", async () => {
    const world = await createSignInWorld();
    const role = "arn:aws:iam::123456789012:role/sre";
    await world.admin("CreateGroup", { GroupName: "sre", Precedence: 1, RoleArn: role });
    await world.admin("CreateGroup", { GroupName: "staff", Precedence: 5 });
    await world.admin("AdminAddUserToGroup", { GroupName: "staff" });
    await world.admin("AdminAddUserToGroup", { GroupName: "sre" });
    expect(await readToken(world)).toMatchObject({
      sub: world.sub,
      email: EMAIL,
      email_verified: true,
      "cognito:groups": ["sre", "staff"],
      "cognito:roles": [role],
      "cognito:preferred_role": role,
    });
  });

  it("hold only what the client may read", async () => {
    const world = await createSignInWorld({
      pool: { Schema: [{ Name: "department", AttributeDataType: "String", Mutable: true }] },
      client: {
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        ReadAttributes: ["custom:department"],
      },
      attributes: { "custom:department": "sre" },
    });
    const claims = await readToken(world);
    expect(claims).toMatchObject({ "custom:department": "sre" });
    expect(claims).not.toHaveProperty("email");
  });

  it("name the identities that are linked to the user, every member a text", async () => {
    const world = await createSignInWorld();
    await world.admin("CreateIdentityProvider", {
      ProviderName: "Google",
      ProviderType: "Google",
      ProviderDetails: { client_id: "id", client_secret: "secret", authorize_scopes: "openid" },
    });
    await world.admin("AdminLinkProviderForUser", {
      DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: world.sub },
      SourceUser: {
        ProviderName: "Google",
        ProviderAttributeName: "Cognito_Subject",
        ProviderAttributeValue: "1",
      },
    });
    expect((await readToken(world)).identities).toEqual([
      {
        userId: "1",
        providerName: "Google",
        providerType: "Google",
        issuer: null,
        primary: "false",
        dateCreated: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  it("are refused when forged, of the other kind, outdated, or of a user who is gone or disabled", async () => {
    const world = await createSignInWorld();
    const tokens = (await world.signIn()).AuthenticationResult;
    const id = tokens?.IdToken ?? "";
    const refusal = (message: string) => ({ code: "NotAuthorizedException", message });
    const read = (token: string) => world.model.readIdToken(token);
    await expect(read(`${id.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject(refusal("Invalid Id Token"));
    await expect(read(tokens?.AccessToken ?? "")).rejects.toMatchObject(refusal("Invalid Id Token"));
    await expect(read("no token at all")).rejects.toMatchObject(refusal("Invalid Id Token"));
    await world.admin("AdminDisableUser");
    await expect(read(id)).rejects.toMatchObject(refusal("User is disabled."));
    await world.admin("AdminEnableUser");
    world.pass(2 * HOUR);
    await expect(read(id)).rejects.toMatchObject(refusal("Id Token has expired"));
    const later = (await world.signIn()).AuthenticationResult?.IdToken ?? "";
    await world.admin("AdminDeleteUser");
    await expect(read(later)).rejects.toMatchObject(refusal("Invalid Id Token"));
  });
});

async function readToken(world: Awaited<ReturnType<typeof createSignInWorld>>) {
  return world.model.readIdToken((await world.signIn()).AuthenticationResult?.IdToken ?? "");
}
