import { customMessageFiles } from "../../infra/messages/custom-message.ts";
import { createHandler as createQuestion } from "../../infra/triggers/create-question.ts";
import { createHandler as customMessage } from "../../infra/triggers/custom-message.ts";
import { handler as defineQuestion } from "../../infra/triggers/define-question.ts";
import { createHandler as postConfirmation } from "../../infra/triggers/post-confirmation.ts";
import { createHandler as preSignUp } from "../../infra/triggers/pre-sign-up.ts";
import { createHandler as signInLog } from "../../infra/triggers/sign-in-log.ts";
import { createHandler as verifyAnswer } from "../../infra/triggers/verify-answer.ts";
import type { CognitoModel } from "../../local/cognito/model.ts";
import type { Invocation, Partners } from "../../local/cognito/partners.ts";
import { inMemoryAnswers } from "./in-memory-answers.ts";
import type { TriggerEvent } from "./pool-functions.ts";
import { builtInMessages } from "./stack-messages.ts";

/** Every function of the program, as a pool calls them. */
export interface ProgramFunctions {
  partners: Pick<Partners, "invokeFunction">;
  /** What the functions wrote to their logs, oldest first. */
  lines: string[];
  /** `triggerSource` of every event so far, oldest first. */
  sources: string[];
}

export interface ProgramFunctionsOptions {
  /** Where the functions find the pool that called them. */
  model: () => CognitoModel;
  now: () => Date;
}

/** Mail domains from which people may sign up, and the group of whoever does. */
export const ALLOWED_DOMAIN = "example.com";
export const FIRST_GROUP = "members";

/** LambdaConfig of a pool that calls them all. */
export const EVERY_TRIGGER = {
  CustomMessage: arnOf("custom-message"),
  PreSignUp: arnOf("pre-sign-up"),
  PostConfirmation: arnOf("post-confirmation"),
  DefineAuthChallenge: arnOf("define-question"),
  CreateAuthChallenge: arnOf("create-question"),
  VerifyAuthChallengeResponse: arnOf("verify-answer"),
  PreAuthentication: arnOf("sign-in-log"),
  PostAuthentication: arnOf("sign-in-log"),
};

/** The program's functions with settings of a stack beside them; each event and answer goes through JSON. */
export function programFunctions({ model, now }: ProgramFunctionsOptions): ProgramFunctions {
  const lines: string[] = [];
  const sources: string[] = [];
  const answers = inMemoryAnswers();
  const messages = customMessageFiles(builtInMessages());
  const handlers: Record<string, (event: never) => Promise<object>> = {
    "custom-message": customMessage(
      () => Object.values(messages)[0] ?? "",
      (line) => lines.push(line),
    ),
    "pre-sign-up": preSignUp(() => JSON.stringify({ mailDomains: [ALLOWED_DOMAIN] })),
    "post-confirmation": postConfirmation({
      readText: () => JSON.stringify({ group: FIRST_GROUP }),
      addToGroup: async ({ userPoolId, userName, group }) => {
        const membership = { UserPoolId: userPoolId, Username: userName, GroupName: group };
        await model().handle("AdminAddUserToGroup", membership, { isSigned: true });
      },
    }),
    "define-question": defineQuestion,
    "create-question": createQuestion(() => answers),
    "verify-answer": verifyAnswer({ openStore: () => answers, now }),
    "sign-in-log": signInLog({ write: (line) => lines.push(line), now }),
  };
  const invokeFunction: Partners["invokeFunction"] = async ({ functionArn, event }) => {
    const handler = handlers[functionArn.split(":").at(-1) ?? ""];
    if (!handler) return { kind: "refused", reason: "AccessDeniedException" };
    const received: TriggerEvent = JSON.parse(JSON.stringify(event));
    sources.push(received.triggerSource);
    return handler(received as never).then(
      (payload): Invocation => ({ kind: "returned", payload: JSON.parse(JSON.stringify(payload)) }),
      (error: Error): Invocation => ({ kind: "failed", message: error.message }),
    );
  };
  return { partners: { invokeFunction }, lines, sources };
}

function arnOf(name: string): string {
  return `arn:aws:lambda:ap-northeast-1:123456789012:function:${name}`;
}
