import { describe, expect, test } from "vitest";
import { explainGuard } from "../../../infra/access/guard-explanation.ts";
import { readCidr } from "../../../infra/routes/cidr.ts";
import { goodSettings } from "../../support/sample-settings.ts";

function explain(ip: string, changes: object) {
  const { guard } = goodSettings();
  const source = readCidr(ip);
  if (guard === undefined || "problem" in source) throw new Error("no guard in the sample, or no address");
  return explainGuard({ guard: { ...guard, pageCidrs: [], apiCidrs: [], ...changes } }, source);
}

describe("the guard of the sign-in page", () => {
  test.each([
    [{ allowAnywhere: ["pages"] }, "reaches the sign-in page: it is open to everybody."],
    [{}, "gets a 403 from the sign-in page: no network is on its list."],
    [
      { pageCidrs: ["203.0.113.0/24"] },
      "gets a 403 from the sign-in page: 192.0.2.1 is not on its list (203.0.113.0/24).",
    ],
    [{ pageCidrs: ["192.0.2.0/24"] }, "reaches the sign-in page: 192.0.2.1 is on its list (192.0.2.0/24)."],
  ])("says why a browser is let in or not: %o", (changes, sentence) => {
    const { sentences } = explain("192.0.2.1/32", changes);
    expect(sentences[0]).toBe(`A browser at 192.0.2.1 ${sentence}`);
  });

  test.each([
    [{ allowAnywhere: ["api"] }, "reaches the user pool's API: it is open to everybody."],
    [{}, "is refused by the user pool's API: no network is on its list."],
    [
      { apiCidrs: ["2001:db8::/32"] },
      "reaches the user pool's API: 2001:db8::1 is on its list (2001:db8::/32).",
    ],
    [
      { apiCidrs: ["192.0.2.0/24"] },
      "is refused by the user pool's API: 2001:db8::1 is not on its list (192.0.2.0/24).",
    ],
  ])("says why a program is let in or not: %o", (changes, sentence) => {
    const { sentences } = explain("2001:db8::1/128", changes);
    expect(sentences[1]).toBe(`A program at 2001:db8::1 ${sentence}`);
  });

  test("never stands in the way of tokens", () => {
    const { tokens, sentences } = explain("192.0.2.1/32", {});
    expect(tokens).toEqual({ action: "allow", rule: "server-calls" });
    expect(sentences[2]).toBe("Load balancers and back ends get tokens from any address.");
  });
});
