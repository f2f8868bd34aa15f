import { refuseReusedPassword, setPassword } from "../credentials.ts";
import { changeMfaPreference, describeMfa } from "../mfa-preference.ts";
import { passwordRules, refuseWeakPassword } from "../password-policy.ts";
import {
  adminCreateUser,
  adminDeleteUserAttributes,
  adminOneUser,
  adminSetUserMfaPreference,
  adminSetUserPassword,
  adminUpdateUserAttributes,
} from "../shapes/users.ts";
import { sendCode } from "../sign-in/codes.ts";
import type { Pool, User } from "../state.ts";
import { toTimestamp } from "../timestamp.ts";
import { changeAttributes, deleteAttributes } from "../user-change.ts";
import { createUser, resendInvitation } from "../user-creation.ts";
import { describeAttributes, describeUser } from "../user-view.ts";
import { removeMember } from "./groups.ts";
import { type Operations, operation, requirePool, requireUser } from "./operation.ts";

export const userOperations: Operations = {
  AdminCreateUser: operation(adminCreateUser, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const write = input.MessageAction === "RESEND" ? resendInvitation : createUser;
    return { User: describeUser(await write(world, pool, input)) };
  }),

  AdminGetUser: operation(adminOneUser, (world, input) => {
    const user = requireUser(requirePool(world, input.UserPoolId), input.Username);
    return {
      Username: user.username,
      UserAttributes: describeAttributes(user),
      UserCreateDate: toTimestamp(user.createdAt),
      UserLastModifiedDate: toTimestamp(user.modifiedAt),
      Enabled: user.isEnabled,
      UserStatus: user.status,
      ...describeMfa(user),
    };
  }),

  AdminGetUserAuthFactors: operation(adminOneUser, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    return {
      Username: user.username,
      ...describeMfa(user),
      ConfiguredUserAuthFactors: firstFactorsOf(pool, user),
    };
  }),

  AdminUpdateUserAttributes: operation(adminUpdateUserAttributes, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    const waiting = changeAttributes(world, pool, user, input.UserAttributes, "after verification");
    for (const contact of waiting) {
      const destination = user.pendingContacts?.[contact];
      const { ClientMetadata: metadata } = input;
      const occasion = { source: "UpdateUserAttribute", clientId: undefined, metadata } as const;
      await sendCode(world, pool, user, { purpose: contact, attribute: contact, destination, occasion });
    }
    return {};
  }),

  AdminDeleteUserAttributes: operation(adminDeleteUserAttributes, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    deleteAttributes(world, pool, requireUser(pool, input.Username), input.UserAttributeNames);
    return {};
  }),

  AdminDeleteUser: operation(adminOneUser, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    deleteUser(pool, requireUser(pool, input.Username));
    return {};
  }),

  AdminEnableUser: operation(adminOneUser, (world, input) => {
    const user = requireUser(requirePool(world, input.UserPoolId), input.Username);
    user.isEnabled = true;
    user.modifiedAt = world.now();
    return {};
  }),

  AdminDisableUser: operation(adminOneUser, (world, input) => {
    const user = requireUser(requirePool(world, input.UserPoolId), input.Username);
    user.isEnabled = false;
    user.modifiedAt = world.now();
    return {};
  }),

  AdminSetUserPassword: operation(adminSetUserPassword, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    refuseWeakPassword(passwordRules(pool), input.Password, "administrator");
    refuseReusedPassword(pool, user, input.Password);
    const isPermanent = input.Permanent === true;
    setPassword(world, pool, user, input.Password, isPermanent ? "permanent" : "temporary");
    user.status = isPermanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD";
    user.modifiedAt = world.now();
    return {};
  }),

  AdminSetUserMFAPreference: operation(adminSetUserMfaPreference, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    changeMfaPreference(pool, user, input);
    user.modifiedAt = world.now();
    return {};
  }),
};

/** Removes a user with all memberships; the name is free again at once. */
export function deleteUser(pool: Pool, user: User): void {
  for (const group of [...(user.memberships?.keys() ?? [])]) removeMember(group, user);
  pool.users.remove(user);
}

/** What the user could start a choice-based sign-in with. */
function firstFactorsOf(pool: Pool, user: User): string[] {
  const allowed = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"];
  const isReady: Record<string, boolean> = {
    PASSWORD: user.credential !== undefined,
    EMAIL_OTP: user.attributes.email !== undefined,
    SMS_OTP: user.attributes.phone_number !== undefined,
  };
  return allowed.filter((factor) => isReady[factor] === true);
}
