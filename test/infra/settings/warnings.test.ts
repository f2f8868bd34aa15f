import { expect, it } from "vitest";
import { readSample } from "../../support/sample-settings.ts";
import { describeWarnings } from "../../support/settings-warnings.ts";

const NO_ALB_CLIENT = [
  [["clients"], { cli: { kind: "cli" } }],
  [["routes"], undefined],
  [["signInPage"], undefined],
] as const;

it("warns of nothing in the sample", () => {
  expect(readSample()).toHaveProperty("warnings", []);
});

describeWarnings("the second factor", [
  [
    "several factors that nobody has to choose from",
    [[["mfa", "mode"], "optional"], ...NO_ALB_CLIENT],
    "sekisho:mfa.mode",
    "is optional and sekisho:mfa.factors has sms, totp: users without a preferred factor get in on the password alone; set a factor when you invite them, or take mode: required",
  ],
  [
    "an authenticator app that the sign-in page never offers to register",
    [
      [["mfa"], { mode: "optional", factors: ["totp"] }],
      [["sms"], undefined],
    ],
    "sekisho:mfa.mode",
    "is optional and sekisho:mfa.factors has totp: the sign-in page of sekisho:clients.web never offers to register an authenticator app; let people register it by a client of kind cli or server, or take mode: required",
  ],
]);

it.each([
  ["required MFA with several factors", { mode: "required", factors: ["sms", "totp"] }],
  ["optional MFA with one factor that the page can use", { mode: "optional", factors: ["sms"] }],
])("warns of nothing with %s", (_title, mfa) => {
  expect(readSample([["mfa"], mfa])).toHaveProperty("warnings", []);
});

describeWarnings("accounts", [
  [
    "sign-up that is open to everybody",
    [
      [["users", "selfSignUp"], true],
      [["awsAccess"], undefined],
    ],
    "sekisho:users.selfSignUp",
    "is true: everybody on the internet can make an account, whatever networks sekisho:routes names; set it to false where administrators invite",
  ],
]);
