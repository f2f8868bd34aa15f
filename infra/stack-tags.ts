/** The tag by which everything in AWS says which stack it belongs to. */
export const STACK_TAG = "sekisho:stack";

export type Tags = Record<string, string>;

/** The tags of everything that a stack makes. */
export function stackTags(stack: string): Tags {
  return { [STACK_TAG]: stack };
}
