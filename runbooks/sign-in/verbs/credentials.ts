import { BadInputError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import { credentialEnvironment, processDocument } from "../aws-credentials.ts";
import { OTHER_SOURCES } from "../child-command.ts";
import { freshCredentials } from "../fresh-credentials.ts";
import { openStack } from "../home.ts";
import { systemKeyring } from "../keyring.ts";
import { stackOption } from "../verb-options.ts";
import { sessionExitCodes } from "./exit-codes.ts";

const FORMATS = ["env", "json", "process"] as const;

export const credentialsRunbook = defineRunbook({
  name: "sign-in credentials",
  summary:
    "Prints temporary AWS credentials of whoever has signed in, renewed where needed; never asks anything.",
  options: {
    ...stackOption,
    format: {
      type: "string",
      value: "env|json|process",
      default: "env",
      help: "lines for a shell, an object, or what an AWS profile's credential_process prints",
    },
  },
  examples: [
    'eval "$(npm run --silent sign-in -- credentials --stack dev)"',
    "npm run --silent sign-in -- credentials --format json",
    "npm run --silent sign-in -- credentials --stack dev --format process",
  ],
  exitCodes: {
    ...sessionExitCodes,
    12: "nobody has signed in, the session has ended, or no role is theirs",
    15: "AWS does not answer, and what is kept has ended",
  },
  deadlineMinutes: 3,
  run: async (context) => {
    const { values, isJson } = context;
    const format = FORMATS.find((known) => known === values.format);
    if (format === undefined) {
      throw new BadInputError(`--format ${JSON.stringify(values.format)} is not known.`, {
        remedy: `Give one of ${FORMATS.join(", ")}.`,
      });
    }
    if (isJson && format === "process") {
      throw new BadInputError("--format process is an object of its own.", { remedy: "Take --json out." });
    }
    const stack = openStack(context.env, values.stack);
    const credentials = await freshCredentials(stack, systemKeyring(context.env), context);
    const { region } = stack.file;
    const { expiresAt, ...keys } = credentials;
    const json = { ...keys, expiration: new Date(expiresAt).toISOString(), region };
    const environment = credentialEnvironment(credentials, region);
    return {
      json,
      text: {
        env: [
          // They would win over what follows, as exec's command has none of them either.
          `unset ${OTHER_SOURCES.join(" ")}`,
          ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`),
        ],
        json: [JSON.stringify(json)],
        process: [JSON.stringify(processDocument(credentials))],
      }[format],
    };
  },
});
