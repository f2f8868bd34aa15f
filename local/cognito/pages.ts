import { limits } from "./limits.ts";
import { issuePageToken, type PageScope, readPageToken } from "./page-tokens.ts";
import type { SequencedList } from "./sequenced-list.ts";
import type { World } from "./state.ts";

export interface PageRequest {
  limit: number | undefined;
  token: string | undefined;
}

/** One page of a list that others change meanwhile: what stays is neither skipped nor repeated. */
export function readPage<Item extends object>(
  world: World,
  list: Pick<SequencedList<Item>, "after">,
  scope: PageScope,
  request: PageRequest,
  isWanted: (item: Item) => boolean = () => true,
): { items: Item[]; nextToken: string | undefined } {
  const start = readPageToken(world, scope, request.token);
  const asked = request.limit || limits.pageSize;
  const isRagged = world.behaviour.pages === "ragged";
  const size = isRagged ? drawSize(world, asked) : asked;
  const items: Item[] = [];
  let last = start;
  for (const { sequence, item } of list.after(start)) {
    if (!isWanted(item)) continue;
    if (items.length === size) return { items, nextToken: issuePageToken(world, scope, last) };
    items.push(item);
    last = sequence;
  }
  // A page that is full at the very end may still promise more, and the next one is empty.
  const promisesMore = isRagged && size > 0 && items.length === size;
  return { items, nextToken: promisesMore ? issuePageToken(world, scope, last) : undefined };
}

/** One page of a short collection in the order its members came (pools, clients, resource servers). */
export function readCollectionPage<Item extends { readonly sequence: number }>(
  world: World,
  items: Iterable<Item>,
  scope: PageScope,
  request: PageRequest,
): { items: Item[]; nextToken: string | undefined } {
  const list = {
    *after(position: number) {
      for (const item of items) if (item.sequence > position) yield { sequence: item.sequence, item };
    },
  };
  return readPage(world, list, scope, request);
}

/** The member that continues a list, under the name the operation gives it; nothing on the last page. */
export function continuation<Name extends string>(
  name: Name,
  nextToken: string | undefined,
): Partial<Record<Name, string>> {
  const member: Partial<Record<Name, string>> = {};
  if (nextToken !== undefined) member[name] = nextToken;
  return member;
}

/** Anything from an empty page to a full one. */
function drawSize(world: World, asked: number): number {
  return (world.randomBytes(1)[0] ?? 0) % (asked + 1);
}
