import { readFile } from "node:fs/promises";
import { readExceptions } from "../infra/checks/exceptions.ts";
import { judge } from "../infra/checks/judgement.ts";
import { requirements } from "../infra/checks/requirements.ts";
import { runRunbook } from "../runbooks/runtime/runbook.ts";
import { renderStack } from "./render-stack.ts";
import { describeJudgements, summarizeJudgement } from "./security-report/report-text.ts";
import { readStackToJudge, sampleStacks } from "./security-report/stacks-to-judge.ts";

const EXCEPTIONS = new URL("../infra/checks/exceptions.yaml", import.meta.url);

await runRunbook({
  name: "security-report",
  summary:
    "Asks the questions of prowler, checkov, cdk-nag and Security Hub of what a stack file would build, without AWS.",
  options: {
    all: { type: "boolean", help: "also list what passes" },
  },
  positionals: {
    name: "stack file",
    help: "Pulumi.<stack>.yaml; without it the sample, in both presets",
    min: 0,
    max: 1,
  },
  examples: [
    "npm run security-report",
    "npm run security-report -- Pulumi.dev.yaml",
    "npm run --silent security-report -- --json",
  ],
  exitCodes: {
    0: "every question is answered, or excepted in writing",
    2: "the stack file is not good; npm run check-settings lists its faults",
    20: "a question is neither answered nor excepted",
  },
  run: async ({ positionals: [file], values, columns, progress, signal }) => {
    const exceptions = readExceptions(await readFile(EXCEPTIONS, "utf8"), "infra/checks/exceptions.yaml");
    const stacks = file === undefined ? await sampleStacks() : [await readStackToJudge(file)];
    const judgements = [];
    for (const { label, preset, raw } of stacks) {
      progress(`rendering ${label}`);
      const { registrations } = await renderStack(raw, { signal });
      judgements.push({ label, ...judge(preset, registrations, requirements, exceptions) });
    }
    const hasFailed = judgements.some(({ findings }) => findings.some(({ outcome }) => outcome === "failed"));
    return {
      json: { stacks: judgements.map(summarizeJudgement) },
      text: describeJudgements(judgements, exceptions, { withPassed: values.all === true, columns }),
      exitCode: hasFailed ? 20 : 0,
    };
  },
});
