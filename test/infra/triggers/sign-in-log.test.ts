import { describe, expect, test } from "vitest";
import { createHandler } from "../../../infra/triggers/sign-in-log.ts";
import type { AuthenticationEvent } from "../../../infra/triggers/sign-in-record.ts";
import {
  CLIENT_ID,
  POOL_ID,
  postAuthentication,
  preAuthentication,
  SUB,
} from "../../support/trigger-events.ts";

const timestamp = "2026-11-21T03:00:00.000Z";

async function linesOf(event: AuthenticationEvent): Promise<string[]> {
  const lines: string[] = [];
  const handler = createHandler({ write: (line) => lines.push(line), now: () => new Date(timestamp) });
  expect(await handler(structuredClone(event))).toEqual(event);
  return lines;
}

describe("the log of sign-ins", () => {
  test.each([
    ["an attempt, before the password is judged", preAuthentication(), "sign-in-attempt"],
    ["a success, after every factor", postAuthentication(), "sign-in-success"],
  ])("has one line of JSON for %s", async (_what, event, name) => {
    const [line = "", ...more] = await linesOf(event);
    expect(more).toEqual([]);
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toEqual({
      timestamp,
      level: "INFO",
      event: name,
      userPoolId: POOL_ID,
      clientId: CLIENT_ID,
      isKnown: true,
      sub: SUB,
      userName: SUB,
    });
  });

  test("does not repeat a name that nobody has: it may be a password in the wrong field", async () => {
    const event = preAuthentication({ userAttributes: {}, userNotFound: true }, "hunter2!Secret");
    const [line = ""] = await linesOf(event);
    expect(line).not.toContain("hunter2");
    expect(JSON.parse(line)).toMatchObject({ event: "sign-in-attempt", isKnown: false });
  });

  test("holds neither what the client sent along nor a person's attributes", async () => {
    const secrets = { token: "a-secret" };
    const [line] = await linesOf(preAuthentication({ validationData: secrets, clientMetadata: secrets }));
    expect(line).not.toContain("a-secret");
    expect(line).not.toContain("hanako@example.com");
  });

  test("never keeps anybody out: an event that it cannot read goes on, and the log says so", async () => {
    const { request: _missing, ...rest } = preAuthentication();
    const event: AuthenticationEvent = JSON.parse(JSON.stringify(rest));
    expect(await linesOf(event)).toEqual([
      JSON.stringify({ level: "ERROR", event: "sign-in-log-failed", error: "TypeError" }),
    ]);
  });

  test("says nothing of events that are no sign-in", async () => {
    const event = JSON.parse(JSON.stringify({ ...preAuthentication(), triggerSource: "PreSignUp_SignUp" }));
    expect(await linesOf(event)).toEqual([]);
  });
});
