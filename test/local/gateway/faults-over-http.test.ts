import { afterEach, describe, expect, test } from "vitest";
import type { FaultKind, FaultRule } from "../../../local/faults.ts";
import { type Gateway, startGateway } from "../../../local/gateway.ts";
import { createPool, openModel } from "../cognito/strict-model.ts";
import { type EchoServer, startEchoServer } from "./echo-server.ts";
import { type RawRequest, type Seen, send, signature, userPoolsCall } from "./raw-client.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

interface Place {
  gateway: Gateway;
  poolId: string;
  upstream: EchoServer;
}

async function start(...rules: FaultRule[]): Promise<Place> {
  const model = openModel();
  const poolId = await createPool(model);
  const upstream = await startEchoServer();
  const gateway = await startGateway({ cognito: model, upstream: upstream.url, now: () => NOW });
  for (const rule of rules) gateway.faults.add(rule);
  open.push(gateway, upstream);
  return { gateway, poolId, upstream };
}

const NOW = new Date("2026-11-21T03:00:00Z");
const put: RawRequest = {
  method: "PUT",
  path: "/bucket/key",
  headers: { authorization: signature("s3") },
  body: "0123456789",
};

function createGroup({ gateway, poolId }: Place): Promise<Seen> {
  return send(gateway.url, userPoolsCall("CreateGroup", { UserPoolId: poolId, GroupName: "admins" }));
}

async function countGroups({ gateway, poolId }: Place): Promise<number> {
  gateway.faults.clear();
  const { body } = await send(gateway.url, userPoolsCall("ListGroups", { UserPoolId: poolId }));
  return JSON.parse(body.toString()).Groups.length;
}

describe("What a client of Cognito sees", () => {
  test.each<[FaultKind, number, string]>([
    ["throttle", 400, "TooManyRequestsException"],
    ["429", 429, "TooManyRequestsException"],
    ["500", 500, "InternalErrorException"],
    ["503", 503, "ServiceUnavailable"],
    ["access-denied", 400, "AccessDeniedException"],
    ["expired-credentials", 400, "ExpiredTokenException"],
    ["clock-skew", 403, "InvalidSignatureException"],
    ["409", 409, "ConcurrentModificationException"],
    ["412", 412, "PreconditionFailed"],
  ])("under %s: status %i with %s", async (kind, status, code) => {
    const seen = await createGroup(await start({ kind }));
    expect([seen.status, seen.headers["x-amzn-errortype"]]).toEqual([status, code]);
    expect(JSON.parse(seen.body.toString())).toMatchObject({
      __type: code,
      message: expect.stringMatching(/./),
    });
  });

  test.each<[FaultKind, number, RegExp]>([
    ["502", 502, /Bad Gateway/],
    ["504", 504, /Gateway Timeout/],
    ["html-200", 200, /^<html>/],
    ["empty-200", 200, /^$/],
  ])("under %s: status %i and no AWS answer", async (kind, status, body) => {
    const seen = await createGroup(await start({ kind }));
    expect(seen.status).toBe(status);
    expect(seen.headers["x-amzn-errortype"]).toBeUndefined();
    expect(seen.body.toString()).toMatch(body);
  });

  test("under truncated-json: half an answer that claims to be whole", async () => {
    const { body, headers, broken } = await createGroup(await start({ kind: "truncated-json" }));
    expect([broken, Number(headers["content-length"])]).toEqual([undefined, body.length]);
    expect(() => JSON.parse(body.toString())).toThrow(SyntaxError);
  });

  test.each<[FaultKind, string | undefined]>([
    ["cut-mid-body", undefined],
    ["cut-chunked-body", "chunked"],
  ])("under %s: an answer that breaks off", async (kind, encoding) => {
    const { body, headers, broken } = await createGroup(await start({ kind }));
    expect([broken, headers["transfer-encoding"]]).toEqual(["ECONNRESET", encoding]);
    expect(body.length).toBeGreaterThan(10);
  });

  test.each<FaultKind>(["reset", "fin", "stop-point"])("under %s: no answer", async (kind) => {
    await expect(createGroup(await start({ kind }))).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("under hang-mid-body: half an answer, until the client loses patience", async () => {
    const place = await start({ kind: "hang-mid-body" });
    const arrived = createGroup(place);
    await expect.poll(() => place.gateway.history.entries[0]?.status).toBe(200);
    await place.gateway.close();
    expect(await arrived).toMatchObject({ status: 200, broken: "ECONNRESET" });
  });

  test("under drip: the whole answer, byte by byte", async () => {
    const seen = await createGroup(await start({ kind: "drip", everyMs: 1 }));
    expect(JSON.parse(seen.body.toString())).toMatchObject({ Group: { GroupName: "admins" } });
    expect(seen.broken).toBeUndefined();
  });

  test.each([undefined, -90 * 60_000])("under clock-skew: a clock that is off (%s ms)", async (skewMs) => {
    const seen = await createGroup(
      await start({ kind: "clock-skew", ...(skewMs === undefined ? {} : { skewMs }) }),
    );
    expect(Date.parse(seen.headers.date ?? "")).toBe(NOW.getTime() + (skewMs ?? 3_600_000));
  });

  test("under expired-token: the refusal of a page token", async () => {
    const { gateway, poolId } = await start({ kind: "expired-token" });
    const list = (more: object) =>
      send(gateway.url, userPoolsCall("ListUsers", { UserPoolId: poolId, ...more }));
    expect((await list({})).status).toBe(200);
    const seen = await list({ PaginationToken: "any" });
    expect([seen.status, seen.headers["x-amzn-errortype"]]).toEqual([400, "InvalidParameterException"]);
  });
});

describe("Before and after the work is done", () => {
  const kinds: FaultKind[] = [
    "throttle",
    "500",
    "502",
    "empty-200",
    "html-200",
    "stop-point",
    "reset",
    "fin",
  ];

  test.each(kinds)("%s before: nothing has happened", async (kind) => {
    const place = await start({ kind, operation: "CreateGroup", phase: "before-commit" });
    await createGroup(place).catch(() => undefined);
    expect(place.gateway.history.entries.map(({ fault }) => fault)).toEqual([kind]);
    expect(await countGroups(place)).toBe(0);
  });

  test.each(kinds)("%s after: it has happened, and the client cannot know", async (kind) => {
    const place = await start({ kind, operation: "CreateGroup", phase: "after-commit" });
    await createGroup(place).catch(() => undefined);
    expect(place.gateway.history.entries.map(({ fault }) => fault)).toEqual([kind]);
    expect(await countGroups(place)).toBe(1);
  });

  test.each([
    ["before-commit", 0],
    ["after-commit", 1],
  ] as const)("a write to S3 met %s: MiniStack got it %i times", async (phase, times) => {
    const { gateway, upstream } = await start({ kind: "reset", operation: "PutObject", phase });
    await expect(send(gateway.url, put)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(upstream.received.filter(({ method }) => method === "PUT")).toHaveLength(times);
  });

  test("writes whose answer was lost leave no connection to MiniStack behind", async () => {
    const { gateway, upstream } = await start();
    await send(gateway.url, put);
    const before = upstream.connections();
    gateway.faults.add({ kind: "reset", operation: "PutObject", phase: "after-commit" });
    for (let n = 0; n < 3; n++) await send(gateway.url, put).catch(() => undefined);
    expect(upstream.received.filter(({ method }) => method === "PUT")).toHaveLength(4);
    expect(upstream.connections()).toBe(before);
  });

  test("the listener of a stop point hears of it while the work is not done yet", async () => {
    const place = await start();
    const groups: Promise<unknown>[] = [];
    const handled = () =>
      place.gateway.services
        .userPools("ap-northeast-1")
        .handle("ListGroups", { UserPoolId: place.poolId }, { isSigned: true });
    for (const phase of ["before-commit", "after-commit"] as const) {
      place.gateway.faults.add({ kind: "stop-point", operation: "CreateGroup", nth: 1, phase }, () => {
        groups.push(handled());
      });
      await expect(createGroup(place)).rejects.toMatchObject({ code: "ECONNRESET" });
    }
    expect(await Promise.all(groups)).toMatchObject([{ Groups: [] }, { Groups: [{ GroupName: "admins" }] }]);
  });
});

describe("What a client of S3 sees", () => {
  test.each<[FaultKind, number, string]>([
    ["throttle", 503, "SlowDown"],
    ["500", 500, "InternalError"],
    ["412", 412, "PreconditionFailed"],
    ["409", 409, "ConditionalRequestConflict"],
    ["access-denied", 403, "AccessDenied"],
    ["expired-credentials", 400, "ExpiredToken"],
    ["clock-skew", 403, "RequestTimeTooSkewed"],
    ["wrong-region-301", 301, "PermanentRedirect"],
  ])("under %s: status %i with %s", async (kind, status, code) => {
    const { gateway } = await start({ kind, service: "s3" });
    const seen = await send(gateway.url, put);
    expect(seen.status).toBe(status);
    expect(seen.body.toString()).toContain(`<Error><Code>${code}</Code><Message>`);
  });

  test("under bit-flip: the right length and one wrong bit", async () => {
    const { gateway } = await start({ kind: "bit-flip", bit: 83, operation: "PutObject" });
    const { body } = await send(gateway.url, put);
    expect(body).toEqual(Buffer.from("8123456789"));
  });

  test.each<FaultKind>(["truncated-json", "cut-mid-body", "cut-chunked-body"])(
    "under %s: half an object",
    async (kind) => {
      const { gateway } = await start({ kind, operation: "PutObject" });
      expect((await send(gateway.url, put)).body.toString()).toBe("01234");
    },
  );
});

test("A fault elsewhere leaves an answer untouched", async () => {
  const { gateway } = await start({ kind: "reset", operation: "GetObject" });
  expect((await send(gateway.url, put)).body.toString()).toBe("0123456789");
});
