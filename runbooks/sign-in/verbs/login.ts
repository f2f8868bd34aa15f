import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import type { Factor } from "../challenge-plan.ts";
import { askLine, requireTerminal } from "../dialogue.ts";
import { toSession } from "../session-tokens.ts";
import { openPlace, stackOption } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { type SignInFlow, signIn } from "../sign-in-walk.ts";
import { signInExitCodes } from "./exit-codes.ts";

const flows = ["srp", "question", "password"] as const satisfies SignInFlow[];
const factors = { sms: "SMS_MFA", email: "EMAIL_OTP", totp: "SOFTWARE_TOKEN_MFA" } as const satisfies Record<
  string,
  Factor
>;

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
      value: flows.join("|"),
      default: "srp",
      help: "srp proves the password without sending it, question asks the secret question as well, password sends it",
    },
    factor: {
      type: "string",
      value: Object.keys(factors).join("|"),
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
    const flow = readChoice("flow", values.flow, flows);
    const factor =
      values.factor &&
      factors[readChoice("factor", values.factor, Object.keys(factors) as (keyof typeof factors)[])];
    const place = openPlace(context, values.stack);
    requireTerminal(context, "your password");
    const username = values.username ?? (await askLine(context, "your name (address, number or user name)"));
    const { tokens, steps } = await signIn(place, context, { username, flow, factor: factor || undefined });
    const session = toSession(username, tokens, now());
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
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw new BadInputError(`--${option} ${text} is not one of ${choices.join(", ")}.`, {
    remedy: "--help says what each means.",
  });
}
