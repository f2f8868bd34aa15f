import { createCipheriv, createDecipheriv } from "node:crypto";
import { z } from "zod";
import type { ServiceWorld } from "../../regional.ts";

const sessionShape = z.object({
  /** The cookie and client it was made for: no other rule takes it. */
  cookieName: z.string(),
  clientId: z.string(),
  /** The user's `sub`. */
  user: z.string(),
  /** What the user info endpoint said of the user, `sub` included. */
  claims: z.looseObject({}),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** When the access token expires, in milliseconds since the epoch; never, where the provider did not say. */
  accessExpiresAt: z.number().optional(),
  endsAt: z.number(),
});

/** Somebody who has signed in. */
export type Session = z.output<typeof sessionShape>;

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Writes and reads the values of session cookies. The load balancer keeps no sessions: what it knows of one is in the
 * cookie, encrypted (Application Load Balancers, Authenticate users).
 */
export class Sessions {
  readonly #world: ServiceWorld;
  #key: Uint8Array | undefined;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  seal(session: Session): string {
    const iv = this.#world.randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#requireKey(), iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(session), "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
  }

  /** The session of a value that this load balancer wrote; undefined for any other. */
  open(value: string): Session | undefined {
    const sealed = Buffer.from(value, "base64url");
    if (sealed.length <= IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#requireKey(), sealed.subarray(0, IV_BYTES));
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES));
    try {
      return sessionShape.parse(JSON.parse(Buffer.concat([text, decipher.final()]).toString("utf8")));
    } catch (error) {
      // Only a value that was written with the key passes `final`.
      if (error instanceof Error && error.message.includes("unable to authenticate")) return undefined;
      throw error;
    }
  }

  #requireKey(): Uint8Array {
    this.#key ??= this.#world.randomBytes(32);
    return this.#key;
  }
}
