import { expect, test } from "vitest";
import { findMissingLabels } from "../../../local/services/secret-labels.ts";

const output = (VersionStages: string[]) => ({ ARN: "arn", Name: "web", VersionId: "v2", VersionStages });

test("finds the labels that were asked for and not given", () => {
  expect(
    findMissingLabels({ VersionStages: ["AWSCURRENT", "sekisho-first"] }, output(["AWSCURRENT"])),
  ).toEqual({
    secretArn: "arn",
    versionId: "v2",
    missing: ["sekisho-first"],
    answer: output(["AWSCURRENT", "sekisho-first"]),
  });
});

test.each([
  [{ SecretString: "x" }, output(["AWSCURRENT"])],
  [{ VersionStages: ["AWSPENDING"] }, output(["AWSPENDING"])],
  [{ VersionStages: ["x"] }, { __type: "ResourceNotFoundException" }],
  ["nonsense", output([])],
])("finds none between %j and %j", (input, answer) => {
  expect(findMissingLabels(input, answer)).toBeUndefined();
});
