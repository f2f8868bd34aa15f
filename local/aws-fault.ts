/**
 * An AWS service refuses a request: `code` is AWS's exception name, `status` the HTTP status it comes with.
 * Whoever answers over HTTP turns it into the protocol's error body; nothing else may be thrown by a local service on purpose.
 */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AwsFault";
    this.code = code;
    this.status = options.status ?? 400;
  }
}
