import { expect } from "vitest";
import { createPool, describeConformance, expectRefusal, listOf } from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const fixed = "Developer Guide, Updating user pool and app client configuration";
const accepts = { ministack: "accepts it" };
const sms = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "external" };

const refusesPool =
  (settings: Json, message?: string | RegExp, code = "InvalidParameterException") =>
  async (target: Target) =>
    expectRefusal(createPool(target, settings), code, message);

const describePool = async (target: Target, UserPoolId: string) =>
  (await target.call("DescribeUserPool", { UserPoolId })).UserPool;

const customAttributes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Name: `a${index}`, AttributeDataType: "String" }));

describeConformance("User pools", [
  {
    title: "refuses required custom attributes",
    source: fixed,
    differs: { ministack: "words it differently" },
    run: refusesPool(
      { Schema: [{ Name: "team", AttributeDataType: "String", Required: true }] },
      "Required custom attributes are not supported currently.",
    ),
  },
  {
    title: "refuses names of custom attributes beyond 20 characters",
    source: "API reference, SchemaAttributeType; sentence seen on AWS",
    run: refusesPool(
      { Schema: [{ Name: "phone_number_verified", AttributeDataType: "Boolean" }] },
      "1 validation error detected: Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 20",
    ),
    differs: accepts,
  },
  {
    title: "refuses another type for a standard attribute",
    source: "API reference, SchemaAttributeType",
    differs: accepts,
    run: refusesPool({ Schema: [{ Name: "email", AttributeDataType: "Number" }] }),
  },
  {
    title: "refuses a type that does not exist, naming those that do",
    source: "API reference, SchemaAttributeType",
    differs: accepts,
    run: refusesPool(
      { Schema: [{ Name: "team", AttributeDataType: "Text" }] },
      "1 validation error detected: Value 'Text' at 'schema.1.member.attributeDataType' failed to satisfy constraint: Member must satisfy enum value set: [String, Number, DateTime, Boolean]",
    ),
  },
  {
    title: "refuses sign-in by address together with aliases",
    source: "Developer Guide, Customizing sign-in attributes",
    differs: accepts,
    run: refusesPool(
      { UsernameAttributes: ["email"], AliasAttributes: ["phone_number"] },
      "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
    ),
  },
  {
    title: "refuses preferred_username as alias and required at once",
    source: "Developer Guide, Working with user attributes",
    differs: accepts,
    run: refusesPool({
      AliasAttributes: ["preferred_username"],
      Schema: [{ Name: "preferred_username", Required: true, Mutable: true }],
    }),
  },
  {
    title: "refuses required MFA without a way to send SMS",
    source: "API reference, CreateUserPool; sentence seen on AWS",
    differs: accepts,
    run: refusesPool(
      { MfaConfiguration: "ON" },
      "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    ),
  },
  {
    title: "refuses to verify phone numbers without a way to send SMS",
    source: "seen on AWS",
    differs: accepts,
    run: refusesPool(
      { AutoVerifiedAttributes: ["phone_number"] },
      "SMS configuration is required when phone_number is selected for auto verification",
    ),
  },
  {
    title: "refuses recovery by phone alone where SMS is the second factor",
    source: "Developer Guide, Adding MFA to a user pool; sentence seen on AWS",
    differs: accepts,
    run: refusesPool(
      {
        MfaConfiguration: "ON",
        SmsConfiguration: sms,
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_phone_number", Priority: 1 }] },
      },
      "Invalid account recovery setting parameter. Account Recovery Setting cannot use verified_phone_number as a recovery mechanism when SMS MFA is configured.",
    ),
  },
  {
    title: "refuses to hold back changes of attributes that are not verified by itself",
    source: "seen on AWS",
    differs: accepts,
    run: refusesPool(
      { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] } },
      "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
    ),
  },
  {
    title: "refuses threat protection below the Plus plan",
    source: "API reference, UserPoolAddOnsType",
    differs: accepts,
    run: refusesPool(
      { UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" } },
      undefined,
      "FeatureUnavailableInTierException",
    ),
  },
  {
    title: "refuses a password minimum below 6",
    source: "API reference, PasswordPolicyType",
    differs: accepts,
    run: refusesPool(
      { Policies: { PasswordPolicy: { MinimumLength: 5 } } },
      "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6",
    ),
  },
  {
    title: "refuses message templates without the place for the code",
    source: "API reference, VerificationMessageTemplateType",
    differs: accepts,
    run: refusesPool({ VerificationMessageTemplate: { EmailMessage: "コードをお送りします" } }),
  },
  {
    title: "shows all standard attributes, and the custom ones by their full names",
    source: "API reference, SchemaAttributeType",
    async run(target) {
      const UserPoolId = await createPool(target, {
        Schema: [
          {
            Name: "team",
            AttributeDataType: "String",
            Mutable: true,
            StringAttributeConstraints: { MaxLength: "64", MinLength: "0" },
          },
        ],
      });
      const schema = member(await describePool(target, UserPoolId), "SchemaAttributes");
      expect(schema).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ Name: "sub", Mutable: false, Required: true }),
          expect.objectContaining({ Name: "updated_at", AttributeDataType: "Number" }),
          expect.objectContaining({ Name: "email_verified", AttributeDataType: "Boolean" }),
          {
            Name: "custom:team",
            AttributeDataType: "String",
            DeveloperOnlyAttribute: false,
            Mutable: true,
            Required: false,
            StringAttributeConstraints: { MinLength: "0", MaxLength: "64" },
          },
        ]),
      );
    },
  },
  {
    title: "adds custom attributes later, but never a name twice, a required one or a 51st",
    source: `${fixed}; Developer Guide, Quotas in Amazon Cognito`,
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target, { Schema: customAttributes(48) });
      const add = (CustomAttributes: Json[]) =>
        target.call("AddCustomAttributes", { UserPoolId, CustomAttributes });
      const team = { Name: "team", AttributeDataType: "String" };
      await add([team]);
      const code = "InvalidParameterException";
      await expectRefusal(add([team]), code, "custom:team: Existing attribute already has name custom:team.");
      await expectRefusal(add([{ ...team, Name: "other", Required: true }]), code);
      await expectRefusal(add(customAttributes(50).slice(48)), code);
      const schema = member(await describePool(target, UserPoolId), "SchemaAttributes");
      expect(
        Array.isArray(schema) && schema.filter((one) => String(member(one, "Name")).startsWith("custom:")),
      ).toHaveLength(49);
    },
  },
  {
    title: "puts back to default what an update leaves out, except plan, SMS and what is fixed at creation",
    source: fixed,
    differs: { ministack: "resets the plan and more" },
    async run(target) {
      const UserPoolId = await createPool(target, {
        UsernameAttributes: ["email"],
        UsernameConfiguration: { CaseSensitive: false },
        UserPoolTier: "LITE",
        AutoVerifiedAttributes: ["email"],
        DeletionProtection: "ACTIVE",
        MfaConfiguration: "ON",
        SmsConfiguration: sms,
        Policies: { PasswordPolicy: { MinimumLength: 20 } },
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      });
      await target.call("UpdateUserPool", { UserPoolId });
      const pool = await describePool(target, UserPoolId);
      expect(pool).toMatchObject({
        Name: "conformance",
        UsernameAttributes: ["email"],
        UsernameConfiguration: { CaseSensitive: false },
        UserPoolTier: "LITE",
        SmsConfiguration: sms,
        DeletionProtection: "INACTIVE",
        MfaConfiguration: "OFF",
        Policies: { PasswordPolicy: { MinimumLength: 8 } },
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      });
      expect(member(pool, "AutoVerifiedAttributes")).toBeUndefined();
    },
  },
  {
    title: "refuses to require MFA by an update of the pool",
    source: "seen on AWS",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target, { SmsConfiguration: sms });
      await expectRefusal(
        target.call("UpdateUserPool", { UserPoolId, MfaConfiguration: "ON" }),
        "InvalidParameterException",
        "Cannot turn MFA functionality ON, once the user pool has been created.",
      );
    },
  },
  {
    title: "deletes a pool only without deletion protection and without a domain",
    source: "API reference, CreateUserPool, DeletionProtection; sentences seen on AWS",
    differs: { ministack: "deletes it" },
    async run(target) {
      const UserPoolId = await createPool(target, { DeletionProtection: "ACTIVE" });
      const Domain = `conformance-${UserPoolId.slice(-9).toLowerCase()}`;
      await target.call("CreateUserPoolDomain", { UserPoolId, Domain });
      const code = "InvalidParameterException";
      await expectRefusal(
        target.call("DeleteUserPool", { UserPoolId }),
        code,
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
      );
      await target.call("UpdateUserPool", { UserPoolId, DeletionProtection: "INACTIVE" });
      await expectRefusal(
        target.call("DeleteUserPool", { UserPoolId }),
        code,
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
      );
      await target.call("DeleteUserPoolDomain", { UserPoolId, Domain });
      await target.call("DeleteUserPool", { UserPoolId });
      await expectRefusal(
        target.call("DescribeUserPool", { UserPoolId }),
        "ResourceNotFoundException",
        `User pool ${UserPoolId} does not exist.`,
      );
    },
  },
  {
    title: "lists pools over pages, and insists on a page size",
    source: "API reference, ListUserPools",
    needsControl: true,
    async run(target) {
      const ids = [await createPool(target), await createPool(target), await createPool(target)];
      const first = await target.call("ListUserPools", { MaxResults: 2 });
      const rest = await target.call("ListUserPools", { MaxResults: 2, NextToken: first.NextToken });
      expect(
        [...listOf(first, "UserPools"), ...listOf(rest, "UserPools")].map((pool) => member(pool, "Id")),
      ).toEqual(ids);
      expect(rest.NextToken).toBeUndefined();
      await expectRefusal(
        target.call("ListUserPools", {}),
        "InvalidParameterException",
        "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null",
      );
    },
  },
  {
    title: "shows the number of users as an estimate that may be off",
    source: "API reference, UserPoolType, EstimatedNumberOfUsers",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target);
      target.model?.seed(UserPoolId, [{ username: "taro", attributes: {}, status: "CONFIRMED" }]);
      const estimate = async () => member(await describePool(target, UserPoolId), "EstimatedNumberOfUsers");
      expect(await estimate()).toBe(1);
      if (target.model) target.model.behaviour.estimateDrift = 40;
      expect(await estimate()).toBe(41);
      if (target.model) target.model.behaviour.estimateDrift = -40;
      expect(await estimate()).toBe(0);
    },
  },
  {
    title: "keeps tags, and takes none under aws: or beyond 50",
    source: "API reference, TagResource; Developer Guide, Quotas in Amazon Cognito",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target, { UserPoolTags: { stack: "dev" } });
      const ResourceArn = String(member(await describePool(target, UserPoolId), "Arn"));
      const tag = (Tags: Record<string, string>) => target.call("TagResource", { ResourceArn, Tags });
      await tag({ owner: "ops" });
      await target.call("UntagResource", { ResourceArn, TagKeys: ["stack"] });
      expect((await target.call("ListTagsForResource", { ResourceArn })).Tags).toEqual({ owner: "ops" });
      await expectRefusal(tag({ "aws:stack": "x" }), "InvalidParameterException");
      const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, ""]));
      await expectRefusal(tag(many), "InvalidParameterException");
      await expectRefusal(
        target.call("ListTagsForResource", { ResourceArn: `${ResourceArn}x` }),
        "ResourceNotFoundException",
      );
    },
  },
  {
    title: "names the columns of an import file, custom attributes included",
    source: "Developer Guide, Importing users into user pools from a CSV file",
    differs: { ministack: "has no GetCSVHeader" },
    async run(target) {
      const UserPoolId = await createPool(target, { Schema: customAttributes(1) });
      const { CSVHeader } = await target.call("GetCSVHeader", { UserPoolId });
      expect(CSVHeader).toEqual(
        expect.arrayContaining(["cognito:username", "cognito:mfa_enabled", "email_verified", "custom:a0"]),
      );
      expect(CSVHeader).not.toContain("sub");
    },
  },
]);
