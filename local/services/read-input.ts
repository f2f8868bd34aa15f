import type { z } from "zod";
import type { AwsFault } from "../aws-fault.ts";

/** The input of one operation as its shape reads it; `refuse` makes the service's refusal out of the first fault found. */
export function readInput<Shape extends z.ZodType>(
  shape: Shape,
  input: unknown,
  refuse: (message: string) => AwsFault,
): z.output<Shape> {
  const result = shape.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw refuse(`${issue?.path.join(".") || "The request"}: ${issue?.message ?? "is not valid"}`);
}
