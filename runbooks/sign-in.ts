import { nearestKey } from "../infra/settings/nearest-key.ts";
import { BadInputError } from "./runtime/errors.ts";
import { defineRunbook, processHost, type RunbookHost, runRunbook } from "./runtime/runbook.ts";
import type { SignInVerb } from "./sign-in/sign-in-verb.ts";
import { signInVerbs } from "./sign-in/verbs.ts";

/** `npm run sign-in`: looks the verb up and hands it the rest of the words. */
export async function runSignIn(host: RunbookHost): Promise<void> {
  const [word, ...rest] = host.argv;
  const load = word !== undefined && Object.hasOwn(signInVerbs, word) ? signInVerbs[word] : undefined;
  if (load !== undefined) return (await load()).run({ ...host, argv: rest });
  if (word === undefined || word === "--help" || word === "-h") return host.writeOut(await listVerbs());
  await runRunbook(unknownVerb(word), { ...host, argv: host.argv.includes("--json") ? ["--json"] : [] });
}

async function listVerbs(): Promise<string> {
  const verbs = await Promise.all(
    Object.entries(signInVerbs).map(
      async ([name, load]): Promise<[string, SignInVerb]> => [name, await load()],
    ),
  );
  const width = Math.max(...verbs.map(([name]) => name.length));
  const lines = [
    "Signs people in at the command line, without any right in AWS.",
    "",
    "Usage: npm run --silent sign-in -- <verb> [options]",
    "",
    "Verbs (each explains itself with --help):",
    ...verbs.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
  ];
  return `${lines.join("\n")}\n`;
}

function unknownVerb(word: string) {
  return defineRunbook({
    name: "sign-in",
    summary: "",
    options: {},
    examples: [],
    exitCodes: {},
    run: async () => {
      const near = nearestKey(word, Object.keys(signInVerbs));
      const remedy = near === undefined ? "--help lists the verbs." : `Did you mean ${near}?`;
      if (word.startsWith("-")) throw new BadInputError(`The verb comes before ${word}.`, { remedy });
      throw new BadInputError(`"${word}" is no verb.`, { remedy });
    },
  });
}

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runSignIn(processHost());
