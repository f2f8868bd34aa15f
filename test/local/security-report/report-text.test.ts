import { describe, expect, test } from "vitest";
import type { SecurityException } from "../../../infra/checks/exceptions.ts";
import type { Finding } from "../../../infra/checks/judgement.ts";
import {
  describeJudgements,
  type LabelledJudgement,
  summarizeJudgement,
} from "../../../local/security-report/report-text.ts";

const excuse: SecurityException = {
  ids: ["checkov:CKV_2"],
  resources: ["log"],
  presets: ["baseline"],
  reason: "Cognito refuses to deliver to a group that is encrypted.",
  owner: "ops",
};

function finding(id: string, resource: string, outcome: Finding["outcome"]): Finding {
  return { id, resource, outcome, says: `what ${id} asks`, type: "aws:cloudwatch/logGroup:LogGroup" };
}

const judgement: LabelledJudgement = {
  label: "baseline",
  preset: "baseline",
  findings: [
    finding("prowler:one", "log", "passed"),
    finding("checkov:CKV_2", "log", "excepted"),
    finding("checkov:CKV_3", "log", "failed"),
    finding("checkov:CKV_3", "other", "failed"),
  ],
  notApplicable: ["prowler:four", "prowler:five"],
  used: [{ exception: excuse, id: "checkov:CKV_2", resource: "log" }],
};

describe("the security report", () => {
  test("counts ids, and names what fails, for programs", () => {
    expect(summarizeJudgement(judgement)).toEqual({
      stack: "baseline",
      preset: "baseline",
      passed: 1,
      excepted: 1,
      failed: 1,
      notApplicable: 2,
      failures: [
        { id: "checkov:CKV_3", resource: "log", says: "what checkov:CKV_3 asks" },
        { id: "checkov:CKV_3", resource: "other", says: "what checkov:CKV_3 asks" },
      ],
    });
  });

  test("is a table, then what fails, then what is excepted with its reason and owner", () => {
    const lines = describeJudgements([judgement], [excuse], { withPassed: false, columns: 120 });
    const end = lines.indexOf("not a question to a program");
    expect(lines.slice(0, end)).toEqual([
      "stack     passed ids  excepted ids  failed ids  not applicable ids",
      "baseline           1             1           1                   2",
      "",
      "baseline: fails",
      "  what checkov:CKV_3 asks",
      "    of log, other",
      "    (checkov:CKV_3)",
      "",
      "excepted in writing (infra/checks/exceptions.yaml)",
      "  checkov:CKV_2",
      "    Cognito refuses to deliver to a group that is encrypted. (baseline, ops)",
      "",
    ]);
    expect(lines.slice(end)).toContain("  cdk-nag:COG4");
  });

  test("has no line of more than 100 characters, and breaks no id", () => {
    const ids = Array.from({ length: 20 }, (_, place) => `security-hub:Service.${place}`);
    const many = {
      ...judgement,
      findings: ids.map((id) => ({ ...finding(id, "log", "failed"), says: "is so" })),
    };
    const lines = describeJudgements([many], [excuse], { withPassed: true, columns: 120 });
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    const words = new Set(lines.flatMap((line) => line.split(/[ ,()]+/)));
    expect(ids.filter((id) => !words.has(id))).toEqual([]);
  });

  test("lists what passes only when asked", () => {
    const lines = describeJudgements([judgement], [], { withPassed: true, columns: 120 });
    expect(lines).toContain("baseline: passes");
    expect(lines).toContain("  what prowler:one asks");
  });

  test("does not mention exceptions that no judged stack needs", () => {
    const lines = describeJudgements([{ ...judgement, used: [] }], [excuse], {
      withPassed: false,
      columns: 120,
    });
    expect(lines.join("\n")).not.toContain("excepted in writing");
  });
});
