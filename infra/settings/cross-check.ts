import type { Fault } from "./fault.ts";
import type { Settings } from "./stack-settings.ts";

/**
 * The sections that were read without a fault, defaults filled in. A key that is absent had faults of its own; a key
 * with the value undefined is a section the stack file leaves out. Rules are in the order of the file.
 */
export type ReadSections = { [Key in keyof Settings]?: Settings[Key] | undefined };

/**
 * A rule between settings of several sections: the faults it finds, none when a section it needs has faults already.
 */
export type CrossCheck = (sections: ReadSections) => Fault[];

/** A check that runs when every section it needs could be read. */
export function needing<const Key extends keyof Settings>(
  keys: readonly Key[],
  find: (sections: Pick<Settings, Key>) => Fault[],
): CrossCheck {
  return (sections) => (hasAll(sections, keys) ? find(sections) : []);
}

/** Whether all these sections could be read. */
export function hasAll<Key extends keyof Settings>(
  sections: ReadSections,
  keys: readonly Key[],
): sections is ReadSections & Pick<Settings, Key> {
  return keys.every((key) => Object.hasOwn(sections, key));
}
