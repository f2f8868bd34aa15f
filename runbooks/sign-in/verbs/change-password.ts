import { ChangePasswordCommand } from "@aws-sdk/client-cognito-identity-provider";
import { defineRunbook } from "../../runtime/runbook.ts";
import { askPassword, giveNewPassword, requireTerminal } from "../dialogue.ts";
import { openPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { stackOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const changePasswordRunbook = defineRunbook({
  name: "sign-in change-password",
  summary: "Changes your password; you have to be signed in.",
  options: stackOption,
  examples: ["npm run sign-in -- change-password --stack dev"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const place = openPlace(context, context.values.stack);
    const { stack } = place.file;
    requireTerminal(context, "your password");
    const { accessToken: AccessToken } = await place.freshSession();
    const PreviousPassword = await askPassword(context, "the present password");
    const refused = { stack, verb: "change-password", secrets: [PreviousPassword] } as const;
    await giveNewPassword(context, refused, (ProposedPassword) =>
      place.call(
        "ChangePassword",
        (abortSignal) =>
          place.cognitoOnce.send(
            new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }),
            { abortSignal },
          ),
        [AccessToken, PreviousPassword, ProposedPassword],
      ),
    );
    return {
      json: { stack, isPasswordChanged: true },
      text: ["The password is changed. Sessions elsewhere go on until they end by themselves."],
    };
  },
});

export const changePasswordVerb = asVerb(changePasswordRunbook);
