import { describe, expect, test } from "vitest";
import { findOversizedParts, signInFileFits } from "../../../infra/outputs/output-sizes.ts";
import { composeSignInFile, type SignInIds, signInClient } from "../../../infra/outputs/sign-in-file.ts";
import type { Settings } from "../../../infra/settings.ts";
import { signInFile } from "../../../runbooks/sign-in/sign-in-file.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

const ids: SignInIds = {
  userPoolId: "ap-northeast-1_AbCdEfGhI",
  clientId: "1h57kf5cpq17m0eml12EXAMPLE",
  host: "example-login.auth.ap-northeast-1.amazoncognito.com",
  identities: {
    identityPoolId: "ap-northeast-1:11111111-2222-3333-4444-555555555555",
    roles: { dev: "arn:aws:iam::123456789012:role/dev", sre: "arn:aws:iam::123456789012:role/sre" },
  },
};

const withoutRoles: Change = [["awsAccess"], undefined];

function compose(settings: Settings, made: SignInIds = ids) {
  const client = signInClient(settings);
  if (!client) throw new Error("nobody signs in at the command line");
  return composeSignInFile(settings, client, made);
}

describe("who signs in at the command line", () => {
  test.each<[string, readonly Change[], string | undefined]>([
    ["the client that AWS roles are given to", [], "cli"],
    ["that client, whatever others there are", [[["clients", "other"], { kind: "cli" }]], "cli"],
    ["the only client of the kind, without AWS roles", [withoutRoles], "cli"],
    ["nobody where two would do", [withoutRoles, [["clients", "other"], { kind: "cli" }]], undefined],
    ["nobody without such a client", [withoutRoles, [["clients", "cli"], undefined]], undefined],
    ["nobody by a client with a secret", [[["awsAccess", "client"], "backend"]], undefined],
  ])("is %s", (_who, changes, name) => {
    expect(signInClient(goodSettings(...changes))?.name).toBe(name);
  });
});

describe("the sign-in file", () => {
  test("says where and how to sign in, what an account needs, and which role comes of which claim", () => {
    const file = compose(goodSettings());
    expect(file).toEqual({
      version: 1,
      stack: "dev",
      region: "ap-northeast-1",
      userPoolId: "ap-northeast-1_AbCdEfGhI",
      clientId: "1h57kf5cpq17m0eml12EXAMPLE",
      flows: ["srp"],
      selfSignUp: false,
      requiredAttributes: ["email", "phone_number"],
      writableAttributes: expect.arrayContaining(["email", "phone_number"]),
      authSessionMinutes: 15,
      refreshTokenMinutes: 720,
      awsAccess: {
        ...ids.identities,
        rules: [
          { claim: "custom:department", match: "equals", value: "sre", role: "sre" },
          { claim: "custom:department", match: "equals", value: "dev", role: "dev" },
        ],
      },
    });
    expect(file.writableAttributes).not.toContain("custom:department");
  });

  test("names the sign-in page only for a client that comes back from it", () => {
    expect(compose(goodSettings())).not.toHaveProperty("browser");
    const settings = goodSettings([["clients", "cli"], { kind: "cli", browser: true, browserPort: 8765 }]);
    expect(compose(settings).browser).toEqual({
      host: "example-login.auth.ap-northeast-1.amazoncognito.com",
      callbackUrl: "http://localhost:8765/",
    });
  });

  test("leaves AWS roles out where there are none", () => {
    const { identities, ...others } = ids;
    expect(compose(goodSettings(withoutRoles), others)).not.toHaveProperty("awsAccess");
  });

  test("passes the closer look that the sign-in command takes at a file from somewhere", () => {
    const file = compose(goodSettings([["clients", "cli"], { kind: "cli", browser: true }]));
    expect(signInFile.parse(JSON.parse(JSON.stringify(file)))).toEqual(file);
    expect(signInFile.safeParse({ ...file, clientSecret: "s3cret" }).success).toBe(false);
    expect(signInFile.safeParse({ ...file, userPoolId: "../pool" }).success).toBe(false);
  });

  test("is no parameter where its rules are too long for one, and that stops no deployment", () => {
    const rules = Array.from({ length: 25 }, (_, place) => ({
      claim: "custom:department",
      equals: `${place}-${"d".repeat(120)}`,
      role: "sre",
    }));
    const settings = goodSettings(
      [["awsAccess", "rules"], rules],
      [["awsAccess", "roles", "dev"], undefined],
    );
    expect(signInFileFits(goodSettings())).toBe(true);
    expect(signInFileFits(settings)).toBe(false);
    expect(findOversizedParts(settings)).toEqual([]);
  });
});
