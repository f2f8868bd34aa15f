import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openUserPool } from "../../../runbooks/backup/user-pool.ts";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";

/** What the server answers next; the last one for ever. */
let answers: { status?: number; date?: string }[] = [];
const server = createServer((_, response) => {
  const { status = 200, date } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
  response.sendDate = false;
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", ...(date && { date }) });
  const body =
    status === 200 ? { UserPool: { Name: "staff" }, Groups: [] } : { __type: "ResourceNotFoundException" };
  response.end(JSON.stringify(body));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

function openPool() {
  const client = new CognitoIdentityProviderClient({
    region: "ap-northeast-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const call = createAwsCaller(new AbortController().signal);
  return openUserPool({ client, userPoolId: "ap-northeast-1_Test12345", call, pause: async () => {} });
}

describe("the time of AWS", () => {
  it("is what its answers say: when the pool was described, and when the last answer came", async () => {
    answers = [{ date: "Thu, 01 Jan 2099 00:00:00 GMT" }, { date: "Thu, 01 Jan 2099 00:01:00 GMT" }];
    const pool = openPool();
    expect(pool.awsTime()).toEqual({ described: undefined, latest: undefined });
    await pool.describe();
    await pool.listGroups().next();
    expect(pool.awsTime()).toEqual({
      described: new Date("2099-01-01T00:00:00Z"),
      latest: new Date("2099-01-01T00:01:00Z"),
    });
  });

  it.each([
    ["tell no date", { status: 200 }],
    ["tell something else", { status: 200, date: "soon" }],
  ])("is unknown while answers %s", async (_, answer) => {
    answers = [answer];
    const pool = openPool();
    await pool.describe();
    expect(pool.awsTime()).toEqual({ described: undefined, latest: undefined });
  });

  it("is not taken from a refusal, which may come from somebody in between", async () => {
    answers = [{ status: 400, date: "Thu, 01 Jan 2099 00:00:00 GMT" }];
    const pool = openPool();
    await expect(pool.describe()).rejects.toThrow("not found");
    expect(pool.awsTime().latest).toBeUndefined();
  });
});
