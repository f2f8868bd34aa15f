import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { FaultRule } from "../faults.ts";
import type { Answer } from "./answers.ts";

/** Sends an answer whole. Resolves when it is out or the client has gone. */
export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  const { status, headers, body } = answer;
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    await pipeline(body, response);
    return;
  }
  response.writeHead(status, { ...headers, "content-length": headers["content-length"] ?? body.length });
  response.end(body);
}

/** Ends the exchange without any answer, as the rule says. */
export function withholdAnswer(response: ServerResponse, kind: FaultRule["kind"]): void {
  const socket = response.socket;
  if (socket === null || kind === "hang-before-headers") return;
  if (kind === "fin") socket.end();
  else reset(socket);
}

/** Sends an answer that arrives damaged, late or never whole. */
export async function spoilAnswer(response: ServerResponse, answer: Answer, rule: FaultRule): Promise<void> {
  const { status, headers } = answer;
  const body = Buffer.isBuffer(answer.body) ? answer.body : await buffer(answer.body);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const full = { ...headers, "content-length": body.length };

  switch (rule.kind) {
    case "truncated-json":
      response.writeHead(status, { ...headers, "content-length": half.length });
      response.end(half);
      return;
    case "bit-flip":
      response.writeHead(status, full);
      response.end(flipBit(body, rule.bit ?? 0));
      return;
    case "cut-mid-body":
      response.writeHead(status, full);
      response.write(half, () => response.socket?.destroy());
      return;
    case "cut-chunked-body":
      response.writeHead(status, withoutLength(headers));
      response.write(half, () => response.socket?.destroy());
      return;
    case "hang-mid-body":
      response.writeHead(status, full);
      response.write(half);
      return;
    default:
      response.writeHead(status, full);
      drip(response, body, rule.everyMs ?? 1000);
  }
}

/** The same bytes with one bit turned. */
export function flipBit(body: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(body);
  const place = flipped.length === 0 ? 0 : Math.floor(bit / 8) % flipped.length;
  const byte = flipped[place];
  if (byte !== undefined) flipped[place] = byte ^ (1 << (bit % 8));
  return flipped;
}

function reset(socket: Socket): void {
  socket.resetAndDestroy();
}

function withoutLength(headers: Answer["headers"]): Answer["headers"] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-length"),
  );
}

function drip(response: ServerResponse, body: Buffer, everyMs: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent >= body.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
  }, everyMs);
  response.on("close", () => clearInterval(timer));
}
