import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";

/** The pools of a benchmark, in a process of their own. */
export interface BenchPool {
  poolId: string;
  /** A pool like it without anybody. */
  emptyPoolId: string;
  environment: Record<string, string>;
  post: (route: string, body: object) => Promise<void>;
  history: () => Promise<{ at: number; operation: string; status?: number | undefined }[]>;
  clearHistory: () => Promise<void>;
  stop: () => void;
}

/** Makes a pool with so many users and an empty one beside it. */
export async function startPool(users: number): Promise<BenchPool> {
  const child = fork(join(import.meta.dirname, "local-pool.ts"), [String(users)], {
    execArgv: ["--import", "tsx", "--max-old-space-size=12000"],
  });
  const [message] = await once(child, "message");
  const { url, poolId, emptyPoolId, region } = z
    .object({ url: z.string(), poolId: z.string(), emptyPoolId: z.string(), region: z.string() })
    .parse(message);
  const control = (route: string) => `${url}/_sekisho/${route}`;
  return {
    poolId,
    emptyPoolId,
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
