import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { AwsFault } from "../aws-fault.ts";
import type { PlannedFault } from "../faults.ts";
import { type Answer, faultAnswer, written } from "./answers.ts";
import { answerControlRequest, type ControlledWorld, isControlPath } from "./control-routes.ts";
import { isReplaced, isSpoiled, isWithheld, replaceAnswer } from "./fault-answers.ts";
import type { PageTampering } from "./page-tampering.ts";
import { RequestBody } from "./request-body.ts";
import { sendAnswer, spoilAnswer, withholdAnswer } from "./send-answer.ts";
import { identifyRequest, type ServiceRequest } from "./service-request.ts";
import type { Upstream } from "./upstream.ts";

/** Everything one gateway is made of. */
export interface GatewayWorld extends ControlledWorld {
  now: () => Date;
  createRequestId: () => string;
  pages: PageTampering;
  upstream: Upstream | undefined;
  /** Hears of failures of the gateway itself. */
  onError: (error: unknown, request: string) => void;
}

/** Answers one HTTP request: notes it, lets the faults in force strike, and asks the service. */
export async function exchange(
  world: GatewayWorld,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isControlPath(message.url ?? "/")) return sendAnswer(response, await answerControl(world, message));
  const request = await identify(world, message);
  if (request instanceof AwsFault) {
    return sendAnswer(response, faultAnswer("rest-xml", request, world.createRequestId()));
  }
  const { service, operation, region, isSigned } = request;
  const entry = world.history.add({ at: world.now().getTime(), service, operation, region, isSigned });
  const requestId = world.createRequestId();
  const fault = await chooseFault(world, request);
  if (fault !== undefined) entry.fault = fault.rule.kind;

  const answer = await answerUnderFault(world, request, requestId, fault);
  if (answer === undefined) return withholdAnswer(response, fault?.rule.kind ?? "reset");
  entry.status = answer.status;
  request.body.drain();
  const headed = { ...answer, headers: { "x-amzn-requestid": requestId, ...answer.headers } };
  if (fault !== undefined && isSpoiled(fault.rule.kind)) return spoilAnswer(response, headed, fault.rule);
  return sendAnswer(response, headed);
}

/** What is asked, or the refusal of an address that nothing can be read from. */
async function identify(world: GatewayWorld, message: IncomingMessage): Promise<ServiceRequest | AwsFault> {
  try {
    return await identifyRequest(message, world.region, (request) => world.services.findWebServer(request));
  } catch (error) {
    if (error instanceof URIError || error instanceof TypeError) {
      return new AwsFault("InvalidURI", "Couldn't parse the specified URI.", { cause: error });
    }
    throw error;
  }
}

async function chooseFault(world: GatewayWorld, request: ServiceRequest): Promise<PlannedFault | undefined> {
  const { service, operation } = request;
  if (world.faults.rules.length === 0) return undefined;
  const page =
    service === "cognito-idp" ? world.pages.lookAt(operation, await readInput(request)) : undefined;
  return world.faults.next(page === undefined ? { service, operation } : { service, operation, page });
}

/** The input, if it is one; a body that is no JSON is refused where the request is answered. */
async function readInput({ body }: ServiceRequest): Promise<unknown> {
  return body.readJson().catch((error: unknown) => {
    if (error instanceof AwsFault) return undefined;
    throw error;
  });
}

/** The answer to send, or undefined when there shall be none. */
async function answerUnderFault(
  world: GatewayWorld,
  request: ServiceRequest,
  requestId: string,
  fault: PlannedFault | undefined,
): Promise<Answer | undefined> {
  if (fault === undefined) return answerService(world, request, requestId, undefined);
  const { kind } = fault.rule;
  const standsIn = isReplaced(kind) || isWithheld(kind);
  if (fault.phase === "before-commit") await fault.announce();
  const answer =
    standsIn && fault.phase === "before-commit"
      ? undefined
      : await answerService(world, request, requestId, fault);
  if (standsIn && answer !== undefined) await readWhole(answer);
  if (fault.phase === "after-commit") await fault.announce();
  if (isWithheld(kind)) return undefined;
  return replaceAnswer(fault.rule, request, { now: world.now().getTime(), requestId }) ?? answer;
}

async function answerService(
  world: GatewayWorld,
  request: ServiceRequest,
  requestId: string,
  fault: PlannedFault | undefined,
): Promise<Answer> {
  try {
    return await world.services.answer(request, { requestId, pageFault: fault?.rule.kind });
  } catch (error) {
    return faultAnswer(
      request.protocol,
      toFault(world, error, `${request.service} ${request.operation}`),
      requestId,
    );
  }
}

/** The service has done its work when its answer has arrived. */
async function readWhole({ body }: Answer): Promise<void> {
  if (!Buffer.isBuffer(body)) await buffer(body);
}

async function answerControl(world: GatewayWorld, message: IncomingMessage): Promise<Answer> {
  const body = new RequestBody(message);
  const url = new URL(message.url ?? "/", "http://127.0.0.1");
  const method = message.method ?? "GET";
  try {
    return await answerControlRequest(
      { method, url, headers: message.headers, readJson: () => body.readJson() },
      world,
    );
  } catch (error) {
    const { status, message: sentence } = toFault(world, error, `${method} ${url.pathname}`);
    return written(
      status,
      { "content-type": "application/json" },
      JSON.stringify({ error: { message: sentence } }),
    );
  }
}

function toFault(world: GatewayWorld, error: unknown, request: string): AwsFault {
  if (error instanceof AwsFault) return error;
  world.onError(error, request);
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsFault("InternalFailure", `The local gateway failed at ${request}: ${reason}`, {
    status: 500,
    cause: error,
  });
}
