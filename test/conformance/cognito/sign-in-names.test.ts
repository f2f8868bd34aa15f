import { expect } from "vitest";
import {
  attributes,
  attributesOf,
  createPool,
  createUser,
  describeConformance,
  expectRefusal,
  readAttributes,
} from "./conformance.ts";
import { member, type Target } from "./target.ts";

const guide = "Developer Guide, Customizing sign-in attributes";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const caseInsensitive = { UsernameConfiguration: { CaseSensitive: false } };

const refusesUsername = (settings: object, Username: string, message: string) => async (target: Target) => {
  const UserPoolId = await createPool(target, { ...settings });
  await expectRefusal(
    target.call("AdminCreateUser", { UserPoolId, Username }),
    "InvalidParameterException",
    message,
  );
};

describeConformance("Sign-in names", [
  {
    title: "takes an address for a user name where people sign in by e-mail, and names the user by sub",
    source: guide,
    async run(target) {
      const UserPoolId = await createPool(target, { UsernameAttributes: ["email"] });
      const user = await createUser(target, UserPoolId, "taro@example.com");
      const values = attributesOf(user);
      expect(values.email).toBe("taro@example.com");
      expect(values.sub).toMatch(uuid);
      expect(member(user, "Username")).toBe(values.sub);
    },
  },
  {
    title: "takes a phone number for a user name where people sign in by phone",
    source: guide,
    async run(target) {
      const UserPoolId = await createPool(target, { UsernameAttributes: ["phone_number"] });
      const user = await createUser(target, UserPoolId, "+819012345678");
      expect(attributesOf(user).phone_number).toBe("+819012345678");
    },
  },
  {
    title: "refuses a plain name where people sign in by e-mail",
    source: "seen on AWS",
    run: refusesUsername({ UsernameAttributes: ["email"] }, "taro", "Username should be an email."),
  },
  {
    title: "refuses a plain name where people sign in by e-mail or phone",
    source: "seen on AWS",
    run: refusesUsername(
      { UsernameAttributes: ["email", "phone_number"] },
      "taro",
      "Username should be either an email or a phone number.",
    ),
  },
  {
    title: "refuses an address for a user name where the address is an alias",
    source: guide,
    differs: { ministack: "accepts it" },
    run: refusesUsername(
      { AliasAttributes: ["email"] },
      "taro@example.com",
      "Username cannot be of email format, since user pool is configured for email alias.",
    ),
  },
  {
    title: "refuses a user name with a space in it",
    source: "API reference, AdminCreateUser",
    differs: { ministack: "accepts it" },
    run: refusesUsername(
      {},
      "taro yamada",
      "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
    ),
  },
  {
    title: "refuses a user name that is taken, and a sign-in address that is taken",
    source: "API reference, AdminCreateUser",
    differs: { ministack: "words it differently" },
    async run(target) {
      const byName = await createPool(target);
      await createUser(target, byName, "taro");
      await expectRefusal(
        createUser(target, byName, "taro"),
        "UsernameExistsException",
        "User account already exists",
      );
      const byMail = await createPool(target, { UsernameAttributes: ["email"] });
      await createUser(target, byMail, "taro@example.com");
      await expectRefusal(createUser(target, byMail, "taro@example.com"), "UsernameExistsException");
    },
  },
  {
    title: "takes names that differ in case for two users where case counts, and for one where it does not",
    source: "API reference, UsernameConfigurationType",
    differs: { ministack: "takes them for two users" },
    async run(target) {
      const sensitive = await createPool(target);
      await createUser(target, sensitive, "taro");
      await createUser(target, sensitive, "Taro");
      const insensitive = await createPool(target, { UsernameAttributes: ["email"], ...caseInsensitive });
      await createUser(target, insensitive, "taro@example.com");
      await expectRefusal(createUser(target, insensitive, "Taro@Example.com"), "UsernameExistsException");
      expect(await readAttributes(target, insensitive, "TARO@example.com")).toMatchObject({
        email: "taro@example.com",
      });
    },
  },
  {
    title: "finds a user by user name, sub and verified alias, but not by an unverified one",
    source: `API reference, AdminGetUser; ${guide}`,
    async run(target) {
      const UserPoolId = await createPool(target, { AliasAttributes: ["email", "phone_number"] });
      const UserAttributes = attributes({
        email: "taro@example.com",
        email_verified: "true",
        phone_number: "+819012345678",
      });
      const { sub = "" } = attributesOf(await createUser(target, UserPoolId, "taro", { UserAttributes }));
      for (const name of ["taro", sub, "taro@example.com"]) {
        expect(await readAttributes(target, UserPoolId, name)).toMatchObject({ sub });
      }
      await expectRefusal(
        target.call("AdminGetUser", { UserPoolId, Username: "+819012345678" }),
        "UserNotFoundException",
        "User does not exist.",
      );
    },
  },
  {
    title: "refuses a verified alias of another user, unless told to move it",
    source: "API reference, AdminCreateUser, ForceAliasCreation",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target, { AliasAttributes: ["email"] });
      const verified = {
        UserAttributes: attributes({ email: "shared@example.com", email_verified: "true" }),
      };
      await createUser(target, UserPoolId, "first", verified);
      await expectRefusal(createUser(target, UserPoolId, "second", verified), "AliasExistsException");
      await createUser(target, UserPoolId, "second", { ...verified, ForceAliasCreation: true });
      expect(await readAttributes(target, UserPoolId, "first")).toMatchObject({ email_verified: "false" });
      const owner = await target.call("AdminGetUser", { UserPoolId, Username: "shared@example.com" });
      expect(owner.Username).toBe("second");
    },
  },
  {
    title: "lets two users have one address while it is unverified, whatever is forced",
    source: "API reference, AdminCreateUser, ForceAliasCreation",
    async run(target) {
      const UserPoolId = await createPool(target, { AliasAttributes: ["email"] });
      const verified = {
        UserAttributes: attributes({ email: "shared@example.com", email_verified: "true" }),
      };
      await createUser(target, UserPoolId, "first", verified);
      const UserAttributes = attributes({ email: "shared@example.com" });
      await createUser(target, UserPoolId, "second", { UserAttributes, ForceAliasCreation: true });
      expect(await readAttributes(target, UserPoolId, "first")).toMatchObject({ email_verified: "true" });
    },
  },
  {
    title: "refuses to give a user the address another user signs in with",
    source: "API reference, AdminUpdateUserAttributes, AliasExistsException",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target, { UsernameAttributes: ["email"] });
      await createUser(target, UserPoolId, "first@example.com");
      await createUser(target, UserPoolId, "second@example.com");
      const UserAttributes = attributes({ email: "first@example.com" });
      await expectRefusal(
        target.call("AdminUpdateUserAttributes", {
          UserPoolId,
          Username: "second@example.com",
          UserAttributes,
        }),
        "AliasExistsException",
        "An account with the given email already exists.",
      );
      expect(await readAttributes(target, UserPoolId, "second@example.com")).toMatchObject({
        email: "second@example.com",
      });
    },
  },
  {
    title: "follows a changed sign-in address: the new one finds the user, the old one is free",
    source: guide,
    async run(target) {
      const UserPoolId = await createPool(target, { UsernameAttributes: ["email"] });
      const { sub } = attributesOf(await createUser(target, UserPoolId, "old@example.com"));
      await target.call("AdminUpdateUserAttributes", {
        UserPoolId,
        Username: "old@example.com",
        UserAttributes: attributes({ email: "new@example.com" }),
      });
      expect(await readAttributes(target, UserPoolId, "new@example.com")).toMatchObject({ sub });
      await createUser(target, UserPoolId, "old@example.com");
    },
  },
  {
    title: "frees a name and address when the user is deleted",
    source: guide,
    async run(target) {
      const UserPoolId = await createPool(target, { UsernameAttributes: ["email"] });
      const first = attributesOf(await createUser(target, UserPoolId, "taro@example.com"));
      await target.call("AdminDeleteUser", { UserPoolId, Username: "taro@example.com" });
      await expectRefusal(
        target.call("AdminGetUser", { UserPoolId, Username: "taro@example.com" }),
        "UserNotFoundException",
      );
      const second = attributesOf(await createUser(target, UserPoolId, "taro@example.com"));
      expect(second.sub).not.toBe(first.sub);
    },
  },
  {
    title: "refuses a user name that says one address and an attribute that says another",
    source: "seen on AWS",
    async run(target) {
      const UserPoolId = await createPool(target, { UsernameAttributes: ["email"] });
      const UserAttributes = attributes({ email: "other@example.com" });
      await expectRefusal(
        createUser(target, UserPoolId, "taro@example.com", { UserAttributes }),
        "InvalidParameterException",
      );
    },
  },
]);
