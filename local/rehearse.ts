import { join } from "node:path";
import { runRunbook } from "../runbooks/runtime/runbook.ts";
import { readRehearsalOptions, rehearsalOptions } from "./rehearsal/options.ts";
import { rehearse } from "./rehearsal/rehearsal.ts";

// Started by start.mjs over a channel: when that closes, whoever wanted the rehearsal is gone.
const stopWithStarter = () => process.kill(process.pid, "SIGTERM");
process.on("disconnect", stopWithStarter);

await runRunbook({
  name: "start",
  summary:
    "Deploys the program to a local AWS, seeds users, backs them up, loses the user pool and brings everybody back.",
  options: rehearsalOptions,
  examples: ["npm start", "npm start -- --keep", "npm start --silent -- --json"],
  exitCodes: {
    10: "no such stack file",
    11: "a kept local AWS is already running",
    13: "the backup is incomplete or altered, or somebody did not come back or could not sign in",
    15: "the local AWS did not answer",
    16: "no Python, or a local file could not be written",
  },
  run: (context) => rehearse(join(import.meta.dirname, ".."), readRehearsalOptions(context.values), context),
});

// The channel would keep the process alive after the work is done.
process.off("disconnect", stopWithStarter);
if (process.connected) process.disconnect();
