import { describe, expect, test } from "vitest";
import {
  nextStep,
  type PastStep,
  questionStep,
  TRIES_PER_SIGN_IN,
} from "../../../infra/question/sequence.ts";

const srp: PastStep = { challengeName: "SRP_A", challengeResult: true };
const password: PastStep = { challengeName: "PASSWORD_VERIFIER", challengeResult: true };
const wrongPassword: PastStep = { challengeName: "PASSWORD_VERIFIER", challengeResult: false };
const sms: PastStep = { challengeName: "SMS_MFA", challengeResult: true };
const newPassword: PastStep = { challengeName: "NEW_PASSWORD_REQUIRED", challengeResult: true };
const right = custom(true, "answer");
const wrong = custom(false, "answer");
const registered = custom(true, "register");
const notRegistered = custom(false, "register");

function custom(challengeResult: boolean, challengeMetadata: string): PastStep {
  return { challengeName: "CUSTOM_CHALLENGE", challengeResult, challengeMetadata };
}

function next(session: PastStep[], more: { isUnknownUser?: boolean; wantsChange?: boolean } = {}) {
  const { challengeName, issueTokens, failAuthentication } = nextStep({
    session,
    isUnknownUser: false,
    wantsChange: false,
    ...more,
  });
  return challengeName ?? (issueTokens ? "let in" : failAuthentication ? "refused" : "nothing");
}

describe("a sign-in with a question", () => {
  test.each<[string, PastStep[], string]>([
    ["begins with the password", [srp], "PASSWORD_VERIFIER"],
    ["asks the question after the password", [srp, password], "CUSTOM_CHALLENGE"],
    ["asks it after Cognito's own second factor", [srp, password, sms], "CUSTOM_CHALLENGE"],
    ["asks it after an invitation's password was changed", [srp, password, newPassword], "CUSTOM_CHALLENGE"],
    ["lets in on the right answer", [srp, password, right], "let in"],
    ["lets in on a question registered for the first time", [srp, password, registered], "let in"],
    ["asks again after a wrong answer", [srp, password, wrong], "CUSTOM_CHALLENGE"],
    ["lets in when a later answer is right", [srp, password, wrong, wrong, right], "let in"],
    [
      "asks again when a registration was not good enough",
      [srp, password, notRegistered],
      "CUSTOM_CHALLENGE",
    ],
  ])("%s", (_what, session, step) => {
    expect(next(session)).toBe(step);
  });

  test("ends after three wrong answers", () => {
    expect(TRIES_PER_SIGN_IN).toBe(3);
    expect(next([srp, password, wrong, wrong, wrong])).toBe("refused");
    expect(next([srp, password, wrong, notRegistered, wrong])).toBe("refused");
  });

  test.each<[string, PastStep[]]>([
    ["starts without the password", []],
    ["starts with the question", [wrong]],
    ["claims an answer without a password", [right]],
    ["claims an answer after only half of the password", [srp, right]],
    ["starts with another password step", [password]],
    ["gave the wrong password", [srp, wrongPassword]],
    ["gave the wrong password, whatever comes after it", [srp, wrongPassword, right]],
    ["failed the second factor", [srp, password, { ...sms, challengeResult: false }, right]],
    ["failed the first half of the password", [{ ...srp, challengeResult: false }]],
  ])("refuses who %s", (_what, session) => {
    expect(next(session)).toBe("refused");
  });

  test("looks the same to a name that nobody has as to a wrong password", () => {
    expect(next([srp], { isUnknownUser: true })).toBe(next([srp]));
    expect(next([srp, wrongPassword], { isUnknownUser: true })).toBe(next([srp, wrongPassword]));
    expect(next([], { isUnknownUser: true })).toBe(next([]));
  });

  test("never gets further than the password with a name that nobody has", () => {
    for (const session of [
      [srp, password],
      [srp, password, right],
      [srp, password, registered],
    ]) {
      expect(next(session, { isUnknownUser: true })).toBe("refused");
    }
  });
});

describe("changing the question", () => {
  const wantsChange = true;

  test("needs the right answer first, in the same sign-in", () => {
    expect(next([srp, password, right], { wantsChange })).toBe("CUSTOM_CHALLENGE");
    expect(questionStep([srp, password, right], true)).toBe("register");
    expect(next([srp, password, right, registered], { wantsChange })).toBe("let in");
  });

  test("is out of reach of who does not know the answer", () => {
    expect(questionStep([srp, password], true)).toBe("answer");
    expect(questionStep([srp, password, wrong], true)).toBe("answer");
    expect(questionStep([srp, password, registered], true)).toBe("answer");
  });

  test("can be tried again when the new one was not good enough", () => {
    expect(next([srp, password, right, notRegistered], { wantsChange })).toBe("CUSTOM_CHALLENGE");
    expect(questionStep([srp, password, right, notRegistered], true)).toBe("register");
  });
});

describe("who has no question yet", () => {
  test("is asked for one", () => {
    expect(questionStep([srp, password], false)).toBe("register");
  });
});
