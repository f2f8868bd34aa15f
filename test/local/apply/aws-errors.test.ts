import { describe, expect, test } from "vitest";
import { isUnsupported, readAwsError, unless } from "../../../local/apply/aws-errors.ts";
import { awsError } from "./scripted-aws.ts";

describe("failures of AWS", () => {
  test.each([
    ["an error of AWS", awsError("ValidationException", "too\n  long"), "ValidationException: too long"],
    ["any other error", new Error("socket hang up"), "socket hang up"],
    ["what is no error", "odd", "odd"],
  ])("are told in one line: %s", (_what, error, line) => {
    expect(readAwsError(error)).toBe(line);
  });

  test.each([
    ["NotImplemented", {}, true],
    ["UnknownOperationException", {}, true],
    ["ServiceException", { $metadata: { httpStatusCode: 501 } }, true],
    ["ServiceException", { $metadata: { httpStatusCode: 500 } }, false],
    ["ValidationException", {}, false],
  ])("mean that a service is lacking only when they say so: %s %j", (name, more, isLacking) => {
    expect(isUnsupported(Object.assign(awsError(name), more))).toBe(isLacking);
  });

  test("become an absence only under the names that mean one", async () => {
    await expect(unless(["Gone"], () => Promise.reject(awsError("Gone")))).resolves.toBeUndefined();
    await expect(unless(["Gone"], () => Promise.reject(awsError("Other", "no")))).rejects.toThrow("no");
    await expect(unless(["Gone"], async () => 1)).resolves.toBe(1);
  });
});
