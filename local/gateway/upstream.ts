import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as startRequest } from "node:http";
import { pipeline } from "node:stream/promises";
import { AwsFault } from "../aws-fault.ts";
import type { Answer } from "./answers.ts";
import type { ServiceRequest } from "./service-request.ts";

/** How MiniStack is called on the gateway's own behalf: as the account's root. */
export const rootCredentials = { accessKeyId: "test", secretAccessKey: "test" };

/** The emulator behind the gateway, which answers what the gateway does not. */
export class Upstream {
  readonly url: URL;
  /** Below the 75 seconds after which MiniStack closes an idle connection. */
  readonly #agent = new Agent({ keepAlive: true, timeout: 60_000, maxSockets: 64 });

  constructor(url: string) {
    this.url = new URL(url);
  }

  /** Passes a request on as it came, Host header included, so that its signature still holds. */
  async forward(request: ServiceRequest): Promise<Answer> {
    const body = await request.body.rest();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const passed = startRequest(
        {
          agent: this.#agent,
          host: this.url.hostname,
          port: this.url.port,
          method: request.method,
          path: request.path,
          headers: passedHeaders(request.headers),
          setHost: false,
        },
        resolve,
      );
      passed.on("error", reject);
      if (Buffer.isBuffer(body)) passed.end(body);
      else pipeline(body, passed).catch(reject);
    }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AwsFault("ServiceUnavailable", `MiniStack at ${this.url.origin} did not answer: ${reason}`, {
        status: 503,
        cause,
      });
    });
    return { status: answer.statusCode ?? 502, headers: passedHeaders(answer.headers), body: answer };
  }

  /** Settings of an AWS SDK client for what the gateway itself has to ask. */
  clientSettings(region: string) {
    return { endpoint: this.url.origin, region, credentials: rootCredentials };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Headers that belong to one connection, or that the gateway has answered already. */
const OWN_HEADERS = ["connection", "keep-alive", "transfer-encoding", "upgrade", "expect"];

function passedHeaders(headers: IncomingMessage["headers"]): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name)));
}
