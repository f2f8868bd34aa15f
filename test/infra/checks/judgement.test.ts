import { describe, expect, test } from "vitest";
import type { SecurityException } from "../../../infra/checks/exceptions.ts";
import { findNeedless, judge, outcomesById } from "../../../infra/checks/judgement.ts";
import type { RenderedResource } from "../../../infra/checks/rendered-stack.ts";
import { inputIs, type Requirement } from "../../../infra/checks/requirement.ts";

const LOG = "aws:cloudwatch/logGroup:LogGroup";

const requirement: Requirement = {
  says: "a log is encrypted",
  ids: ["prowler:log_encrypted", "checkov:CKV_1"],
  of: LOG,
  isMet: inputIs("kmsKeyId", "key"),
};

const unasked: Requirement = {
  says: "a topic is",
  ids: ["prowler:topic"],
  of: "aws:sns/topic:Topic",
  isMet: () => true,
};

function log(name: string, kmsKeyId?: string): RenderedResource {
  return { type: LOG, name, id: name, inputs: kmsKeyId === undefined ? {} : { kmsKeyId }, outputs: {} };
}

const excuse: SecurityException = {
  ids: ["prowler:log_encrypted"],
  resources: ["sign-in-*"],
  presets: ["baseline"],
  reason: "Cognito refuses to deliver to a group that is encrypted",
  owner: "ops",
};

function outcomes(resources: RenderedResource[], exceptions: SecurityException[] = []) {
  const { findings } = judge("baseline", resources, [requirement], exceptions);
  return findings.map(({ id, resource, outcome }) => [id, resource, outcome]);
}

describe("a security check", () => {
  test("asks each scanner's id of each resource of its type", () => {
    expect(outcomes([log("one", "key"), log("two")])).toEqual([
      ["prowler:log_encrypted", "one", "passed"],
      ["checkov:CKV_1", "one", "passed"],
      ["prowler:log_encrypted", "two", "failed"],
      ["checkov:CKV_1", "two", "failed"],
    ]);
  });

  test("is excused only for the id, the resource and the preset that an exception names", () => {
    expect(outcomes([log("sign-in-log"), log("other")], [excuse])).toEqual([
      ["prowler:log_encrypted", "sign-in-log", "excepted"],
      ["checkov:CKV_1", "sign-in-log", "failed"],
      ["prowler:log_encrypted", "other", "failed"],
      ["checkov:CKV_1", "other", "failed"],
    ]);
    const strict = judge("strict", [log("sign-in-log")], [requirement], [excuse]);
    expect(strict.findings.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
  });

  test("tells why something is excepted", () => {
    const { findings } = judge("baseline", [log("sign-in-log")], [requirement], [excuse]);
    expect(findings[0]).toMatchObject({ outcome: "excepted", reason: excuse.reason });
  });

  test("says which ids nothing in the stack is asked", () => {
    expect(judge("baseline", [log("one")], [requirement, unasked], []).notApplicable).toEqual([
      "prowler:topic",
    ]);
  });

  test("counts an id by its worst resource", () => {
    const judgement = judge("baseline", [log("one", "key"), log("sign-in-log")], [requirement], [excuse]);
    expect([...outcomesById(judgement)]).toEqual([
      ["prowler:log_encrypted", "excepted"],
      ["checkov:CKV_1", "failed"],
    ]);
  });
});

describe("an exception", () => {
  const judgedBaseline = (...resources: RenderedResource[]) =>
    judge("baseline", resources, [requirement], [excuse]);

  test("is needed as long as it excuses something", () => {
    expect(findNeedless([excuse], [judgedBaseline(log("sign-in-log"))])).toEqual([]);
  });

  test("that excuses nothing any more is told with everything in it", () => {
    expect(findNeedless([excuse], [judgedBaseline(log("sign-in-log", "key"))])).toEqual([
      "the exception of prowler:log_encrypted for sign-in-* does not need prowler:log_encrypted",
      "the exception of prowler:log_encrypted for sign-in-* does not need sign-in-*",
      "the exception of prowler:log_encrypted for sign-in-* does not need baseline",
    ]);
  });

  test("is told which of its ids, names or presets are too many", () => {
    const wide: SecurityException = {
      ...excuse,
      ids: ["prowler:log_encrypted", "prowler:other"],
      resources: ["sign-in-*", "gone-*"],
      presets: ["baseline", "strict"],
    };
    const judgement = judge("baseline", [log("sign-in-log")], [requirement], [wide]);
    const label = "the exception of prowler:log_encrypted for sign-in-* does not need";
    expect(findNeedless([wide], [judgement])).toEqual([
      `${label} prowler:other`,
      `${label} gone-*`,
      `${label} strict`,
    ]);
  });
});
