import { expect, test } from "vitest";
import { tokenSeconds } from "../../../local/cognito/client-rules.ts";
import type { ClientSettings } from "../../../local/cognito/state.ts";

const settings: ClientSettings = {
  RefreshTokenValidity: 30,
  AllowedOAuthFlowsUserPoolClient: false,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3,
};

test.each<[string, Partial<ClientSettings>, Parameters<typeof tokenSeconds>[1], number]>([
  ["an hour for access tokens by default", {}, "AccessToken", 3_600],
  ["hours for ID tokens when no unit is given", { IdTokenValidity: 2 }, "IdToken", 7_200],
  ["days for refresh tokens when no unit is given", {}, "RefreshToken", 2_592_000],
  [
    "the given unit",
    { AccessTokenValidity: 10, TokenValidityUnits: { AccessToken: "minutes" } },
    "AccessToken",
    600,
  ],
  ["30 days for a refresh token of 0", { RefreshTokenValidity: 0 }, "RefreshToken", 2_592_000],
])("lets tokens live %s", (_, change, token, seconds) => {
  expect(tokenSeconds({ ...settings, ...change }, token)).toBe(seconds);
});
