import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { defineRunbook } from "../../runtime/runbook.ts";
import { askLine, giveCode, giveNewPassword, requireTerminal, YOUR_NAME } from "../dialogue.ts";
import { callCognito, openPlace } from "../sign-in-place.ts";
import { isWrongCode } from "../sign-in-refusal.ts";
import { asVerb } from "../sign-in-verb.ts";
import { stackOption, usernameOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const forgotPasswordRunbook = defineRunbook({
  name: "sign-in forgot-password",
  summary: "Sets a new password with a code that is sent to you.",
  options: {
    ...stackOption,
    ...usernameOption,
  },
  examples: ["npm run sign-in -- forgot-password --stack dev"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values } = context;
    const place = openPlace(context, values.stack);
    const { stack, clientId } = place.file;
    const refused = { stack, verb: "forgot-password" } as const;
    requireTerminal(context, "a new password");
    const username = values.username ?? (await askLine(context, YOUR_NAME));
    const asked = { ClientId: clientId, Username: username };
    const { CodeDeliveryDetails } = await callCognito(place, refused, "ForgotPassword", (abortSignal) =>
      place.cognitoOnce.send(new ForgotPasswordCommand(asked), { abortSignal }),
    );
    const sentTo = CodeDeliveryDetails?.Destination ?? "you";
    context.progress(`If there is such an account, a code was sent to ${sentTo}. It counts for an hour.`);
    // Typed once, however often the code is wrong.
    let chosen: string | undefined;
    const send = (ConfirmationCode: string, Password: string) =>
      place.call(
        "ConfirmForgotPassword",
        (abortSignal) =>
          place.cognitoOnce.send(new ConfirmForgotPasswordCommand({ ...asked, ConfirmationCode, Password }), {
            abortSignal,
          }),
        [ConfirmationCode, Password],
      );
    await giveCode(context, refused, {
      question: "Code: ",
      clock: () => undefined,
      send: (code) =>
        chosen !== undefined
          ? send(code, chosen)
          : giveNewPassword(context, { ...refused, secrets: [code] }, async (password) => {
              try {
                return await send(code, password);
              } catch (error) {
                if (isWrongCode(error)) chosen = password;
                throw error;
              }
            }),
    });
    return {
      json: { stack, username, isPasswordChanged: true },
      text: [`The password is changed. Sign in with: npm run sign-in -- login --stack ${stack}`],
    };
  },
});

export const forgotPasswordVerb = asVerb(forgotPasswordRunbook);
