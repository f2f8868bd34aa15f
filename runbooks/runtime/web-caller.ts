import { text } from "node:stream/consumers";
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsCaller } from "./aws-calls.ts";
import { RemoteError } from "./errors.ts";

/** How hosts of AWS that speak plain HTTP are reached: sign-in pages, public keys. */
export interface WebPlace {
  http: Pick<NodeHttpHandler, "handle">;
  /** Where every host is asked instead: an address of the local AWS. */
  endpoint: string | undefined;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

export interface WebQuestion {
  host: string;
  method: "GET" | "POST";
  /** Path and query. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Attempts, the first included; 5 unless given, 1 for what may be asked once only. */
  attempts?: number;
}

export interface WebReply {
  status: number;
  body: string;
}

/**
 * Asks a host once, and again where it is busy, unwell or breaks the connection. Throws RemoteError where no good answer
 * comes; why is told by a code, never by a text that could hold what was sent.
 */
export async function askWeb(place: WebPlace, question: WebQuestion): Promise<WebReply> {
  const { host, method, path, attempts = ATTEMPTS } = question;
  const what = `${method} https://${host}${path.split("?")[0]}`;
  for (let attempt = 1; ; attempt++) {
    const sent = await send(place, what, question);
    if ("status" in sent && !isTransient(sent.status)) return sent;
    if (attempt === attempts) {
      const why = "status" in sent ? `status ${sent.status}` : sent.failure;
      throw new RemoteError(`${what}: no good answer after every retry (${why}).`, {
        remedy: "Check the network and run it again.",
      });
    }
    await place.pause(PAUSE_MS * 2 ** attempt);
  }
}

const ATTEMPTS = 5;
const PAUSE_MS = 100;

function isTransient(status: number): boolean {
  return status === 429 || status >= 500;
}

type SmithyRequest = Parameters<NodeHttpHandler["handle"]>[0];

async function send(
  { http, endpoint, call }: WebPlace,
  what: string,
  { host, method, path, headers = {}, body }: WebQuestion,
): Promise<WebReply | { failure: string }> {
  const at = new URL(endpoint ?? `https://${host}`);
  const request: object = {
    protocol: at.protocol,
    hostname: at.hostname,
    ...(at.port !== "" && { port: Number(at.port) }),
    method,
    path,
    query: {},
    headers: { host, ...headers },
    ...(body !== undefined && { body }),
  };
  return call(what, async (abortSignal) => {
    try {
      const { response } = await http.handle(request as SmithyRequest, { abortSignal });
      return { status: response.statusCode, body: await text(response.body) };
    } catch (error) {
      if (abortSignal.aborted) throw error;
      const { code, name } = Object(error) as { code?: unknown; name?: unknown };
      return { failure: String(code ?? name) };
    }
  });
}

/** The JSON of an answer; undefined for a page of HTML, or nothing. */
export function parseReply({ body }: Pick<WebReply, "body">): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
