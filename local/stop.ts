import { join } from "node:path";
import { runRunbook } from "../runbooks/runtime/runbook.ts";
import { findKeptWorld, forgetKeptWorld } from "./kept-world.ts";
import { endProcess } from "./processes.ts";

const GRACE_MS = 10_000;

await runRunbook({
  name: "npm stop",
  summary: "Stops the local AWS that npm start -- --keep left running.",
  options: {},
  examples: ["npm stop"],
  exitCodes: {},
  run: async () => {
    const projectDir = join(import.meta.dirname, "..");
    const kept = await findKeptWorld(projectDir);
    if (kept === undefined) return { json: { stopped: false }, text: ["No local AWS is running."] };
    await endProcess(kept.pid, GRACE_MS);
    await forgetKeptWorld(projectDir);
    return {
      json: { stopped: true, url: kept.url },
      text: [`Stopped the local AWS at ${kept.url}; its data is gone.`],
    };
  },
});
