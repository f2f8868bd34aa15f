import { isMap } from "../engine/property-path.ts";
import type { PropertyMap } from "../engine/property-values.ts";

export interface TagChanges {
  /** Tags that are new or have another value. */
  set: Record<string, string>;
  /** Keys of tags that are gone. */
  gone: string[];
}

/** The tags of a resource's inputs. */
export function tagsOf(inputs: PropertyMap): Record<string, string> {
  const { tags } = inputs;
  if (!isMap(tags)) return {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

/** Tags as most AWS services want them. */
export function tagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Sets and removes what differs between two sets of inputs; calls nothing when no tag does. */
export async function changeTags(
  before: PropertyMap,
  after: PropertyMap,
  calls: {
    set: (tags: Record<string, string>) => Promise<unknown>;
    remove: (keys: string[]) => Promise<unknown>;
  },
): Promise<void> {
  const { set, gone } = compareTags(tagsOf(before), tagsOf(after));
  if (Object.keys(set).length > 0) await calls.set(set);
  if (gone.length > 0) await calls.remove(gone);
}

export function compareTags(before: Record<string, string>, after: Record<string, string>): TagChanges {
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    gone: Object.keys(before).filter((key) => !(key in after)),
  };
}
