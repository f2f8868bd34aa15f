import type { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import type { DescribeClient } from "./actions.ts";
import { readShape } from "./shapes.ts";
import type { LoadBalancerState } from "./state.ts";

/** What an operation works with. */
export interface OperationContext {
  state: LoadBalancerState;
  describeClient: DescribeClient;
}

/** Answers one operation with its result, or throws an AwsFault; state changes only after the last check. */
export type Operation = (context: OperationContext, input: unknown) => object | Promise<object>;

export type Operations = Readonly<Record<string, Operation>>;

/** An operation that reads its input against a shape first. */
export function operation<Shape extends z.ZodType>(
  shape: Shape,
  run: (context: OperationContext, input: z.output<Shape>) => object | Promise<object>,
): Operation {
  return (context, input) => run(context, readShape(shape, input));
}

/**
 * One page of `items`, each known by a name of its own, and the marker to go on with: the name of the last one shown.
 * A marker that names nothing is refused.
 */
export function readMarkedPage<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { marker, size }: { marker: string | undefined; size: number | undefined },
): { items: Item[]; NextMarker: string | undefined } {
  const start = marker === undefined ? 0 : items.findIndex((item) => nameOf(item) === marker) + 1;
  if (marker !== undefined && start === 0) {
    throw new AwsFault("ValidationError", "The marker is not valid");
  }
  const page = items.slice(start, start + (size ?? MOST_ON_A_PAGE));
  const last = page.at(-1);
  const isMore = start + page.length < items.length;
  return { items: page, NextMarker: isMore && last !== undefined ? nameOf(last) : undefined };
}

const MOST_ON_A_PAGE = 400;
