/** One step that somebody has been through, as Cognito lists them; `challengeMetadata` is what we called it. */
export interface PastStep {
  challengeName: string;
  challengeResult: boolean;
  challengeMetadata?: string | undefined;
}

/** What a custom challenge asks for: the answer, or a question and answer of one's own. */
export type QuestionStep = "answer" | "register";

/** What Cognito is told to do next. */
export interface NextStep {
  challengeName?: "PASSWORD_VERIFIER" | "CUSTOM_CHALLENGE";
  issueTokens: boolean;
  failAuthentication: boolean;
}

/** How many times one sign-in may try: people forget how they spelled it. */
export const TRIES_PER_SIGN_IN = 3;

/**
 * The order of a sign-in with a question: the password by SRP, Cognito's own second factor if the user has one, then
 * the question; with `wantsChange`, a new question after the right answer (Amazon Cognito Developer Guide, Define Auth
 * challenge Lambda trigger). Nobody skips the password, and a name that nobody has looks like a wrong password.
 */
export function nextStep({
  session,
  isUnknownUser,
  wantsChange,
}: {
  session: readonly PastStep[];
  isUnknownUser: boolean;
  wantsChange: boolean;
}): NextStep {
  const [first] = session;
  const last = session.at(-1);
  if (first?.challengeName !== "SRP_A" || last === undefined) return FAIL;
  if (session.some((step) => !isQuestion(step) && !step.challengeResult)) return FAIL;
  if (session.length === 1) return ASK_PASSWORD;
  if (isUnknownUser || !hasPassword(session)) return FAIL;
  if (!isQuestion(last)) return ASK_QUESTION;
  if (last.challengeResult) return isAnswered(last) && wantsChange ? ASK_QUESTION : LET_IN;
  return countFailures(session) < TRIES_PER_SIGN_IN ? ASK_QUESTION : FAIL;
}

/**
 * Which of the two a custom challenge asks for. Who has no question yet registers one; who has answered in this
 * sign-in, and was not let in for it, replaces the one there is.
 */
export function questionStep(session: readonly PastStep[], hasQuestion: boolean): QuestionStep {
  return !hasQuestion || session.some(isAnswered) ? "register" : "answer";
}

const ASK_PASSWORD: NextStep = {
  challengeName: "PASSWORD_VERIFIER",
  issueTokens: false,
  failAuthentication: false,
};
const ASK_QUESTION: NextStep = {
  challengeName: "CUSTOM_CHALLENGE",
  issueTokens: false,
  failAuthentication: false,
};
const LET_IN: NextStep = { issueTokens: true, failAuthentication: false };
const FAIL: NextStep = { issueTokens: false, failAuthentication: true };

function isQuestion({ challengeName }: PastStep): boolean {
  return challengeName === "CUSTOM_CHALLENGE";
}

function isAnswered(step: PastStep): boolean {
  return isQuestion(step) && step.challengeResult && step.challengeMetadata === "answer";
}

function hasPassword(session: readonly PastStep[]): boolean {
  return session.some(
    ({ challengeName, challengeResult }) => challengeName === "PASSWORD_VERIFIER" && challengeResult,
  );
}

function countFailures(session: readonly PastStep[]): number {
  return session.filter((step) => isQuestion(step) && !step.challengeResult).length;
}
