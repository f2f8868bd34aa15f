import { isDeepStrictEqual } from "node:util";
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  type YAMLMap,
} from "yaml";
import { z } from "zod";
import { readStackFile } from "../../../infra/settings/stack-file.ts";
import type { SwapSettings } from "./swap-edits.ts";

/** A stack file as it was read. */
export interface StackFileText {
  /** `Pulumi.<stack>.yaml`. */
  name: string;
  text: string;
}

/** A stack file with other settings for one client, and nothing else changed. */
export interface EditedStackFile {
  text: string;
  /** The lines that differ, as a person would type them: `-` before those that go, `+` before those that come. */
  lines: string[];
}

/** Why a stack file cannot be read or edited: the end of a sentence that begins with the file's name. */
export interface StackFileProblem {
  problem: string;
}

/** What a stack file says about the generations of a client. */
export function readSwapSettings(file: StackFileText, client: string): SwapSettings | StackFileProblem {
  const clients = readClients(file);
  if ("problem" in clients) return clients;
  const found = clients.byName[client];
  if (found === undefined) return { problem: `has no client ${client} under sekisho:clients` };
  const { success, data } = swapSettings.safeParse(found);
  if (!success) {
    return {
      problem: `has a generation or alsoAccept of ${client} that is none; npm run check-settings says more`,
    };
  }
  return { generation: data.generation, alsoAccept: data.alsoAccept };
}

/**
 * Writes other generations of a client into a stack file. Every other character stays: comments, order, quotes and
 * whatever way the section is written in, JSON text of the Pulumi CLI included. Where that cannot be done, as behind
 * an alias that others share, there is a problem instead.
 */
export function editStackFile(
  file: StackFileText,
  client: string,
  settings: SwapSettings,
): EditedStackFile | StackFileProblem {
  const found = readSwapSettings(file, client);
  if ("problem" in found) return found;
  const section = findSection(file.text);
  const text = section && editSection(file.text, section, client, settings);
  if (text === undefined || !changesNothingElse(file, text, client, settings)) {
    return {
      problem: `cannot be edited without changing more; write ${describeKeys(settings)} under ${client} by hand`,
    };
  }
  return { text, lines: changedLines(file.text, text) };
}

const swapSettings = z.looseObject({
  generation: z.int().min(1).max(99).default(1),
  alsoAccept: z.array(z.int().min(1).max(99)).max(1).default([]),
});
const clientsSection = z.record(z.string(), z.unknown());

function readClients(file: StackFileText): { byName: Record<string, unknown> } | StackFileProblem {
  const read = readStackFile(file.text, file.name);
  if ("faults" in read) return { problem: read.faults[0]?.message ?? "cannot be read" };
  const { success, data } = clientsSection.safeParse(read.raw.config.clients);
  return success ? { byName: data } : { problem: "has no clients under sekisho:clients" };
}

/** A place in a text and what is to stand there. */
interface Splice {
  from: number;
  to: number;
  text: string;
}

const SECTION = "sekisho:clients";

function findSection(text: string): Node | undefined {
  const { contents } = parseDocument(text, { merge: true });
  const config = isMap(contents) ? nodeAt(contents, "config") : undefined;
  return isMap(config) ? nodeAt(config, SECTION) : undefined;
}

/** The text with the section edited; undefined where that cannot be done. */
function editSection(
  text: string,
  section: Node,
  client: string,
  settings: SwapSettings,
): string | undefined {
  if (isMap(section)) {
    const splices = editClient(text, nodeAt(section, client), settings);
    return splices && splice(text, splices);
  }
  // As the CLI keeps a whole section that was set by hand. JSON is YAML, so the same edit fits inside.
  if (!isScalar(section) || typeof section.value !== "string" || !section.range) return undefined;
  const inner = section.value;
  if (inner.includes("\n")) return undefined;
  const { contents } = parseDocument(inner);
  const splices = isMap(contents) && editClient(inner, nodeAt(contents, client), settings);
  if (!splices) return undefined;
  const [from, to] = section.range;
  const edited = splice(inner, splices);
  if (section.type === Scalar.QUOTE_SINGLE) {
    return splice(text, [{ from, to, text: `'${edited.replaceAll("'", "''")}'` }]);
  }
  if (section.type === Scalar.QUOTE_DOUBLE) return splice(text, [{ from, to, text: JSON.stringify(edited) }]);
  return undefined;
}

function editClient(text: string, client: Node | undefined, settings: SwapSettings): Splice[] | undefined {
  if (!isMap(client)) return undefined;
  const kind = client.items.findIndex((pair) => keyOf(pair) === "kind");
  if (kind === -1) return undefined;
  const place = placeAfter(text, client, kind);
  const { generation, alsoAccept } = settings;
  const splices = [
    setNumber(client, place, generation),
    alsoAccept[0] === undefined
      ? removeKey(text, client, "alsoAccept")
      : setList(client, place, alsoAccept[0]),
  ];
  return splices.every((one) => one !== undefined) ? splices.flat() : undefined;
}

/** Where a new key goes, and what stands before and after it there. */
interface NewKeyPlace {
  at: number;
  format: (key: string, value: string) => string;
}

/** Behind the pair at `index`: no comment there belongs to what comes next. */
function placeAfter(text: string, map: YAMLMap, index: number): NewKeyPlace | undefined {
  const pair = map.items[index];
  const key = pair?.key;
  const end = pair && endOf(pair);
  if (!isScalar(key) || !key.range || end === undefined) return undefined;
  if (map.flow) {
    // As its neighbour is written: {"kind":"server"} or {kind: server}.
    const quote = key.type === Scalar.QUOTE_DOUBLE ? '"' : key.type === Scalar.QUOTE_SINGLE ? "'" : "";
    const isTight = quote !== "" && /^:\S/.test(text.slice(key.range[1]));
    const space = isTight ? "" : " ";
    return { at: end, format: (name, value) => `,${space}${quote}${name}${quote}:${space}${value}` };
  }
  const indent = text.slice(startOfLine(text, key.range[0]), key.range[0]);
  if (!/^ *$/.test(indent)) return undefined;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const at = endOfLine(text, end);
  const isLast = at === text.length && !text.endsWith("\n");
  return {
    at,
    format: (name, value) =>
      isLast ? `${newline}${indent}${name}: ${value}` : `${indent}${name}: ${value}${newline}`,
  };
}

function setNumber(map: YAMLMap, place: NewKeyPlace | undefined, generation: number): Splice[] | undefined {
  const pair = pairOf(map, "generation");
  if (pair !== undefined) return replaceNode(pair.value, String(generation));
  // The default needs no key.
  if (generation === 1) return [];
  return place && [{ from: place.at, to: place.at, text: place.format("generation", String(generation)) }];
}

function setList(map: YAMLMap, place: NewKeyPlace | undefined, number: number): Splice[] | undefined {
  const pair = pairOf(map, "alsoAccept");
  if (pair === undefined) {
    return place && [{ from: place.at, to: place.at, text: place.format("alsoAccept", `[${number}]`) }];
  }
  const list = pair.value;
  if (!isSeq(list)) return undefined;
  const [item] = list.items;
  if (item !== undefined) return replaceNode(item, String(number));
  return list.range ? replaceNode(list, `[${number}]`) : undefined;
}

function removeKey(text: string, map: YAMLMap, name: string): Splice[] | undefined {
  const index = map.items.findIndex((pair) => keyOf(pair) === name);
  const pair = map.items[index];
  if (pair === undefined) return [];
  const start = startOf(pair);
  const end = endOf(pair);
  if (start === undefined || end === undefined) return undefined;
  if (!map.flow) {
    const from = startOfLine(text, start);
    return /^ *$/.test(text.slice(from, start)) ? [{ from, to: endOfLine(text, end), text: "" }] : undefined;
  }
  const before = map.items[index - 1];
  const after = map.items[index + 1];
  const from = before === undefined ? start : endOf(before);
  const to = before === undefined ? after && startOf(after) : end;
  if (from === undefined || to === undefined) return undefined;
  const between = before === undefined ? text.slice(end, to) : text.slice(from, start);
  return /^\s*,\s*$/.test(between) ? [{ from, to, text: "" }] : undefined;
}

function replaceNode(node: unknown, text: string): Splice[] | undefined {
  if (!(isScalar(node) || isSeq(node) || isAlias(node)) || !node.range) return undefined;
  return [{ from: node.range[0], to: node.range[1], text }];
}

function splice(text: string, splices: readonly Splice[]): string {
  let result = "";
  let at = 0;
  // Two new keys have the same place and stay in order: the sort is stable.
  for (const { from, to, text: inserted } of splices.toSorted((one, other) => one.from - other.from)) {
    result += text.slice(at, from) + inserted;
    at = to;
  }
  return result + text.slice(at);
}

/** Whether the edit says what it should and the file otherwise what it said: anchors and merges reach far. */
function changesNothingElse(
  file: StackFileText,
  text: string,
  client: string,
  settings: SwapSettings,
): boolean {
  const before = readClients(file);
  const edited = { ...file, text };
  const after = readClients(edited);
  if ("problem" in before || "problem" in after) return false;
  const found = readSwapSettings(edited, client);
  if (!isDeepStrictEqual(found, settings)) return false;
  return isDeepStrictEqual(
    [withoutKeys(before.byName, client), withoutSection(file.text)],
    [withoutKeys(after.byName, client), withoutSection(text)],
  );
}

function withoutKeys(clients: Record<string, unknown>, client: string): Record<string, unknown> {
  const { generation: _, alsoAccept: __, ...rest } = clientsSection.parse(clients[client]);
  return { ...clients, [client]: rest };
}

const wholeFile = z.looseObject({ config: z.record(z.string(), z.unknown()) });

function withoutSection(text: string): unknown {
  const { config, ...rest } = wholeFile.parse(parseDocument(text, { merge: true }).toJS());
  const { [SECTION]: _, ...others } = config;
  return { ...rest, config: others };
}

function describeKeys({ generation, alsoAccept }: SwapSettings): string {
  const second = alsoAccept[0] === undefined ? "no alsoAccept" : `alsoAccept: [${alsoAccept[0]}]`;
  return `generation: ${generation} and ${second}`;
}

/** The lines of both texts that the longest run of common lines leaves over, in their order. */
function changedLines(before: string, after: string): string[] {
  const old = before.split(/\r?\n/);
  const young = after.split(/\r?\n/);
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(old.length, young.length) - start &&
    old[old.length - 1 - end] === young[young.length - 1 - end]
  ) {
    end += 1;
  }
  return alignLines(old.slice(start, old.length - end), young.slice(start, young.length - end));
}

function alignLines(old: readonly string[], young: readonly string[]): string[] {
  const [first, ...laterOld] = old;
  const [second, ...laterYoung] = young;
  if (first === undefined) return young.map((line) => `+${line}`);
  if (second === undefined) return old.map((line) => `-${line}`);
  if (first === second) return alignLines(laterOld, laterYoung);
  // A stack file changes in two places at the most, a line each: whichever line comes back sooner stayed.
  const gone = old.indexOf(second);
  const came = young.indexOf(first);
  if (came !== -1 && (gone === -1 || came <= gone)) return [`+${second}`, ...alignLines(old, laterYoung)];
  if (gone !== -1) return [`-${first}`, ...alignLines(laterOld, young)];
  return [`-${first}`, `+${second}`, ...alignLines(laterOld, laterYoung)];
}

function nodeAt(map: YAMLMap, name: string): Node | undefined {
  const value = pairOf(map, name)?.value;
  return isMap(value) || isScalar(value) || isSeq(value) || isAlias(value) ? value : undefined;
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find((pair) => keyOf(pair) === name);
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : undefined;
}

function startOf({ key }: Pair): number | undefined {
  return isScalar(key) ? key.range?.[0] : undefined;
}

function endOf({ key, value }: Pair): number | undefined {
  const node = isMap(value) || isScalar(value) || isSeq(value) || isAlias(value) ? value : key;
  return isMap(node) || isScalar(node) || isSeq(node) || isAlias(node) ? node.range?.[1] : undefined;
}

function startOfLine(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** The place behind the line that ends what ends at `at`. */
function endOfLine(text: string, at: number): number {
  if (text[at - 1] === "\n") return at;
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline + 1;
}
