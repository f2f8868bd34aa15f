import { readFile } from "node:fs/promises";
import { runRunbook } from "../runbooks/runtime/runbook.ts";
import { showText } from "../runbooks/runtime/terminal-text.ts";
import { describeFindings } from "./settings/findings-report.ts";
import { checkStackFile } from "./settings/stack-file-check.ts";

await runRunbook({
  name: "check-settings",
  summary: "Says everything that is wrong with a stack file, without AWS and without changing anything.",
  options: {
    strict: { type: "boolean", help: "end with 21 when there are warnings" },
  },
  positionals: { name: "stack file", help: "Pulumi.<stack>.yaml", min: 1, max: 1 },
  examples: [
    "npm run check-settings -- Pulumi.dev.yaml",
    "npm run --silent check-settings -- Pulumi.dev.yaml --json",
    "npm run check-settings -- Pulumi.prod.yaml --strict",
  ],
  exitCodes: {
    0: "no faults; warnings may be on lines of their own",
    2: "faults, each on a line of its own (with --json: { faults: [{ path, message }], warnings: [] })",
    21: "no faults, but warnings, and --strict (with --json: { faults: [], warnings: [{ path, message }] })",
  },
  run: async ({ positionals: [file = ""], values, isJson, progress, warn }) => {
    const findings = await checkStackFile(file, (path) => readFile(path, "utf8"));
    const { summary, exitCode } = describeFindings(findings, { isStrict: values.strict ?? false });
    if (!isJson) {
      for (const { path, message } of findings.faults) progress(`${path} ${message}`);
      for (const { path, message } of findings.warnings) warn(`${path} ${message}`);
    }
    return { json: findings, text: summary === undefined ? [] : [`${showText(file)}: ${summary}`], exitCode };
  },
});
