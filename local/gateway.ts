import { randomBytes as systemRandomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { BadInputError } from "../runbooks/runtime/errors.ts";
import { AwsFault } from "./aws-fault.ts";
import { FaultPlan, type FaultRule, type PlannedFault } from "./faults.ts";
import { type Answer, faultAnswer, written } from "./gateway/answers.ts";
import { answerControlRequest, type ControlledWorld, isControlPath } from "./gateway/control-routes.ts";
import { isReplaced, isSpoiled, isWithheld, replaceAnswer } from "./gateway/fault-answers.ts";
import { History } from "./gateway/history.ts";
import { PageTampering } from "./gateway/page-tampering.ts";
import { RequestBody } from "./gateway/request-body.ts";
import { sendAnswer, spoilAnswer, withholdAnswer } from "./gateway/send-answer.ts";
import { identifyRequest, type ServiceRequest } from "./gateway/service-request.ts";
import { Services } from "./gateway/services.ts";
import { Upstream } from "./gateway/upstream.ts";
import { QuotaLimiter, type QuotaSettings } from "./quotas.ts";
import { perRegion, randomHex, randomUuid } from "./services/regional.ts";
import type { UserPools } from "./services/user-pools.ts";

export interface GatewayOptions {
  /** The user pools: of every Region alike, or made for each Region when it is first asked for. */
  cognito: UserPools | ((region: string) => UserPools);
  /** A free port is taken unless given. */
  port?: number;
  /** Region of requests that carry no signature; ap-northeast-1 unless given. */
  region?: string;
  /** 123456789012 unless given. */
  account?: string;
  /** Address of MiniStack; without one, services that the gateway does not know itself answer with status 501. */
  upstream?: string;
  /** Off unless given. */
  quotas?: QuotaSettings;
  faults?: readonly FaultRule[];
  now?: () => Date;
  randomBytes?: (count: number) => Uint8Array;
  /** What `/_sekisho/health` tells besides status, Region and account. */
  about?: Readonly<Record<string, unknown>>;
  /** Hears of failures of the gateway itself; the client gets a 500 either way. */
  onError?: (error: unknown, request: string) => void;
}

export interface Gateway {
  /** http://127.0.0.1:<port> */
  readonly url: string;
  readonly port: number;
  readonly history: History;
  readonly faults: FaultPlan;
  readonly quotas: QuotaLimiter;
  readonly services: Services;
  /** Ends every connection, hanging ones too. */
  close(): Promise<void>;
}

/**
 * Starts the local AWS endpoint: one HTTP server on 127.0.0.1 for every service and Region. Throws a BadInputError when
 * the port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const world = createWorld(options);
  const server = createServer((message, response) => {
    // Whatever fails inside is answered there; what is left are clients that went away.
    exchange(world, message, response).catch((error: unknown) => {
      if (!response.destroyed) options.onError?.(error, message.url ?? "/");
      response.destroy();
    });
  });
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    history: world.history,
    faults: world.faults,
    quotas: world.quotas,
    services: world.services,
    close: () => close(server, world.upstream),
  };
}

interface World extends ControlledWorld {
  now: () => Date;
  createRequestId: () => string;
  pages: PageTampering;
  upstream: Upstream | undefined;
  onError: NonNullable<GatewayOptions["onError"]>;
}

function createWorld(options: GatewayOptions): World {
  const { cognito, region = "ap-northeast-1", account = "123456789012" } = options;
  const { now = () => new Date(), randomBytes = systemRandomBytes } = options;
  const upstream = options.upstream === undefined ? undefined : new Upstream(options.upstream);
  const quotas = new QuotaLimiter(() => now().getTime());
  if (options.quotas !== undefined) quotas.configure(options.quotas);
  const faults = new FaultPlan();
  for (const rule of options.faults ?? []) faults.add(rule);
  const pages = new PageTampering(() => randomHex({ randomBytes }, 64));
  const services = new Services({
    userPools: typeof cognito === "function" ? perRegion(cognito) : () => cognito,
    worldOf: (place) => ({ region: place, account, now: () => now().getTime(), randomBytes }),
    account,
    quotas,
    pages,
    upstream,
  });
  return {
    region,
    account,
    services,
    quotas,
    faults,
    pages,
    upstream,
    now,
    history: new History(),
    about: options.about ?? {},
    createRequestId: () => randomUuid({ randomBytes }),
    onError: options.onError ?? (() => {}),
  };
}

async function exchange(world: World, message: IncomingMessage, response: ServerResponse): Promise<void> {
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
async function identify(world: World, message: IncomingMessage): Promise<ServiceRequest | AwsFault> {
  try {
    return await identifyRequest(message, world.region);
  } catch (error) {
    if (error instanceof URIError || error instanceof TypeError) {
      return new AwsFault("InvalidURI", "Couldn't parse the specified URI.", { cause: error });
    }
    throw error;
  }
}

async function chooseFault(world: World, request: ServiceRequest): Promise<PlannedFault | undefined> {
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
  world: World,
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
  world: World,
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

async function answerControl(world: World, message: IncomingMessage): Promise<Answer> {
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

function toFault(world: World, error: unknown, request: string): AwsFault {
  if (error instanceof AwsFault) return error;
  world.onError(error, request);
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsFault("InternalFailure", `The local gateway failed at ${request}: ${reason}`, {
    status: 500,
    cause: error,
  });
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${cause.code})`;
    throw new BadInputError(`Port ${port} on 127.0.0.1 ${why}.`, {
      remedy: "Choose another one, or none: a free port is then taken.",
      cause,
    });
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

async function close(server: Server, upstream: Upstream | undefined): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  upstream?.close();
}
