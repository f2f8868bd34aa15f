import { SignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import { showText } from "../../runtime/terminal-text.ts";
import { attributeHint } from "../attribute-hint.ts";
import { askLine, giveNewPassword, requireTerminal, YOUR_NAME } from "../dialogue.ts";
import type { SignInFile } from "../sign-in-file.ts";
import { openPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { stackOption, usernameOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const signUpRunbook = defineRunbook({
  name: "sign-in sign-up",
  summary: "Makes an account, where the stack lets people do that by themselves.",
  options: {
    ...stackOption,
    ...usernameOption,
  },
  examples: ["npm run sign-in -- sign-up --stack dev"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values } = context;
    const place = openPlace(context, values.stack);
    const { file } = place;
    if (!file.selfSignUp) {
      throw new BadInputError(
        `Nobody can sign up to stack ${file.stack} by themselves: people are invited.`,
        {
          remedy: "Ask whoever runs the stack for an invitation.",
        },
      );
    }
    requireTerminal(context, "your password");
    const username = values.username ?? (await askLine(context, YOUR_NAME));
    const attributes = nameAttributes(file, username);
    for (const name of file.requiredAttributes) {
      attributes[name] ??= await askLine(context, attributeHint(name));
    }
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    const refused = { stack: file.stack, verb: "sign-up" } as const;
    const made = await giveNewPassword(context, refused, (Password) =>
      place.call(
        "SignUp",
        (abortSignal) =>
          place.cognitoOnce.send(
            new SignUpCommand({ ClientId: file.clientId, Username: username, Password, UserAttributes }),
            { abortSignal },
          ),
        [Password],
      ),
    );
    const isConfirmed = made.UserConfirmed === true;
    const sentTo = made.CodeDeliveryDetails?.Destination;
    const next = `npm run sign-in -- ${isConfirmed ? "login" : "confirm"} --stack ${file.stack}`;
    return {
      json: { stack: file.stack, username, isConfirmed, ...(sentTo !== undefined && { sentTo }) },
      text: [
        "The account is made.",
        ...(sentTo === undefined ? [] : [`A code was sent to ${showText(sentTo)}.`]),
        `Go on with: ${next}`,
      ],
    };
  },
});

export const signUpVerb = asVerb(signUpRunbook);

/** The attribute that the name is, where it is one that an account must have. */
function nameAttributes({ requiredAttributes }: SignInFile, username: string): Record<string, string> {
  if (username.includes("@") && requiredAttributes.includes("email")) return { email: username };
  if (username.startsWith("+") && requiredAttributes.includes("phone_number"))
    return { phone_number: username };
  return {};
}
