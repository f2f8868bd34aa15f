import { BadInputError, CredentialsError, RemoteError, RunbookError } from "../runtime/errors.ts";

/** What a person was doing when Cognito refused. */
export interface RefusedStep {
  /** The stack, for the command that helps. */
  stack: string;
  verb:
    | "login"
    | "sign-up"
    | "confirm"
    | "resend"
    | "forgot-password"
    | "change-password"
    | "enrol-totp"
    | "whoami";
  /** What of this machine's clock is worth saying (describeClock). */
  clock?: string | undefined;
  /** What was sent and must not be repeated, whatever Cognito says about it. */
  secrets?: readonly string[];
}

/** Exception names by which Cognito says that a code is wrong. */
const WRONG_CODE = new Set(["CodeMismatchException", "EnableSoftwareTokenMFAException"]);

/** Exception names by which Cognito says that a password breaks the pool's rules, or is an earlier one. */
const UNFIT_PASSWORD = new Set(["InvalidPasswordException", "PasswordHistoryPolicyViolationException"]);

/** Whether Cognito says that a code is wrong, or was used before: the same step may be tried with another. */
export function isWrongCode(error: unknown): boolean {
  const { name, message } = refusalOf(error) ?? {};
  return name !== undefined && (WRONG_CODE.has(name) || isUsedCode(name, message));
}

/** Whether Cognito says that a new password breaks its rules: the same step may be tried with another. */
export function isUnfitPassword(error: unknown): boolean {
  const name = refusalOf(error)?.name;
  return name !== undefined && UNFIT_PASSWORD.has(name);
}

/** Whether Cognito says that a code was right once, and is used up: the next one of the authenticator may be right. */
export function isUsedCode(name: string | undefined, message: string | undefined): boolean {
  return name === "ExpiredCodeException" && /already been used/i.test(message ?? "");
}

/**
 * What a refusal of Cognito means to the person at the terminal: what is wrong and what to do next. Exception names
 * decide about the exit code; the sentences of NotAuthorizedException, which nothing documents, only choose the words.
 * Whatever is no refusal comes back as it was, and so does what was explained already: another explanation would begin
 * at Cognito's own words, without knowing what was hidden in them.
 */
export function explainRefusal(error: unknown, step: RefusedStep): unknown {
  if (isExplained(error)) return error;
  const refusal = refusalOf(error);
  if (refusal === undefined) return error;
  const { name, message } = refusal;
  const say = (Kind: ErrorKind, sentence: string, remedy: string, withClock = false) =>
    new Kind(withClock && step.clock !== undefined ? `${sentence} ${step.clock}` : sentence, {
      remedy,
      cause: error,
    });
  const run = (verb: string) => `Run npm run sign-in -- ${verb} --stack ${step.stack}`;
  switch (name) {
    case "UserNotFoundException":
      return explainUnknownUser(step, say, run);
    case "NotAuthorizedException":
      return explainNotAuthorized(message, step, say, run);
    case "PasswordResetRequiredException":
      return say(
        CredentialsError,
        "The password of this user has to be reset first.",
        `${run("forgot-password")}.`,
      );
    case "UserNotConfirmedException":
      return say(CredentialsError, "This account is not confirmed yet.", `${run("confirm")}.`);
    case "CodeMismatchException":
    case "EnableSoftwareTokenMFAException":
      return say(CredentialsError, "The code is wrong.", `${run(step.verb)}.`, true);
    case "ExpiredCodeException":
      return isUsedCode(name, message)
        ? say(CredentialsError, "This code was used already.", "Wait for the next one.", true)
        : say(CredentialsError, STALE_CODE, newCode(step.verb, run));
    case "InvalidPasswordException":
      return say(BadInputError, `The password is refused: ${rule(message, step)}`, `${run(step.verb)}.`);
    case "PasswordHistoryPolicyViolationException":
      return say(BadInputError, "This password was used before.", "Choose another one.");
    case "UsernameExistsException":
    case "AliasExistsException":
      return say(BadInputError, "There is an account with this name already.", `${run("login")}.`);
    case "InvalidParameterException":
      return explainParameter(message, step, say, run);
    case "UserLambdaValidationException":
      return say(step.verb === "sign-up" ? BadInputError : CredentialsError, said(message, step), "");
    case "CodeDeliveryFailureException":
      return say(
        RemoteError,
        "The code could not be sent.",
        "Try again later, or ask whoever runs the stack.",
      );
    case "LimitExceededException":
    case "TooManyFailedAttemptsException":
      return say(RemoteError, "Too many tries; Cognito takes no more for a while.", "Try again in an hour.");
    case "ForbiddenException":
      return say(
        CredentialsError,
        "The firewall in front of Cognito refused this.",
        "Try it from the network that may sign in.",
      );
    default:
      return error instanceof CredentialsError ? say(CredentialsError, said(message, step), "") : error;
  }
}

type ErrorKind = typeof BadInputError | typeof CredentialsError | typeof RemoteError;
type Say = (Kind: ErrorKind, sentence: string, remedy: string, withClock?: boolean) => RunbookError;
type Run = (verb: string) => string;

const STALE_CODE = "The code is wrong, or its time is over.";
const WRONG_PASSWORD = "Incorrect username or password.";
const ASK_OPS = "Ask whoever runs the stack.";

/** Somebody who is not there is told like a wrong password, or a wrong code. */
function explainUnknownUser(step: RefusedStep, say: Say, run: Run): RunbookError {
  switch (step.verb) {
    case "confirm":
      return say(CredentialsError, STALE_CODE, newCode(step.verb, run));
    case "resend":
    case "forgot-password":
      return say(CredentialsError, "No code can be sent for this name.", "Check how it is written.");
    default:
      return explainNotAuthorized(WRONG_PASSWORD, step, say, run);
  }
}

/** One exception for everything between a wrong password and a client of another kind. */
function explainNotAuthorized(message: string, step: RefusedStep, say: Say, run: Run): RunbookError {
  if (/secret ?hash|configured with secret/i.test(message)) {
    return say(
      BadInputError,
      "The client of the sign-in file has a secret, which a command line cannot keep.",
      "Ask for a file of a client of kind cli.",
    );
  }
  if (/SignUp is not permitted/i.test(message)) {
    return say(BadInputError, "Nobody can sign up here by themselves.", ASK_OPS);
  }
  if (/attempts exceeded/i.test(message)) {
    return say(
      CredentialsError,
      "Too many wrong answers: Cognito has locked this user for up to 15 minutes.",
      "Wait, then try again.",
    );
  }
  if (/disabled/i.test(message)) return say(CredentialsError, "This user is disabled.", ASK_OPS);
  if (/temporary password has expired/i.test(message)) {
    return say(CredentialsError, "The temporary password has expired.", "Ask to be invited again.");
  }
  if (/session/i.test(message)) {
    return say(CredentialsError, "The time for this step is over.", `${run(step.verb)}.`);
  }
  if (/access token/i.test(message)) {
    return say(CredentialsError, "You are signed out.", `${run("login")}.`);
  }
  if (/unauthorized attribute/i.test(message)) {
    return say(BadInputError, "One of the attributes is not yours to set.", ASK_OPS);
  }
  if (/cannot be confirmed/i.test(message)) {
    return say(BadInputError, "This account is confirmed already.", `${run("login")}.`);
  }
  if (/cannot be reset/i.test(message)) {
    return say(
      CredentialsError,
      "This user's password cannot be reset, as with an invitation that is still open.",
      "Sign in with the temporary password.",
    );
  }
  if (/contact administrator/i.test(message)) {
    return say(BadInputError, "Here only an administrator resets passwords.", ASK_OPS);
  }
  if (message !== WRONG_PASSWORD) return say(CredentialsError, said(message, step), ASK_OPS, true);
  const what = step.verb === "change-password" ? "The present password" : "User name or password";
  const again = step.verb === "change-password" ? "change-password" : step.verb;
  return say(CredentialsError, `${what} is wrong.`, `${run(again)}, or forgot-password.`, true);
}

function explainParameter(message: string, step: RefusedStep, say: Say, run: Run): RunbookError {
  if (/flow not enabled/i.test(message)) {
    return say(BadInputError, "The client of the sign-in file does not allow this kind of sign-in.", ASK_OPS);
  }
  if (/already confirmed/i.test(message)) {
    return say(BadInputError, "This account is confirmed already.", `${run("login")}.`);
  }
  if (/no registered\/verified/i.test(message)) {
    return say(BadInputError, "There is no proven address or number that a code could go to.", ASK_OPS);
  }
  return say(BadInputError, said(message, step), `${run(step.verb)}.`);
}

function newCode(verb: RefusedStep["verb"], run: Run): string {
  if (verb === "confirm") return `${run("resend")}.`;
  return `${run(verb)}.`;
}

/** Cognito's own words about a password: which rule it breaks. */
function rule(message: string, step: RefusedStep): string {
  return withoutSecrets(message.replace(/^Password did not conform with (password )?policy: /i, ""), step);
}

function said(message: string, step: RefusedStep): string {
  return `Cognito refused: ${withoutSecrets(message, step)}`;
}

/** Cognito repeats some values that it refuses; what was a secret on the way there is one on the way back. */
function withoutSecrets(message: string, { secrets = [] }: RefusedStep): string {
  let text = message;
  for (const secret of secrets) if (secret !== "") text = text.replaceAll(secret, "[secret]");
  return /[.!?。!?]$/.test(text) ? text : `${text}.`;
}

/** The cause of an explained error is a translated one; the cause of that is the SDK's. */
function isExplained(error: unknown): boolean {
  return error instanceof RunbookError && error.cause instanceof RunbookError;
}

/** The SDK's error behind a translated one, however often it was, that is an answer of Cognito. */
function refusalOf(error: unknown): { name: string; message: string } | undefined {
  if (!(error instanceof RunbookError)) return undefined;
  if (error.cause instanceof RunbookError) return refusalOf(error.cause);
  if (!(error.cause instanceof Error)) return undefined;
  const { name, message, $metadata } = error.cause as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status < 500 ? { name, message } : undefined;
}
