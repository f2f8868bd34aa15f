import { join } from "node:path";
import { runRunbook } from "../runbooks/runtime/runbook.ts";
import { stopKeptWorld } from "./kept-world.ts";

await runRunbook({
  name: "stop",
  summary: "Stops the local AWS that npm start -- --keep left running.",
  options: {},
  examples: ["npm stop", "npm stop --silent -- --json"],
  exitCodes: {},
  run: async () => {
    const stopped = await stopKeptWorld(join(import.meta.dirname, ".."));
    return stopped === undefined
      ? { json: { stopped: false }, text: ["No local AWS is running."] }
      : {
          json: { stopped: true, url: stopped.url },
          text: [`Stopped the local AWS at ${stopped.url}; its data is gone.`],
        };
  },
});
