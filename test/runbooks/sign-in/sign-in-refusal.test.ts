import { describe, expect, test } from "vitest";
import { RunbookError } from "../../../runbooks/runtime/errors.ts";
import { describeClock } from "../../../runbooks/sign-in/clock-difference.ts";
import { explainRefusal, isUnfitPassword, isWrongCode } from "../../../runbooks/sign-in/sign-in-refusal.ts";
import { translateSignInError } from "../../../runbooks/sign-in/unsigned-clients.ts";

/** A refusal of Cognito as it comes out of a call. */
function refuse(name: string, message: string, status = 400): unknown {
  const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
  return translateSignInError(error, "RespondToAuthChallenge");
}

function explain(error: unknown, step: Partial<Parameters<typeof explainRefusal>[1]> = {}) {
  const explained = explainRefusal(error, { stack: "dev", verb: "login", ...step });
  if (!(explained instanceof RunbookError)) throw new Error("It is no error of a runbook.");
  return { code: explained.exitCode, text: `${explained.message} ${explained.remedy}`.trim() };
}

describe("a refusal of Cognito", () => {
  test.each<[string, string, number, string]>([
    [
      "UserLambdaValidationException",
      "PreAuthentication failed with error Not from here.",
      12,
      "Cognito refused: PreAuthentication failed with error Not from here.",
    ],
    [
      "CodeDeliveryFailureException",
      "x",
      15,
      "The code could not be sent. Try again later, or ask whoever runs the stack.",
    ],
    [
      "PasswordHistoryPolicyViolationException",
      "Password has previously been used",
      2,
      "This password was used before. Choose another one.",
    ],
    [
      "NotAuthorizedException",
      "Something that nobody documents",
      12,
      "Cognito refused: Something that nobody documents. Ask whoever runs the stack.",
    ],
    ["ForbiddenException", "Request not allowed", 12, "The firewall in front of Cognito refused this."],
    [
      "InvalidParameterException",
      "Invalid phone number format.",
      2,
      "Cognito refused: Invalid phone number format.",
    ],
    [
      "LimitExceededException",
      "Attempt limit exceeded",
      15,
      "Too many tries; Cognito takes no more for a while.",
    ],
    ["TooManyRequestsException", "Rate exceeded", 15, "RespondToAuthChallenge: too many requests"],
    [
      "ResourceNotFoundException",
      "User pool client x does not exist.",
      10,
      "RespondToAuthChallenge: it is not there",
    ],
  ])("%s (%s) ends with %i and says what it means", (name, message, code, text) => {
    const explained = explain(refuse(name, message));
    expect([explained.code, explained.text.startsWith(text)]).toEqual([code, true]);
  });

  test("of one's own sign-up function is bad input, in the function's words", () => {
    const refused = refuse(
      "UserLambdaValidationException",
      "PreSignUp failed with error この住所では登録できません。",
    );
    expect(explain(refused, { verb: "sign-up" })).toEqual({
      code: 2,
      text: "Cognito refused: PreSignUp failed with error この住所では登録できません。",
    });
  });

  test("never repeats a secret that was on the way there", () => {
    const refused = refuse(
      "InvalidParameterException",
      "1 validation error detected: Value 'Correct-horse-7' at 'password' failed to satisfy constraint",
    );
    expect(explain(refused, { secrets: ["", "Correct-horse-7"] }).text).not.toContain("Correct-horse-7");
  });

  test("explained with its secrets hidden does not show them when it is explained again without", () => {
    const refused = refuse(
      "UserLambdaValidationException",
      "PreSignUp failed with error not Correct-horse-7.",
    );
    const once = explainRefusal(refused, { stack: "dev", verb: "sign-up", secrets: ["Correct-horse-7"] });
    expect(explain(once, { verb: "sign-up", secrets: ["123456"] }).text).toBe(
      "Cognito refused: PreSignUp failed with error not [secret].",
    );
  });

  test("names a clock that is wrong, where it can be the reason", () => {
    const clock = describeClock(75_000);
    expect(explain(refuse("CodeMismatchException", "x"), { clock }).text).toBe(
      "The code is wrong. This machine's clock is 75 seconds ahead of AWS's: set it. Run npm run sign-in -- login --stack dev.",
    );
    expect(explain(refuse("NotAuthorizedException", "User is disabled."), { clock }).text).not.toContain(
      "clock",
    );
    expect(describeClock(30_000)).toBeUndefined();
    expect(describeClock(undefined)).toBeUndefined();
  });

  test("stays what it is once it was explained", () => {
    const once = explainRefusal(refuse("CodeMismatchException", "x"), { stack: "dev", verb: "confirm" });
    expect(isWrongCode(once)).toBe(true);
    expect(explain(once, { verb: "confirm" }).code).toBe(12);
    expect(
      isUnfitPassword(
        explainRefusal(refuse("InvalidPasswordException", "x"), { stack: "dev", verb: "login" }),
      ),
    ).toBe(true);
  });

  test("is not seen in what is none: a broken connection, a fault of the command", () => {
    const broken = translateSignInError(Object.assign(new Error("x"), { code: "ECONNRESET" }), "GetUser");
    expect(explainRefusal(broken, { stack: "dev", verb: "whoami" })).toBe(broken);
    const fault = new TypeError("x");
    expect(explainRefusal(fault, { stack: "dev", verb: "whoami" })).toBe(fault);
    expect([isWrongCode(broken), isUnfitPassword(fault)]).toEqual([false, false]);
  });
});
