import type { OptionTable } from "../../runtime/command-line.ts";
import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook, type RunbookContext, type RunbookResult } from "../../runtime/runbook.ts";
import { showText } from "../../runtime/terminal-text.ts";
import { signInByBrowser } from "../browser-walk.ts";
import type { Factor } from "../challenge-plan.ts";
import { askLine, requireTerminal, YOUR_NAME } from "../dialogue.ts";
import type { Session } from "../session.ts";
import { sessionOfTokens } from "../session-tokens.ts";
import { chooseFlow, signInFlows } from "../sign-in-flow.ts";
import { openPlace, type SignInPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { signIn } from "../sign-in-walk.ts";
import { stackOption, usernameOption } from "../verb-options.ts";
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
    ...usernameOption,
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
    browser: {
      type: "boolean",
      help: "sign in in a browser instead, as with a passkey or another identity provider",
    },
  },
  examples: [
    "npm run sign-in -- login --stack dev",
    "npm run sign-in -- login --stack dev --browser",
    "npm run sign-in -- login --stack dev --username hanako@example.com --factor totp",
  ],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values, now } = context;
    const wanted = readChoice("flow", values.flow, signInFlows);
    const factor = readChoice("factor", values.factor, factorWords);
    const place = openPlace(context, values.stack);
    if (values.browser) {
      refuseSpare(values);
      return keepSession(place, context, await signInByBrowser(place, context), ["BROWSER"]);
    }
    const flow = chooseFlow(place.file, wanted);
    requireTerminal(context, "your password");
    const username = values.username ?? (await askLine(context, YOUR_NAME));
    const { tokens, steps } = await signIn(place, context, {
      username,
      flow,
      factor: factor && factors[factor],
    });
    const session = sessionOfTokens("The sign-in", tokens, { username }, now().getTime());
    return keepSession(place, context, session, steps);
  },
});

export const loginVerb = asVerb(loginRunbook);

async function keepSession(
  { file, sessions }: SignInPlace,
  { env, isJson, warn }: Pick<RunbookContext<OptionTable>, "env" | "isJson" | "warn">,
  session: Session,
  steps: readonly string[],
): Promise<RunbookResult> {
  const { isEncrypted } = await sessions.write(session);
  if (!isEncrypted && !isJson && env.SEKISHO_KEYRING !== "off") {
    warn("This machine's key store cannot be used: only the file's mode protects the session.");
  }
  const { username } = session;
  const tokensExpireAt = new Date(session.tokensExpireAt).toISOString();
  return {
    json: { stack: file.stack, username, steps, tokensExpireAt, isEncrypted },
    text: [`Signed in to ${file.stack} as ${showText(username)}.`],
  };
}

function refuseSpare(values: Readonly<Record<string, unknown>>): void {
  const spare = ["username", "flow", "factor"].find((name) => values[name] !== undefined);
  if (spare === undefined) return;
  throw new BadInputError(`With --browser the browser asks for everything, so --${spare} has no use.`, {
    remedy: "Take one of the two out.",
  });
}

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
