import { describe, expect, it } from "vitest";
import { type ChangeChoice, changeOptions, confirmChange } from "../../../runbooks/runtime/confirmation.ts";
import type { ExitCode } from "../../../runbooks/runtime/errors.ts";
import { defineRunbook, runRunbook } from "../../../runbooks/runtime/runbook.ts";
import { createTestHost, type TestHostValues } from "../../support/test-host.ts";

const POOL = { name: "sekisho-dev", noun: "pool" };

/** A command that changes the pool sekisho-dev, and the tickets it did so for. */
function prepareChange() {
  const changed: string[] = [];
  const runbook = defineRunbook({
    name: "change-it",
    summary: "Changes it.",
    options: changeOptions,
    examples: [],
    exitCodes: {},
    run: async ({ values, ...context }) => {
      const change = await confirmChange(context, values, POOL);
      if (change !== undefined) changed.push(change.ticket);
      return { json: { changed: change !== undefined }, text: [] };
    },
  });
  return { changed, runbook };
}

async function runChange(argv: readonly string[], values: TestHostValues = {}) {
  const { changed, runbook } = prepareChange();
  const host = createTestHost(argv, values);
  await runRunbook(runbook, host);
  return { changed, errors: host.errors(), exitCode: host.exitCode(), questions: host.questions };
}

const TICKET = ["--apply", "--ticket", "INC-1"];
const QUESTION = "Type the pool's name to change it: ";

describe("a change", () => {
  it.each<[string, readonly string[], TestHostValues]>([
    ["its name behind --confirm", [...TICKET, "--confirm", "sekisho-dev"], {}],
    ["--confirm at a terminal", [...TICKET, "--confirm", "sekisho-dev"], { answers: [] }],
    ["its name typed", TICKET, { answers: ["sekisho-dev"] }],
    ["its name typed with blanks around it", TICKET, { answers: [" sekisho-dev \r"] }],
    ["its name typed while the result is JSON", [...TICKET, "--json"], { answers: ["sekisho-dev"] }],
  ])("is made with a ticket and %s", async (_, argv, values) => {
    expect(await runChange(argv, values)).toMatchObject({ changed: ["INC-1"], exitCode: 0 });
  });

  it.each(["INC-1", "#1234", "ops/2026.11:a_b", "https://tickets.example.com/INC-1", "x".repeat(64)])(
    "may be for the ticket %s",
    async (ticket) => {
      const argv = ["--apply", "--ticket", ticket, "--confirm", "sekisho-dev"];
      expect(await runChange(argv)).toMatchObject({ changed: [ticket], exitCode: 0 });
    },
  );

  it.each<[string, readonly string[]]>([
    ["nothing", []],
    ["--confirm", ["--confirm", "sekisho-dev"]],
    ["another name behind --confirm", ["--confirm", "sekisho-prod"]],
    ["--ticket", ["--ticket", "INC-1"]],
    ["--ticket and --confirm", ["--ticket", "INC-1", "--confirm", "sekisho-dev"]],
    ["a ticket that is none", ["--ticket", "not one"]],
  ])("is not made without --apply, and nobody is asked: with %s", async (_, argv) => {
    expect(await runChange(argv, { answers: [] })).toMatchObject({
      changed: [],
      exitCode: 0,
      errors: "",
      questions: [],
    });
  });

  it("is asked for once, on stderr", async () => {
    expect((await runChange(TICKET, { answers: ["sekisho-dev"] })).questions).toEqual([QUESTION]);
    const wrong = await runChange(TICKET, { answers: ["sekisho-prod", "sekisho-dev"] });
    expect(wrong).toMatchObject({ changed: [], exitCode: 14, questions: [QUESTION] });
  });

  it("ends with 130 when Ctrl-C is the answer", async () => {
    const { changed, runbook } = prepareChange();
    const host = createTestHost(TICKET, {
      isInteractive: true,
      ask: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("AbortError")));
          host.raise("SIGINT");
        }),
    });
    await runRunbook(runbook, host);
    expect([host.exitCode(), changed]).toEqual([130, []]);
  });
});

interface Refusal {
  choice: ChangeChoice;
  /** What the person types; absent = there is no terminal. */
  answers?: readonly (string | undefined)[];
  exitCode: ExitCode;
  line: string;
}

const NO_TICKET =
  "change-it: --apply needs a ticket, so that it can be found out later why this was done. Give --ticket <id>, such as --ticket INC-1.\n";
const BAD_TICKET = / is no ticket\. Give 1 to 64 letters, digits and # \. : \/ _ - after --ticket\.\n$/;
const NOT_NAMED =
  "change-it: --confirm does not name this pool; nothing was changed. Read the plan again: is this the pool you mean?\n";
const NOT_TYPED =
  "change-it: That is not the pool's name; nothing was changed. Read the plan again: is this the pool you mean?\n";
const NOTHING_TYPED =
  "change-it: No name was typed; nothing was changed. Read the plan again: is this the pool you mean?\n";
const NO_TERMINAL =
  "change-it: There is no terminal to type the pool's name at; nothing was changed. Give --confirm <name>.\n";

/** Names that are not sekisho-dev, however near. */
const OTHER_NAMES = [
  "sekisho-prod",
  "sekisho-de",
  "sekisho-dev2",
  "Sekisho-dev",
  "SEKISHO-DEV",
  "sekisho_dev",
  "sekisho dev",
  "sekisho-dev sekisho-dev",
  "sekisho‐dev",
  "sekisho-dev\u200b",
  "ѕekisho-dev",
  "yes",
  "y",
  "*",
  "ap-northeast-1_Test12345",
  "--force",
];

const BAD_TICKETS = [
  "INC 1",
  " INC-1",
  "INC-1 ",
  "INC-1\n",
  "INC-1\u001b[2J",
  "x".repeat(65),
  "チケット1",
  "alice@example.com",
  "a,b",
  "a;b",
  '"INC-1"',
  "'INC-1'",
  "$(id)",
  "{}",
  "INC-1\u202e",
  "<INC-1>",
];

const refusals: Refusal[] = [
  ...[undefined, [], ["sekisho-dev"]].map((answers) => ({
    choice: {},
    ...(answers && { answers }),
    exitCode: 2 as const,
    line: NO_TICKET,
  })),
  { choice: { confirm: "sekisho-dev" }, exitCode: 2, line: NO_TICKET },
  { choice: { confirm: "sekisho-prod" }, exitCode: 2, line: NO_TICKET },
  ...OTHER_NAMES.flatMap<Refusal>((name) => [
    { choice: { ticket: "INC-1", confirm: name }, exitCode: 14, line: NOT_NAMED },
    { choice: { ticket: "INC-1", confirm: name }, answers: ["sekisho-dev"], exitCode: 14, line: NOT_NAMED },
    { choice: { ticket: "INC-1" }, answers: [name], exitCode: 14, line: NOT_TYPED },
  ]),
  ...[" sekisho-dev", "sekisho-dev ", "sekisho-dev\n"].map<Refusal>((confirm) => ({
    choice: { ticket: "INC-1", confirm },
    exitCode: 14,
    line: NOT_NAMED,
  })),
  ...["", " ", "\t", undefined].map<Refusal>((answer) => ({
    choice: { ticket: "INC-1" },
    answers: [answer],
    exitCode: 14,
    line: NOTHING_TYPED,
  })),
  { choice: { ticket: "INC-1" }, exitCode: 14, line: NO_TERMINAL },
];

/** What a person gave and typed, for titles. */
function describeRefusal({ choice, answers, exitCode }: Refusal): string {
  const typed = answers === undefined ? "no terminal" : `typed ${JSON.stringify(answers[0] ?? null)}`;
  return `exit code ${exitCode} for ${JSON.stringify(choice)}, ${typed}`;
}

describe("a change that is not confirmed", () => {
  it.each(refusals.map((refusal) => [describeRefusal(refusal), refusal] as const))(
    "is refused with one line, and nothing is done: %s",
    async (_, { choice, answers, exitCode, line }) => {
      const refused = await runChange(toArguments(choice), answers && { answers });
      expect(refused).toMatchObject({ changed: [], exitCode, errors: line });
    },
  );

  it.each(BAD_TICKETS)("is refused for a ticket that is none before anybody is asked: %j", async (ticket) => {
    const argv = toArguments({ ticket, confirm: "sekisho-dev" });
    const refused = await runChange(argv, { answers: ["sekisho-dev"] });
    expect(refused).toMatchObject({ changed: [], exitCode: 2, questions: [] });
    expect(refused.errors).toMatch(BAD_TICKET);
  });

  it("is never told the right name", () => {
    const told = refusals.filter(({ line }) => line.includes("sekisho-dev"));
    expect(told).toEqual([]);
  });

  it("is refused where a name of blanks is answered with nothing", async () => {
    const ask = async () => "";
    const asked = confirmChange(
      { isInteractive: true, ask },
      { apply: true, ticket: "INC-1" },
      { name: " ", noun: "pool" },
    );
    await expect(asked).rejects.toMatchObject({ exitCode: 14 });
  });
});

function toArguments({ ticket, confirm }: ChangeChoice): string[] {
  return [
    "--apply",
    ...(ticket === undefined ? [] : [`--ticket=${ticket}`]),
    ...(confirm === undefined ? [] : [`--confirm=${confirm}`]),
  ];
}
