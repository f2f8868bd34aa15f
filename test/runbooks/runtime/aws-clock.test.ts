import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { refuseWrongClock, watchTime } from "../../../runbooks/runtime/aws-clock.ts";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";
import { answerRequests, type ScriptedAnswer } from "../../support/scripted-answers.ts";

const MINUTE = 60_000;
const FIVE = "Sat, 21 Nov 2026 05:00:00 GMT";
const SIX = "Sat, 21 Nov 2026 06:00:00 GMT";
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

describe("AWS's own time", () => {
  it.each<[string, Omit<ScriptedAnswer, "body">[], string | undefined]>([
    ["is not known before AWS has answered", [], undefined],
    ["is not known where no answer tells it", [{}], undefined],
    ["is what the answer says", [{ date: FIVE }], FIVE],
    ["is the latest, also where an older one comes after it", [{ date: SIX }, { date: FIVE }], SIX],
    [
      "stays where a later answer tells none, or none that is a date",
      [{ date: FIVE }, {}, { date: "x" }],
      FIVE,
    ],
    ["is not taken from a refusal", [{ date: FIVE }, { date: SIX, status: 400 }], FIVE],
  ])("%s", async (_, answers, expected) => {
    const { client, ask } = connect(answers);
    const time = watchTime(client);
    for (const _answer of answers) await ask();
    expect(time()?.toUTCString()).toBe(expected);
  });

  it("reaches everybody who watches the same client", async () => {
    const { client, ask } = connect([{ date: FIVE }, { date: SIX }]);
    const first = watchTime(client);
    await ask();
    const second = watchTime(client);
    expect([first(), second()]).toEqual([new Date(FIVE), undefined]);
    await ask();
    expect([first(), second()]).toEqual([new Date(SIX), new Date(SIX)]);
  });
});

/** A client whose requests get these answers, one after the other; what is refused is as good as answered here. */
function connect(answers: readonly Omit<ScriptedAnswer, "body">[]) {
  const waiting = [...answers];
  const client = new CognitoIdentityProviderClient(
    answerRequests(() => ({ body: '{"UserPools":[]}', ...waiting.shift() })),
  );
  const ask = () => client.send(new ListUserPoolsCommand({ MaxResults: 1 })).catch(ifRefused);
  return { client, ask };
}

function ifRefused(error: unknown): void {
  if ((error as Error & { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== 400)
    throw error;
}
