import { type Invocation, noPartners, type Partners } from "../../local/cognito/partners.ts";
import type { TriggerName } from "../../local/cognito/triggers/trigger.ts";

/** The event a function gets, as far as tests read it. */
export interface TriggerEvent {
  version: string;
  region: string;
  userPoolId: string;
  userName: string;
  callerContext: { awsSdkVersion: string; clientId: string };
  triggerSource: string;
  request: Record<string, unknown>;
  response: Record<string, unknown>;
}

/** The response a function gives, an error it throws, or an answer of any kind. */
export type TestFunction = (event: TriggerEvent) => Record<string, unknown> | Invocation;

export interface PoolFunctions {
  partners: Partners;
  /** For CreateUserPool. */
  LambdaConfig: Record<string, string>;
  /** Every event so far, oldest first. */
  events: TriggerEvent[];
  /** `triggerSource` of every event so far. */
  sources(): string[];
}

const ARN = "arn:aws:lambda:ap-northeast-1:123456789012:function:";

/** Lambda functions that are plain functions: what they return is the event's response. */
export function poolFunctions(functions: Partial<Record<TriggerName, TestFunction>>): PoolFunctions {
  const events: TriggerEvent[] = [];
  return {
    events,
    sources: () => events.map(({ triggerSource }) => triggerSource),
    LambdaConfig: Object.fromEntries(Object.keys(functions).map((name) => [name, `${ARN}${name}`])),
    partners: {
      ...noPartners,
      async invokeFunction({ functionArn, event }) {
        const run = Object.entries(functions).find(([name]) => functionArn === `${ARN}${name}`)?.[1];
        if (run === undefined) return { kind: "refused", reason: "AccessDeniedException" };
        // As over the wire.
        const received: TriggerEvent = JSON.parse(JSON.stringify(event));
        events.push(received);
        return answerOf(run, received);
      },
    },
  };
}

/** Leaves the event as it came. */
export const unchanged: TestFunction = ({ response }) => response;

function answerOf(run: TestFunction, event: TriggerEvent): Invocation {
  try {
    const given = run(event);
    if (isInvocation(given)) return given;
    return { kind: "returned", payload: { ...event, response: given } };
  } catch (error) {
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

function isInvocation(given: Record<string, unknown> | Invocation): given is Invocation {
  return typeof given.kind === "string" && ["returned", "failed", "refused", "silent"].includes(given.kind);
}
