import type { ServerResponse } from "node:http";

/** One service of AWS JSON: answers an operation by its name, or throws a JsonRefusal. */
export type JsonService = (operation: string, input: Record<string, unknown>) => object;

/** A service refuses a call, under AWS's name for the reason. */
export class JsonRefusal extends Error {
  readonly code: string;

  constructor(code: string, message = code) {
    super(message);
    this.name = "JsonRefusal";
    this.code = code;
  }
}

/** Answers one call of AWS JSON 1.1. */
export function answerJsonCall(
  service: JsonService,
  operation: string,
  body: Buffer,
  response: ServerResponse,
): void {
  const send = (status: number, output: object) =>
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(output));
  try {
    send(200, service(operation, JSON.parse(body.toString() || "{}")));
  } catch (error) {
    if (!(error instanceof JsonRefusal)) throw error;
    send(400, { __type: error.code, message: error.message });
  }
}
