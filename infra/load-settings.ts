import { getStack, RunError, runtime } from "@pulumi/pulumi";
import { SECRET } from "./settings/plain-values.ts";
import { sekishoSections } from "./settings/stack-file.ts";
import { type GoodSettings, readSettings } from "./settings.ts";

/**
 * The settings of the stack that is being deployed, with what to think twice about; the only reader of the engine's configuration. Throws one
 * RunError that lists every fault, so call it before anything is declared. `env` is the environment that the engine
 * started the program with: it alone says which values are secrets.
 */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): GoodSettings {
  const config = hideSecrets(runtime.allConfig(), secretKeys(env));
  const region = config["aws:region"];
  const result = readSettings({
    stack: getStack(),
    region: typeof region === "string" ? region : undefined,
    config: sekishoSections(config),
  });
  if ("settings" in result) return result;
  throw new RunError(formatFaults(getStack(), result.faults));
}

function hideSecrets(config: Record<string, string>, secrets: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(config);
  return Object.fromEntries(entries.map(([key, value]) => [key, secrets.includes(key) ? SECRET : value]));
}

function secretKeys(env: Readonly<Record<string, string | undefined>>): string[] {
  const keys: unknown = JSON.parse(env.PULUMI_CONFIG_SECRET_KEYS || "[]");
  // Older engines write `sekisho:config:users`.
  return Array.isArray(keys) ? keys.map((key) => String(key).replace(":config:", ":")) : [];
}

/** All faults of a stack's settings, one a line. */
export function formatFaults(stack: string, faults: readonly { path: string; message: string }[]): string {
  const lines = faults.map(({ path, message }) => `  ${path} ${message}`);
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [`Pulumi.${stack}.yaml has ${count}; nothing was changed:`, ...lines].join("\n");
}
