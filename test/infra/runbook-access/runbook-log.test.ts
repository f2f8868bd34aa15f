import { expect, test } from "vitest";
import { runbookLogPart } from "../../../infra/outputs/outputs.ts";
import { RunbookLog } from "../../../infra/runbook-access/runbook-log.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

async function declareLog(changes: readonly Change[] = [], logKeyArn?: string) {
  const { one, outputs } = await declare(() => {
    const { part } = new RunbookLog("runbook-log", { settings: goodSettings(...changes), logKeyArn });
    return { part };
  });
  return { ...one("aws:cloudwatch/logGroup:LogGroup"), part: outputs.part };
}

test("runbooks write down what they change in a log of their own, and are told where", async () => {
  const { inputs, part } = await declareLog();
  expect(inputs).toMatchObject({ name: "/sekisho/dev/runbooks", tags: { "sekisho:stack": "dev" } });
  expect(runbookLogPart.parse(part)).toEqual({ logGroup: "/sekisho/dev/runbooks" });
});

test.each<[string, Change, number]>([
  ["as long as other evidence, where the stack file says how long", [["audit", "keepDays"], 731], 731],
  ["for a year without a section audit", [["audit"], undefined], 365],
])("what runbooks changed is kept %s", async (_, change, days) => {
  expect((await declareLog([change])).inputs.retentionInDays).toBe(days);
});

test("the log of runbooks is protected, also where evidence is let go, and goes with a disposable stack", async () => {
  const guarded = { protect: true, retainOnDelete: true };
  expect((await declareLog()).options).toMatchObject(guarded);
  expect((await declareLog([[["letGo"], { parts: ["evidence"] }]])).options).toMatchObject(guarded);
  expect((await declareLog([[["disposable"], true]])).options).toMatchObject({
    protect: false,
    retainOnDelete: false,
  });
});

test("the log of runbooks is encrypted with the stack's own key where there is one", async () => {
  expect((await declareLog()).inputs).not.toHaveProperty("kmsKeyId");
  const key = "arn:aws:kms:ap-northeast-1:123456789012:key/logs";
  expect((await declareLog([], key)).inputs.kmsKeyId).toBe(key);
});
