import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../../local/gateway.ts";
import { createPool, openModel } from "../cognito/strict-model.ts";
import { send, userPoolsCall } from "./raw-client.ts";

let gateway: Gateway;
let poolId: string;

beforeEach(async () => {
  const model = openModel();
  poolId = await createPool(model);
  gateway = await startGateway({ cognito: model, about: { pid: 4711 } });
});

afterEach(() => gateway.close());

async function control(method: string, route: string, body?: object, headers: Record<string, string> = {}) {
  const seen = await send(gateway.url, {
    method,
    path: `/_sekisho/${route}`,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: seen.status, output: JSON.parse(seen.body.toString()) as Record<string, unknown> };
}

describe("Control routes", () => {
  test("tell that the world is up, where it is and which process it is", async () => {
    expect(await control("GET", "health")).toEqual({
      status: 200,
      output: { status: "ok", region: "ap-northeast-1", account: "123456789012", pid: 4711 },
    });
  });

  test("put faults in force, count them and lift them", async () => {
    expect(
      (await control("POST", "faults", { kind: "throttle", operation: "ListUsers", count: 1 })).output,
    ).toEqual({ added: 1 });
    expect((await control("POST", "faults", [{ kind: "500" }, { kind: "503" }])).output).toEqual({
      added: 2,
    });
    const seen = await send(gateway.url, userPoolsCall("ListUsers", { UserPoolId: poolId }));
    expect(seen.headers["x-amzn-errortype"]).toBe("TooManyRequestsException");
    expect((await control("GET", "faults")).output).toMatchObject({
      rules: [{ rule: { kind: "throttle" }, seen: 1, fired: 1 }, { fired: 0 }, { fired: 0 }],
    });
    await control("DELETE", "faults");
    expect((await control("GET", "faults")).output).toEqual({ rules: [] });
  });

  test("switch the quotas on and off", async () => {
    const on = { isEnforced: true, rates: { UserList: 1 } };
    expect((await control("POST", "quotas", on)).output).toEqual(on);
    expect((await control("GET", "quotas")).output).toEqual(on);
    const statuses = [];
    for (let n = 0; n < 3; n++) {
      statuses.push((await send(gateway.url, userPoolsCall("ListUsers", { UserPoolId: poolId }))).status);
    }
    expect(statuses[0]).toBe(200);
    expect(statuses).toContain(400);
    expect((await control("POST", "quotas", { isEnforced: false })).output).toMatchObject({
      isEnforced: false,
    });
  });

  test("put users into a pool in states the API cannot reach", async () => {
    const users = [
      { username: "taro", attributes: { name: "太郎" }, status: "ARCHIVED", enabled: false, groups: ["old"] },
    ];
    const { status, output } = await control("POST", "seed-users", { poolId, users });
    expect([status, output]).toEqual([200, { subs: [expect.stringMatching(/^[0-9a-f-]{36}$/)] }]);
    const listed = await send(gateway.url, userPoolsCall("ListUsers", { UserPoolId: poolId }));
    expect(JSON.parse(listed.body.toString())).toMatchObject({
      Users: [{ Username: "taro", UserStatus: "ARCHIVED", Enabled: false }],
    });
  });

  test("show the requests so far, and forget them", async () => {
    await send(gateway.url, userPoolsCall("ListUsers", { UserPoolId: poolId }));
    expect((await control("GET", "history")).output).toMatchObject({
      entries: [
        {
          service: "cognito-idp",
          operation: "ListUsers",
          region: "ap-northeast-1",
          isSigned: true,
          status: 200,
        },
      ],
    });
    await control("DELETE", "history");
    expect((await control("GET", "history")).output).toEqual({ entries: [] });
  });

  test("show what was sent to users", async () => {
    const invite = userPoolsCall("AdminCreateUser", {
      UserPoolId: poolId,
      Username: "taro",
      UserAttributes: [{ Name: "email", Value: "taro@example.com" }],
      DesiredDeliveryMediums: ["EMAIL"],
    });
    await send(gateway.url, invite);
    expect((await control("GET", "messages")).output).toMatchObject({
      messages: [{ medium: "EMAIL", destination: "taro@example.com" }],
    });
  });

  test.each([
    ["POST", "faults", { kind: "earthquake" }, /Invalid option/],
    ["POST", "faults", { kind: "reset", when: "now" }, /when/],
    ["POST", "quotas", { isEnforced: true, rates: { Nonsense: 1 } }, /^There is no quota category Nonsense/],
    ["POST", "seed-users", { poolId: "none", users: [] }, /^User pool none does not exist\.$/],
    ["POST", "email-identities/example.com/verify", {}, /^Email identity example\.com does not exist\.$/],
    ["POST", "email-identities/example.com/forget", {}, /^Use email-identities\/<domain>\/verify\.$/],
    [
      "POST",
      "listeners",
      { arn: "arn:aws:s3:::bucket" },
      /^'arn:aws:s3:::bucket' is not a valid listener ARN$/,
    ],
    ["POST", "listeners", { targetGroupArns: ["x"] }, /^'x' is not a valid target group ARN$/],
    ["GET", "nothing", undefined, /^There is no GET \/_sekisho\/nothing; use GET \/_sekisho\/health, /],
    ["PUT", "health", undefined, /^There is no PUT/],
  ])("refuse %s %s %j with a sentence", async (method, route, body, message) => {
    const { status, output } = await control(method, route, body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(output).toEqual({ error: { message: expect.stringMatching(message) } });
  });

  test("refuse what a web page could send", async () => {
    const refused = {
      status: 403,
      output: { error: { message: "Control routes answer programs on this machine only." } },
    };
    expect(await control("GET", "health", undefined, { origin: "http://evil.example" })).toEqual(refused);
    expect(await control("GET", "health", undefined, { host: "evil.example" })).toEqual(refused);
    expect((await control("GET", "health", undefined, { host: "localhost:1" })).status).toBe(200);
  });
});
