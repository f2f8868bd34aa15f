import { describe, expect, it } from "vitest";
import { refuseWrongClock } from "../../../runbooks/runtime/aws-clock.ts";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";

const MINUTE = 60_000;
const refuse = (aheadMs: number | undefined) => () => refuseWrongClock(aheadMs, 5 * MINUTE);

describe("the clock of this machine", () => {
  it.each([undefined, 0, 5 * MINUTE, -5 * MINUTE])("passes when it is %s ms ahead of AWS", (aheadMs) => {
    expect(refuse(aheadMs)).not.toThrow();
  });

  it.each([
    [6 * MINUTE, "This machine's clock is 6 minutes ahead of AWS;"],
    [-60 * MINUTE, "This machine's clock is 60 minutes behind AWS;"],
    [3 * 60 * MINUTE, "This machine's clock is 3 hours ahead of AWS;"],
    [3_653 * 1_440 * MINUTE, "This machine's clock is 3653 days ahead of AWS;"],
  ])("is refused when it is %s ms ahead of AWS", (aheadMs, message) => {
    expect(refuse(aheadMs)).toThrow(new BadInputError(message, { remedy: "set it, then run again." }));
  });
});
