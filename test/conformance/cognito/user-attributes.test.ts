import { expect } from "vitest";
import {
  attributes,
  createPool,
  createUser,
  describeConformance,
  expectRefusal,
  readAttributes,
} from "./conformance.ts";
import type { Target } from "./target.ts";

const guide = "Developer Guide, Working with user attributes";
const ignored = { ministack: "accepts it" };

const schema = [
  {
    Name: "code",
    AttributeDataType: "String",
    Mutable: true,
    StringAttributeConstraints: { MinLength: "3", MaxLength: "5" },
  },
  {
    Name: "level",
    AttributeDataType: "Number",
    Mutable: true,
    NumberAttributeConstraints: { MinValue: "1", MaxValue: "9" },
  },
  { Name: "active", AttributeDataType: "Boolean", Mutable: true },
  { Name: "joined", AttributeDataType: "DateTime", Mutable: true },
  { Name: "badge", AttributeDataType: "String", Mutable: false },
  { Name: "note", AttributeDataType: "String", Mutable: true, DeveloperOnlyAttribute: true },
];

/** Each value is refused at creation and at a change alike. */
function refusesValue(name: string, value: string, message?: string | RegExp) {
  return async (target: Target) => {
    const UserPoolId = await createPool(target, { Schema: schema });
    const UserAttributes = attributes({ [name]: value });
    const code = "InvalidParameterException";
    await expectRefusal(
      target.call("AdminCreateUser", { UserPoolId, Username: "taro", UserAttributes }),
      code,
      message,
    );
    await createUser(target, UserPoolId, "hanako");
    await expectRefusal(
      target.call("AdminUpdateUserAttributes", { UserPoolId, Username: "hanako", UserAttributes }),
      code,
      message,
    );
    expect(Object.keys(await readAttributes(target, UserPoolId, "hanako"))).toEqual(["sub"]);
  };
}

function acceptsValue(name: string, value: string) {
  return async (target: Target) => {
    const UserPoolId = await createPool(target, { Schema: schema });
    await createUser(target, UserPoolId, "taro", { UserAttributes: attributes({ [name]: value }) });
    expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject({ [name]: value });
  };
}

describeConformance("User attributes", [
  {
    title: "refuses a value shorter than the schema's minimum",
    source: guide,
    differs: ignored,
    run: refusesValue("custom:code", "ab"),
  },
  {
    title: "refuses a value longer than the schema's maximum",
    source: guide,
    differs: ignored,
    run: refusesValue("custom:code", "abcdef"),
  },
  {
    title: "takes a value of exactly the minimal length",
    source: guide,
    run: acceptsValue("custom:code", "abc"),
  },
  {
    title: "takes a value of exactly the maximal length",
    source: guide,
    run: acceptsValue("custom:code", "abcde"),
  },
  {
    title: "refuses more than 2,048 characters in any attribute",
    source: "Developer Guide, Quotas in Amazon Cognito",
    differs: ignored,
    run: refusesValue(
      "name",
      "x".repeat(2049),
      /'userAttributes\.1\.member\.value' failed to satisfy constraint: Member must have length less than or equal to 2048$/,
    ),
  },
  {
    title: "takes 2,048 characters, line breaks and emoji included",
    source: "Developer Guide, Quotas in Amazon Cognito",
    run: acceptsValue("name", `行\n🏯${"x".repeat(2044)}`),
  },
  {
    title: "refuses a number below the schema's minimum",
    source: guide,
    differs: ignored,
    run: refusesValue("custom:level", "0"),
  },
  {
    title: "refuses a number above the schema's maximum",
    source: guide,
    differs: ignored,
    run: refusesValue("custom:level", "10"),
  },
  {
    title: "refuses text in a number attribute",
    source: "API reference, SchemaAttributeType",
    differs: ignored,
    run: refusesValue("custom:level", "five"),
  },
  {
    title: "refuses anything but true and false in a boolean attribute",
    source: "API reference, SchemaAttributeType",
    differs: ignored,
    run: refusesValue("custom:active", "yes"),
  },
  {
    title: "reads True as true, so that a verified address is one whoever spells it",
    source: "API reference, AdminCreateUser, ForceAliasCreation",
    differs: { ministack: "keeps the capital" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const UserAttributes = attributes({ email: "taro@example.com", email_verified: "True" });
      await createUser(target, UserPoolId, "taro", { UserAttributes });
      expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject({ email_verified: "true" });
    },
  },
  {
    title: "refuses what is no date in a date attribute",
    source: "API reference, SchemaAttributeType",
    differs: ignored,
    run: refusesValue("custom:joined", "yesterday"),
  },
  {
    title: "takes a date and time in a date attribute",
    source: "API reference, SchemaAttributeType",
    run: acceptsValue("custom:joined", "2026-11-21T03:00:00Z"),
  },
  {
    title: "refuses an attribute the schema does not have",
    source: "seen on AWS for administrators' calls",
    differs: ignored,
    run: refusesValue(
      "custom:unknown",
      "x",
      "Attributes did not conform to the schema: Type for attribute {custom:unknown} could not be determined",
    ),
  },
  {
    title: "refuses an address without a domain",
    source: guide,
    differs: ignored,
    run: refusesValue("email", "taro@", "Invalid email address format."),
  },
  {
    title: "refuses a phone number without the country code",
    source: guide,
    differs: ignored,
    run: refusesValue("phone_number", "09012345678", "Invalid phone number format."),
  },
  {
    title: "refuses a phone number with dashes",
    source: guide,
    differs: ignored,
    run: refusesValue("phone_number", "+81-90-1234-5678", "Invalid phone number format."),
  },
  {
    title: "takes a phone number of plus sign and digits",
    source: guide,
    run: acceptsValue("phone_number", "+819012345678"),
  },
  {
    title: "refuses a birthdate that is not YYYY-MM-DD",
    source: guide,
    differs: ignored,
    run: refusesValue("birthdate", "21/11/2026"),
  },
  {
    title: "refuses to set sub",
    source: guide,
    differs: ignored,
    run: refusesValue("sub", "12345678-1234-4234-8234-123456789012"),
  },
  {
    title: "knows a developer-only attribute by its dev: name",
    source: "API reference, SchemaAttributeType",
    run: acceptsValue("dev:note", "seen"),
  },
  {
    title: "writes an immutable attribute at creation and never again, not even when it is empty",
    source: guide,
    differs: ignored,
    async run(target) {
      const UserPoolId = await createPool(target, { Schema: schema });
      const UserAttributes = attributes({ "custom:badge": "A1" });
      await createUser(target, UserPoolId, "taro", { UserAttributes });
      await createUser(target, UserPoolId, "hanako");
      for (const Username of ["taro", "hanako"]) {
        await expectRefusal(
          target.call("AdminUpdateUserAttributes", { UserPoolId, Username, UserAttributes }),
          "InvalidParameterException",
          /^user\.custom:badge: Attribute cannot be updated\./,
        );
      }
      await expectRefusal(
        target.call("AdminDeleteUserAttributes", {
          UserPoolId,
          Username: "taro",
          UserAttributeNames: ["custom:badge"],
        }),
        "InvalidParameterException",
      );
      expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject({ "custom:badge": "A1" });
    },
  },
  {
    title: "lets an administrator create a user without the required attributes",
    source: "Developer Guide, Creating user accounts as administrator",
    async run(target) {
      const Schema = [{ Name: "email", Required: true, Mutable: true }];
      const UserPoolId = await createPool(target, { Schema });
      await createUser(target, UserPoolId, "taro");
      expect(Object.keys(await readAttributes(target, UserPoolId, "taro"))).toEqual(["sub"]);
    },
  },
  {
    title: "marks a changed address unverified unless the same call says it is verified",
    source: "API reference, AdminUpdateUserAttributes",
    differs: { ministack: "keeps it verified" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const UserAttributes = attributes({ email: "old@example.com", email_verified: "true" });
      await createUser(target, UserPoolId, "taro", { UserAttributes });
      const update = (values: Record<string, string>) =>
        target.call("AdminUpdateUserAttributes", {
          UserPoolId,
          Username: "taro",
          UserAttributes: attributes(values),
        });
      await update({ email: "new@example.com" });
      expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject({ email_verified: "false" });
      await update({ email: "newer@example.com", email_verified: "true" });
      expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject({ email_verified: "true" });
      await update({ name: "太郎" });
      expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject({ email_verified: "true" });
    },
  },
  {
    title: "keeps the old address until the new one is verified, where the pool asks for that",
    source: "API reference, UserAttributeUpdateSettingsType",
    differs: { ministack: "changes it at once" },
    async run(target) {
      const UserPoolId = await createPool(target, {
        AutoVerifiedAttributes: ["email"],
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
      });
      const old = { email: "old@example.com", email_verified: "true" };
      await createUser(target, UserPoolId, "taro", { UserAttributes: attributes(old) });
      const update = (values: Record<string, string>) =>
        target.call("AdminUpdateUserAttributes", {
          UserPoolId,
          Username: "taro",
          UserAttributes: attributes(values),
        });
      await update({ email: "new@example.com" });
      expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject(old);
      await update({ email: "new@example.com", email_verified: "true" });
      expect(await readAttributes(target, UserPoolId, "taro")).toMatchObject({
        email: "new@example.com",
        email_verified: "true",
      });
    },
  },
  {
    title: "deletes an attribute that is given a blank value",
    source: "API reference, AdminUpdateUserAttributes",
    differs: { ministack: "stores the blank" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUser(target, UserPoolId, "taro", {
        UserAttributes: attributes({ name: "太郎", nickname: "taro" }),
      });
      await target.call("AdminUpdateUserAttributes", {
        UserPoolId,
        Username: "taro",
        UserAttributes: attributes({ name: "" }),
      });
      await target.call("AdminDeleteUserAttributes", {
        UserPoolId,
        Username: "taro",
        UserAttributeNames: ["nickname"],
      });
      expect(Object.keys(await readAttributes(target, UserPoolId, "taro"))).toEqual(["sub"]);
    },
  },
  {
    title: "refuses a verified flag without the address it speaks of",
    source: "seen on AWS",
    differs: ignored,
    run: refusesValue("email_verified", "true", "Email is required to verify/un-verify an email"),
  },
]);
