import { invalidParameter } from "./faults.ts";
import { limits } from "./limits.ts";

/** Tags after adding some; refuses AWS's reserved prefix and more than a pool can hold. */
export function mergeTags(
  present: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const reserved = Object.keys(added).find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) {
    throw invalidParameter(`aws: prefixed tag key names are not allowed for external use: ${reserved}`);
  }
  const all = { ...present, ...added };
  if (Object.keys(all).length > limits.tagsPerPool) {
    throw invalidParameter(`A user pool can have at most ${limits.tagsPerPool} tags.`);
  }
  return all;
}
