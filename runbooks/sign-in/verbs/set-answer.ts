import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import { askLine, requireTerminal, YOUR_NAME } from "../dialogue.ts";
import { sessionOfTokens } from "../session-tokens.ts";
import { openPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { signIn } from "../sign-in-walk.ts";
import { stackOption, usernameOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const setAnswerRunbook = defineRunbook({
  name: "sign-in set-answer",
  summary: "Signs you in and sets another secret question, or the first one.",
  options: {
    ...stackOption,
    ...usernameOption,
  },
  examples: ["npm run sign-in -- set-answer --stack dev"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 60,
  run: async (context) => {
    const { values, now } = context;
    const place = openPlace(context, values.stack);
    const { stack, flows = [] } = place.file;
    if (!flows.includes("question")) {
      throw new BadInputError(`Stack ${stack} asks no secret question at the command line.`, {
        remedy: "Set it where the application asks for it.",
      });
    }
    requireTerminal(context, "your password");
    const username = values.username ?? (await askLine(context, YOUR_NAME));
    // Only whoever has proven the password and the present answer may set another: both are steps of a sign-in.
    const { tokens } = await signIn(place, context, { username, flow: "question", changesQuestion: true });
    await place.sessions.write(sessionOfTokens("The sign-in", tokens, { username }, now().getTime()));
    return {
      json: { stack, username, isQuestionSet: true },
      text: [`The question is set, and you are signed in to ${stack} as ${username}.`],
    };
  },
});

export const setAnswerVerb = asVerb(setAnswerRunbook);
