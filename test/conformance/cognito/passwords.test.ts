import { expect } from "vitest";
import { createPool, createUser, describeConformance, expectRefusal } from "./conformance.ts";
import { member, type Target } from "./target.ts";

const strictPolicy = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 14,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
    },
  },
};

const weakPasswords: [fault: string, password: string][] = [
  ["Password not long enough", "Aa1!Aa1!Aa1!A"],
  ["Password must have uppercase characters", "aa1!aa1!aa1!aa1!"],
  ["Password must have lowercase characters", "AA1!AA1!AA1!AA1!"],
  ["Password must have numeric characters", "Aa!!Aa!!Aa!!Aa!!"],
  ["Password must have symbol characters", "Aa11Aa11Aa11Aa11"],
];

describeConformance("Passwords", [
  ...weakPasswords.map(([fault, password]) => ({
    title: `refuses, temporary or permanent: ${fault}`,
    source: "Developer Guide, Adding user pool password requirements; sentence seen on AWS",
    differs: { ministack: "words it differently" },
    async run(target: Target) {
      const UserPoolId = await createPool(target, strictPolicy);
      const message = `Password did not conform with password policy: ${fault}`;
      await expectRefusal(
        createUser(target, UserPoolId, "taro", { TemporaryPassword: password }),
        "InvalidPasswordException",
        message,
      );
      await createUser(target, UserPoolId, "hanako", { TemporaryPassword: "Aa1!Aa1!Aa1!Aa1!" });
      for (const Permanent of [true, false]) {
        await expectRefusal(
          target.call("AdminSetUserPassword", {
            UserPoolId,
            Username: "hanako",
            Password: password,
            Permanent,
          }),
          "InvalidPasswordException",
          message,
        );
      }
    },
  })),
  {
    title: "creates users by itself under any policy, length 30 included",
    source: "API reference, AdminCreateUser, TemporaryPassword",
    differs: { ministack: "makes 12 characters and refuses its own password" },
    async run(target) {
      const Policies = { PasswordPolicy: { ...strictPolicy.Policies.PasswordPolicy, MinimumLength: 30 } };
      const UserPoolId = await createPool(target, { Policies });
      expect(member(await createUser(target, UserPoolId, "taro"), "UserStatus")).toBe(
        "FORCE_CHANGE_PASSWORD",
      );
    },
  },
  {
    title: "confirms a user with a permanent password and asks for a new one after a temporary one",
    source: "API reference, AdminSetUserPassword",
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUser(target, UserPoolId, "taro");
      const setPassword = (Permanent: boolean) =>
        target.call("AdminSetUserPassword", {
          UserPoolId,
          Username: "taro",
          Password: `Aa1!aaaa${Permanent}`,
          Permanent,
        });
      const status = async () =>
        (await target.call("AdminGetUser", { UserPoolId, Username: "taro" })).UserStatus;
      expect(await status()).toBe("FORCE_CHANGE_PASSWORD");
      await setPassword(true);
      expect(await status()).toBe("CONFIRMED");
      await setPassword(false);
      expect(await status()).toBe("FORCE_CHANGE_PASSWORD");
    },
  },
  {
    title: "refuses the last passwords again, as many as the policy remembers",
    source: "API reference, AdminSetUserPassword, PasswordHistoryPolicyViolationException",
    differs: { ministack: "accepts it" },
    async run(target) {
      const Policies = { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } };
      const UserPoolId = await createPool(target, { Policies });
      await createUser(target, UserPoolId, "taro");
      const set = (Password: string) =>
        target.call("AdminSetUserPassword", { UserPoolId, Username: "taro", Password, Permanent: true });
      for (const password of ["first-1!", "second-2!", "third-3!"]) await set(password);
      await expectRefusal(set("third-3!"), "PasswordHistoryPolicyViolationException");
      await expectRefusal(set("second-2!"), "PasswordHistoryPolicyViolationException");
      await set("first-1!");
    },
  },
  {
    title: "refuses a password history on the Lite plan",
    source: "API reference, PasswordPolicyType",
    async run(target) {
      const Policies = { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } };
      await expectRefusal(
        createPool(target, { UserPoolTier: "LITE", Policies }),
        "FeatureUnavailableInTierException",
      );
    },
  },
  {
    title: "refuses a password with a space",
    source: "API reference, AdminSetUserPassword",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUser(target, UserPoolId, "taro");
      await expectRefusal(
        target.call("AdminSetUserPassword", {
          UserPoolId,
          Username: "taro",
          Password: "Aa1! aaaaaa",
          Permanent: true,
        }),
        "InvalidParameterException",
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+",
      );
    },
  },
]);
