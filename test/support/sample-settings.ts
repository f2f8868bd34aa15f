import { readFileSync } from "node:fs";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { readSettings, type Settings } from "../../infra/settings.ts";

/** The stack file that people start from. */
export const SAMPLE_FILE = new URL("../../Pulumi.dev.yaml", import.meta.url);

/** Keys from a section down to one setting, places in lists as numbers. */
export type SettingKeys = readonly [string, ...(string | number)[]];

/** What a row of a table changes: the keys of a setting and its new value; undefined takes it out. */
export type Change = readonly [keys: SettingKeys, value: unknown];

const sample = readStackFile(readFileSync(SAMPLE_FILE, "utf8"), "Pulumi.dev.yaml");

/** The settings of the sample as the stack file says them, changed; a fresh copy each time. */
export function sampleConfig(...changes: readonly Change[]): Record<string, unknown> {
  if ("faults" in sample) throw new Error(JSON.stringify(sample.faults));
  const config: Record<string, unknown> = structuredClone({ ...sample.raw.config });
  for (const [keys, value] of changes) changeSetting(config, keys, value);
  return config;
}

/** Reads the changed sample for the stack dev in Tokyo. */
export function readSample(...changes: readonly Change[]): ReturnType<typeof readSettings> {
  return readSettings({ stack: "dev", region: "ap-northeast-1", config: sampleConfig(...changes) });
}

/** The settings of a changed sample that must be good. */
export function goodSettings(...changes: readonly Change[]): Settings {
  return settingsOf(readSample(...changes));
}

export function settingsOf(result: ReturnType<typeof readSettings>): Settings {
  if ("faults" in result) throw new Error(JSON.stringify(result.faults, undefined, 2));
  return result.settings;
}

function changeSetting(config: Record<string, unknown>, keys: SettingKeys, value: unknown): void {
  const parent = keys.slice(0, -1).reduce<unknown>((group, key) => {
    if (!isGroup(group)) throw new Error(`the sample has nothing at ${keys.join(".")}`);
    group[key] ??= {};
    return group[key];
  }, config);
  const last = keys.at(-1);
  if (!isGroup(parent) || last === undefined) throw new Error(`the sample has nothing at ${keys.join(".")}`);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
}

function isGroup(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
