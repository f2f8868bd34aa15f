import { STSClient } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";
import { findCaller } from "../../../runbooks/runtime/caller.ts";
import { answerRequests, type ScriptedAnswer } from "../../support/scripted-answers.ts";

function askSts(answer: ScriptedAnswer) {
  const client = new STSClient(answerRequests(() => answer));
  return findCaller(client, createAwsCaller(new AbortController().signal));
}

function identity(fields: Record<string, string>): ScriptedAnswer {
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  return {
    body: `<GetCallerIdentityResponse><GetCallerIdentityResult>${inner.join("")}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
}

describe("who runs a command", () => {
  it.each([
    "arn:aws:sts::123456789012:assumed-role/oncall/alice",
    "arn:aws:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:root",
    "arn:aws-cn:sts::123456789012:federated-user/alice",
  ])("is what AWS answers: %s", async (arn) => {
    const answer = identity({ Arn: arn, Account: "123456789012", UserId: "AROA:alice" });
    expect(await askSts(answer)).toEqual({ arn, account: "123456789012" });
  });

  it.each([
    ["nothing", identity({})],
    ["no account", identity({ Arn: "arn:aws:iam::123456789012:root" })],
    [
      "another account than its own ARN",
      identity({ Arn: "arn:aws:iam::123456789012:root", Account: "210987654321" }),
    ],
    ["what is no ARN", identity({ Arn: "alice", Account: "123456789012" })],
    ["a page of a portal", { body: "<html><body>Welcome</body></html>" }],
  ])("is not believed where AWS answers %s", async (_, answer) => {
    await expect(askSts(answer)).rejects.toMatchObject({
      exitCode: 15,
      message: "GetCallerIdentity: the answer is not what AWS sends.",
    });
  });

  it("is nobody without good credentials", async () => {
    const body =
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>";
    await expect(askSts({ status: 403, body })).rejects.toMatchObject({ exitCode: 12 });
  });
});
