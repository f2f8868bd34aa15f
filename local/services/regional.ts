/** One state per Region, made when the Region is first asked for. */
export function perRegion<State>(create: (region: string) => State): Regional<State> {
  const states = new Map<string, State>();
  return (region) => {
    const known = states.get(region);
    if (known !== undefined) return known;
    const created = create(region);
    states.set(region, created);
    return created;
  };
}

export type Regional<State> = (region: string) => State;

/** What the services of the gateway take instead of reaching for clock and chance. */
export interface ServiceWorld {
  region: string;
  account: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  randomBytes: (count: number) => Uint8Array;
}

/** `count` random lower-case hexadecimal digits. */
export function randomHex({ randomBytes }: Pick<ServiceWorld, "randomBytes">, count: number): string {
  return Buffer.from(randomBytes(Math.ceil(count / 2)))
    .toString("hex")
    .slice(0, count);
}

/** A random version 4 UUID. */
export function randomUuid(world: Pick<ServiceWorld, "randomBytes">): string {
  const hex = randomHex(world, 32);
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
