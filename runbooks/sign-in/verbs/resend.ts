import { ResendConfirmationCodeCommand } from "@aws-sdk/client-cognito-identity-provider";
import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import { showText } from "../../runtime/terminal-text.ts";
import { askLine, YOUR_NAME } from "../dialogue.ts";
import { callCognito, openPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { stackOption, usernameOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const resendRunbook = defineRunbook({
  name: "sign-in resend",
  summary: "Sends the code of a sign-up once more; the earlier one stops working.",
  options: {
    ...stackOption,
    ...usernameOption,
  },
  examples: ["npm run sign-in -- resend --stack dev --username hanako@example.com"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values, isInteractive } = context;
    const place = openPlace(context, values.stack);
    const { stack, clientId } = place.file;
    if (values.username === undefined && !isInteractive) {
      throw new BadInputError("Whose code is to be sent again is not said.", {
        remedy: "Give --username <name>.",
      });
    }
    const username = values.username ?? (await askLine(context, YOUR_NAME));
    const { CodeDeliveryDetails } = await callCognito(
      place,
      { stack, verb: "resend" },
      "ResendConfirmationCode",
      (abortSignal) =>
        place.cognitoOnce.send(
          new ResendConfirmationCodeCommand({ ClientId: clientId, Username: username }),
          { abortSignal },
        ),
    );
    const sentTo = CodeDeliveryDetails?.Destination ?? "an unnamed place";
    return {
      json: { stack, username, sentTo },
      text: [
        `A code was sent to ${showText(sentTo)}.`,
        `Go on with: npm run sign-in -- confirm --stack ${stack}`,
      ],
    };
  },
});

export const resendVerb = asVerb(resendRunbook);
