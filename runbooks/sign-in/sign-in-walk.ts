import {
  AssociateSoftwareTokenCommand,
  type AuthenticationResultType,
  type ChallengeNameType,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  RespondToAuthChallengeCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { foreignAnswer } from "../runtime/aws-errors.ts";
import { CredentialsError } from "../runtime/errors.ts";
import { attributeHint } from "./attribute-hint.ts";
import { registerAuthenticator } from "./authenticator-set-up.ts";
import {
  type ChallengePlan,
  type Factor,
  factorNames,
  isSameQuestion,
  planChallenge,
} from "./challenge-plan.ts";
import { describeClock } from "./clock-difference.ts";
import {
  askLine,
  askPassword,
  type Dialogue,
  formatClock,
  giveCode,
  giveNewPassword,
  givenUp,
  TRIES,
} from "./dialogue.ts";
import type { SignInFlow } from "./sign-in-flow.ts";
import type { SignInPlace } from "./sign-in-place.ts";
import { explainRefusal, type RefusedStep } from "./sign-in-refusal.ts";
import { type SrpExchange, startSrp } from "./srp.ts";

export interface SignInWish {
  username: string;
  flow: SignInFlow;
  /** The factor to take where there is a choice. */
  factor?: Factor | undefined;
  /** Whether another secret question is wanted, after the answer to the present one. */
  changesQuestion?: boolean;
}

/** The tokens of somebody who has been through every step, and which steps those were. */
export interface SignedIn {
  tokens: AuthenticationResultType;
  steps: string[];
}

/** What Cognito said last: a challenge, or tokens. */
interface Step {
  ChallengeName?: ChallengeNameType | undefined;
  ChallengeParameters?: Record<string, string> | undefined;
  Session?: string | undefined;
  AuthenticationResult?: AuthenticationResultType | undefined;
}

/** A sign-in under way. */
interface Walk {
  place: SignInPlace;
  dialogue: Dialogue;
  wish: SignInWish;
  refused: RefusedStep;
  srp: SrpExchange;
  /** The name that answers are given under: the user's own, once Cognito has told it. */
  username: string;
}

/** More steps than any sign-in has: three questions, a password, factors and their set-up. */
const MOST_STEPS = 12;

/**
 * Signs somebody in: asks for what Cognito wants until it gives tokens. Only the flow "password" ever sends the
 * password. Throws CredentialsError for wrong answers, NotConfirmedError where somebody gives up, RemoteError and
 * MalformedAnswerError for answers that do not come or are none.
 */
export async function signIn(place: SignInPlace, dialogue: Dialogue, wish: SignInWish): Promise<SignedIn> {
  const walk: Walk = {
    place,
    dialogue,
    wish,
    refused: { stack: place.file.stack, verb: "login" },
    srp: startSrp(place.file.userPoolId),
    username: wish.username,
  };
  const steps: string[] = [];
  let step = await begin(walk);
  let before: ChallengePlan | undefined;
  while (step.ChallengeName !== undefined && steps.length < MOST_STEPS) {
    steps.push(step.ChallengeName);
    const parameters = step.ChallengeParameters ?? {};
    walk.username = parameters.USER_ID_FOR_SRP ?? parameters.USERNAME ?? walk.username;
    const plan = planChallenge({ name: step.ChallengeName, parameters });
    if (before !== undefined && isSameQuestion(before, plan)) dialogue.warn("That was not right.");
    step = await answerChallenge(walk, step, plan);
    before = plan;
  }
  if (step.AuthenticationResult === undefined) throw foreignAnswer("RespondToAuthChallenge");
  return { tokens: step.AuthenticationResult, steps };
}

async function begin(walk: Walk): Promise<Step> {
  const { username, flow } = walk.wish;
  const { SRP_A } = walk.srp;
  switch (flow) {
    case "srp":
      return initiate(walk, "USER_SRP_AUTH", { USERNAME: username, SRP_A });
    case "question":
      // With the password first, so that functions see who has proven it (Developer Guide, "Custom authentication
      // challenge Lambda triggers").
      return initiate(walk, "CUSTOM_AUTH", { USERNAME: username, SRP_A, CHALLENGE_NAME: "SRP_A" });
    case "password": {
      const PASSWORD = await askPassword(walk.dialogue);
      return initiate(walk, "USER_PASSWORD_AUTH", { USERNAME: username, PASSWORD });
    }
  }
}

async function initiate(
  walk: Walk,
  AuthFlow: "USER_SRP_AUTH" | "CUSTOM_AUTH" | "USER_PASSWORD_AUTH",
  AuthParameters: Record<string, string>,
): Promise<Step> {
  const { place } = walk;
  const input: InitiateAuthCommandInput = { AuthFlow, ClientId: place.file.clientId, AuthParameters };
  // A password that was sent counts as tried, so it is sent once.
  const client = AuthFlow === "USER_PASSWORD_AUTH" ? place.cognitoOnce : place.cognito;
  try {
    return await place.call(
      "InitiateAuth",
      (abortSignal) => client.send(new InitiateAuthCommand(input), { abortSignal }),
      [AuthParameters.PASSWORD],
    );
  } catch (error) {
    throw explain(walk, error, [AuthParameters.PASSWORD ?? ""]);
  }
}

async function answerChallenge(walk: Walk, step: Step, plan: ChallengePlan): Promise<Step> {
  const { dialogue } = walk;
  switch (plan.kind) {
    case "prove-password":
      return provePassword(walk, step);
    case "new-password":
      return replacePassword(walk, step, plan.attributes);
    case "code":
      return answerCode(walk, step, plan.factor, plan.sentTo);
    case "choose-factor":
      return respond(walk, step, { ANSWER: await chooseFactor(walk, plan.factors) });
    case "set-up-authenticator":
      return setUpAuthenticator(walk, step);
    case "answer-question": {
      sayDeadline(walk);
      dialogue.progress(plan.question);
      const ANSWER = await askPassword(dialogue, "the answer");
      const metadata = walk.wish.changesQuestion ? { changeQuestion: "true" } : undefined;
      return respond(walk, step, { ANSWER }, { secrets: [ANSWER], metadata });
    }
    case "register-question": {
      const { question, answer } = await askNewQuestion(walk);
      // JSON, as the program's own functions read it (docs/secret-question.md).
      const ANSWER = JSON.stringify({ question, answer });
      return respond(walk, step, { ANSWER }, { secrets: [ANSWER, answer, question] });
    }
    case "refuse":
      throw new CredentialsError(plan.why, { remedy: plan.remedy });
  }
}

async function provePassword(walk: Walk, step: Step): Promise<Step> {
  const { dialogue, srp } = walk;
  const password = await askPassword(dialogue);
  const { USERNAME, ...proof } = srp.prove(step.ChallengeParameters ?? {}, password, dialogue.now());
  return respond(walk, step, { USERNAME, ...proof });
}

async function replacePassword(walk: Walk, step: Step, attributes: readonly string[]): Promise<Step> {
  const { dialogue } = walk;
  dialogue.progress("The password you were given is for one sign-in only: choose one of your own.");
  sayDeadline(walk);
  const given: Record<string, string> = {};
  for (const name of attributes)
    given[`userAttributes.${name}`] = await askLine(dialogue, attributeHint(name));
  return giveNewPassword(dialogue, walk.refused, (NEW_PASSWORD) =>
    send(walk, step, { NEW_PASSWORD, ...given }),
  );
}

async function answerCode(walk: Walk, step: Step, factor: Factor, sentTo: string | undefined): Promise<Step> {
  const { dialogue, place, refused } = walk;
  if (sentTo !== undefined) dialogue.progress(`A code was sent to ${sentTo}.`);
  sayDeadline(walk);
  const question = factor === "SOFTWARE_TOKEN_MFA" ? "Code of your authenticator app: " : "Code: ";
  return giveCode(dialogue, refused, {
    question,
    clock: () => describeClock(place.clockAhead()),
    send: (code) => send(walk, step, { [`${factor}_CODE`]: code }),
  });
}

async function chooseFactor({ dialogue, wish }: Walk, factors: readonly Factor[]): Promise<Factor> {
  if (wish.factor !== undefined && factors.includes(wish.factor)) return wish.factor;
  for (const [place, factor] of factors.entries()) dialogue.progress(`${place + 1}  ${factorNames[factor]}`);
  for (let tries = 0; tries < TRIES; tries++) {
    const typed = await askLine(dialogue, `which one (1 to ${factors.length})`);
    const factor = factors[Number(typed.normalize("NFKC")) - 1];
    if (factor !== undefined) return factor;
  }
  throw givenUp("the choice");
}

async function setUpAuthenticator(walk: Walk, step: Step): Promise<Step> {
  const { place, dialogue, wish } = walk;
  dialogue.progress("This sign-in needs an authenticator app on your phone.");
  sayDeadline(walk);
  let { Session } = step;
  await registerAuthenticator(place, dialogue, {
    account: wish.username,
    refused: walk.refused,
    associate: async () => {
      const answer = await place.call(
        "AssociateSoftwareToken",
        (abortSignal) =>
          place.cognitoOnce.send(new AssociateSoftwareTokenCommand({ Session }), { abortSignal }),
        [Session],
      );
      Session = answer.Session ?? Session;
      return answer;
    },
    verify: async (UserCode) => {
      const answer = await place.call(
        "VerifySoftwareToken",
        (abortSignal) =>
          place.cognitoOnce.send(new VerifySoftwareTokenCommand({ Session, UserCode }), { abortSignal }),
        [Session, UserCode],
      );
      Session = answer.Session ?? Session;
      return answer;
    },
  });
  return respond(walk, { ...step, Session }, {});
}

async function askNewQuestion({ dialogue }: Walk): Promise<{ question: string; answer: string }> {
  dialogue.progress("Choose a question that only you can answer; it is asked at each sign-in.");
  const question = await askLine(dialogue, "the question");
  const answer = await askPassword(dialogue, "its answer");
  return { question, answer };
}

function sayDeadline({ dialogue, place }: Walk): void {
  const until = new Date(dialogue.now().getTime() + place.file.authSessionMinutes * 60_000);
  dialogue.progress(`This step is open until ${formatClock(until)}.`);
}

interface AnswerOptions {
  secrets?: readonly string[];
  metadata?: Record<string, string> | undefined;
}

/** Sends an answer, and says what a refusal means. */
async function respond(
  walk: Walk,
  step: Step,
  responses: Record<string, string>,
  { secrets = [], metadata }: AnswerOptions = {},
): Promise<Step> {
  try {
    return await send(walk, step, responses, { secrets, metadata });
  } catch (error) {
    throw explain(walk, error, secrets);
  }
}

/** One request for one answer, whatever becomes of it. */
function send(
  { place, username }: Walk,
  { ChallengeName, Session }: Step,
  responses: Record<string, string>,
  { secrets = [], metadata: ClientMetadata }: AnswerOptions = {},
): Promise<Step> {
  return place.call(
    "RespondToAuthChallenge",
    (abortSignal) =>
      place.cognitoOnce.send(
        new RespondToAuthChallengeCommand({
          ClientId: place.file.clientId,
          ChallengeName,
          Session,
          ChallengeResponses: { USERNAME: username, ...responses },
          ClientMetadata,
        }),
        { abortSignal },
      ),
    [Session, ...secrets, ...secretResponses(responses)],
  );
}

/** Passwords, codes and proofs: all but the factor chosen, names and attributes, which may be told to whoever typed them. */
function secretResponses(responses: Readonly<Record<string, string>>): string[] {
  return Object.entries(responses).flatMap(([name, value]) =>
    /^(USERNAME|ANSWER|TIMESTAMP|userAttributes\..+)$/.test(name) ? [] : [value],
  );
}

function explain({ place, refused }: Walk, error: unknown, secrets: readonly string[]): unknown {
  return explainRefusal(error, { ...refused, clock: describeClock(place.clockAhead()), secrets });
}
