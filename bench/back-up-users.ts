import { join } from "node:path";
import { z } from "zod";
import { formatCount } from "../runbooks/runtime/progress.ts";
import { defineRunbook, runRunbook } from "../runbooks/runtime/runbook.ts";
import { type BenchPool, startPool } from "./bench-pool.ts";
import { measureProcess } from "./measured-process.ts";
import { readCount } from "./options.ts";

const bench = defineRunbook({
  name: "bench",
  summary: "Measures back-up-users against the user-by-user way, both on the local model in another process.",
  options: {
    users: { type: "string", value: "n", default: "100000", help: "users in the pool" },
    "peer-users": { type: "string", value: "n", default: "3000", help: "users the user-by-user way reads" },
    "without-quotas": {
      type: "boolean",
      help: "leave out the measurements under AWS's quotas, which take minutes",
    },
  },
  examples: ["npm run bench", "npm run bench -- --users 1000000 --without-quotas"],
  exitCodes: {},
  run: async ({ values, progress }) => {
    const users = readCount("--users", values.users);
    const peerUsers = Math.min(users, readCount("--peer-users", values["peer-users"]));
    progress(`Making a pool of ${formatCount(users)} users in another process`);
    const pool = await startPool(users);
    try {
      progress("Backing up without quotas");
      const free = await backUp(pool, ["--share", "1", "--quota", "UserList=100000"]);
      progress(`Reading ${formatCount(peerUsers)} users the user-by-user way, without quotas`);
      const freePeer = await exportUserByUser(pool, peerUsers);
      const unthrottled = compare(free, freePeer);
      if (values["without-quotas"]) return report({ users, unthrottled });

      await pool.post("quotas", { isEnforced: true });
      await pool.clearHistory();
      progress("Backing up under AWS's quotas, at full share");
      const limited = await backUp(pool, ["--share", "1"]);
      const usedShare = await findUsedShare(pool);
      progress(`Reading ${formatCount(peerUsers)} users the user-by-user way, under the quotas`);
      const limitedPeer = await exportUserByUser(pool, peerUsers);
      return report({ users, unthrottled, underQuotas: { ...compare(limited, limitedPeer), usedShare } });
    } finally {
      pool.stop();
    }
  },
});

interface Run {
  users: number;
  /** From the start of the process to its end. */
  seconds: number;
  usersPerSecond: number;
  peakMb: number;
}

async function backUp(pool: BenchPool, args: string[]): Promise<Run> {
  const file = join(import.meta.dirname, "../runbooks/back-up-users.ts");
  const run = await measureProcess(file, ["--stack", "bench", "--json", ...args], pool.environment);
  const { users, seconds } = z
    .object({ users: z.number(), seconds: z.number() })
    .parse(JSON.parse(run.stdout));
  return { users, seconds, usersPerSecond: users / seconds, peakMb: run.peakMb };
}

async function exportUserByUser(pool: BenchPool, most: number): Promise<Run> {
  const file = join(import.meta.dirname, "user-by-user-export.ts");
  const { stdout, seconds, peakMb } = await measureProcess(
    file,
    [pool.poolId, String(most)],
    pool.environment,
  );
  const { users } = z.object({ users: z.number() }).parse(JSON.parse(stdout));
  return { users, seconds, usersPerSecond: users / seconds, peakMb };
}

/** Of the 30 ListUsers and ListUsersInGroup calls a second that AWS allows, how many were made and answered. */
async function findUsedShare(pool: BenchPool): Promise<number> {
  const lists = (await pool.history()).filter(
    ({ operation, status }) => status === 200 && ["ListUsers", "ListUsersInGroup"].includes(operation),
  );
  const [first, last] = [lists[0]?.at ?? 0, lists.at(-1)?.at ?? 0];
  return (lists.length - 1) / (((last - first) / 1_000) * 30);
}

interface Comparison {
  ours: Run;
  userByUser: Run;
  timesFaster: number;
}

function compare(ours: Run, userByUser: Run): Comparison {
  return { ours, userByUser, timesFaster: ours.usersPerSecond / userByUser.usersPerSecond };
}

function report(found: {
  users: number;
  unthrottled: Comparison;
  underQuotas?: Comparison & { usedShare: number };
}) {
  const { unthrottled, underQuotas } = found;
  return {
    json: found,
    text: [
      ...describe("without quotas", unthrottled),
      ...(underQuotas ? describe("under the quotas, --share 1", underQuotas) : []),
      ...(underQuotas
        ? [`  used share of the ListUsers quota: ${(underQuotas.usedShare * 100).toFixed(1)} %`]
        : []),
    ],
  };
}

function describe(where: string, { ours, userByUser, timesFaster }: Comparison): string[] {
  const line = (name: string, { users, seconds, usersPerSecond, peakMb }: Run) =>
    `  ${name.padEnd(14)} ${formatCount(users)} users in ${seconds.toFixed(1)} s = ${formatCount(Math.round(usersPerSecond))}/s, peak ${Math.round(peakMb)} MB`;
  return [
    `${where}: ${timesFaster.toFixed(1)} times as fast`,
    line("back-up-users", ours),
    line("user by user", userByUser),
  ];
}

await runRunbook(bench);
