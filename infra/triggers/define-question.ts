import type { DefineAuthChallengeTriggerEvent } from "aws-lambda";
import { nextStep } from "../question/sequence.ts";

/** What a client says in ClientMetadata, with the right answer, to register another question. */
const CHANGE = "changeQuestion";

/** Cognito's define auth challenge trigger: which step comes next. */
export async function handler(
  event: DefineAuthChallengeTriggerEvent,
): Promise<DefineAuthChallengeTriggerEvent> {
  const { session, userNotFound, clientMetadata } = event.request;
  const response = nextStep({
    session,
    isUnknownUser: userNotFound === true,
    wantsChange: clientMetadata?.[CHANGE] === "true",
  });
  return { ...event, response };
}
