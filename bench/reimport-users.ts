import { join } from "node:path";
import { z } from "zod";
import { formatCount } from "../runbooks/runtime/progress.ts";
import { categoryQuotas, type QuotaCategory } from "../runbooks/runtime/quotas.ts";
import { defineRunbook, runRunbook } from "../runbooks/runtime/runbook.ts";
import { type BenchPool, startPool } from "./bench-pool.ts";
import { measureProcess } from "./measured-process.ts";
import { readCount } from "./options.ts";

/**
 * What AWS published for its own solution, for users in one group each: 29.24 minutes for 10,000 (Cognito User Profiles
 * Export, Design considerations; retired in 2025). A figure of theirs, not measured here.
 */
const AWS_SOLUTION_MINUTES = 29.24;

const bench = defineRunbook({
  name: "bench:reimport",
  summary:
    "Measures reimport-users under AWS's quotas, with time sped up: quotas are so many times larger, seconds so many times longer.",
  options: {
    users: { type: "string", value: "n", default: "10000", help: "users to bring back, each in one group" },
    "speed-up": { type: "string", value: "n", default: "4", help: "1 takes as long as AWS would" },
  },
  examples: ["npm run bench:reimport", "npm run bench:reimport -- --speed-up 1"],
  exitCodes: {},
  run: async ({ values, progress }) => {
    const users = readCount("--users", values.users);
    const speedUp = readCount("--speed-up", values["speed-up"]);
    progress(`Making a pool of ${formatCount(users)} users in another process`);
    const pool = await startPool(users);
    try {
      progress("Backing them up");
      await runbook(pool, "back-up-users", ["--share", "1", "--quota", "UserList=100000"]);
      const rates = Object.fromEntries(
        Object.entries(categoryQuotas).map(([name, rate]) => [name, rate * speedUp]),
      ) as Record<QuotaCategory, number>;
      await pool.post("quotas", { isEnforced: true, rates });
      await pool.clearHistory();
      progress(`Bringing them back at full share, ${speedUp} times as fast as AWS would let it`);
      const quotas = Object.entries(rates).flatMap(([name, rate]) => ["--quota", `${name}=${rate}`]);
      const run = await runbook(pool, "reimport-users", [
        ...["--pool", pool.emptyPoolId, "--share", "1", "--no-erased-list", "--engine", "api", ...quotas],
        ...["--apply", "--ticket", "BENCH-1", "--confirm", "bench"],
      ]);
      return report({ users, speedUp, run, ...(await judge(pool, speedUp)) });
    } finally {
      pool.stop();
    }
  },
});

async function runbook(pool: BenchPool, name: string, args: readonly string[]) {
  const file = join(import.meta.dirname, `../runbooks/${name}.ts`);
  const run = await measureProcess(file, ["--stack", "bench", "--json", ...args], pool.environment);
  return { ...run, result: result.parse(JSON.parse(run.stdout)) };
}

const result = z.looseObject({ ok: z.literal(true), verified: z.number().optional() });

/** Operations that create and change users; AWS counts them by the second. */
const WRITES = ["AdminCreateUser", "AdminSetUserPassword", "AdminAddUserToGroup"];

interface Judgement {
  /** From the first group to the last membership, as long as AWS would take. */
  writeSeconds: number;
  /** Of what AWS allows the slowest of the lanes, how much was used. */
  usedShare: number;
  /** Of the answers, those with status 400. */
  refused: number;
}

async function judge(pool: BenchPool, speedUp: number): Promise<Judgement> {
  const history = await pool.history();
  const secondsOf = (entries: typeof history) => ((entries.at(-1)?.at ?? 0) - (entries[0]?.at ?? 0)) / 1_000;
  const writes = history.filter(({ operation }) => WRITES.includes(operation));
  const seconds = secondsOf(writes);
  // Held to five a second for one pool, which no quota raises: their time is not sped up.
  const groupSeconds = secondsOf(history.filter(({ operation }) => operation === "CreateGroup"));
  const members = writes.filter(
    ({ operation, status }) => operation === "AdminAddUserToGroup" && status === 200,
  ).length;
  return {
    writeSeconds: groupSeconds + seconds * speedUp,
    usedShare: members / (seconds * categoryQuotas.UserUpdate * speedUp),
    refused: writes.filter(({ status }) => status === 400).length / writes.length,
  };
}

function report(
  found: {
    users: number;
    speedUp: number;
    run: { seconds: number; peakMb: number; result: object };
  } & Judgement,
) {
  const { users, speedUp, run, writeSeconds, usedShare, refused } = found;
  const minutes = writeSeconds / 60;
  const { seconds, peakMb, result } = run;
  const json = { users, speedUp, seconds, peakMb, result, writeSeconds, usedShare, refused };
  return {
    json,
    text: [
      `${formatCount(users)} users with a group each, every one compared in the end:`,
      `  writing    ${minutes.toFixed(2)} min of AWS's time (AWS's own solution published ${AWS_SOLUTION_MINUTES} for 10,000)`,
      `  quota      ${(usedShare * 100).toFixed(1)} % of what AWS allows memberships, the slowest lane`,
      `  refused    ${(refused * 100).toFixed(2)} % of the answers`,
      `  process    ${seconds.toFixed(1)} s from start to end, peak ${Math.round(peakMb)} MB`,
    ],
  };
}

await runRunbook(bench);
