import { finished, Readable } from "node:stream";
import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { REGION_NAME } from "../../infra/outputs/outputs.ts";
import { BadInputError } from "./errors.ts";
import type { RateLimiter } from "./quotas.ts";

export interface ClientSettings {
  /** Undefined leaves the Region to the AWS configuration of the machine. */
  region: string | undefined;
  /** Attempts per call, the first included. */
  maxAttempts?: number;
  /** Seconds one attempt may wait for a connection, and for an answer; without them the SDK waits for ever. */
  attemptSeconds?: { connect: number; answer: number };
}

/** The settings every AWS client of a runbook is made with; credentials and endpoint come from the environment. */
export function clientSettings({
  region,
  maxAttempts = 5,
  attemptSeconds = ATTEMPT_SECONDS,
}: ClientSettings) {
  return {
    ...(region === undefined ? {} : { region }),
    maxAttempts,
    retryMode: "standard",
    requestHandler: new PatientHandler(attemptSeconds),
  };
}

/**
 * The SDK's handler with all its limits set, and one it lacks: an answer that trickles in without ever pausing would
 * pass every other limit. What takes too long fails as a timeout, which the SDK tries again.
 */
class PatientHandler extends NodeHttpHandler {
  readonly #bodyMs: number;

  constructor({ connect, answer }: { connect: number; answer: number }) {
    super({
      connectionTimeout: connect * 1_000,
      requestTimeout: answer * 1_000,
      throwOnRequestTimeout: true,
      socketTimeout: answer * 1_000,
    });
    this.#bodyMs = answer * 1_000;
  }

  override async handle(...request: Parameters<NodeHttpHandler["handle"]>) {
    const answer = await super.handle(...request);
    const body: unknown = answer.response.body;
    if (body instanceof Readable) {
      const timer = setTimeout(() => body.destroy(createTimeout(this.#bodyMs)), this.#bodyMs);
      finished(body, () => clearTimeout(timer));
    }
    return answer;
  }
}

/** A timeout by the name under which the SDK tries again. */
function createTimeout(milliseconds: number): Error {
  return Object.assign(new Error(`the answer took longer than ${milliseconds} ms`), { name: "TimeoutError" });
}

const ATTEMPT_SECONDS = { connect: 5, answer: 30 };

/** Refuses what cannot be a Region's name, so that a typing error is not mistaken for a network failure. */
export function checkRegionName(region: string | undefined): void {
  if (region === undefined || REGION_NAME.test(region)) return;
  throw new BadInputError(`"${region}" is not the name of an AWS Region.`, {
    remedy: "Names look like ap-northeast-1.",
  });
}

/**
 * Leaves out the log entry that the SDK makes of every answer, even when nobody wants it: with pages of users that
 * takes more time than anything else.
 */
export function leaveOutLog(client: CognitoIdentityProviderClient): void {
  client.middlewareStack.remove("loggerMiddleware");
}

/** Makes every attempt of every call wait for its turn, retries included: AWS counts those too. */
export function limitRate(client: CognitoIdentityProviderClient, limiter: RateLimiter): void {
  const waitForTurn =
    <Args, Output>(next: (args: Args) => Promise<Output>, context: { commandName?: string }) =>
    async (args: Args): Promise<Output> => {
      await limiter.waitForTurn((context.commandName ?? "").replace(/Command$/, ""));
      return next(args);
    };
  client.middlewareStack.addRelativeTo(waitForTurn, {
    name: "waitForTurn",
    relation: "after",
    toMiddleware: "retryMiddleware",
    override: true,
  });
}
