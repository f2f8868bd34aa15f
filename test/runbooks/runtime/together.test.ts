import { describe, expect, it } from "vitest";
import { runTogether } from "../../../runbooks/runtime/together.ts";

const never = new AbortController().signal;

describe("tasks side by side", () => {
  it("gives all results in order", async () => {
    expect(await runTogether(never, [async () => 1, async () => 2])).toEqual([1, 2]);
  });

  it("stops the others at the first failure, waits for them, and throws that failure", async () => {
    const ended: string[] = [];
    const waits = (name: string) => (signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener("abort", () => {
          ended.push(name);
          reject(new Error(`${name} was stopped`));
        });
      });
    const fails = () => Promise.reject(new Error("the first failure"));
    await expect(runTogether(never, [waits("a"), fails, waits("b")])).rejects.toThrow("the first failure");
    expect(ended).toEqual(["a", "b"]);
  });

  it("passes a stop from outside on", async () => {
    const stop = new AbortController();
    const run = runTogether(stop.signal, [
      (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    ]);
    stop.abort(new Error("stopped from outside"));
    await expect(run).rejects.toThrow("stopped from outside");
  });
});
