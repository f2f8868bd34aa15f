import { describe, expect, it } from "vitest";
import { computeSecretHash } from "../../../local/cognito/sign-in/secret-hash.ts";
import { openSignInPages } from "../../support/sign-in-pages.ts";
import { createSignInWorld, EMAIL, HOUR, PASSWORD, type SignInWorld } from "../../support/sign-in-world.ts";

// Sources: Developer Guide, "Refresh tokens"; API reference, GetTokensFromRefreshToken and RefreshTokenRotationType.

const SECOND = 1_000;
const FLOWS = { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] };

const rotating = (RetryGracePeriodSeconds?: number, client: object = {}) =>
  createSignInWorld({
    client: { ...FLOWS, RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds }, ...client },
  });

async function firstToken(world: SignInWorld): Promise<string> {
  return (await world.signIn()).AuthenticationResult?.RefreshToken ?? "";
}

async function renew(world: SignInWorld, RefreshToken: string, more: object = {}) {
  const input = { ClientId: world.clientId, RefreshToken, ...more };
  return (await world.app("GetTokensFromRefreshToken", input)).AuthenticationResult;
}

describe("GetTokensFromRefreshToken", () => {
  it("gives new tokens and no refresh token where the client does not rotate", async () => {
    const world = await createSignInWorld();
    const token = await firstToken(world);
    for (let turn = 0; turn < 2; turn += 1) {
      const tokens = await renew(world, token);
      expect(tokens).toMatchObject({ AccessToken: expect.any(String), IdToken: expect.any(String) });
      expect(tokens).not.toHaveProperty("RefreshToken");
    }
  });

  it("gives a new refresh token where it does, and the old one is worth nothing from then on", async () => {
    const world = await rotating(0);
    const first = await firstToken(world);
    const second = (await renew(world, first))?.RefreshToken ?? "";
    expect(second).not.toBe(first);
    await expect(renew(world, first)).rejects.toMatchObject({ code: "RefreshTokenReuseException" });
    expect(await renew(world, second)).toHaveProperty("RefreshToken");
  });

  it("takes the old one again within the grace period, counted from its first use", async () => {
    const world = await rotating(60);
    const first = await firstToken(world);
    await renew(world, first);
    world.pass(40 * SECOND);
    expect(await renew(world, first)).toHaveProperty("RefreshToken");
    world.pass(20 * SECOND);
    await expect(renew(world, first)).rejects.toMatchObject({ code: "RefreshTokenReuseException" });
  });

  it("gives the new one no longer life than the first had", async () => {
    const units = { RefreshToken: "hours" };
    const world = await rotating(0, { RefreshTokenValidity: 2, TokenValidityUnits: units });
    const first = await firstToken(world);
    world.pass(HOUR);
    const second = (await renew(world, first))?.RefreshToken ?? "";
    world.pass(HOUR);
    await expect(renew(world, second)).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Refresh Token has expired",
    });
  });

  it("takes the client's secret as it is, and no other", async () => {
    const world = await createSignInWorld({ client: { GenerateSecret: true } });
    const SECRET_HASH = computeSecretHash(world.clientSecret, EMAIL, world.clientId);
    const token = (await world.signIn(PASSWORD, { SECRET_HASH })).AuthenticationResult?.RefreshToken ?? "";
    for (const ClientSecret of [undefined, "0".repeat(52)]) {
      await expect(renew(world, token, { ClientSecret })).rejects.toMatchObject({
        code: "NotAuthorizedException",
      });
    }
    expect(await renew(world, token, { ClientSecret: world.clientSecret })).toHaveProperty("AccessToken");
  });

  it("refuses a token that nobody gave out, one of another client, and those of somebody who was signed out", async () => {
    const world = await rotating(0);
    const token = await firstToken(world);
    await expect(renew(world, "made-up")).rejects.toMatchObject({ message: "Invalid Refresh Token." });
    const other = await world.admin("CreateUserPoolClient", { ClientName: "other", ...FLOWS });
    const { ClientId } = other.UserPoolClient as { ClientId: string };
    await expect(renew(world, token, { ClientId })).rejects.toMatchObject({
      message: "Invalid Refresh Token.",
    });
    await world.admin("AdminUserGlobalSignOut");
    await expect(renew(world, token)).rejects.toMatchObject({ message: "Refresh Token has been revoked" });
  });
});

describe("a client that rotates", () => {
  it("cannot refresh by REFRESH_TOKEN_AUTH, which must not be among its flows", async () => {
    const world = await rotating();
    const AuthParameters = { REFRESH_TOKEN: await firstToken(world) };
    const start = { ClientId: world.clientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters };
    await expect(world.app("InitiateAuth", start)).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    const both = { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] };
    await expect(rotating(0, both)).rejects.toMatchObject({ code: "InvalidParameterException" });
  });

  it("ends everything by revoking the newest token", async () => {
    const world = await rotating(0);
    const second = (await renew(world, await firstToken(world)))?.RefreshToken ?? "";
    await world.app("RevokeToken", { ClientId: world.clientId, Token: second });
    await expect(renew(world, second)).rejects.toMatchObject({ message: "Refresh Token has been revoked" });
  });

  it("rotates at the token endpoint as well", async () => {
    const pages = await openSignInPages({
      client: { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"], RefreshTokenRotation: { Feature: "ENABLED" } },
    });
    const { refresh_token: first } = JSON.parse((await pages.redeem(pages.code())).body);
    const refresh = (token: string) =>
      pages.redeem("", { grant_type: "refresh_token", refresh_token: token, code: undefined });
    const renewed = await refresh(first);
    expect(renewed.status).toBe(200);
    expect(JSON.parse(renewed.body)).toMatchObject({ refresh_token: expect.any(String) });
    expect(await refresh(first)).toMatchObject({
      status: 400,
      body: JSON.stringify({ error: "invalid_grant" }),
    });
    expect((await refresh(JSON.parse(renewed.body).refresh_token)).status).toBe(200);
  });
});
