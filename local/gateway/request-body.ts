import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { AwsFault } from "../aws-fault.ts";

/** The body of one request: passed on as a stream, or read into memory by whoever has to look into it. */
export class RequestBody {
  readonly #message: IncomingMessage;
  #read: Promise<Buffer> | undefined;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  /** The whole body; may be called again. Rejects when the client goes away in the middle of it. */
  read(): Promise<Buffer> {
    this.#read ??= buffer(this.#message);
    return this.#read;
  }

  /** The body as JSON. Throws AWS's refusal for what is none. */
  async readJson(): Promise<unknown> {
    const text = (await this.read()).toString("utf8");
    try {
      return JSON.parse(text === "" ? "{}" : text);
    } catch (cause) {
      throw new AwsFault("SerializationException", "The request body is not valid JSON.", { cause });
    }
  }

  /** What is left to pass on: the bytes when somebody has read them, else the stream itself. */
  async rest(): Promise<Buffer | IncomingMessage> {
    return this.#read === undefined ? this.#message : await this.#read;
  }

  /** Takes in what nobody read, so that the connection can carry the next request. */
  drain(): void {
    if (this.#read === undefined) this.#message.resume();
  }
}
