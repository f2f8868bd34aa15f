import { parseDocument } from "yaml";
import { z } from "zod";

/** Why one question is not met by some resources, and who answers for it. */
export interface SecurityException {
  ids: string[];
  /** Names of resources, `*` for any text. */
  resources: string[];
  presets: ("baseline" | "strict")[];
  reason: string;
  owner: string;
}

/** The register of exceptions is not readable; the message lists every fault. */
export class ExceptionsError extends Error {}

const entry = z.strictObject({
  ids: z.array(z.string().regex(/^(prowler|checkov|cdk-nag|security-hub):\S+$/)).min(1),
  resources: z.array(z.string().min(1)).min(1),
  presets: z
    .array(z.enum(["baseline", "strict"]))
    .min(1)
    .default(["baseline", "strict"]),
  reason: z.string().min(40),
  owner: z.string().min(2),
});

/**
 * Reads the register (YAML): a list of `{ ids, resources, presets?, reason, owner }`. Throws `ExceptionsError` for text
 * that is not YAML, unknown keys, a reason of fewer than 40 characters or an exception without an owner.
 */
export function readExceptions(text: string, file: string): SecurityException[] {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw new ExceptionsError(`${file} is not readable as YAML: ${broken.message.split("\n")[0]}`);
  const { data, error } = z.array(entry).safeParse(document.toJS());
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new ExceptionsError(`${file}: ${faults.join("; ")}`);
}

/** Whether an exception is about this question, of this resource, in this preset. */
export function covers(
  exception: SecurityException,
  { id, resource, preset }: { id: string; resource: string; preset: "baseline" | "strict" },
): boolean {
  return (
    exception.presets.includes(preset) &&
    exception.ids.includes(id) &&
    exception.resources.some((pattern) => isLike(pattern, resource))
  );
}

/** Whether a name fits a pattern in which `*` stands for any text. */
export function isLike(pattern: string, name: string): boolean {
  const source = pattern.split("*").map((text) => text.replace(/[.?+^$(){}|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(name);
}
