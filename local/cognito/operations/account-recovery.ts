import { AwsFault } from "../../aws-fault.ts";
import { isPassword, refuseReusedPassword, setPassword } from "../credentials.ts";
import { invalidParameter, userNotFound } from "../faults.ts";
import { passwordRules, refuseWeakPassword } from "../password-policy.ts";
import { changePassword, confirmForgotPassword, userOfClient, userOfPool } from "../shapes/sign-in.ts";
import { hidesUsers, requireEnabled, requirePoolClient } from "../sign-in/clients.ts";
import { type CodeDelivery, hideDestination, redeemCode, sendCode } from "../sign-in/codes.ts";
import { forgiveFailures, recordFailure, refuseLocked } from "../sign-in/passwords.ts";
import { revokeGrants, signInOf } from "../sign-in/registry.ts";
import { notAuthorized, refuseWrongSecretHash } from "../sign-in/secret-hash.ts";
import { requireAccessToken } from "../sign-in/tokens.ts";
import type { Pool, User, World } from "../state.ts";
import type { MessageOccasion } from "../triggers/message-trigger.ts";
import { announceConfirmation } from "../triggers/sign-up-triggers.ts";
import { type Operations, operation, requirePool, requireUser } from "./operation.ts";

const HOUR = 3_600_000;
/** "Between 5 and 20 an hour, depending on the risk" (Developer Guide, Quotas): the strict end. */
const RESETS_PER_HOUR = 5;

export const accountRecoveryOperations: Operations = {
  ForgotPassword: operation(userOfClient, async (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    refuseWrongSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    if (user === undefined) {
      if (!hidesUsers(client)) throw userNotFound();
      // A delivery that never happens, so that nobody learns who exists.
      return { CodeDeliveryDetails: imaginedDelivery(input.Username) };
    }
    requireEnabled(user);
    const said = { clientId: client.id, metadata: input.ClientMetadata };
    return { CodeDeliveryDetails: await sendResetCode(world, pool, user, said) };
  }),

  ConfirmForgotPassword: operation(confirmForgotPassword, async (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    refuseWrongSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    if (user === undefined) {
      throw hidesUsers(client)
        ? new AwsFault("ExpiredCodeException", "Invalid code provided, please request a code again.")
        : userNotFound();
    }
    requireEnabled(user);
    refuseWeakPassword(passwordRules(pool), input.Password, "user");
    refuseReusedPassword(pool, user, input.Password);
    const { destination } = redeemCode(world, user, "password-reset", input.ConfirmationCode);
    const proven = (["email", "phone_number"] as const).find((name) => user.attributes[name] === destination);
    if (proven !== undefined) {
      pool.users.replaceAttributes(user, { ...user.attributes, [`${proven}_verified`]: "true" });
    }
    setPassword(world, pool, user, input.Password, "permanent");
    user.status = "CONFIRMED";
    user.modifiedAt = world.now();
    forgiveFailures(world, user);
    await announceConfirmation(world, pool, user, {
      source: "PostConfirmation_ConfirmForgotPassword",
      clientId: client.id,
      metadata: input.ClientMetadata,
    });
    return {};
  }),

  AdminResetUserPassword: operation(userOfPool, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    if (user.status === "FORCE_CHANGE_PASSWORD" || user.status === "EXTERNAL_PROVIDER") {
      throw notAuthorized("User password cannot be reset in the current state.");
    }
    await sendResetCode(world, pool, user, { clientId: undefined, metadata: input.ClientMetadata });
    user.status = "RESET_REQUIRED";
    user.modifiedAt = world.now();
    revokeGrants(world, user);
    return {};
  }),

  ChangePassword: operation(changePassword, async (world, input) => {
    const { pool, user } = await requireAccessToken(world, input.AccessToken);
    refuseLocked(world, user);
    if (input.PreviousPassword === undefined || !isPassword(pool, user, input.PreviousPassword)) {
      recordFailure(world, user);
      throw notAuthorized("Incorrect username or password.");
    }
    refuseWeakPassword(passwordRules(pool), input.ProposedPassword, "user");
    refuseReusedPassword(pool, user, input.ProposedPassword);
    setPassword(world, pool, user, input.ProposedPassword, "permanent");
    user.modifiedAt = world.now();
    return {};
  }),
};

/**
 * Sends a reset code by the first recovery channel that is verified and is not the user's preferred MFA channel
 * (Developer Guide, "Passwords, account recovery, and password policies").
 */
async function sendResetCode(
  world: World,
  pool: Pool,
  user: User,
  said: Pick<MessageOccasion, "clientId" | "metadata">,
): Promise<CodeDelivery> {
  if (user.status === "FORCE_CHANGE_PASSWORD" || user.status === "EXTERNAL_PROVIDER") {
    throw notAuthorized("User password cannot be reset in the current state.");
  }
  const channel = recoveryChannels(pool).find((attribute) => isUsable(user, attribute));
  if (channel === undefined) {
    throw invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
  }
  countResetRequest(world, user);
  const occasion = { ...said, source: "ForgotPassword" } as const;
  return sendCode(world, pool, user, { purpose: "password-reset", attribute: channel, occasion });
}

/** The pool's channels in its order of priority; phone before e-mail where it never said. */
function recoveryChannels(pool: Pool): ("email" | "phone_number")[] {
  const mechanisms = pool.settings.AccountRecoverySetting?.RecoveryMechanisms;
  if (mechanisms === undefined) return ["phone_number", "email"];
  if (mechanisms.some(({ Name }) => Name === "admin_only")) {
    throw notAuthorized("Contact administrator to reset password.");
  }
  return [...mechanisms]
    .sort((a, b) => a.Priority - b.Priority)
    .map(({ Name }) => (Name === "verified_email" ? "email" : "phone_number"));
}

function isUsable(user: User, attribute: "email" | "phone_number"): boolean {
  const isMfaChannel = user.mfa?.preferred === (attribute === "email" ? "EMAIL_OTP" : "SMS_MFA");
  return (
    user.attributes[attribute] !== undefined &&
    user.attributes[`${attribute}_verified`] === "true" &&
    !isMfaChannel
  );
}

function countResetRequest(world: World, user: User): void {
  const signIn = signInOf(world, user);
  const recent = signIn.resetRequests.filter((at) => world.now() - at < HOUR);
  if (recent.length >= RESETS_PER_HOUR) {
    throw new AwsFault("LimitExceededException", "Attempt limit exceeded, please try after some time.");
  }
  signIn.resetRequests = [...recent, world.now()];
}

function imaginedDelivery(username: string): CodeDelivery {
  return {
    Destination: hideDestination("email", username.includes("@") ? username : `${username}@example.com`),
    DeliveryMedium: "EMAIL",
    AttributeName: "email",
  };
}
