import { describe, expect, it } from "vitest";
import { findCommandLineTarget } from "../../../local/rehearsal/command-line-target.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

const FIRST_RULE = ["awsAccess", "rules", 0] as const;

describe("who signs in at the command line in a rehearsal", () => {
  it("is invited with the department that the first rule asks for, and sets an authenticator up", () => {
    expect(findCommandLineTarget(goodSettings())).toEqual({
      signsUp: false,
      hasAuthenticator: true,
      mailDomain: "example.com",
      standing: { attribute: "custom:department", value: "sre" },
      role: "sre",
    });
  });

  it("signs up with a mail address that may, where everybody can", () => {
    const settings = goodSettings(
      [["users", "selfSignUp"], true],
      [["triggers", "allowMailDomains"], ["example.org"]],
    );
    expect(findCommandLineTarget(settings)).toMatchObject({ signsUp: true, mailDomain: "example.org" });
  });

  it("becomes a member of the group that a rule asks for", () => {
    const settings = goodSettings([FIRST_RULE, { claim: "cognito:groups", contains: "admins", role: "sre" }]);
    expect(findCommandLineTarget(settings)).toMatchObject({ standing: { group: "admins" }, role: "sre" });
  });

  it("takes the first rule that says what somebody is, not what they are not", () => {
    const settings = goodSettings([FIRST_RULE, { claim: "custom:department", notEqual: "dev", role: "sre" }]);
    expect(findCommandLineTarget(settings)).toMatchObject({
      standing: { attribute: "custom:department", value: "dev" },
      role: "dev",
    });
  });

  it("sets no authenticator up where the pool has none", () => {
    expect(findCommandLineTarget(goodSettings([["mfa", "factors"], ["sms"]]))).toMatchObject({
      hasAuthenticator: false,
    });
  });

  it.each<[string, readonly Change[], string]>([
    ["there are no roles", [[["awsAccess"], undefined]], "the stack gives nobody AWS credentials"],
    [
      "roles go to a back end",
      [[["awsAccess", "client"], "backend"]],
      "credentials are not given at the command line",
    ],
    [
      "every rule says what people are not",
      [
        [["awsAccess", "rules"], [{ claim: "custom:department", notEqual: "sales", role: "sre" }]],
        [["awsAccess", "roles", "dev"], undefined],
      ],
      "no rule gives a role for an attribute or a group",
    ],
  ])("is nobody where %s", (_, changes, obstacle) => {
    expect(findCommandLineTarget(goodSettings(...changes))).toEqual({ obstacle });
  });
});
