import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { UserDirectory } from "../../../infra/users/user-directory.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import { builtInTemplates } from "../../support/stack-messages.ts";
import { ACCOUNT, type UserSideSettings, userSideSettings, users } from "../../support/users-settings.ts";

const POOL = "aws:cognito/userPool:UserPool";
const GROUP = "aws:cognito/userGroup:UserGroup";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const email = {
  from: "Example Support <support@example.com>",
  fromAddress: "support@example.com",
  domain: "example.com",
  mailFrom: "mail.example.com",
  dmarc: { policy: "none" as const },
};

function declareUsers(change: Partial<UserSideSettings> = {}, senderIdentityArn?: pulumi.Input<string>) {
  return declare(() => {
    const args = { settings: userSideSettings(change), account: ACCOUNT, templates: builtInTemplates() };
    const directory = new UserDirectory("users", senderIdentityArn ? { ...args, senderIdentityArn } : args);
    return {
      id: directory.userPoolId,
      name: directory.userPoolName,
      providerName: directory.providerName,
      issuer: directory.issuer,
    };
  });
}

describe("the user directory", () => {
  test("protects the pool and keeps it on delete unless the stack is disposable", async () => {
    const kept = (await declareUsers()).one(POOL);
    expect(kept.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(kept.inputs).toMatchObject({ deletionProtection: "ACTIVE" });

    const disposable = (await declareUsers({ disposable: true })).one(POOL);
    expect(disposable.options).toMatchObject({ protect: false, retainOnDelete: false });
    expect(disposable.inputs).toMatchObject({ deletionProtection: "INACTIVE" });
  });

  test("gives the pool a name people can find, and tells the rest of the program what it is called", async () => {
    const declared = await declareUsers();
    expect(declared.one(POOL).inputs).toMatchObject({
      name: "sekisho-dev",
      tags: { "sekisho:stack": "dev" },
    });
    expect(declared.outputs).toEqual({
      id: "users-id",
      name: "sekisho-dev",
      providerName: "cognito-idp.ap-northeast-1.amazonaws.com/users-id",
      issuer: "https://cognito-idp.ap-northeast-1.amazonaws.com/users-id",
    });
  });

  test("names no function where there is none: an empty block changes at each deployment, and no block takes all away", async () => {
    expect((await declareUsers()).one(POOL).inputs).not.toHaveProperty("lambdaConfig");
  });

  test("names the functions that the pool calls", async () => {
    const customMessage = "arn:aws:lambda:ap-northeast-1:123456789012:function:sekisho-dev-custom-message";
    const declared = await declare(() => {
      new UserDirectory("users", {
        settings: userSideSettings({}),
        account: ACCOUNT,
        templates: builtInTemplates(),
        triggers: { customMessage: pulumi.output(customMessage) },
      });
      return {};
    });
    expect(declared.one(POOL).inputs.lambdaConfig).toEqual({ customMessage });
  });

  test("builds a second generation beside the first instead of replacing it", async () => {
    const first = await declareUsers();
    const second = await declareUsers({ users: users({ generation: 2 }) });
    expect(first.one(POOL).name).toBe("users");
    expect(second.one(POOL).name).toBe("users-g2");
    expect(second.one(POOL).inputs.name).toBe("sekisho-dev-g2");
    expect(second.all(GROUP).map(({ name }) => name)).toEqual(["group-admins-g2", "group-staff-g2"]);
    expect(second.one(ROLE).name).toBe(first.one(ROLE).name);
  });

  test("keeps another generation as it is, with its groups, protected until it is let go", async () => {
    const moved = { users: users({ generation: 2, keep: [1] }) };
    const declared = await declareUsers(moved);
    const kept = declared.one(POOL, "users");
    expect(kept.options).toMatchObject({ protect: true, retainOnDelete: true, ignoreChanges: ["*"] });
    expect(declared.one(POOL, "users-g2").options.ignoreChanges).toEqual([]);
    const group = declared.one(GROUP, "group-admins");
    expect(group.inputs.userPoolId).toBe("users-id");
    expect(group.options).toMatchObject({ protect: true, ignoreChanges: ["*"] });

    const letGo = { generations: [1], groups: [], clients: [], parts: [] };
    const going = await declareUsers({ ...moved, letGo });
    expect(going.one(POOL, "users").options).toMatchObject({ protect: false, retainOnDelete: true });
    expect(going.one(POOL, "users-g2").options).toMatchObject({ protect: true });
  });

  test("never sends an SMS configuration for a TOTP-only pool", async () => {
    const declared = await declareUsers({ mfa: { mode: "required", factors: ["totp"] } });
    expect(declared.one(POOL).inputs).not.toHaveProperty("smsConfiguration");
    expect(declared.one(POOL).inputs).not.toHaveProperty("smsAuthenticationMessage");
    expect(declared.all(ROLE)).toEqual([]);
  });

  test("shows Cognito the external id that the role demands, and waits until the role may send", async () => {
    const declared = await declareUsers();
    const pool = declared.one(POOL);
    const role = declared.one(ROLE);
    expect(pool.inputs).toMatchObject({
      smsConfiguration: {
        externalId: "sekisho-dev-123456789012",
        snsCallerArn: "arn:aws:iam:ap-northeast-1:123456789012:sekisho-sms-id",
        snsRegion: "ap-northeast-1",
      },
      smsAuthenticationMessage: expect.stringContaining("{####}"),
    });
    expect(role.inputs.assumeRolePolicy).toContain('"sts:ExternalId":"sekisho-dev-123456789012"');
    expect(declared.one(ROLE_POLICY)).toMatchObject({
      name: "sekisho-sms-send",
      inputs: { role: role.name },
    });
    expect(pool.options.dependsOn).toEqual(["sekisho-sms-send"]);
  });

  test.each([[false], [true]])(
    "keeps the SMS role exactly as long as the pool (disposable: %s)",
    async (disposable) => {
      const declared = await declareUsers({ disposable });
      const { protect, retainOnDelete } = declared.one(POOL).options;
      for (const type of [ROLE, ROLE_POLICY]) {
        expect(declared.one(type).options).toMatchObject({ protect, retainOnDelete });
      }
    },
  );

  test("creates the groups with their precedence and keeps them, because memberships go with them", async () => {
    const declared = await declareUsers();
    const [admins, staff] = declared.all(GROUP);
    expect(admins?.inputs).toEqual({
      name: "admins",
      precedence: 1,
      description: "Administrators",
      userPoolId: "users-id",
    });
    expect(staff?.inputs).toEqual({ name: "staff", userPoolId: "users-id" });
    expect(admins?.options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  test("sends mails through the verified domain once there is one", async () => {
    expect((await declareUsers()).one(POOL).inputs).toMatchObject({
      emailConfiguration: { emailSendingAccount: "COGNITO_DEFAULT" },
    });
    const own = await declareUsers(
      { email },
      pulumi.output("arn:aws:ses:ap-northeast-1:123456789012:identity/example.com"),
    );
    expect(own.one(POOL).inputs).toMatchObject({
      emailConfiguration: {
        emailSendingAccount: "DEVELOPER",
        sourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
      },
    });
  });

  test("refuses to fall back to Cognito's own sender when the settings name one", async () => {
    const failing = declareUsers({ email });
    await expect(failing).rejects.toBeInstanceOf(pulumi.RunError);
    await expect(failing).rejects.toThrow(
      "sekisho:email is set, but the user directory was given no sender; declare the sender first and pass its identity.",
    );
  });

  test("says to its users what the message files say", async () => {
    const { invitation, verification, mfa } = builtInTemplates();
    expect((await declareUsers()).one(POOL).inputs).toMatchObject({
      adminCreateUserConfig: { inviteMessageTemplate: invitation },
      verificationMessageTemplate: { defaultEmailOption: "CONFIRM_WITH_CODE", ...verification },
      smsAuthenticationMessage: mfa.smsMessage,
    });
  });
});
