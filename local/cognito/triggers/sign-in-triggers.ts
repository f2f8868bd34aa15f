import { z } from "zod";
import type { Client, Pool, User, World } from "../state.ts";
import { withMetadata } from "./sign-up-triggers.ts";
import { callTrigger, eventAttributes, type Metadata } from "./trigger.ts";

/** Whoever a sign-in is about, and by which client. */
export interface Subject {
  world: World;
  pool: Pool;
  client: Client;
  user: User;
  /** Nobody has the name, and the client hides that: functions are told, the application is not. */
  isMissing: boolean;
}

/** One answered step of a custom sign-in, as functions see it. */
export interface ChallengeResult {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata: string | null;
}

/** Asks the pre authentication function whether a sign-in may go on; what the application passed is validation data here. */
export async function announceSignIn(subject: Subject, metadata: Metadata | undefined): Promise<void> {
  await callTrigger(
    subject.world,
    subject.pool,
    {
      trigger: "PreAuthentication",
      triggerSource: "PreAuthentication_Authentication",
      ...callerOf(subject),
      request: { ...whoIs(subject), validationData: metadata ?? null },
      response: {},
    },
    z.object({}),
  );
}

/** Tells the post authentication function that somebody has signed in; no devices are remembered here. */
export async function announceSignedIn(subject: Subject, metadata: Metadata | undefined): Promise<void> {
  await callTrigger(
    subject.world,
    subject.pool,
    {
      trigger: "PostAuthentication",
      triggerSource: "PostAuthentication_Authentication",
      ...callerOf(subject),
      request: {
        userAttributes: eventAttributes(subject.user),
        newDeviceUsed: false,
        ...withMetadata(metadata),
      },
      response: {},
    },
    z.object({}),
  );
}

const definition = z.object({
  challengeName: z.string().nullish(),
  issueTokens: z.boolean().nullish(),
  failAuthentication: z.boolean().nullish(),
});

/** What the define auth challenge function wants next. */
export async function defineChallenge(
  subject: Subject,
  session: readonly ChallengeResult[],
  metadata: Metadata | undefined,
) {
  return callTrigger(
    subject.world,
    subject.pool,
    {
      trigger: "DefineAuthChallenge",
      triggerSource: "DefineAuthChallenge_Authentication",
      ...callerOf(subject),
      request: { ...whoIs(subject), session, ...withMetadata(metadata) },
      response: { challengeName: null, issueTokens: null, failAuthentication: null },
    },
    definition,
  );
}

const parameters = z.record(z.string(), z.string()).nullish();
const creation = z.object({
  publicChallengeParameters: parameters,
  privateChallengeParameters: parameters,
  challengeMetadata: z.string().nullish(),
});

/** The question of the create auth challenge function: what the user sees, and what only the check sees. */
export async function createChallenge(
  subject: Subject,
  session: readonly ChallengeResult[],
  metadata: Metadata | undefined,
) {
  return callTrigger(
    subject.world,
    subject.pool,
    {
      trigger: "CreateAuthChallenge",
      triggerSource: "CreateAuthChallenge_Authentication",
      ...callerOf(subject),
      request: {
        ...whoIs(subject),
        challengeName: "CUSTOM_CHALLENGE",
        session,
        ...withMetadata(metadata),
      },
      response: {
        publicChallengeParameters: null,
        privateChallengeParameters: null,
        challengeMetadata: null,
      },
    },
    creation,
  );
}

/** Whether the verify auth challenge response function accepts an answer. */
export async function verifyAnswer(
  subject: Subject,
  privateChallengeParameters: Readonly<Record<string, string>>,
  challengeAnswer: string,
  metadata: Metadata | undefined,
): Promise<boolean | undefined> {
  const response = await callTrigger(
    subject.world,
    subject.pool,
    {
      trigger: "VerifyAuthChallengeResponse",
      triggerSource: "VerifyAuthChallengeResponse_Authentication",
      ...callerOf(subject),
      request: { ...whoIs(subject), privateChallengeParameters, challengeAnswer, ...withMetadata(metadata) },
      response: { answerCorrect: null },
    },
    z.object({ answerCorrect: z.boolean().nullish() }),
  );
  return response && response.answerCorrect === true;
}

function callerOf({ user, client }: Subject) {
  return { userName: user.username, clientId: client.id };
}

/** `userNotFound` is there only for clients that hide users (Developer Guide, Define auth challenge, Pre authentication). */
function whoIs({ client, user, isMissing }: Subject) {
  const hides = client.settings.PreventUserExistenceErrors === "ENABLED";
  return {
    userAttributes: isMissing ? {} : eventAttributes(user),
    ...(hides ? { userNotFound: isMissing } : {}),
  };
}
