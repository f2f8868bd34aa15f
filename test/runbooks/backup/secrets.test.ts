import { describe, expect, it } from "vitest";
import { withoutSecrets } from "../../../runbooks/backup/secrets.ts";

const note = "(a secret; not in the backup)";

describe("the pool's description in a backup", () => {
  it.each([
    ["a client's secret", { ClientSecret: "canary" }, { ClientSecret: note }],
    [
      "an identity provider's secret",
      { ProviderDetails: { client_secret: "canary" } },
      { ProviderDetails: { client_secret: note } },
    ],
    [
      "a private key",
      { ProviderDetails: { private_key: "canary" } },
      { ProviderDetails: { private_key: note } },
    ],
    ["an API key", { api_key: "canary" }, { api_key: note }],
    ["a token", { token: "canary", access_token: "canary" }, { token: note, access_token: note }],
    ["a list of secrets", { client_secrets: ["canary"] }, { client_secrets: note }],
    ["an object of secrets", { secrets: { first: "canary" } }, { secrets: note }],
    [
      "a password inside an address",
      { MetadataURL: "https://user:canary@idp.example.com/saml?x=1" },
      { MetadataURL: `https://${note}@idp.example.com/saml?x=1` },
    ],
  ])("leaves out %s", (_, given, expected) => {
    expect(withoutSecrets(given)).toEqual(expected);
  });

  it("keeps what a restore needs and only sounds secret", () => {
    const kept = {
      Policies: { PasswordPolicy: { MinimumLength: 14 } },
      TokenValidityUnits: { AccessToken: "hours" },
      ProviderDetails: {
        token_url: "https://idp.example.com/token",
        jwks_uri: "https://idp.example.com/keys",
      },
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
    };
    expect(withoutSecrets(kept)).toEqual(kept);
  });
});
