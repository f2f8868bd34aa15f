import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import type { Factor } from "../challenge-plan.ts";
import { askLine, requireTerminal, YOUR_NAME } from "../dialogue.ts";
import { sessionOfTokens } from "../session-tokens.ts";
import { chooseFlow, signInFlows } from "../sign-in-flow.ts";
import { openPlace, stackOption } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { signIn } from "../sign-in-walk.ts";
import { signInExitCodes } from "./exit-codes.ts";

const factors = { sms: "SMS_MFA", email: "EMAIL_OTP", totp: "SOFTWARE_TOKEN_MFA" } as const satisfies Record<
  string,
  Factor
>;
const factorWords = ["sms", "email", "totp"] as const satisfies (keyof typeof factors)[];

export const loginRunbook = defineRunbook({
  name: "sign-in login",
  summary: "Signs you in and keeps the session on this machine.",
  options: {
    ...stackOption,
    username: {
      type: "string",
      value: "name",
      help: "your address, number or user name; asked for otherwise",
    },
    flow: {
      type: "string",
      value: signInFlows.join("|"),
      help: "srp proves the password without sending it, question asks the secret question as well, password sends it",
    },
    factor: {
      type: "string",
      value: factorWords.join("|"),
      help: "the second factor to take where there is a choice",
    },
  },
  examples: [
    "npm run sign-in -- login --stack dev",
    "npm run sign-in -- login --stack dev --username hanako@example.com --factor totp",
  ],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values, now } = context;
    const wanted = readChoice("flow", values.flow, signInFlows);
    const factor = readChoice("factor", values.factor, factorWords);
    const place = openPlace(context, values.stack);
    const flow = chooseFlow(place.file, wanted);
    requireTerminal(context, "your password");
    const username = values.username ?? (await askLine(context, YOUR_NAME));
    const { tokens, steps } = await signIn(place, context, {
      username,
      flow,
      factor: factor && factors[factor],
    });
    const session = sessionOfTokens("The sign-in", tokens, { username }, now().getTime());
    const { isEncrypted } = await place.sessions.write(session);
    const until = new Date(session.tokensExpireAt).toISOString();
    return {
      json: { stack: place.file.stack, username, steps, tokensExpireAt: until, isEncrypted },
      text: [`Signed in to ${place.file.stack} as ${username}.`],
    };
  },
});

export const loginVerb = asVerb(loginRunbook);

function readChoice<const Choice extends string>(
  option: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const choice = choices.find((one) => one === text);
  if (text === undefined || choice !== undefined) return choice;
  throw new BadInputError(`--${option} ${text} is not one of ${choices.join(", ")}.`, {
    remedy: "--help says what each means.",
  });
}
