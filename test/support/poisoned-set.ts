import type { User } from "../../local/cognito/state.ts";
import { plainUsers } from "./backup-world.ts";
import { startReimportWorld } from "./reimport-world.ts";

export interface PoisonedRun {
  exitCode: number | undefined;
  /** Users who are in the target afterwards. */
  restored: number;
  /** `<sub> <reason>`, as `rejects.ndjson` has them. */
  rejects: string[];
  /** The same as it should be. */
  expected: string[];
  messages: number;
}

/** What no pool takes, and what a person is told about it. */
const POISON: readonly { attributes: Record<string, string>; reason: string }[] = [
  {
    attributes: { phone_number: "090-1234" },
    reason: "its phone_number is not a phone number such as +14325551212",
  },
  { attributes: { name: "x".repeat(2_049) }, reason: "its name has more than 2048 characters" },
  {
    attributes: { birthdate: "1985-02-30" },
    reason: "its birthdate is not a date of the form YYYY-MM-DD",
  },
  { attributes: { identities: "[{" }, reason: "its identities are not what Cognito writes" },
];

/** One user of a hundred is poisoned past the API, as years of other tools may leave a pool; then all are to come back. */
export async function restorePoisoned(users: number, engine: "api" | "auto"): Promise<PoisonedRun> {
  const world = await startReimportWorld();
  try {
    world.seed(plainUsers(users));
    const expected = new Map<string, string>();
    for (const [number, user] of usersOf(world.model.pools.get(world.poolId)).entries()) {
      if (number % 100 !== 37) continue;
      const { attributes, reason } = POISON[expected.size % POISON.length] ?? { attributes: {}, reason: "" };
      user.attributes = { ...user.attributes, ...attributes };
      expected.set(user.sub, reason);
    }
    await world.backUp();
    const host = await world.apply("--engine", engine);
    const [key = ""] = [...world.work.keys()].filter((name) => name.endsWith("/rejects.ndjson"));
    const lines = String(world.work.get(key) ?? "")
      .split("\n")
      .filter((line) => line !== "");
    return {
      exitCode: host.exitCode(),
      restored: world.target.users.size,
      rejects: lines
        .map((line) => JSON.parse(line) as { sub: string; reason: string })
        .map(({ sub, reason }) => `${sub} ${reason}`)
        .sort(),
      expected: [...expected].map(([sub, reason]) => `${sub} ${reason}`).sort(),
      messages: world.model.messages.length,
    };
  } finally {
    await world.close();
  }
}

function usersOf(
  pool: { users: { after: (sequence: number) => Iterable<{ item: User }> } } | undefined,
): User[] {
  return [...(pool?.users.after(0) ?? [])].map(({ item }) => item);
}
