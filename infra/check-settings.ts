import { readFile } from "node:fs/promises";
import { runRunbook } from "../runbooks/runtime/runbook.ts";
import { showText } from "../runbooks/runtime/terminal-text.ts";
import { checkStackFile } from "./settings/stack-file-check.ts";

await runRunbook({
  name: "check-settings",
  summary: "Says everything that is wrong with a stack file, without AWS and without changing anything.",
  options: {},
  positionals: { name: "stack file", help: "Pulumi.<stack>.yaml", min: 1, max: 1 },
  examples: [
    "npm run check-settings -- Pulumi.dev.yaml",
    "npm run --silent check-settings -- Pulumi.dev.yaml --json",
  ],
  exitCodes: {
    0: "no faults",
    2: "faults, each on a line of its own (with --json: { faults: [{ path, message }] })",
  },
  run: async ({ positionals: [file = ""], isJson, progress }) => {
    const faults = await checkStackFile(file, (path) => readFile(path, "utf8"));
    if (!isJson) for (const { path, message } of faults) progress(`${path} ${message}`);
    return {
      json: { faults },
      text: faults.length === 0 ? [`${showText(file)}: no faults`] : [],
      exitCode: faults.length === 0 ? 0 : 2,
    };
  },
});
