import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument, stringify } from "yaml";
import { readStackFile } from "../../../../infra/settings/stack-file.ts";
import {
  editStackFile,
  readSwapSettings,
  type StackFileText,
} from "../../../../runbooks/rotation/swap/stack-file-edit.ts";
import type { SwapSettings } from "../../../../runbooks/rotation/swap/swap-edits.ts";

const NAME = "Pulumi.dev.yaml";
const file = (text: string): StackFileText => ({ name: NAME, text });
const settings = (generation: number, ...alsoAccept: number[]): SwapSettings => ({ generation, alsoAccept });

function edit(text: string, client: string, asked: SwapSettings) {
  const edited = editStackFile(file(text), client, asked);
  if ("problem" in edited) throw new Error(edited.problem);
  return edited;
}

/** The settings of a swap in their order, there and back again. */
const WAY: readonly SwapSettings[] = [
  settings(1, 2),
  settings(2, 1),
  settings(1, 2),
  settings(2, 1),
  settings(2),
  settings(2, 3),
];

describe("an edit of a stack file", () => {
  it("adds keys behind the kind, in lines of their own, and says them as a person would type them", () => {
    const text = [
      "config:",
      "  sekisho:clients: # who signs people in",
      "    # The site.",
      "    web:",
      "      # Behind the balancer.",
      "      kind: alb # not server",
      "      # Where it lives.",
      "      hosts: [ app.example.com ]",
      "    cli: {kind: cli}",
      "",
    ].join("\n");
    const added = edit(text, "web", settings(1, 2));
    expect(added.lines).toEqual(["+      alsoAccept: [2]"]);
    expect(added.text).toBe(text.replace("# not server\n", "# not server\n      alsoAccept: [2]\n"));
    const moved = edit(added.text, "web", settings(2, 1));
    expect(moved.lines).toEqual(["-      alsoAccept: [2]", "+      generation: 2", "+      alsoAccept: [1]"]);
    const finished = edit(moved.text, "web", settings(2));
    expect(finished.lines).toEqual(["-      alsoAccept: [1]"]);
    expect(finished.text).toBe(text.replace("# not server\n", "# not server\n      generation: 2\n"));
  });

  it.each<[string, string, SwapSettings, string]>([
    [
      "a group in braces",
      "web: {kind: alb, hosts: [a.example.com]}",
      settings(2, 1),
      "web: {kind: alb, generation: 2, alsoAccept: [1], hosts: [a.example.com]}",
    ],
    [
      "a group in braces that loses a key",
      "web: { kind: alb, alsoAccept: [1], generation: 2 }",
      settings(2),
      "web: { kind: alb, generation: 2 }",
    ],
    [
      "a group in braces that loses its first key",
      "web: {alsoAccept: [1], kind: alb, generation: 2}",
      settings(2),
      "web: {kind: alb, generation: 2}",
    ],
    ["quoted keys", `web: {"kind": "alb"}`, settings(1, 2), `web: {"kind": "alb", "alsoAccept": [2]}`],
    [
      "numbers that stand there",
      "web:\n      kind: alb\n      generation: 3 # third\n      alsoAccept:\n        - 2 # until Friday",
      settings(2, 3),
      "web:\n      kind: alb\n      generation: 2 # third\n      alsoAccept:\n        - 3 # until Friday",
    ],
    [
      "a list on lines of its own that goes",
      "web:\n      kind: alb\n      alsoAccept:\n        - 2\n      # Hosts.\n      hosts: [a.example.com]",
      settings(1),
      "web:\n      kind: alb\n      # Hosts.\n      hosts: [a.example.com]",
    ],
    [
      "an empty list",
      "web: {kind: alb, alsoAccept: []}",
      settings(1, 2),
      "web: {kind: alb, alsoAccept: [2]}",
    ],
  ])("keeps the style of %s", (_title, before, asked, after) => {
    const textOf = (client: string) => `config:\n  sekisho:clients:\n    ${client}\n`;
    expect(edit(textOf(before), "web", asked).text).toBe(textOf(after));
  });

  it("keeps a file without a last line feed, and one with the line ends of Windows", () => {
    expect(edit("config:\n  sekisho:clients:\n    web:\n      kind: alb", "web", settings(1, 2)).text).toBe(
      "config:\n  sekisho:clients:\n    web:\n      kind: alb\n      alsoAccept: [2]",
    );
    expect(
      edit("config:\r\n  sekisho:clients:\r\n    web:\r\n      kind: alb\r\n", "web", settings(2, 1)).text,
    ).toBe(
      "config:\r\n  sekisho:clients:\r\n    web:\r\n      kind: alb\r\n      generation: 2\r\n      alsoAccept: [1]\r\n",
    );
  });

  it("works inside the JSON text that the CLI writes, in its own spacing and quotes", () => {
    const json = `{"web":{"kind":"alb","hosts":["it's.example.com"]},"cli":{"kind":"cli"}}`;
    const single = `config:\n  sekisho:clients: '${json.replaceAll("'", "''")}'\n  sekisho:preset: baseline\n`;
    expect(edit(single, "web", settings(2, 1)).text).toBe(
      single.replace(`"kind":"alb"`, `"kind":"alb","generation":2,"alsoAccept":[1]`),
    );
    const double = `config:\n  sekisho:clients: ${JSON.stringify(json)}\n`;
    expect(edit(double, "web", settings(1, 2)).text).toBe(
      double.replace(`\\"kind\\":\\"alb\\"`, `\\"kind\\":\\"alb\\",\\"alsoAccept\\":[2]`),
    );
  });

  it.each(["web", "backend", "batch"])("works in a file that the CLI rewrote, for %s", (client) => {
    const text = readFileSync(new URL("../../../fixtures/settings/Pulumi.dev.yaml", import.meta.url), "utf8");
    walk(text, client);
  });

  it.each(["web", "backend", "batch"])("works in the sample, for %s", (client) => {
    walk(readFileSync(new URL("../../../../Pulumi.dev.yaml", import.meta.url), "utf8"), client);
  });

  it("leaves everything but the two keys as it was, in whatever way a file is written", () => {
    fc.assert(
      fc.property(anyStackFile, ({ text, client }) => walk(text, client)),
      { numRuns: 60 },
    );
  });
});

describe("a stack file that cannot be edited", () => {
  const before = "config:\n  sekisho:clients:\n";
  it.each<[string, string, string]>([
    [
      "is no YAML",
      "config: {",
      "is not readable as YAML: Flow map in block collection must be sufficiently indented and end with a } at line 1, column 10; correct that place",
    ],
    ["has no clients", "config:\n  sekisho:preset: baseline\n", "has no clients under sekisho:clients"],
    ["lacks the client", `${before}    cli: {kind: cli}\n`, "has no client web under sekisho:clients"],
    [
      "has a generation that is none",
      `${before}    web: {kind: alb, generation: two}\n`,
      "has a generation or alsoAccept of web that is none; npm run check-settings says more",
    ],
    [
      "accepts two more",
      `${before}    web: {kind: alb, alsoAccept: [2, 3]}\n`,
      "has a generation or alsoAccept of web that is none; npm run check-settings says more",
    ],
    [
      "shares the client's text with another",
      `${before}    cli: &same {kind: alb}\n    web: *same\n`,
      "cannot be edited without changing more; write generation: 2 and alsoAccept: [1] under web by hand",
    ],
    [
      "gives the client's text to another",
      `${before}    web: &same {kind: alb}\n    cli: *same\n`,
      "cannot be edited without changing more; write generation: 2 and alsoAccept: [1] under web by hand",
    ],
    [
      "merges the client from elsewhere",
      `base: &base {kind: alb}\n${before}    web:\n      <<: *base\n`,
      "cannot be edited without changing more; write generation: 2 and alsoAccept: [1] under web by hand",
    ],
    [
      "keeps a comment where a key has to go",
      `${before}    web: {\n      kind: alb, # kind\n      # soon\n      alsoAccept: [2]}\n`,
      "cannot be edited without changing more; write generation: 2 and no alsoAccept under web by hand",
    ],
    [
      "has JSON in a block of text",
      `config:\n  sekisho:clients: |\n    {"web":\n    {"kind": "alb"}}\n`,
      "cannot be edited without changing more; write generation: 2 and alsoAccept: [1] under web by hand",
    ],
  ])("because it %s", (_title, text, problem) => {
    const asked = problem.includes("no alsoAccept") ? settings(2) : settings(2, 1);
    expect(editStackFile(file(text), "web", asked)).toEqual({ problem });
  });

  it("because of its name", () => {
    expect(readSwapSettings({ name: "dev.yaml", text: "" }, "web")).toEqual({
      problem: "is not named Pulumi.<stack>.yaml; the name tells which stack it is for",
    });
  });
});

/** Goes the whole way of a swap, and compares after each step. */
function walk(text: string, client: string): void {
  let at = text;
  for (const asked of WAY) {
    const { text: next, lines } = edit(at, client, asked);
    expect(readSwapSettings(file(next), client)).toEqual(asked);
    expect(restOf(next, client)).toEqual(restOf(at, client));
    expect(linesOf(next).length - linesOf(at).length).toBe(count(lines, "+") - count(lines, "-"));
    // What is typed is all there is. (Equal lines of two clients are not told apart: the values are, above.)
    expect(without(linesOf(at), lines, "-").toSorted()).toEqual(
      without(linesOf(next), lines, "+").toSorted(),
    );
    expect(edit(next, client, asked)).toEqual({ text: next, lines: [] });
    at = next;
  }
}

function restOf(text: string, client: string): unknown {
  const read = readStackFile(text, NAME);
  if ("faults" in read) throw new Error(read.faults[0]?.message);
  const clients = read.raw.config.clients as Record<string, Record<string, unknown>>;
  const { generation: _, alsoAccept: __, ...rest } = clients[client] ?? {};
  const { config, ...others } = parseDocument(text, { merge: true }).toJS();
  return { clients: { ...clients, [client]: rest }, config: { ...config, "sekisho:clients": null }, others };
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

function count(lines: readonly string[], sign: string): number {
  return lines.filter((line) => line.startsWith(sign)).length;
}

function without(all: readonly string[], lines: readonly string[], sign: string): string[] {
  const left = [...all];
  for (const line of lines) if (line.startsWith(sign)) left.splice(left.indexOf(line.slice(1)), 1);
  return left;
}

const words = fc.constantFrom(
  "alb",
  "server",
  "machine",
  "app.example.com",
  "it's",
  'say "x"',
  "a: b",
  "# no",
  "あ",
  "",
);
const clientRecord = fc.record(
  {
    flows: fc.array(words, { maxLength: 3 }),
    note: words,
    kind: fc.constantFrom("alb", "server", "machine"),
    generation: fc.integer({ min: 1, max: 99 }),
    alsoAccept: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 1 }),
    validity: fc.record({ access: fc.constant("1h") }),
  },
  { requiredKeys: ["kind"] },
);
/** Stack files in block style, in braces, as JSON text in either quotes, with comments between. */
const anyStackFile = fc
  .record({
    clients: fc.dictionary(fc.constantFrom("web", "backend", "batch", "kind", "generation"), clientRecord, {
      minKeys: 1,
    }),
    style: fc.constantFrom("block", "flow", "clients in braces", "single", "double"),
    salt: fc.boolean(),
    comments: fc.boolean(),
    isWindows: fc.boolean(),
    pick: fc.nat(),
  })
  .map(({ clients, style, salt, comments, isWindows, pick }) => {
    const names = Object.keys(clients);
    let text = writeFile(clients, style);
    if (salt) text = `encryptionsalt: v1:AAAA=:v1:BBBB:CCCC==\n${text}`;
    if (comments && style === "block")
      text = text.replaceAll(/\n(\s+)kind:([^\n]*)/g, "\n$1# kind\n$1kind:$2 # $2\n$1# next");
    if (isWindows) text = text.replaceAll("\n", "\r\n");
    return { text, client: names[pick % names.length] ?? "web" };
  });

function writeFile(clients: object, style: string): string {
  const config: Record<string, unknown> = { "aws:region": "ap-northeast-1", "sekisho:preset": "baseline" };
  if (style === "single")
    return `config:\n  a: 1\n  sekisho:clients: '${JSON.stringify(clients).replaceAll("'", "''")}'\n  b: 2\n`;
  if (style === "double") return `config:\n  sekisho:clients: ${JSON.stringify(JSON.stringify(clients))}\n`;
  const document = parseDocument(
    stringify({ config: { ...config, "sekisho:clients": clients, "x:y": [1] } }, { lineWidth: 0 }),
  );
  if (style === "flow")
    document.setIn(["config", "sekisho:clients"], document.createNode(clients, { flow: true }));
  if (style === "clients in braces") {
    for (const [name, client] of Object.entries(clients)) {
      document.setIn(["config", "sekisho:clients", name], document.createNode(client, { flow: true }));
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: style === "flow" });
}
