import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const RUNBOOKS = fileURLToPath(new URL("../../runbooks", import.meta.url));

/** What a runbook may not call: it replaces the whole settings of a pool or client, not only what it names. */
const OWNED_BY_THE_PROGRAM = /\b(UpdateUserPool|UpdateUserPoolClient|SetUserPoolMfaConfig)Command\b/;

/** The drill sets up and deletes pools of its own; of the program's pool it knows nothing but the set. */
const OWN_POOLS = join("drill", "rehearsal-pools.ts");

const sources = readdirSync(RUNBOOKS, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

test("knows a call that resets what it leaves out", () => {
  expect("await send(new UpdateUserPoolCommand({ UserPoolId }))").toMatch(OWNED_BY_THE_PROGRAM);
  expect(sources.length).toBeGreaterThan(10);
  expect(sources).toContain(OWN_POOLS);
});

test.each(sources.filter((file) => file !== OWN_POOLS))(
  "%s resets no setting of a pool by leaving it out",
  (file) => {
    expect(readFileSync(join(RUNBOOKS, file), "utf8")).not.toMatch(OWNED_BY_THE_PROGRAM);
  },
);
