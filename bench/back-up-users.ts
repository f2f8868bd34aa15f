import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import { BadInputError } from "../runbooks/runtime/errors.ts";
import { formatCount } from "../runbooks/runtime/progress.ts";
import { defineRunbook, runRunbook } from "../runbooks/runtime/runbook.ts";
import { measureProcess } from "./measured-process.ts";

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

interface Pool {
  poolId: string;
  environment: Record<string, string>;
  post: (route: string, body: object) => Promise<void>;
  history: () => Promise<{ at: number; operation: string; status?: number | undefined }[]>;
  clearHistory: () => Promise<void>;
  stop: () => void;
}

async function startPool(users: number): Promise<Pool> {
  const child = fork(join(import.meta.dirname, "local-pool.ts"), [String(users)], {
    execArgv: ["--import", "tsx", "--max-old-space-size=12000"],
  });
  const [message] = await once(child, "message");
  const { url, poolId, region } = z
    .object({ url: z.string(), poolId: z.string(), region: z.string() })
    .parse(message);
  const control = (route: string) => `${url}/_sekisho/${route}`;
  return {
    poolId,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
    },
    post: async (route, body) => {
      await fetch(control(route), { method: "POST", body: JSON.stringify(body) });
    },
    history: async () => historyShape.parse(await (await fetch(control("history"))).json()).entries,
    clearHistory: async () => {
      await fetch(control("history"), { method: "DELETE" });
    },
    stop: () => child.disconnect(),
  };
}

const historyShape = z.object({
  entries: z.array(z.object({ at: z.number(), operation: z.string(), status: z.number().optional() })),
});

interface Run {
  users: number;
  /** From the start of the process to its end. */
  seconds: number;
  usersPerSecond: number;
  peakMb: number;
}

async function backUp(pool: Pool, args: string[]): Promise<Run> {
  const file = join(import.meta.dirname, "../runbooks/back-up-users.ts");
  const run = await measureProcess(file, ["--stack", "bench", "--json", ...args], pool.environment);
  const { users, seconds } = z
    .object({ users: z.number(), seconds: z.number() })
    .parse(JSON.parse(run.stdout));
  return { users, seconds, usersPerSecond: users / seconds, peakMb: run.peakMb };
}

async function exportUserByUser(pool: Pool, most: number): Promise<Run> {
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
async function findUsedShare(pool: Pool): Promise<number> {
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

function readCount(option: string, text: string): number {
  const count = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new BadInputError(`${option} ${text} is not a number of users.`);
}

await runRunbook(bench);
