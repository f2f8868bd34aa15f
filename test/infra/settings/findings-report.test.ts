import { expect, it } from "vitest";
import { describeFindings } from "../../../infra/settings/findings-report.ts";

const one = { path: "sekisho:mfa.mode", message: "is optional" };

it.each([
  ["a good file", [], [], false, { summary: "no faults", exitCode: 0 }],
  ["a good file, strictly", [], [], true, { summary: "no faults", exitCode: 0 }],
  ["a warning", [], [one], false, { summary: "no faults, 1 warning", exitCode: 0 }],
  ["warnings, strictly", [], [one, one], true, { summary: "no faults, 2 warnings", exitCode: 21 }],
  ["a fault", [one], [], false, { exitCode: 2 }],
  ["a fault, strictly", [one], [], true, { exitCode: 2 }],
] as const)("sums up %s", (_title, faults, warnings, isStrict, report) => {
  expect(describeFindings({ faults: [...faults], warnings: [...warnings] }, { isStrict })).toEqual(report);
});
