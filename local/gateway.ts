import { randomBytes as systemRandomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { BadInputError } from "../runbooks/runtime/errors.ts";
import { FaultPlan, type FaultRule } from "./faults.ts";
import { exchange, type GatewayWorld } from "./gateway/exchange.ts";
import { History } from "./gateway/history.ts";
import { PageTampering } from "./gateway/page-tampering.ts";
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
    // What fails inside is answered there; what is left are clients that went away.
    exchange(world, message, response).catch((error: unknown) => {
      // Without the query, which may carry a code or a signature.
      if (!response.destroyed) options.onError?.(error, message.url?.split("?")[0] ?? "/");
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

function createWorld(options: GatewayOptions): GatewayWorld {
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
    region,
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
