import { describe, expect, it } from "vitest";
import {
  AccessDeniedError,
  AwsRefusalError,
  foreignAnswer,
  isAnswerLost,
  isUserMissing,
  MalformedAnswerError,
  translateAwsError,
} from "../../../runbooks/runtime/aws-errors.ts";
import {
  BadInputError,
  CredentialsError,
  NotFoundError,
  RemoteError,
} from "../../../runbooks/runtime/errors.ts";

function sdkError(name: string, status: number | undefined, fields: object = {}): Error {
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status } };
  return Object.assign(new Error("text that may say anything"), { name, ...metadata, ...fields });
}

function malformedJson(statusCode = 200): Error {
  return Object.assign(new SyntaxError("Unexpected token"), { $response: { statusCode } });
}

describe("what an AWS error means to a person", () => {
  it.each<[string, Error, new (...args: never[]) => Error]>([
    ["no credentials", sdkError("CredentialsProviderError", undefined), CredentialsError],
    ["expired credentials", sdkError("ExpiredTokenException", 400), CredentialsError],
    ["expired credentials of S3", sdkError("ExpiredToken", 400), CredentialsError],
    ["a clock that is wrong", sdkError("RequestTimeTooSkewed", 403), CredentialsError],
    ["a right that is missing", sdkError("AccessDeniedException", 400), AccessDeniedError],
    ["a right that is missing in S3", sdkError("AccessDenied", 403), AccessDeniedError],
    ["a refused HEAD, which has no name", sdkError("UnknownError", 403), AccessDeniedError],
    ["a bucket that is not there", sdkError("NoSuchBucket", 404), NotFoundError],
    ["a pool that is not there", sdkError("ResourceNotFoundException", 400), NotFoundError],
    ["a bucket in another Region", sdkError("PermanentRedirect", 301), BadInputError],
    ["throttling", sdkError("TooManyRequestsException", 400), RemoteError],
    ["an inner failure", sdkError("InternalErrorException", 500), RemoteError],
    ["a refused connection", sdkError("Error", undefined, { code: "ECONNREFUSED" }), RemoteError],
    ["a broken connection", sdkError("Error", undefined, { code: "ECONNRESET" }), RemoteError],
    ["a timeout", sdkError("TimeoutError", undefined), RemoteError],
    ["an answer that is no JSON", malformedJson(), MalformedAnswerError],
    ["a page of a proxy that says 404", malformedJson(404), MalformedAnswerError],
    ["a 404 without a name of AWS's", sdkError("UnknownError", 404), AwsRefusalError],
    ["any other refusal", sdkError("InvalidParameterException", 400), AwsRefusalError],
  ])("knows %s by its name or status", (_, cause, type) => {
    const error = translateAwsError(cause, "ListUsers on pool x");
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ cause, message: expect.stringMatching(/^ListUsers on pool x: /) });
  });

  it("names the clock when the clock is the cause", () => {
    expect(translateAwsError(sdkError("RequestExpired", 400), "ListUsers")).toMatchObject({
      message: "ListUsers: AWS refused the time of this machine (RequestExpired).",
      remedy: "Set the clock right and run it again.",
    });
  });

  it("keeps AWS's name for the caller to decide by", () => {
    expect(translateAwsError(sdkError("PreconditionFailed", 412), "PutObject")).toMatchObject({
      awsName: "PreconditionFailed",
      exitCode: 15,
    });
  });

  it("leaves alone what is no failure of AWS or the network", () => {
    const bug = new TypeError("x is undefined");
    const own = new NotFoundError("gone");
    expect(translateAwsError(bug, "ListUsers")).toBe(bug);
    expect(translateAwsError(own, "ListUsers")).toBe(own);
    expect(translateAwsError("text", "ListUsers")).toBe("text");
  });
});

describe("an answer that lacks what AWS always sends", () => {
  it("is one of something in between", () => {
    const cause = new SyntaxError("Unexpected token");
    const error = foreignAnswer("ListUsers on pool x", cause);
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error).toMatchObject({
      message: "ListUsers on pool x: the answer is not what AWS sends.",
      remedy: "Check for a proxy in between, and run it again.",
      cause,
    });
  });
});

describe("whether a request did its work", () => {
  it.each<[string, boolean, Error]>([
    ["is open when the connection broke", true, sdkError("Error", undefined, { code: "ECONNRESET" })],
    ["is open when AWS had an inner failure", true, sdkError("InternalErrorException", 500)],
    ["is open when the answer is no JSON", true, malformedJson()],
    ["is known when AWS refused it", false, sdkError("InvalidParameterException", 400)],
    ["is known when there is no right to it", false, sdkError("AccessDeniedException", 400)],
    ["is known when the pool is not there", false, sdkError("ResourceNotFoundException", 400)],
  ])("%s", (_, isOpen, cause) => {
    expect(isAnswerLost(translateAwsError(cause, "CreateUserPool"))).toBe(isOpen);
  });
});

describe("a user who is not there", () => {
  it.each<[string, boolean]>([
    ["UserNotFoundException", true],
    ["ResourceNotFoundException", false],
    ["InvalidParameterException", false],
  ])("is told by %s: %s", (name, expected) => {
    expect(isUserMissing(translateAwsError(sdkError(name, 400), "AdminGetUser"))).toBe(expected);
  });

  it("is not told by a pool that an answer does not hold", () => {
    expect(isUserMissing(new NotFoundError("DescribeUserPool: the answer holds no pool."))).toBe(false);
  });
});
