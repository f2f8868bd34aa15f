import { AwsFault } from "../../local/aws-fault.ts";
import type { CognitoModel } from "../../local/cognito/model.ts";

/** One call that would change something in a user pool. */
export interface PoolWrite {
  operation: string;
  input: Readonly<Record<string, unknown>>;
  /** The name of AWS's refusal; undefined where it was carried out. */
  refusal?: string;
}

/** Operations that only tell something. */
const READS = /^(AdminGet|AdminList|Describe|Get|List)/;

/**
 * Notes down every call that would change something, from now on, whether its answer arrives or not; `beforeWrite` is
 * told of each before it is carried out.
 */
export function recordWrites(model: CognitoModel, beforeWrite: (write: PoolWrite) => void): PoolWrite[] {
  const writes: PoolWrite[] = [];
  const { handle } = model;
  model.handle = async (operation, input, caller) => {
    if (READS.test(operation)) return handle(operation, input, caller);
    const write: PoolWrite = { operation, input: input as PoolWrite["input"] };
    beforeWrite(write);
    writes.push(write);
    try {
      return await handle(operation, input, caller);
    } catch (error) {
      write.refusal = error instanceof AwsFault ? error.code : String(error);
      throw error;
    }
  };
  return writes;
}
