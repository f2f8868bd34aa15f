import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OptionTable } from "../../../runbooks/runtime/command-line.ts";
import {
  BadInputError,
  CredentialsError,
  type ExitCode,
  IntegrityError,
  LocalFileError,
  LockedError,
  NotConfirmedError,
  NotFoundError,
  RemoteError,
} from "../../../runbooks/runtime/errors.ts";
import {
  defineRunbook,
  type RunbookContext,
  type RunbookResult,
  runRunbook,
} from "../../../runbooks/runtime/runbook.ts";
import { createTestHost } from "../../support/test-host.ts";

function runbookThat(run: (context: RunbookContext<OptionTable>) => Promise<RunbookResult>) {
  const options: OptionTable = { stack: { type: "string", help: "the stack" } };
  return defineRunbook({ name: "do-it", summary: "Does it.", options, examples: [], exitCodes: {}, run });
}

const succeed = runbookThat(async () => ({ json: { ok: true }, text: ["Done.", "All of it."] }));

describe("a runbook's output", () => {
  it("prints its text on stdout and ends with 0", async () => {
    const host = createTestHost([]);
    await runRunbook(succeed, host);
    expect([host.out(), host.errors(), host.exitCode()]).toEqual(["Done.\nAll of it.\n", "", 0]);
  });

  it.each([
    [60, 60],
    [0, Number.POSITIVE_INFINITY],
    [undefined, Number.POSITIVE_INFINITY],
  ])(
    "may be as wide as the terminal (%s columns), and as it likes where no size is known",
    async (columns, expected) => {
      let width = 0;
      const measure = runbookThat(async (context) => {
        width = context.columns;
        return { json: {}, text: [] };
      });
      await runRunbook(measure, createTestHost([], { columns }));
      expect(width).toBe(expected);
    },
  );

  it("prints one JSON object and nothing else with --json", async () => {
    const host = createTestHost(["--json"]);
    await runRunbook(succeed, host);
    expect(host.out()).toBe('{"ok":true}\n');
  });

  it("prints one JSON object on stdout when it fails with --json, even over its own arguments", async () => {
    const host = createTestHost(["--json", "--nonsense"]);
    await runRunbook(succeed, host);
    expect(JSON.parse(host.out())).toEqual({
      error: { message: "Unknown option --nonsense.", remedy: "--help shows the options.", exitCode: 2 },
    });
    expect(host.exitCode()).toBe(2);
  });

  it("ends with the exit code of a result that is not a full success", async () => {
    const host = createTestHost([]);
    await runRunbook(
      runbookThat(async () => ({ json: {}, text: [], exitCode: 3 })),
      host,
    );
    expect(host.exitCode()).toBe(3);
  });

  it("sends progress and warnings to stderr, with nothing in them that moves the cursor", async () => {
    const host = createTestHost(["--json"]);
    const run = runbookThat(async ({ progress, warn }) => {
      progress("half \u001b[2Jway");
      warn("careful");
      return { json: {}, text: [] };
    });
    await runRunbook(run, host);
    expect(host.errors()).toBe("half \\u{1b}[2Jway\nwarning: careful\n");
    expect(host.out()).toBe("{}\n");
  });
});

describe("an output that cannot be written", () => {
  it("ends with 16 and one line about it", () => {
    const entry = join(import.meta.dirname, "../../../runbooks/verify-backup.ts");
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", entry, "--help"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect([status, stderr]).toEqual([
      16,
      "The output cannot be written (ENOSPC); free some space, or write elsewhere.\n",
    ]);
  });
});

describe("a runbook that fails", () => {
  it.each<[ExitCode, Error]>([
    [2, new BadInputError("wrong")],
    [10, new NotFoundError("wrong")],
    [11, new LockedError("wrong")],
    [12, new CredentialsError("wrong")],
    [13, new IntegrityError("wrong")],
    [14, new NotConfirmedError("wrong")],
    [15, new RemoteError("wrong")],
    [16, new LocalFileError("wrong")],
    [1, new TypeError("wrong")],
  ])("ends with %i and one line without a stack trace", async (code, error) => {
    const host = createTestHost([]);
    await runRunbook(
      runbookThat(async () => Promise.reject(error)),
      host,
    );
    expect(host.exitCode()).toBe(code);
    expect(host.errors()).toMatch(/^do-it: [^\n]*wrong[^\n]*\n$/);
    expect(host.out()).toBe("");
  });

  it("says what, where and what next in at most 200 characters, and never cuts the remedy first", async () => {
    const host = createTestHost([]);
    const error = new NotFoundError(`A name ${"x".repeat(500)} is not there.`, { remedy: "Check --stack." });
    await runRunbook(
      runbookThat(async () => Promise.reject(error)),
      host,
    );
    expect(host.errors().trimEnd()).toHaveLength(200);
    expect(host.errors()).toMatch(/^do-it: A name x+…x+ is not there\. Check --stack\.\n$/);
  });

  it("keeps a message with line feeds and escapes on one line", async () => {
    const host = createTestHost([]);
    await runRunbook(
      runbookThat(async () => Promise.reject(new BadInputError("a\nb\u001bc"))),
      host,
    );
    expect(host.errors()).toBe("do-it: a\\u{a}b\\u{1b}c\n");
  });

  it("shows the stack traces of all causes with --debug, without the secrets of the environment", async () => {
    const env = { AWS_SECRET_ACCESS_KEY: "hidden-key", AWS_SESSION_TOKEN: "hidden-token" };
    const host = createTestHost(["--debug"], { env });
    const cause = new Error("signed with hidden-key and hidden-token");
    await runRunbook(
      runbookThat(async () => Promise.reject(new RemoteError("broke", { cause }))),
      host,
    );
    expect(host.errors()).toContain("RemoteError: broke\n    at ");
    expect(host.errors()).toContain("signed with [AWS_SECRET_ACCESS_KEY] and [AWS_SESSION_TOKEN]");
    expect(host.errors()).not.toContain("hidden");
  });
});

describe("a runbook that is stopped", () => {
  const untilAborted = runbookThat(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("broke off somewhere")));
      }),
  );

  it.each<["SIGINT" | "SIGTERM", ExitCode]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("on %s aborts its calls and ends with %i", async (signal, code) => {
    const host = createTestHost([]);
    const run = runRunbook(untilAborted, host);
    host.raise(signal);
    await run;
    expect(host.exitCode()).toBe(code);
    expect(host.errors()).toContain(`do-it: Stopped by ${signal}.`);
    expect(host.endedAtOnce).toEqual([]);
  });

  it("ends at once on the second Ctrl-C", () => {
    const host = createTestHost([]);
    void runRunbook(
      runbookThat(() => new Promise(() => {})),
      host,
    );
    host.raise("SIGINT");
    host.raise("SIGINT");
    expect(host.endedAtOnce).toEqual([130]);
  });

  it("stops itself with 15 when its deadline has passed", async () => {
    const host = createTestHost([]);
    await runRunbook({ ...untilAborted, deadlineMinutes: 1 / 60_000 }, host);
    expect(host.exitCode()).toBe(15);
    expect(host.errors()).toContain("Not finished after");
  });
});

describe("a runbook's start", () => {
  it("refuses a Node that is too old with one sentence", async () => {
    const host = createTestHost(["--stack", "dev"], { nodeVersion: "20.20.2" });
    await runRunbook(succeed, host);
    expect(host.exitCode()).toBe(2);
    expect(host.errors()).toBe(
      "do-it: Node 20.20.2 is too old; this command needs Node 24 or newer. Start it through npm run, which uses the project's own Node.\n",
    );
  });

  it("shows its help on stdout and ends with 0", async () => {
    const host = createTestHost(["-h"]);
    await runRunbook(succeed, host);
    expect(host.out()).toContain("Does it.\n\nUsage: npm run --silent do-it -- [options]");
    expect(host.exitCode()).toBe(0);
  });
});

describe("what a person is asked", () => {
  const askForSecret = runbookThat(async ({ askSecret, draw, progress }) => {
    draw(["\u001b[30;107m█\u001b[0m"]);
    progress("\u001b[30m");
    return { json: {}, text: [`${(await askSecret("Password\u0007: "))?.length} characters`] };
  });

  it("may be a secret, and pictures go to the terminal as they are, texts without control characters", async () => {
    const host = createTestHost([], { answers: ["Correct-horse-7"] });
    await runRunbook(askForSecret, host);
    expect([host.out(), host.secretQuestions]).toEqual(["15 characters\n", ["Password\\u{7}: "]]);
    expect(host.errors()).toBe("\u001b[30;107m█\u001b[0m\n\\u{1b}[30m\n");
  });

  it("is no secret without a terminal: that ends with 2", async () => {
    const host = createTestHost([]);
    await runRunbook(askForSecret, host);
    expect(host.exitCode()).toBe(2);
    expect(host.errors().split("\n")[2]).toBe(
      'do-it: There is no terminal to answer "Password\\u{7}:" at. Run it in a terminal, with neither input nor messages led elsewhere.',
    );
    expect(host.secretQuestions).toEqual([]);
  });
});
