import { gunzipSync } from "node:zlib";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import { CARRIED_PIECES, createHostileValue, HOSTILE_PIECES } from "./hostile-values.ts";
import { createRandom } from "./random.ts";
import { startReimportWorld } from "./reimport-world.ts";

/** Custom attributes of each user. */
export const VALUES_PER_USER = 20;

export interface RoundTrip {
  /** Values that were compared. */
  values: number;
  /** Values that came back otherwise, as `<address> <attribute>`. */
  differences: string[];
  /** Users by what made them. */
  engines: { csv: number; api: number };
  messages: number;
  exitCode: number | undefined;
}

/**
 * Takes users with 20 hostile values each from one pool to another, and compares a backup set of the first with one of the
 * second. By CSV, an import file carries two users of three.
 */
export async function roundTrip(users: number, seed: string, engine: "api" | "csv"): Promise<RoundTrip> {
  const names = Array.from({ length: VALUES_PER_USER }, (_, number) => `v${number}`);
  const world = await startReimportWorld({
    Schema: names.map((Name) => ({
      Name,
      AttributeDataType: "String",
      Mutable: true,
      StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
    })),
  });
  try {
    const random = createRandom(seed);
    world.seed(
      Array.from({ length: users }, (_, number): SeedUser => {
        const email = `user-${number}@example.com`;
        const pieces = engine === "csv" && number % 3 > 0 ? CARRIED_PIECES : HOSTILE_PIECES;
        const values = names.map((name) => [`custom:${name}`, createHostileValue(random, pieces)]);
        return {
          attributes: { email, email_verified: "true", ...Object.fromEntries(values) },
          status: "CONFIRMED",
        };
      }),
    );
    await world.backUp();
    const host = await world.apply("--engine", engine, "--json");
    const { engines } = JSON.parse(host.out()) as Pick<RoundTrip, "engines">;
    await world.backUpPool(world.target.id);
    const [before, after] = [world.poolId, world.target.id].map((poolId) => readSet(world.bucket, poolId));
    const differences: string[] = [];
    let values = 0;
    for (const [email, attributes] of before ?? []) {
      const back = after?.get(email);
      for (const [name, value] of attributes) {
        values += 1;
        if (back?.get(name) !== value) differences.push(`${email} ${name}`);
      }
      if (back?.size !== attributes.size) differences.push(`${email} has others`);
    }
    if (before?.size !== after?.size) differences.push("the number of users");
    const exitCode = host.exitCode();
    return { values, differences, engines, messages: world.model.messages.length, exitCode };
  } finally {
    await world.close();
  }
}

/** The attributes of every user in a pool's set, by address, out of the objects alone; a sub is another one each time. */
function readSet(bucket: ReadonlyMap<string, Buffer>, poolId: string): Map<string, Map<string, string>> {
  const users = new Map<string, Map<string, string>>();
  for (const [key, body] of bucket) {
    if (!key.startsWith(`${poolId}/`) || !/\/users-\d+\.ndjson\.gz$/.test(key)) continue;
    for (const line of gunzipSync(body).toString("utf8").split("\n")) {
      if (!line.startsWith('{"kind":"user"')) continue;
      const { attributes } = JSON.parse(line) as { attributes: [string, string][] };
      const values = new Map(attributes.filter(([name]) => name !== "sub"));
      users.set(values.get("email") ?? "", values);
    }
  }
  return users;
}
