import { type Fault, settingPath } from "./fault.ts";

/** Levels of nesting a section may have; policies, the deepest of ours, need about six. */
const DEEPEST = 50;

/** What cannot be read as a setting in a section: secrets, and values nested without end. */
export function findUnreadable(section: string, value: unknown): Fault[] {
  const faults: Fault[] = [];
  const waiting: { keys: PropertyKey[]; value: unknown }[] = [{ keys: [section], value }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { keys, value: part } = next;
    if (typeof part !== "object" || part === null) continue;
    if (isSecret(part)) {
      const message = "is a secret, and nothing here is secret; set it again without --secret";
      faults.push({ path: settingPath(...keys), message });
    } else if (keys.length > DEEPEST) {
      faults.push({
        path: section,
        message: `is nested more than ${DEEPEST} levels deep; take out what does not belong`,
      });
      return faults;
    } else {
      const children = Array.isArray(part) ? [...part.entries()] : Object.entries(part);
      // Last first, so that the faults come out in the order of the file.
      waiting.push(...children.reverse().map(([key, child]) => ({ keys: [...keys, key], value: child })));
    }
  }
  return faults;
}

/** How a stack file holds a secret; the program gives secrets the same shape, so that both are refused alike. */
export const SECRET = { secure: "" };

function isSecret(value: object): boolean {
  return Object.keys(value).join() === "secure" && "secure" in value && typeof value.secure === "string";
}
