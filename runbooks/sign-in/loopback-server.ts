import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
import { BadInputError, NotConfirmedError } from "../runtime/errors.ts";
import { endPage, judgeLoopback } from "./browser-sign-in.ts";

export interface LoopbackPlace {
  callbackUrl: string;
  state: string;
  signal: AbortSignal;
  /** Longest wait for the browser. */
  minutes: number;
}

/** A server on this machine that one browser comes back to. */
export interface LoopbackServer {
  /**
   * Waits for the browser and does `use` with its code; the page it gets says whether that went well. Throws what `use`
   * throws, NotConfirmedError where nobody comes or the sign-in pages were left, and the signal's reason.
   */
  waitForCode: <Result>(use: (code: string) => Promise<Result>) => Promise<Result>;
  /** Ends every connection, once the page at the end is sent; a browser keeps some open that it does not use. */
  close: () => Promise<void>;
}

/**
 * Listens at the port of the callback address, on both addresses that browsers try for `localhost`: whoever had the other
 * would get the code. Throws BadInputError where one is taken; a machine without IPv6 has one only.
 */
export async function openLoopback(place: LoopbackPlace): Promise<LoopbackServer> {
  const { callbackUrl, signal, minutes } = place;
  const { port } = new URL(callbackUrl);
  let taken: ((outcome: Outcome) => Promise<boolean>) | undefined;
  let lastPage: Promise<void> | undefined;
  const receive = async (
    { method = "", url = "/", headers }: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const verdict = judgeLoopback({ method, url, host: headers.host }, place);
    if (verdict.kind === "stranger") return answer(response, verdict.status, "");
    // The first counts: a code is good once.
    const take = taken;
    taken = undefined;
    if (take === undefined) return answer(response, 409, "");
    lastPage = take(verdict).then((isSignedIn) =>
      answer(response, isSignedIn ? 200 : 400, endPage(isSignedIn)),
    );
    await lastPage;
  };
  const servers: Server[] = [];
  const close = async () => {
    for (const server of servers) server.close();
    await lastPage;
    for (const server of servers) server.closeAllConnections();
  };
  for (const host of ["127.0.0.1", "::1"]) {
    const server = createServer((message, response) => {
      // Whatever a request makes of itself, the sign-in goes on.
      receive(message, response).catch(() => response.destroy());
    });
    servers.push(server);
    try {
      await listen(server, host, Number(port));
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (host === "::1" && code !== undefined && NO_IPV6.has(code)) continue;
      await close();
      throw new BadInputError(
        `Port ${port} of this machine, where the browser comes back to, is taken (${code}).`,
        {
          remedy: "End what uses it, such as another login --browser, and run it again.",
          cause,
        },
      );
    }
  }
  return {
    waitForCode: async (use) => {
      signal.throwIfAborted();
      let timer: NodeJS.Timeout | undefined;
      let stop = () => {};
      try {
        return await new Promise((resolve, reject) => {
          stop = () => reject(signal.reason);
          signal.addEventListener("abort", stop, { once: true });
          timer = setTimeout(() => reject(nobodyCame(minutes)), minutes * 60_000);
          taken = async (outcome) => {
            try {
              if (outcome.kind === "refused") throw pagesRefused(outcome.error);
              resolve(await use(outcome.code));
              return true;
            } catch (error) {
              reject(error);
              return false;
            }
          };
        });
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      }
    },
    close,
  };
}

/** What a machine says that has no IPv6. */
const NO_IPV6 = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: true }, resolve);
  });
}

type Outcome = { kind: "code"; code: string } | { kind: "refused"; error: string };

/** Sends a page; done when it is out, or nobody is there any more to take it. */
async function answer(response: ServerResponse, status: number, body: string): Promise<void> {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(body);
  await finished(response).catch(() => {});
}

function nobodyCame(minutes: number): NotConfirmedError {
  return new NotConfirmedError(`Given up: no browser came back within ${minutes} minutes.`);
}

function pagesRefused(error: string): NotConfirmedError {
  return new NotConfirmedError(`The sign-in page ended the sign-in (${error}).`, {
    remedy: "Try again, or ask whoever runs the stack.",
  });
}
