import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { RotatedClient } from "../../../runbooks/rotation/client-secrets.ts";
import {
  openSecretProbe,
  type ProbeSource,
  readSignInRefusal,
  readTokenAnswer,
} from "../../../runbooks/rotation/secret-probe.ts";

const client: RotatedClient = {
  name: "web",
  oauthFlows: ["code"],
  authFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
  callbackUrls: ["https://app.example.com/oauth2/idpresponse"],
  tokenSeconds: { access: 3_600, id: 3_600 },
};

interface SentRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body: string;
}

type Answer = string | { status: number; body: string } | Error;

/** A token endpoint that answers about "s3cret", or breaks, as told; the last answer stays. */
function openProbe(answers: Answer[], values: Partial<ProbeSource> = {}, aboutOthers = "invalid_client") {
  const sent: SentRequest[] = [];
  const others: string[] = [];
  const pauses: number[] = [];
  const probe = openSecretProbe({
    clientId: "web123",
    client,
    signInHost: "login.example.com",
    endpoint: undefined,
    http: {
      handle: (async (request: SentRequest) => {
        const [, credentials = ""] = request.headers.authorization?.split(" ") ?? [];
        const secret = Buffer.from(credentials, "base64").toString().slice("web123:".length);
        const isOther = secret !== "s3cret";
        const answer = isOther ? aboutOthers : (answers[Math.min(sent.length, answers.length - 1)] ?? "");
        if (isOther) others.push(secret);
        else sent.push(request);
        if (answer instanceof Error) throw answer;
        const { status, body } =
          typeof answer === "string" ? { status: 400, body: JSON.stringify({ error: answer }) } : answer;
        return { response: { statusCode: status, headers: {}, body: Readable.from([body]) } };
      }) as unknown as ProbeSource["http"]["handle"],
    },
    cognito: {} as ProbeSource["cognito"],
    call: (_, run) => run(new AbortController().signal),
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
    },
    randomBytes: (length) => Buffer.alloc(length, 7),
    ...values,
  });
  return { probe, sent, others, pauses };
}

describe("a secret at the token endpoint", () => {
  it("is shown with a code of nobody's, as Basic authentication", async () => {
    const { probe, sent } = openProbe(["invalid_grant"]);
    expect(await probe.isLive("s3cret")).toBe(true);
    expect(sent).toMatchObject([
      {
        protocol: "https:",
        hostname: "login.example.com",
        path: "/oauth2/token",
        headers: {
          host: "login.example.com",
          authorization: `Basic ${Buffer.from("web123:s3cret").toString("base64")}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: `grant_type=authorization_code&code=${"07".repeat(16)}&redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth2%2Fidpresponse`,
      },
    ]);
  });

  it("is asked at the local AWS where one is named, under the host's own name", async () => {
    const { probe, sent } = openProbe(["invalid_grant"], { endpoint: "http://127.0.0.1:4566" });
    await probe.isLive("s3cret");
    expect(sent).toMatchObject([
      { protocol: "http:", hostname: "127.0.0.1", port: 4566, headers: { host: "login.example.com" } },
    ]);
  });

  it.each([
    ["invalid_grant", "live"],
    ["unauthorized_client", "live"],
    ["invalid_client", "dead"],
    ["invalid_request", "unknown"],
    ["unsupported_grant_type", "unknown"],
    ["Something Else", "unknown"],
  ])("%s means %s", (error, verdict) => {
    expect(readTokenAnswer(400, JSON.stringify({ error })).verdict).toBe(verdict);
  });

  it.each([
    [200, '{"error":"invalid_client"}'],
    [302, ""],
    [400, "<html>"],
    [400, '{"message":"invalid_client"}'],
    [403, '{"__type":"AccessDeniedException"}'],
  ])("status %i with %s stays open", (status, body) => {
    expect(readTokenAnswer(status, body).verdict).toBe("unknown");
  });

  it("that nobody can tell about ends the run with exit code 15", async () => {
    const { probe } = openProbe(["invalid_request"]);
    await expect(probe.isLive("s3cret")).rejects.toMatchObject({
      message: "Whether a secret of client web123 is live stays open: Cognito said invalid_request.",
      exitCode: 15,
    });
  });

  const reset = () => Object.assign(new Error("read s3cret"), { code: "ECONNRESET" });
  it.each<[string, Error | { status: number; body: string }]>([
    ["the connection breaks", reset()],
    ["it is busy", { status: 429, body: "" }],
    ["it is unwell", { status: 503, body: "" }],
  ])("is asked again when %s", async (_, broken) => {
    const { probe, sent } = openProbe([broken, broken, "invalid_grant"]);
    expect([await probe.isLive("s3cret"), sent.length]).toEqual([true, 3]);
  });

  it("is asked five times at most, and the failure repeats nothing of it", async () => {
    const { probe, sent } = openProbe([reset()]);
    await expect(probe.isLive("s3cret")).rejects.toMatchObject({
      message: "POST https://login.example.com/oauth2/token: no good answer after every retry (ECONNRESET).",
      exitCode: 15,
    });
    expect(sent).toHaveLength(5);
  });

  it("is not asked again for a plain no", async () => {
    const { probe, sent } = openProbe(["invalid_client"]);
    expect([await probe.isLive("s3cret"), sent.length]).toEqual([false, 1]);
  });

  it("that is new is asked about for a minute, in growing steps", async () => {
    const { probe, pauses } = openProbe([
      "invalid_client",
      "invalid_client",
      "invalid_client",
      "invalid_grant",
    ]);
    expect([await probe.becomesLive("s3cret"), pauses]).toEqual([true, [1_000, 2_000, 4_000]]);
    const never = openProbe(["invalid_client"]);
    expect(await never.probe.becomesLive("s3cret")).toBe(false);
    expect(never.pauses.reduce((sum, pause) => sum + pause, 0)).toBe(60_000);
  });

  it("is believed to stay live after three answers in a row, with a second in between", async () => {
    const { probe, sent, pauses } = openProbe([
      "invalid_client",
      "invalid_grant",
      "invalid_grant",
      "invalid_client",
      "invalid_grant",
    ]);
    expect([await probe.staysLive("s3cret"), sent.length]).toEqual([true, 7]);
    expect(pauses).toEqual([1_000, 1_000, 1_000, 2_000, 1_000, 1_000]);
    const never = openProbe(["invalid_client"]);
    expect(await never.probe.staysLive("s3cret")).toBe(false);
    expect(never.pauses.reduce((sum, pause) => sum + pause, 0)).toBe(60_000);
  });

  it("is believed once one that was made up was refused, which is asked a single time", async () => {
    const { probe, others } = openProbe(["invalid_grant"]);
    await Promise.all([probe.isLive("s3cret"), probe.isLive("s3cret"), probe.staysLive("s3cret")]);
    expect(others).toEqual(["07".repeat(32)]);
  });

  it.each(["invalid_grant", "unauthorized_client", "invalid_request"])(
    "is not believed where one that was made up gets %s",
    async (answer) => {
      const { probe } = openProbe(["invalid_grant"], {}, answer);
      for (const ask of [probe.isLive, probe.becomesLive, probe.staysLive]) {
        await expect(ask("s3cret")).rejects.toMatchObject({
          message: `A secret of client web123 that was made up is not refused: ${answer}.`,
          remedy: "Nothing can be proven this way from here; try it from another network.",
          exitCode: 15,
        });
      }
    },
  );
});

describe("a secret in a sign-in", () => {
  it.each([
    ["NotAuthorizedException", "SecretHash does not match for the client: web123", "dead"],
    ["NotAuthorizedException", "Unable to verify secret hash for client web123", "dead"],
    [
      "NotAuthorizedException",
      "Client web123 is configured with secret but SECRET_HASH was not received",
      "unknown",
    ],
    ["NotAuthorizedException", "Incorrect username or password.", "live"],
    ["NotAuthorizedException", "Password attempts exceeded", "unknown"],
    ["UserNotFoundException", "User does not exist.", "live"],
    ["InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.", "unknown"],
    ["ResourceNotFoundException", "User pool client web123 does not exist.", "unknown"],
  ])("%s, %s: %s", (name, message, verdict) => {
    expect(readSignInRefusal(name, message)).toBe(verdict);
  });

  it("is how a client is asked that the token endpoint does not know, and a client without either is refused", () => {
    const open = (values: Partial<RotatedClient>, signInHost?: string) =>
      openProbe(["invalid_grant"], { client: { ...client, ...values }, signInHost });
    expect(() => open({ oauthFlows: [] }, "login.example.com")).toThrow(
      expect.objectContaining({
        message: "Client web123 has no way in by which a secret could be tried out.",
        exitCode: 2,
      }),
    );
    expect(() => open({})).toThrow("has no way in");
    expect(() => open({ authFlows: ["ALLOW_USER_SRP_AUTH"] })).not.toThrow();
  });
});
