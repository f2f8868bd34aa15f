import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  ResourceNotFoundException,
  TooManyRequestsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterEach, describe, expect, test } from "vitest";
import { type Gateway, type GatewayOptions, startGateway } from "../../local/gateway.ts";
import { createPool, openModel } from "./cognito/strict-model.ts";
import { type EchoServer, startEchoServer } from "./gateway/echo-server.ts";
import { send, signature, userPoolsCall } from "./gateway/raw-client.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway({ cognito: openModel(), ...options });
  open.push(gateway);
  return gateway;
}

async function startWithUpstream(): Promise<{ gateway: Gateway; upstream: EchoServer }> {
  const upstream = await startEchoServer();
  open.push(upstream);
  return { gateway: await start({ upstream: upstream.url }), upstream };
}

function clientOf({ url }: Gateway, region = "ap-northeast-1"): CognitoIdentityProviderClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new CognitoIdentityProviderClient({ endpoint: url, region, credentials, maxAttempts: 1 });
}

describe("User pools behind the gateway", () => {
  test("answer AWS's SDK, and refuse with AWS's exception classes", async () => {
    const model = openModel();
    const client = clientOf(await start({ cognito: model }));
    const UserPoolId = await createPool(model);
    model.seedUsers(UserPoolId, [
      { username: "taro", attributes: { name: "太郎\u2028😀" }, status: "CONFIRMED" },
    ]);

    const { Users } = await client.send(new ListUsersCommand({ UserPoolId }));
    expect(Users?.[0]?.Attributes?.find(({ Name }) => Name === "name")?.Value).toBe("太郎\u2028😀");
    const missing = client.send(new DescribeUserPoolCommand({ UserPoolId: "ap-northeast-1_none" }));
    await expect(missing).rejects.toThrow(ResourceNotFoundException);
  });

  test("are apart in each Region where they are made for each Region", async () => {
    const models = new Map([
      ["ap-northeast-1", openModel()],
      ["ap-northeast-3", openModel()],
    ]);
    const tokyo = models.get("ap-northeast-1") ?? openModel();
    const gateway = await start({ cognito: (region) => models.get(region) ?? openModel() });
    const UserPoolId = await createPool(tokyo);
    await clientOf(gateway).send(new DescribeUserPoolCommand({ UserPoolId }));
    const elsewhere = clientOf(gateway, "ap-northeast-3").send(new DescribeUserPoolCommand({ UserPoolId }));
    await expect(elsewhere).rejects.toThrow(ResourceNotFoundException);
  });

  test("refuse operations that need a signature when there is none", async () => {
    const gateway = await start();
    const { headers, ...call } = userPoolsCall("ListUserPools", { MaxResults: 1 });
    const { authorization: _, ...unsigned } = headers ?? {};
    const seen = await send(gateway.url, { ...call, headers: unsigned });
    expect(seen.status).toBe(400);
    expect(seen.headers["x-amzn-errortype"]).toBe("MissingAuthenticationTokenException");
    expect(JSON.parse(seen.body.toString())).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  });

  test("take public operations without a signature", async () => {
    const command = new InitiateAuthCommand({
      ClientId: "none",
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: {},
    });
    await expect(clientOf(await start()).send(command)).rejects.toThrow(/client/i);
  });

  test("refuse a body that is no JSON", async () => {
    const gateway = await start();
    const seen = await send(gateway.url, { ...userPoolsCall("ListUsers", {}), body: '{"UserPoolId":' });
    expect([seen.status, seen.headers["x-amzn-errortype"]]).toEqual([400, "SerializationException"]);
  });

  test("answer TooManyRequestsException beyond the quota, once quotas are on", async () => {
    const model = openModel();
    const gateway = await start({
      cognito: model,
      quotas: { isEnforced: true, rates: { UserList: 2 } },
      now: () => new Date(0),
    });
    const UserPoolId = await createPool(model);
    const list = () => clientOf(gateway).send(new ListUsersCommand({ UserPoolId }));
    await list();
    await list();
    const refused = await list().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TooManyRequestsException);
    expect(refused).toMatchObject({ message: "Rate exceeded", $metadata: { httpStatusCode: 400 } });
  });

  test("tell the client and the listener when the gateway itself fails", async () => {
    const heard: string[] = [];
    const gateway = await start({
      cognito: { handle: () => Promise.reject(new TypeError("a bug")) },
      onError: (_, request) => heard.push(request),
    });
    const seen = await send(gateway.url, userPoolsCall("ListUsers", {}));
    expect(seen.status).toBe(500);
    expect(JSON.parse(seen.body.toString())).toEqual({
      __type: "InternalFailure",
      message: "The local gateway failed at cognito-idp ListUsers: a bug",
    });
    expect(heard).toEqual(["cognito-idp ListUsers"]);
  });
});

describe("Services the gateway does not know", () => {
  test("get every request as it was signed", async () => {
    const { gateway, upstream } = await startWithUpstream();
    const path = "/bucket/a%20b/../%E5%A4%AA?x-id=PutObject&b=%2F";
    const body = Buffer.from([0, 1, 2, 0xff, 0x0a, 0x80]);
    const headers = {
      authorization: signature("s3"),
      host: "127.0.0.1:4566",
      "x-amz-date": "20261121T000000Z",
    };
    const seen = await send(gateway.url, { method: "PUT", path, headers, body });
    expect(upstream.received.at(-1)).toMatchObject({ method: "PUT", path, headers, body });
    expect(seen).toMatchObject({ status: 200, body });
    expect(seen.headers).toMatchObject({ etag: '"echo"', "content-type": "application/octet-stream" });
  });

  test("get large bodies that have no length", async () => {
    const { gateway, upstream } = await startWithUpstream();
    const body = Buffer.alloc(3_000_000, "x");
    const headers = { authorization: signature("s3"), "transfer-encoding": "chunked" };
    const seen = await send(gateway.url, { method: "PUT", path: "/bucket/large", headers, body });
    expect(upstream.received.at(-1)?.body.equals(body)).toBe(true);
    expect(seen.body.equals(body)).toBe(true);
  });

  test("share a connection", async () => {
    const { gateway, upstream } = await startWithUpstream();
    for (let n = 0; n < 5; n++) {
      await send(gateway.url, {
        path: "/",
        headers: { authorization: signature("ssm"), "x-amz-target": "AmazonSSM.GetParameter" },
        body: "{}",
      });
    }
    expect(upstream.connections()).toBe(1);
  });

  test("and senders of mail refuse whoever does not sign", async () => {
    const gateway = await start();
    const seen = await send(gateway.url, { method: "GET", path: "/v2/email/identities/example.com" });
    expect([seen.status, seen.headers["x-amzn-errortype"]]).toEqual([403, "MissingAuthenticationToken"]);
  });

  test("are refused with a sentence when there is no MiniStack", async () => {
    const gateway = await start();
    const call = {
      headers: { authorization: signature("ssm"), "x-amz-target": "AmazonSSM.GetParameter" },
      body: "{}",
    };
    const seen = await send(gateway.url, call);
    expect([seen.status, JSON.parse(seen.body.toString()).message]).toEqual([
      501,
      "This gateway runs without MiniStack and does not answer ssm GetParameter.",
    ]);
  });

  test("are refused with a sentence when MiniStack has gone", async () => {
    const { gateway, upstream } = await startWithUpstream();
    await upstream.close();
    const seen = await send(gateway.url, {
      method: "GET",
      path: "/bucket",
      headers: { authorization: signature("s3") },
    });
    expect(seen.status).toBe(503);
    expect(seen.body.toString()).toContain(`<Message>MiniStack at ${upstream.url} did not answer: `);
  });
});

describe("The gateway", () => {
  test("notes what was asked, of whom, and how it ended", async () => {
    const { gateway } = await startWithUpstream();
    await send(gateway.url, userPoolsCall("DescribeUserPool", { UserPoolId: "none" }, "ap-northeast-3"));
    await send(gateway.url, {
      method: "PUT",
      path: "/bucket/key",
      headers: { authorization: signature("s3") },
      body: "x",
    });
    await send(gateway.url, {
      headers: { authorization: signature("sts"), "content-type": "application/x-www-form-urlencoded" },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });
    expect(
      gateway.history.entries.map(({ service, operation, region, status }) => [
        service,
        operation,
        region,
        status,
      ]),
    ).toEqual([
      ["cognito-idp", "DescribeUserPool", "ap-northeast-3", 400],
      ["s3", "PutObject", "ap-northeast-1", 200],
      ["sts", "GetCallerIdentity", "ap-northeast-1", 200],
    ]);
    expect(gateway.history.count("PutObject")).toBe(1);
  });

  test("says which port is taken", async () => {
    const gateway = await start();
    await expect(startGateway({ cognito: openModel(), port: gateway.port })).rejects.toMatchObject({
      message: `Port ${gateway.port} on 127.0.0.1 is taken by another program.`,
      remedy: "Choose another one, or none: a free port is then taken.",
      exitCode: 2,
    });
  });

  test("refuses an address nothing can be read from", async () => {
    const { gateway } = await startWithUpstream();
    const headers = { authorization: signature("s3") };
    expect((await send(gateway.url, { method: "GET", path: "/bucket/%zz", headers })).status).toBe(400);
    expect((await send(gateway.url, { method: "GET", path: "//", headers })).status).toBe(400);
  });

  test("ends requests that hang when it is closed", async () => {
    const gateway = await startGateway({ cognito: openModel(), faults: [{ kind: "hang-before-headers" }] });
    const hanging = send(gateway.url, userPoolsCall("ListUsers", {})).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (gateway.history.entries.length === 0) return;
        clearInterval(look);
        resolve();
      }, 1);
    });
    await gateway.close();
    expect(await hanging).toBe("ECONNRESET");
  });
});
