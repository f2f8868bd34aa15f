import { basename, dirname } from "node:path";
import { processHost, runRunbook } from "../runtime/runbook.ts";
import { credentialsRunbook } from "./verbs/credentials.ts";

/** Prints new credentials for the stack whose folder this is, as the verb `credentials` does. */
export async function renewCredentials(folder: string): Promise<void> {
  const host = processHost();
  await runRunbook(credentialsRunbook, {
    ...host,
    argv: ["--format", "process", "--stack", basename(folder)],
    env: { ...host.env, SEKISHO_HOME: dirname(folder) },
  });
}
