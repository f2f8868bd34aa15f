import { AwsFault } from "../../../local/aws-fault.ts";
import { type CognitoModel, createCognitoModel } from "../../../local/cognito/model.ts";
import { noPartners, type Partners } from "../../../local/cognito/partners.ts";

/** Bytes that look random and are the same in every run: a counter through a 32-bit mix. */
export function countedBytes(start = 1): (count: number) => Uint8Array {
  let state = start;
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
      return (mixed ^ (mixed >>> 14)) & 0xff;
    });
}

/** A model with a fixed clock and counted randomness. */
export function openModel(
  now = "2026-11-21T03:00:00Z",
  seed = 1,
  partners?: Partial<Partners>,
): CognitoModel {
  return createCognitoModel({
    partners: { ...noPartners, ...partners },
    region: "ap-northeast-1",
    account: "123456789012",
    now: () => new Date(now),
    randomBytes: countedBytes(seed),
  });
}

/** A signed call. */
export function call(model: CognitoModel, operation: string, input: unknown): Promise<unknown> {
  return model.handle(operation, input, { isSigned: true });
}

/** A new pool's id. */
export async function createPool(model: CognitoModel, settings: object = {}): Promise<string> {
  await call(model, "CreateUserPool", { PoolName: "test", ...settings });
  return [...model.pools.keys()].at(-1) ?? "";
}

/** The fault a call or function ends in. */
export async function faultOf(run: Promise<unknown> | (() => unknown)): Promise<AwsFault> {
  try {
    await (typeof run === "function" ? run() : run);
  } catch (error) {
    if (error instanceof AwsFault) return error;
    throw error;
  }
  throw new Error("it was accepted");
}
