import { drawText } from "../identifiers.ts";
import type { World } from "../state.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const KEY_LENGTH = 43;

/** Entries under keys that nobody can guess, each kept for the same time. */
export class KeptEntries<Entry> {
  readonly #world: Pick<World, "now" | "randomBytes">;
  readonly #milliseconds: number;
  readonly #drawKey: (world: Pick<World, "randomBytes">) => string;
  /** In the order they came, which is the order they end in. */
  readonly #entries = new Map<string, { entry: Entry; expiresAt: number }>();

  constructor(
    world: Pick<World, "now" | "randomBytes">,
    milliseconds: number,
    drawKey: (world: Pick<World, "randomBytes">) => string = drawLongKey,
  ) {
    this.#world = world;
    this.#milliseconds = milliseconds;
    this.#drawKey = drawKey;
  }

  /** Keeps an entry; returns its key. */
  put(entry: Entry): string {
    this.#forgetOld();
    const key = this.#drawKey(this.#world);
    this.#entries.set(key, { entry, expiresAt: this.#world.now() + this.#milliseconds });
    return key;
  }

  /** The entry of a key, while it is kept. */
  find(key: string | undefined): Entry | undefined {
    const kept = key === undefined ? undefined : this.#entries.get(key);
    return kept === undefined || this.#world.now() >= kept.expiresAt ? undefined : kept.entry;
  }

  remove(key: string | undefined): void {
    if (key !== undefined) this.#entries.delete(key);
  }

  #forgetOld(): void {
    for (const [key, { expiresAt }] of this.#entries) {
      if (this.#world.now() < expiresAt) return;
      this.#entries.delete(key);
    }
  }
}

function drawLongKey({ randomBytes }: Pick<World, "randomBytes">): string {
  return drawText(KEY_LENGTH, LETTERS, randomBytes);
}
