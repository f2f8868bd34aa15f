import { expect } from "vitest";
import { attributes, createPool, createUser, describeConformance, expectRefusal } from "./conformance.ts";
import { member } from "./target.ts";

const otpFirst = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } };
const sms = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "external" };

describeConformance("Users made by administrators", [
  {
    title: "sends a new temporary password only to users who never signed in",
    source: "API reference, AdminCreateUser, MessageAction",
    differs: { ministack: "sends it to everybody" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const resend = (Username: string) =>
        target.call("AdminCreateUser", { UserPoolId, Username, MessageAction: "RESEND" });
      await expectRefusal(resend("taro"), "UserNotFoundException", "User does not exist.");
      await createUser(target, UserPoolId, "taro");
      expect(member(await resend("taro"), "User", "UserStatus")).toBe("FORCE_CHANGE_PASSWORD");
      const Password = "Aa1!aaaaaaaa";
      await target.call("AdminSetUserPassword", { UserPoolId, Username: "taro", Password, Permanent: true });
      await expectRefusal(resend("taro"), "UnsupportedUserStateException");
    },
  },
  {
    title: "creates users without a password, confirmed at once, where e-mailed codes sign in",
    source: "Developer Guide, Creating user accounts as administrator",
    differs: { ministack: "gives them a password" },
    async run(target) {
      const UserPoolId = await createPool(target, otpFirst);
      const UserAttributes = attributes({ email: "taro@example.com" });
      const user = await createUser(target, UserPoolId, "taro", { UserAttributes });
      expect(member(user, "UserStatus")).toBe("CONFIRMED");
      const factors = await target.call("AdminGetUserAuthFactors", { UserPoolId, Username: "taro" });
      expect(factors.ConfiguredUserAuthFactors).toEqual(["EMAIL_OTP"]);
    },
  },
  {
    title: "asks for every required attribute of a user who gets no password",
    source: "Developer Guide, Creating user accounts as administrator",
    differs: { ministack: "accepts it" },
    async run(target) {
      const Schema = [{ Name: "email", Required: true, Mutable: true }];
      const UserPoolId = await createPool(target, { ...otpFirst, Schema });
      await expectRefusal(
        createUser(target, UserPoolId, "taro"),
        "InvalidParameterException",
        /^Attributes did not conform to the schema: email: The attribute is required/,
      );
      await createUser(target, UserPoolId, "taro", { TemporaryPassword: "Aa1!aaaaaaaa" });
    },
  },
  {
    title: "switches a user off and on without losing anything else",
    source: "API reference, AdminDisableUser",
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUser(target, UserPoolId, "taro", { UserAttributes: attributes({ name: "太郎" }) });
      const read = () => target.call("AdminGetUser", { UserPoolId, Username: "taro" });
      await target.call("AdminDisableUser", { UserPoolId, Username: "taro" });
      expect(await read()).toMatchObject({ Enabled: false, UserStatus: "FORCE_CHANGE_PASSWORD" });
      await target.call("AdminEnableUser", { UserPoolId, Username: "taro" });
      expect(await read()).toMatchObject({ Enabled: true });
    },
  },
  {
    title: "sends the invitation by SMS unless told otherwise, and by each medium that is named",
    source: "API reference, AdminCreateUser, DesiredDeliveryMediums",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, { SmsConfiguration: sms });
      const input = {
        UserPoolId,
        UserAttributes: attributes({ email: "taro@example.com", phone_number: "+819012345678" }),
        TemporaryPassword: "Aa1!aaaaaaaa",
      };
      await target.call("AdminCreateUser", { ...input, Username: "taro" });
      await target.call("AdminCreateUser", {
        ...input,
        Username: "hanako",
        DesiredDeliveryMediums: ["SMS", "EMAIL"],
      });
      await target.call("AdminCreateUser", { ...input, Username: "jiro", MessageAction: "SUPPRESS" });
      expect(target.model?.messages.map(({ medium }) => medium)).toEqual(["SMS", "SMS", "EMAIL"]);
      expect(target.model?.messages[0]?.body).toBe(
        "Your username is taro and temporary password is Aa1!aaaaaaaa.",
      );
    },
  },
  {
    title: "does not deliver an invitation whose template has no place for the password",
    source: "API reference, AdminCreateUser",
    needsControl: true,
    async run(target) {
      const InviteMessageTemplate = { EmailMessage: "ようこそ、{username}さん。" };
      const UserPoolId = await createPool(target, { AdminCreateUserConfig: { InviteMessageTemplate } });
      const UserAttributes = attributes({ email: "taro@example.com" });
      const DesiredDeliveryMediums = ["EMAIL"];
      await target.call("AdminCreateUser", {
        UserPoolId,
        Username: "taro",
        UserAttributes,
        DesiredDeliveryMediums,
      });
      expect(target.model?.messages[0]).toMatchObject({
        body: "ようこそ、taroさん。",
        undelivered: "the invitation template has no {####} placeholder",
      });
    },
  },
  {
    title: "refuses a second factor that the user cannot use",
    source: "API reference, AdminSetUserMFAPreference; sentence seen on AWS",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target, { SmsConfiguration: sms });
      await target.call("SetUserPoolMfaConfig", {
        UserPoolId,
        MfaConfiguration: "OPTIONAL",
        SmsMfaConfiguration: { SmsConfiguration: sms },
        SoftwareTokenMfaConfiguration: { Enabled: true },
      });
      await createUser(target, UserPoolId, "taro");
      const prefer = (settings: object) =>
        target.call("AdminSetUserMFAPreference", { UserPoolId, Username: "taro", ...settings });
      const on = { Enabled: true, PreferredMfa: true };
      await expectRefusal(
        prefer({ SoftwareTokenMfaSettings: on }),
        "InvalidParameterException",
        "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
      );
      await expectRefusal(prefer({ SMSMfaSettings: on }), "InvalidParameterException");
    },
  },
  {
    title: "shows the factors that are on and the preferred one, and drops the preference with its factor",
    source: "API reference, AdminSetUserMFAPreference",
    differs: { ministack: "shows an empty preference" },
    async run(target) {
      const UserPoolId = await createPool(target, { SmsConfiguration: sms, MfaConfiguration: "OPTIONAL" });
      const UserAttributes = attributes({ phone_number: "+819012345678" });
      await createUser(target, UserPoolId, "taro", { UserAttributes });
      const prefer = (settings: object) =>
        target.call("AdminSetUserMFAPreference", { UserPoolId, Username: "taro", ...settings });
      await prefer({ SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
      const read = () => target.call("AdminGetUser", { UserPoolId, Username: "taro" });
      expect(await read()).toMatchObject({ UserMFASettingList: ["SMS_MFA"], PreferredMfaSetting: "SMS_MFA" });
      await prefer({ SMSMfaSettings: { Enabled: true, PreferredMfa: false } });
      expect(await read()).toMatchObject({ UserMFASettingList: ["SMS_MFA"] });
      expect((await read()).PreferredMfaSetting).toBeUndefined();
      await prefer({ SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
      await prefer({ SMSMfaSettings: { Enabled: false } });
      expect((await read()).PreferredMfaSetting).toBeUndefined();
    },
  },
]);
