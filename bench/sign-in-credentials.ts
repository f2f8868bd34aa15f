import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { BadInputError, RunbookError } from "../runbooks/runtime/errors.ts";
import { defineRunbook, runRunbook } from "../runbooks/runtime/runbook.ts";
import { quoteCommand } from "../runbooks/sign-in/aws-profile.ts";
import { credentialProgramOf, writeCredentialProgram } from "../runbooks/sign-in/credential-program.ts";
import { homeAt } from "../runbooks/sign-in/home-folder.ts";
import { systemKeyring } from "../runbooks/sign-in/keyring.ts";
import { forgetSession, writeSession } from "../runbooks/sign-in/session-file.ts";
import { readCount } from "./options.ts";

const bench = defineRunbook({
  name: "bench:sign-in",
  summary:
    "Measures the command that configure-profile writes, with credentials at hand, against a Node that does nothing.",
  options: {
    "key-store": { type: "boolean", help: "with a session that is encrypted with this machine's key store" },
    runs: { type: "string", value: "n", default: "60", help: "of each; one after the other, in turns" },
  },
  examples: [
    "npm run bench:sign-in",
    "npm run bench:sign-in -- --runs 200",
    "npm run bench:sign-in -- --key-store",
  ],
  exitCodes: { 13: "the command takes more than three times as long" },
  run: async ({ values, progress }) => {
    const runs = readCount("--runs", values.runs);
    const folder = await mkdtemp(join(tmpdir(), "sekisho-bench-"));
    try {
      const home = homeAt(join(folder, "dev"));
      await writeCredentialProgram(home);
      const keyring = values["key-store"] ? systemKeyring({}) : undefined;
      const { isEncrypted } = await writeSession(home, session(), keyring);
      if (values["key-store"] && !isEncrypted) {
        throw new BadInputError("This machine has no key store that can be used.", {
          remedy: "Unlock it, or leave --key-store out.",
        });
      }
      const command = quoteCommand([process.execPath, credentialProgramOf(home)]);
      const bare = `${quoteCommand([process.execPath])} -e 0`;
      progress(`Running ${command}`);
      const measured: { command: number[]; bare: number[] } = { command: [], bare: [] };
      // The first of each warms the caches of the machine.
      for (let run = -1; run < runs; run++) {
        const [one, other] = [await measure(bare, ""), await measure(command, '{"Version":1,')];
        if (run < 0) continue;
        measured.bare.push(one);
        measured.command.push(other);
      }
      const bareMs = median(measured.bare);
      const commandMs = median(measured.command);
      const ratio = commandMs / bareMs;
      await forgetSession(home, keyring);
      return {
        json: { runs, isEncrypted, bareMs, commandMs, ratio },
        text: [
          `node -e 0           ${bareMs.toFixed(1)} ms (median of ${runs})`,
          `cached credentials  ${commandMs.toFixed(1)} ms`,
          `ratio               ${ratio.toFixed(2)}, at most ${MOST}`,
        ],
        exitCode: ratio <= MOST ? 0 : 13,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

const MOST = 3;

/** Milliseconds from the start of a shell, as SDKs start the command, to its end. */
async function measure(command: string, beginning: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "inherit"] });
  const [[code], stdout] = await Promise.all([once(child, "exit"), text(child.stdout)]);
  const milliseconds = performance.now() - startedAt;
  if (code === 0 && stdout.startsWith(beginning)) return milliseconds;
  throw new RunbookError(`${command} ended with ${code}.`, { exitCode: 1 });
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Tokens and keys as long as real ones. */
function session() {
  return {
    username: "hanako@example.com",
    idToken: "i".repeat(1_200),
    accessToken: "a".repeat(1_100),
    refreshToken: "r".repeat(1_800),
    tokensExpireAt: Date.now() + 3_600_000,
    credentials: {
      accessKeyId: "ASIA0000000000000000",
      secretAccessKey: "k".repeat(40),
      sessionToken: "s".repeat(1_600),
      expiresAt: Date.now() + 3_600_000,
    },
  };
}

await runRunbook(bench);
