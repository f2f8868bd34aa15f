import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import { credentialEnvironment } from "../aws-credentials.ts";
import { environmentOfChild, runChildCommand } from "../child-command.ts";
import { freshCredentials } from "../fresh-credentials.ts";
import { openStack } from "../home.ts";
import { systemKeyring } from "../keyring.ts";
import { stackOption } from "../verb-options.ts";
import { sessionExitCodes } from "./exit-codes.ts";

export const execRunbook = defineRunbook({
  name: "sign-in exec",
  summary: "Runs a command with temporary AWS credentials of whoever has signed in, and with no others.",
  options: {
    ...stackOption,
  },
  positionals: {
    name: "-- command",
    help: "what to run, with its own options; always behind --",
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    mayBeEmpty: true,
  },
  examples: [
    "npm run --silent sign-in -- exec -- aws s3 ls",
    "npm run --silent sign-in -- exec --stack dev -- terraform plan",
  ],
  exitCodes: {
    0: "as the command ended: every code is passed on, and 128 plus its number for a signal",
    ...sessionExitCodes,
    12: "nobody has signed in, the session has ended, or no role is theirs",
    15: "AWS does not answer, and what is kept has ended",
    126: "the command cannot be run",
    127: "there is no such command",
  },
  run: async (context) => {
    const { values, positionals, isJson, env, hasTerminal, takeSignals } = context;
    const [command = "", ...args] = positionals;
    if (isJson) {
      throw new BadInputError("exec prints what the command prints, and nothing of its own.", {
        remedy: "Put --json behind -- if the command should have it.",
      });
    }
    const stack = openStack(env, values.stack);
    const credentials = await freshCredentials(stack, systemKeyring(env), context);
    const passedOnExitCode = await runChildCommand({
      command,
      args,
      env: environmentOfChild(env, credentialEnvironment(credentials, stack.file.region)),
      takeSignals,
      sharesTerminal: hasTerminal(),
    });
    return { json: {}, text: [], passedOnExitCode };
  },
});
