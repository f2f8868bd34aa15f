import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AdminAddUserToGroupCommand,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import type { PostConfirmationTriggerEvent } from "aws-lambda";
import { type PostConfirmationSettings, TRIGGER_SETTINGS_FILE } from "../functions/trigger-settings.ts";

export interface Membership {
  userPoolId: string;
  userName: string;
  group: string;
}

const cognito = new CognitoIdentityProviderClient({
  // Cognito waits five seconds for a trigger, in all.
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
});

/** Cognito's post confirmation trigger, with the group that was put beside it when it was bundled. */
export const handler = createHandler({
  readText: () => readFileSync(join(import.meta.dirname, TRIGGER_SETTINGS_FILE), "utf8"),
  addToGroup: async ({ userPoolId, userName, group }) => {
    await cognito.send(
      new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: userName, GroupName: group }),
    );
  },
});

/**
 * Puts whoever confirmed a sign-up of their own into the group; whoever is in it already stays. Confirming a
 * forgotten password fires the same trigger, and changes nothing: after a restore everybody does it once (Amazon
 * Cognito Developer Guide, Post confirmation Lambda trigger).
 */
export function createHandler({
  readText,
  addToGroup,
}: {
  readText: () => string;
  addToGroup: (membership: Membership) => Promise<void>;
}) {
  return async (event: PostConfirmationTriggerEvent): Promise<PostConfirmationTriggerEvent> => {
    if (event.triggerSource !== "PostConfirmation_ConfirmSignUp") return event;
    const { group }: PostConfirmationSettings = JSON.parse(readText());
    const { userPoolId, userName } = event;
    await addToGroup({ userPoolId, userName, group }).catch((cause: unknown) => {
      throw new NoMembershipError(cause);
    });
    return event;
  };
}

/**
 * What the user is shown, after Cognito's own "PostConfirmation failed with error": the account is confirmed and works,
 * without what the group allows. The log has the cause.
 */
class NoMembershipError extends Error {
  override name = "NoMembershipError";

  constructor(cause: unknown) {
    super(
      "登録は完了しましたが、権限の設定に失敗しました。管理者にお問い合わせください。Signed up, but not yet permitted; ask an administrator.",
      { cause },
    );
  }
}
