import { createServer, type ServerResponse } from "node:http";
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
  close: () => void;
}

/** Listens on 127.0.0.1, at the port of the callback address. Throws BadInputError where that is taken. */
export async function openLoopback(place: LoopbackPlace): Promise<LoopbackServer> {
  const { callbackUrl, signal, minutes } = place;
  const { port } = new URL(callbackUrl);
  let taken: ((outcome: Outcome) => Promise<boolean>) | undefined;
  const server = createServer(async ({ method = "", url = "/", headers }, response) => {
    const verdict = judgeLoopback({ method, url, host: headers.host }, place);
    if (verdict.kind === "stranger") return answer(response, verdict.status, "");
    // The first counts: a code is good once.
    const take = taken;
    taken = undefined;
    if (take === undefined) return answer(response, 409, "");
    const isSignedIn = await take(verdict);
    answer(response, isSignedIn ? 200 : 400, endPage(isSignedIn));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: Number(port) }, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new BadInputError(
      `Port ${port} of this machine, where the browser comes back to, is taken (${cause.code}).`,
      {
        remedy: "End what uses it, such as another login --browser, and run it again.",
        cause,
      },
    );
  });
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
    close: () => {
      server.close();
      server.closeIdleConnections();
    },
  };
}

type Outcome = { kind: "code"; code: string } | { kind: "refused"; error: string };

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(body);
}

function nobodyCame(minutes: number): NotConfirmedError {
  return new NotConfirmedError(`Given up: no browser came back within ${minutes} minutes.`);
}

function pagesRefused(error: string): NotConfirmedError {
  return new NotConfirmedError(`The sign-in page ended the sign-in (${error}).`, {
    remedy: "Try again, or ask whoever runs the stack.",
  });
}
