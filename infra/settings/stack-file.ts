import { basename } from "node:path";
import { parseDocument } from "yaml";
import type { RawSettings } from "../settings.ts";
import type { Fault } from "./fault.ts";
import { shown } from "./schema.ts";

const PREFIX = "sekisho:";
/** Characters; beyond them the search for keys given twice takes minutes. */
const LONGEST_FILE = 256 * 1024;

/**
 * Reads a stack file as the Pulumi CLI keeps it. `fileName` names the stack (`Pulumi.<stack>.yaml`) and stands as the
 * path of faults that concern the whole file: no YAML, a key twice, no `config`.
 */
export function readStackFile(text: string, fileName: string): { raw: RawSettings } | { faults: Fault[] } {
  const path = basename(fileName);
  const refuse = (message: string) => ({ faults: [{ path, message }] });
  const stack = stackOf(path);
  if (stack === undefined)
    return refuse("is not named Pulumi.<stack>.yaml; the name tells which stack it is for");
  if (text.length > LONGEST_FILE) {
    return refuse(
      `has more than ${LONGEST_FILE / 1024} KiB, which no stack file needs; is it the right file?`,
    );
  }
  const document = parseDocument(text, { merge: true });
  if (document.errors.length > 0) {
    return { faults: document.errors.map(({ message }) => ({ path, message: yamlSentence(message) })) };
  }
  const content = toPlain(() => document.toJS() as unknown);
  if ("problem" in content) return refuse(content.problem);
  const config = isGroup(content.value) ? content.value.config : undefined;
  if (!isGroup(config)) return refuse(`has no config, which must hold aws:region and the sekisho: sections`);
  return { raw: { stack, region: regionOf(config), config: sekishoSections(config) } };
}

/** The settings among all configuration values of a stack, without their prefix; JSON text becomes what it says. */
export function sekishoSections(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, value]) => [key.slice(PREFIX.length), parseValue(value)]),
  );
}

// The CLI writes `key: '{"json": true}'` when a whole object was set by hand, and hands every scalar to a program as
// text.
function parseValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    // A plain word, such as a preset's name.
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

function stackOf(fileName: string): string | undefined {
  return /^Pulumi\.(.+)\.ya?ml$/.exec(fileName)?.[1];
}

function regionOf(config: Record<string, unknown>): string | undefined {
  const region = config["aws:region"];
  return region === undefined || typeof region === "string" ? region : shown(region);
}

// An alias that expands without end is found only here.
function toPlain(convert: () => unknown): { value: unknown } | { problem: string } {
  try {
    return { value: convert() };
  } catch (error) {
    if (error instanceof ReferenceError) return { problem: yamlSentence(error.message) };
    throw error;
  }
}

function yamlSentence(message: string): string {
  const [first = ""] = message.split("\n");
  return `is not readable as YAML: ${first.replace(/[:\s]+$/, "")}; correct that place`;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
