import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { openCognitoPartners } from "../../../local/gateway/cognito-partners.ts";

const functionArn = "arn:aws:lambda:ap-northeast-1:123456789012:function:f";
const poolArn = "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_a";
const Policy = JSON.stringify({
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "cognito-idp.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: functionArn,
    },
  ],
});

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Calls a function of a Lambda that answers the policy and, unless undefined, the invocation so. */
async function callWith(policy: Reply, invocation: Reply | undefined) {
  const started = createServer((message, response) => {
    const reply = message.url?.endsWith("/policy") ? policy : invocation;
    if (reply === undefined) return;
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
    response.end(JSON.stringify(reply.body));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const address = started.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const partners = openCognitoPartners(`http://127.0.0.1:${port}`, "ap-northeast-1", 200);
  return partners.invokeFunction({ functionArn, poolArn, account: "123456789012", event: {} });
}

const refusal = (name: string, status: number): Reply => ({
  status,
  headers: { "x-amzn-errortype": name },
  body: { Message: "no" },
});

describe("a function that a user pool calls", () => {
  test.each<[string, Reply, Reply | undefined, object]>([
    ["that answers", { body: { Policy } }, { body: { a: 1 } }, { kind: "returned", payload: { a: 1 } }],
    [
      "that throws",
      { body: { Policy } },
      { headers: { "x-amz-function-error": "Unhandled" }, body: { errorMessage: "no", errorType: "Error" } },
      { kind: "failed", message: "no" },
    ],
    ["that does not answer in time", { body: { Policy } }, undefined, { kind: "silent" }],
    [
      "that is busy",
      { body: { Policy } },
      refusal("TooManyRequestsException", 429),
      { kind: "refused", reason: "TooManyRequestsException" },
    ],
    [
      "that is not there",
      refusal("ResourceNotFoundException", 404),
      undefined,
      { kind: "refused", reason: "AccessDeniedException" },
    ],
    [
      "whose policy lets nobody in",
      { body: { Policy: '{"Statement":[]}' } },
      undefined,
      { kind: "refused", reason: "AccessDeniedException" },
    ],
  ])("%s", async (_what, policy, invocation, outcome) => {
    await expect(callWith(policy, invocation)).resolves.toEqual(outcome);
  });
});
