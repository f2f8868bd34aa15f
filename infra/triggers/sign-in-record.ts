import type { PostAuthenticationTriggerEvent, PreAuthenticationTriggerEvent } from "aws-lambda";

export type AuthenticationEvent = PreAuthenticationTriggerEvent | PostAuthenticationTriggerEvent;

/**
 * One line of the log of sign-ins. The address that somebody came from is not in it: Cognito does not tell triggers.
 * A sign-in is an attempt that a success follows; an attempt alone was a wrong password, a second factor that never
 * came, or somebody who went away.
 */
export interface SignInRecord {
  /** RFC 3339, UTC. Lambda filters lines by these two keys (AWS Lambda Developer Guide, Log level filtering). */
  timestamp: string;
  level: "INFO";
  event: "sign-in-attempt" | "sign-in-success";
  userPoolId: string;
  clientId: string;
  /** Whether the pool has the user; always true after a success. */
  isKnown: boolean;
  /** Absent for names that nobody has: people type passwords into the wrong field. */
  sub?: string;
  userName?: string;
}

/** What the log says of an event; undefined for events that are no sign-in. */
export function signInRecord(event: AuthenticationEvent, time: Date): SignInRecord | undefined {
  const kind = Object.hasOwn(EVENTS, event.triggerSource) ? EVENTS[event.triggerSource] : undefined;
  if (kind === undefined) return undefined;
  const { request, userName } = event;
  const sub = request.userAttributes?.sub;
  const isKnown = !("userNotFound" in request && request.userNotFound) && sub !== undefined;
  return {
    timestamp: time.toISOString(),
    level: "INFO",
    event: kind,
    userPoolId: event.userPoolId,
    clientId: event.callerContext.clientId,
    isKnown,
    ...(isKnown && { sub, userName }),
  };
}

const EVENTS: Readonly<Record<AuthenticationEvent["triggerSource"], SignInRecord["event"]>> = {
  PreAuthentication_Authentication: "sign-in-attempt",
  PostAuthentication_Authentication: "sign-in-success",
};
