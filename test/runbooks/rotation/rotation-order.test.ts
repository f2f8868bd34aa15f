import { describe, expect, it } from "vitest";
import { parseRotationOrder, type RotationChoice } from "../../../runbooks/rotation/rotation-order.ts";

const parse = (choice: Partial<RotationChoice> = {}) => parseRotationOrder({ client: "web", ...choice });

describe("an order to rotate a client's secret", () => {
  it("without any option wants a new secret, by whichever way suits, with an hour of grace", () => {
    expect(parse()).toEqual({
      client: "web",
      mode: "rotate",
      way: undefined,
      consumers: [],
      graceSeconds: 3_600,
      isCompromised: false,
      proofs: new Map(),
    });
  });

  it.each<[string, Partial<RotationChoice>, object]>([
    ["another way", { way: "client-swap" }, { way: "client-swap" }],
    ["consumers in their order", { consumer: ["batch", "app-2"] }, { consumers: ["batch", "app-2"] }],
    ["the shortest grace", { grace: "15m" }, { graceSeconds: 900 }],
    ["a grace in hours", { grace: "36h" }, { graceSeconds: 129_600 }],
    ["the longest grace", { grace: "30d" }, { graceSeconds: 2_592_000 }],
    ["the end, with proofs", { finish: true, proof: ["web=0123456789abcdef"] }, { mode: "finish" }],
    ["the way back, with a grace of its own", { rollback: true, grace: "2h" }, { mode: "roll-back" }],
    ["how far it is", { status: true }, { mode: "status" }],
    ["a leaked secret", { compromised: true, apply: true }, { mode: "rotate", isCompromised: true }],
    [
      "the end of a leaked secret",
      { compromised: true, finish: true },
      { mode: "finish", isCompromised: true },
    ],
  ])("takes %s", (_, choice, expected) => {
    expect(parse(choice)).toMatchObject(expected);
  });

  it("keeps a fingerprint by the consumer it comes from", () => {
    const { proofs } = parse({ finish: true, proof: ["web=0123456789abcdef", "batch=fedcba9876543210"] });
    expect([...proofs]).toEqual([
      ["web", "0123456789abcdef"],
      ["batch", "fedcba9876543210"],
    ]);
  });

  it.each<[Partial<RotationChoice>, string]>([
    [{ finish: true, rollback: true }, "--finish, --rollback and --status exclude each other."],
    [{ finish: true, status: true }, "--finish, --rollback and --status exclude each other."],
    [{ rollback: true, status: true }, "--finish, --rollback and --status exclude each other."],
    [{ status: true, apply: true }, "--status changes nothing, so there is nothing to apply."],
    [{ way: "both" }, "--way both is not one of two-secrets, client-swap."],
    [{ consumer: ["Batch"] }, '--consumer "Batch" is not a name for a consumer.'],
    [{ consumer: ["1st"] }, '--consumer "1st" is not a name for a consumer.'],
    [{ consumer: ["a".repeat(41)] }, `--consumer "${"a".repeat(41)}" is not a name for a consumer.`],
    [{ consumer: ["a", "b", "a"] }, "--consumer a was given twice."],
    [
      { consumer: ["a", "b", "c", "d", "e", "f", "g", "h", "i"] },
      "--consumer was given 9 times; a secret has labels for 8.",
    ],
    [
      { consumer: ["a"], finish: true },
      "--consumer does not go with --finish: who uses the secret was said when it began.",
    ],
    [
      { consumer: ["a"], rollback: true },
      "--consumer does not go with --rollback: who uses the secret was said when it began.",
    ],
    [
      { consumer: ["a"], status: true },
      "--consumer does not go with --status: who uses the secret was said when it began.",
    ],
    [{ grace: "1 h" }, "--grace 1 h is not a time."],
    [{ grace: "60" }, "--grace 60 is not a time."],
    [{ grace: "-1h" }, "--grace -1h is not a time."],
    [{ grace: "1.5h" }, "--grace 1.5h is not a time."],
    [{ grace: "1w" }, "--grace 1w is not a time."],
    [{ grace: "0m" }, "--grace 0m is too short: a sign-in at the load balancer may take 15 minutes."],
    [{ grace: "14m" }, "--grace 14m is too short: a sign-in at the load balancer may take 15 minutes."],
    [{ grace: "31d" }, "--grace 31d is too long: an old secret should not live for months."],
    [{ grace: "721h" }, "--grace 721h is too long: an old secret should not live for months."],
    [
      { grace: "1h", finish: true },
      "--grace does not go with --finish: it has begun, or begins with --apply.",
    ],
    [
      { grace: "1h", status: true },
      "--grace does not go with --status: it has begun, or begins with --apply.",
    ],
    [{ proof: ["web=0123456789abcdef"] }, "--proof goes with --finish: only then it is asked for."],
    [
      { proof: ["web=0123456789abcdef"], rollback: true },
      "--proof goes with --finish: only then it is asked for.",
    ],
    [{ finish: true, proof: ["web"] }, "--proof is not <consumer>=<fingerprint>."],
    [{ finish: true, proof: ["web=0123"] }, "--proof is not <consumer>=<fingerprint>."],
    [{ finish: true, proof: ["web=0123456789ABCDEF"] }, "--proof is not <consumer>=<fingerprint>."],
    [{ finish: true, proof: ["=0123456789abcdef"] }, "--proof is not <consumer>=<fingerprint>."],
    [{ finish: true, proof: ["Web=0123456789abcdef"] }, "--proof is not <consumer>=<fingerprint>."],
    [
      { finish: true, proof: ["web=0123456789abcdef", "web=0123456789abcdef"] },
      "--proof was given twice for web.",
    ],
    [
      { compromised: true, rollback: true },
      "--rollback would bring back the secret that --compromised says has leaked.",
    ],
    [{ compromised: true, status: true }, "--compromised has no meaning with --status."],
    [{ compromised: true, grace: "1h" }, "--compromised waits for no grace, so --grace has no meaning."],
    [
      { compromised: true, finish: true, proof: ["web=0123456789abcdef"] },
      "--compromised waits for no proof, so --proof has no meaning.",
    ],
  ])("refuses %j", (choice, sentence) => {
    expect(() => parse(choice)).toThrow(expect.objectContaining({ message: sentence, exitCode: 2 }));
  });

  it("does not repeat what was given as a proof: it may have been the secret itself", () => {
    const parseSecret = () => parse({ finish: true, proof: ["web=canary-secret"] });
    expect(parseSecret).toThrow("--proof is not");
    expect(parseSecret).not.toThrow("canary");
  });
});
