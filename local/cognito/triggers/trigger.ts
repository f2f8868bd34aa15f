import { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import type { Invocation } from "../partners.ts";
import type { Pool, User, World } from "../state.ts";

/** The functions that Cognito calls and waits for; those that migrate users or send messages themselves are not modelled. */
export type TriggerName =
  | "PreSignUp"
  | "PostConfirmation"
  | "PreAuthentication"
  | "PostAuthentication"
  | "CustomMessage"
  | "DefineAuthChallenge"
  | "CreateAuthChallenge"
  | "VerifyAuthChallengeResponse"
  | "PreTokenGeneration";

/** What an application passes on to functions, by any keys. */
export type Metadata = Readonly<Record<string, string>>;

export interface TriggerCall {
  trigger: TriggerName;
  /** What the function is called for, such as PreSignUp_SignUp. */
  triggerSource: string;
  userName: string;
  /** Undefined for administrators' calls, which name no client. */
  clientId: string | undefined;
  request: Readonly<Record<string, unknown>>;
  /** What the function finds in the event's response and may change. */
  response: Readonly<Record<string, unknown>>;
}

/** "After three unsuccessful attempts, the function times out" (Developer Guide, "Customizing user pool workflows with Lambda triggers"). */
const ATTEMPTS = 3;

/** As AWS fills it in where no client took part. */
const NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE";

/**
 * Calls the pool's function for a trigger and resolves with the response it gives; undefined where the pool has none.
 * Throws UserLambdaValidationException with the function's own words, UnexpectedLambdaException when it could not be
 * called or was silent three times, InvalidLambdaResponseException for an answer that is no event.
 */
export async function callTrigger<Shape extends z.ZodType>(
  world: World,
  pool: Pool,
  call: TriggerCall,
  shape: Shape,
): Promise<z.output<Shape> | undefined> {
  const functionArn = findFunction(pool, call.trigger);
  if (functionArn === undefined) return undefined;
  const { trigger, triggerSource, userName, clientId = NO_CLIENT, request, response } = call;
  const event = {
    version: "1",
    region: world.region,
    userPoolId: pool.id,
    userName,
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId },
    triggerSource,
    request,
    response,
  };
  const asked = { functionArn, poolArn: pool.arn, account: world.account, event };
  let answer: Invocation = { kind: "silent" };
  for (let attempt = 1; attempt <= ATTEMPTS && answer.kind === "silent"; attempt++) {
    answer = await world.partners.invokeFunction(asked);
  }
  return readResponse(shape, requireReturned(trigger, answer));
}

/** A user's attributes as functions get them: all as text, with the status among them. */
export function eventAttributes(user: User): Record<string, string> {
  return { sub: user.sub, "cognito:user_status": user.status, ...user.attributes };
}

/** An answer that is no event, or whose response is not what its trigger may give. */
export function invalidResponse(message = "Unrecognizable lambda output"): AwsFault {
  return new AwsFault("InvalidLambdaResponseException", message);
}

function findFunction({ settings: { LambdaConfig = {} } }: Pool, trigger: TriggerName): string | undefined {
  if (trigger !== "PreTokenGeneration") return LambdaConfig[trigger];
  const { PreTokenGeneration, PreTokenGenerationConfig: config } = LambdaConfig;
  if (config !== undefined && config.LambdaVersion !== "V1_0") {
    throw new AwsFault(
      "UnknownOperationException",
      `the local AWS does not call a pre token generation function of version ${config.LambdaVersion}`,
    );
  }
  return config?.LambdaArn ?? PreTokenGeneration;
}

function requireReturned(trigger: TriggerName, answer: Invocation): unknown {
  switch (answer.kind) {
    case "returned":
      return answer.payload;
    case "failed":
      throw new AwsFault("UserLambdaValidationException", `${trigger} failed with error ${answer.message}.`);
    case "refused":
      throw unexpected(trigger, answer.reason);
    case "silent":
      throw unexpected(trigger, "Socket timeout while invoking Lambda function");
  }
}

function unexpected(trigger: TriggerName, reason: string): AwsFault {
  return new AwsFault("UnexpectedLambdaException", `${trigger} invocation failed due to error ${reason}.`);
}

function readResponse<Shape extends z.ZodType>(shape: Shape, payload: unknown): z.output<Shape> {
  const event = z.object({ response: z.unknown() }).safeParse(payload);
  const result = event.success ? shape.safeParse(event.data.response) : event;
  if (event.success && result.success) return result.data as z.output<Shape>;
  throw invalidResponse();
}
