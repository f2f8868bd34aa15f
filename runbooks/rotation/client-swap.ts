import type { ChangeChoice } from "../runtime/confirmation.ts";
import { RunbookError } from "../runtime/errors.ts";
import type { RunbookResult } from "../runtime/runbook.ts";
import type { StackChoice } from "../runtime/stack-outputs.ts";
import type { ClientUse, DescribedListener } from "./client-uses.ts";
import type { RotatedStack, RotationContext } from "./rotated-stack.ts";
import type { RotationOrder } from "./rotation-order.ts";

/** A rotation by a second generation of the client. */
export interface ClientSwap {
  stack: RotatedStack;
  order: RotationOrder;
  /** Every listener of the Region, to look for other generations of the client (findClientUses). */
  listeners: readonly DescribedListener[];
  /** Where the generation in use is carried. */
  uses: readonly ClientUse[];
  /** What the command line says about the stack and about changing anything. */
  choice: StackChoice & ChangeChoice;
}

/** Shows, carries out, takes back, or finishes a rotation by a second generation of the client, as the order says. */
export async function runClientSwap(
  { stack }: ClientSwap,
  _context: RotationContext,
): Promise<RunbookResult> {
  throw new RunbookError(
    `The client ${stack.name} has to be rotated by a second client, which this version cannot.`,
    {
      exitCode: 2,
      remedy: "Nothing was changed.",
    },
  );
}
