import { ConfirmSignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import { defineRunbook } from "../../runtime/runbook.ts";
import { askLine, giveCode, requireTerminal, YOUR_NAME } from "../dialogue.ts";
import { openPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { stackOption, usernameOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const confirmRunbook = defineRunbook({
  name: "sign-in confirm",
  summary: "Confirms an account with the code that sign-up sent.",
  options: {
    ...stackOption,
    ...usernameOption,
  },
  examples: ["npm run sign-in -- confirm --stack dev --username hanako@example.com"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values } = context;
    const place = openPlace(context, values.stack);
    const { stack, clientId } = place.file;
    requireTerminal(context, "the code");
    const username = values.username ?? (await askLine(context, YOUR_NAME));
    await giveCode(
      context,
      { stack, verb: "confirm" },
      {
        question: "Code: ",
        clock: () => undefined,
        send: (ConfirmationCode) =>
          place.call(
            "ConfirmSignUp",
            (abortSignal) =>
              place.cognitoOnce.send(
                new ConfirmSignUpCommand({ ClientId: clientId, Username: username, ConfirmationCode }),
                { abortSignal },
              ),
            [ConfirmationCode],
          ),
      },
    );
    return {
      json: { stack, username, isConfirmed: true },
      text: [`The account is confirmed. Sign in with: npm run sign-in -- login --stack ${stack}`],
    };
  },
});

export const confirmVerb = asVerb(confirmRunbook);
