/** A mail or SMS Cognito would have sent, or could not send and why. */
export interface Message {
  sentAt: number;
  poolId: string;
  username: string;
  sub: string;
  kind: string;
  medium: "EMAIL" | "SMS";
  /** Address or number; undefined when the user has none. */
  destination: string | undefined;
  subject?: string;
  body: string;
  /** Why nothing reached the user; undefined when it was sent. */
  undelivered?: string;
}

/** The newest messages, oldest first; older ones fall out so that a long run does not fill memory. */
export class Outbox {
  #messages: Message[] = [];
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  put(message: Message): void {
    this.#messages.push(message);
    if (this.#messages.length > this.#capacity * 2) this.#messages = this.#messages.slice(-this.#capacity);
  }

  get messages(): readonly Message[] {
    return this.#messages.slice(-this.#capacity);
  }
}
