import { describe, expect, it } from "vitest";
import { type SignInEnd, startSignInTraffic } from "../../../local/rehearsal/sign-in-traffic.ts";

/** Traffic whose tries end as said, then well; pauses let the test have its turn. */
function startScripted(...ends: SignInEnd["kind"][]) {
  const left = [...ends];
  let tries = 0;
  const traffic = startSignInTraffic({
    signIn: async () => {
      tries += 1;
      return { kind: left.shift() ?? "signed-in", at: `page ${tries}` };
    },
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return { traffic, tries: () => tries };
}

describe("people who keep signing in while a secret is rotated", () => {
  it("go on until as many have signed in as are wanted", async () => {
    const { traffic, tries } = startScripted();
    expect(await traffic.stop(100)).toEqual({ signIns: 100, interrupted: 0, failed: 0 });
    expect(tries()).toBe(100);
  });

  it("stop at once where enough have signed in already", async () => {
    const { traffic, tries } = startScripted();
    while (tries() < 5) await new Promise((resolve) => setImmediate(resolve));
    expect((await traffic.stop(1)).signIns).toBe(tries());
  });

  it("begin once more when interrupted, and count apart from those who failed", async () => {
    const { traffic } = startScripted("signed-in", "interrupted", "signed-in", "failed");
    expect(await traffic.stop(4)).toEqual({
      signIns: 4,
      interrupted: 1,
      failed: 1,
      firstFailure: "page 4",
    });
  });

  it("have failed when they do not get in the second time either", async () => {
    const { traffic } = startScripted("interrupted", "interrupted");
    expect(await traffic.stop(1)).toMatchObject({ signIns: 1, interrupted: 0, failed: 1 });
  });

  it("end with what went wrong in a way nobody expected", async () => {
    const traffic = startSignInTraffic({
      signIn: async () => {
        throw new Error("no network");
      },
      pause: async () => {},
    });
    await expect(traffic.stop(1)).rejects.toThrow("no network");
  });
});
