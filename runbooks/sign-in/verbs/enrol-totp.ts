import {
  AssociateSoftwareTokenCommand,
  GetUserCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import { registerAuthenticator } from "../authenticator-set-up.ts";
import { requireTerminal } from "../dialogue.ts";
import { callCognito, openPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { stackOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const enrolTotpRunbook = defineRunbook({
  name: "sign-in enrol-totp",
  summary: "Sets up an authenticator app as your second factor; you have to be signed in.",
  options: {
    ...stackOption,
    replace: {
      type: "boolean",
      help: "put the app in place of the one there is, whose codes then stop working",
    },
  },
  examples: ["npm run sign-in -- enrol-totp --stack dev"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values } = context;
    const place = openPlace(context, values.stack);
    const { stack } = place.file;
    const refused = { stack, verb: "enrol-totp" } as const;
    requireTerminal(context, "the first code");
    const { accessToken: AccessToken, username } = await place.freshSession();
    const { UserMFASettingList = [] } = await callCognito(
      place,
      refused,
      "GetUser",
      (abortSignal) => place.cognito.send(new GetUserCommand({ AccessToken }), { abortSignal }),
      [AccessToken],
    );
    if (UserMFASettingList.includes("SOFTWARE_TOKEN_MFA") && !values.replace) {
      throw new BadInputError("You have an authenticator app already.", {
        remedy: "Give --replace to put another in its place.",
      });
    }
    await registerAuthenticator(place, context, {
      account: username,
      refused,
      associate: () =>
        place.call(
          "AssociateSoftwareToken",
          (abortSignal) =>
            place.cognitoOnce.send(new AssociateSoftwareTokenCommand({ AccessToken }), { abortSignal }),
          [AccessToken],
        ),
      verify: (UserCode) =>
        place.call(
          "VerifySoftwareToken",
          (abortSignal) =>
            place.cognitoOnce.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }), {
              abortSignal,
            }),
          [AccessToken, UserCode],
        ),
    });
    // Where a second factor is optional, only one that is switched on is ever asked for.
    await callCognito(
      place,
      refused,
      "SetUserMFAPreference",
      (abortSignal) =>
        place.cognito.send(
          new SetUserMFAPreferenceCommand({
            AccessToken,
            SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
          }),
          { abortSignal },
        ),
      [AccessToken],
    );
    return {
      json: { stack, username, factor: "SOFTWARE_TOKEN_MFA", isPreferred: true },
      text: ["The app is set up: the next sign-in asks for its code."],
    };
  },
});

export const enrolTotpVerb = asVerb(enrolTotpRunbook);
