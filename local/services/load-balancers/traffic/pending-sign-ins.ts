import { randomHex, type ServiceWorld } from "../../regional.ts";

/** A sign-in that a browser was sent away for. */
export interface PendingSignIn {
  ruleArn: string;
  host: string;
  /** Where the browser wanted to go. */
  originalUrl: string;
  /** What the browser keeps as a cookie, so that nobody else can come back in its place. */
  nonce: string;
  expiresAt: number;
}

/** Application Load Balancers, Authenticate users, Client login timeout. */
const MOST_MS = 15 * 60_000;

/** Sign-ins that have begun, by their `state`: each is taken once, within 15 minutes. */
export class PendingSignIns {
  readonly #world: ServiceWorld;
  readonly #byState = new Map<string, PendingSignIn>();

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** Keeps a sign-in and returns its state and nonce. */
  begin(signIn: Pick<PendingSignIn, "ruleArn" | "host" | "originalUrl">): { state: string; nonce: string } {
    this.#forgetOld();
    const [state, nonce] = [randomHex(this.#world, 64), randomHex(this.#world, 32)];
    this.#byState.set(state, { ...signIn, nonce, expiresAt: this.#world.now() + MOST_MS });
    return { state, nonce };
  }

  /** The sign-in of a state, which nobody gets again; undefined when it is unknown, used or too old. */
  take(state: string): PendingSignIn | undefined {
    this.#forgetOld();
    const signIn = this.#byState.get(state);
    this.#byState.delete(state);
    return signIn;
  }

  // The oldest come first.
  #forgetOld(): void {
    for (const [state, { expiresAt }] of this.#byState) {
      if (expiresAt > this.#world.now()) return;
      this.#byState.delete(state);
    }
  }
}
