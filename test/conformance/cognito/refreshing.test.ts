import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { createSignInWorld, HOUR } from "../../support/sign-in-world.ts";

describe("Renewing tokens (API reference, GetTokensFromRefreshToken and RefreshTokenRotationType)", () => {
  it("gives ID and access token of the same sign-in for a client that does not rotate, and no refresh token", async () => {
    const world = await createSignInWorld();
    const { AuthenticationResult: first } = await world.signIn();
    world.pass(HOUR);
    const { AuthenticationResult: renewed } = await world.app("GetTokensFromRefreshToken", {
      ClientId: world.clientId,
      RefreshToken: first?.RefreshToken,
    });
    expect(Object.keys(renewed ?? {}).sort()).toEqual(["AccessToken", "ExpiresIn", "IdToken", "TokenType"]);
    const [before, after] = [first, renewed].map((tokens) => decodeJwt(tokens?.IdToken ?? ""));
    expect(after).toMatchObject({
      sub: before?.sub,
      origin_jti: before?.origin_jti,
      auth_time: before?.auth_time,
    });
    expect(Number(after?.iat) - Number(before?.iat)).toBe(HOUR / 1_000);
  });

  it.each<[name: string, change: object]>([
    ["that is none", { RefreshToken: "none" }],
    ["of a client that is none", { ClientId: "0000000000000000000000000a" }],
  ])("is refused with a refresh token %s", async (_, change) => {
    const world = await createSignInWorld();
    const { AuthenticationResult: tokens } = await world.signIn();
    const input = { ClientId: world.clientId, RefreshToken: tokens?.RefreshToken, ...change };
    await expect(world.app("GetTokensFromRefreshToken", input)).rejects.toMatchObject({
      code: "ClientId" in change ? "ResourceNotFoundException" : "NotAuthorizedException",
    });
  });
});
