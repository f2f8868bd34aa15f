import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetIdCommand } from "@aws-sdk/client-cognito-identity";
import { InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { FaultRule } from "../../../local/faults.ts";
import { type Gateway, startGateway } from "../../../local/gateway.ts";
import { RemoteError } from "../../../runbooks/runtime/errors.ts";
import {
  createSignInCaller,
  openIdentityPoolClient,
  openUserPoolClient,
  SignInRefusedError,
} from "../../../runbooks/sign-in/unsigned-clients.ts";
import { createSignInWorld, EMAIL, type SignInWorld } from "../../support/sign-in-world.ts";

let world: SignInWorld;
let gateway: Gateway;
beforeAll(async () => {
  world = await createSignInWorld();
  gateway = await startGateway({ cognito: world.model });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.faults.clear();
  gateway.history.clear();
});

afterEach(() => vi.unstubAllEnvs());

const settings = () => ({ region: "ap-northeast-1", env: { AWS_ENDPOINT_URL: gateway.url } });

async function signIn(change: object = {}, maxAttempts?: number, seconds?: number) {
  const client = openUserPoolClient({ ...settings(), ...(maxAttempts && { maxAttempts }) });
  const call = createSignInCaller(new AbortController().signal, seconds);
  const input = {
    ClientId: world.clientId,
    AuthFlow: "USER_PASSWORD_AUTH" as const,
    AuthParameters: { USERNAME: EMAIL, PASSWORD: "wrong" },
    ...change,
  };
  try {
    return await call("InitiateAuth", (abortSignal) =>
      client.send(new InitiateAuthCommand(input), { abortSignal }),
    );
  } finally {
    client.destroy();
  }
}

describe("The clients of a sign-in", () => {
  test("tell a refusal by AWS's name for it", async () => {
    const refused = await signIn().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SignInRefusedError);
    expect(refused).toMatchObject({ awsName: "NotAuthorizedException", exitCode: 12 });
    expect(gateway.history.entries.map(({ isSigned }) => isSigned)).toEqual([false]);
  });

  test.each<[FaultRule, exitCode: number, line: RegExp]>([
    [{ kind: "throttle" }, 15, /^InitiateAuth: too many requests \(TooManyRequestsException\)\.$/],
    [{ kind: "429" }, 15, /^InitiateAuth: too many requests/],
    [{ kind: "500" }, 15, /^InitiateAuth: no good answer after every retry/],
    [{ kind: "504" }, 15, /^InitiateAuth: the answer is not what AWS sends\.$/],
    [{ kind: "reset" }, 15, /\(ECONNRESET\)\.$/],
    [{ kind: "html-200" }, 15, /^InitiateAuth: the answer is not what AWS sends\.$/],
    [{ kind: "cut-mid-body" }, 15, /^InitiateAuth: /],
    [{ kind: "access-denied" }, 12, /^InitiateAuth: something on the way refused it/],
    [{ kind: "expired-credentials" }, 12, /^InitiateAuth: something on the way refused it/],
  ])("tell %j with exit code %i", async (rule, exitCode, line) => {
    gateway.faults.add(rule);
    await expect(signIn()).rejects.toMatchObject({ exitCode, message: expect.stringMatching(line) });
  });

  test("tell a client that is gone", async () => {
    await expect(signIn({ ClientId: "0000000000000000000000000a" })).rejects.toMatchObject({
      exitCode: 10,
      remedy: "Ask for a new sign-in file and run npm run configure-profile with it.",
    });
  });

  test("send once only what must be sent once only", async () => {
    gateway.faults.add({ kind: "500" });
    await expect(signIn({}, 1)).rejects.toThrow(RemoteError);
    expect(gateway.history.entries).toHaveLength(1);
  });

  test.each(["hang-before-headers", "hang-mid-body", "drip"] as const)(
    "give up at the deadline where an answer never ends (%s)",
    async (kind) => {
      gateway.faults.add({ kind });
      await expect(signIn({}, 3, 1)).rejects.toThrow("InitiateAuth: no answer within 1 seconds.");
    },
  );

  test("are of identity pools, too", async () => {
    const client = openIdentityPoolClient(settings());
    const call = createSignInCaller(new AbortController().signal);
    const input = { IdentityPoolId: "ap-northeast-1:00000000-0000-4000-8000-000000000000" };
    await expect(
      call("GetId", (abortSignal) => client.send(new GetIdCommand(input), { abortSignal })),
    ).rejects.toMatchObject({ exitCode: 10 });
    client.destroy();
    expect(gateway.history.entries.map(({ isSigned }) => isSigned)).toEqual([false]);
  });

  test("call AWS alone, wherever the machine's profile and other variables lead the SDK", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sekisho-endpoint-"));
    const config = join(folder, "config");
    writeFileSync(config, `[profile other]\nendpoint_url = ${gateway.url}\nuse_fips_endpoint = true\n`);
    for (const [name, value] of Object.entries({
      AWS_CONFIG_FILE: config,
      AWS_PROFILE: "other",
      AWS_ENDPOINT_URL: gateway.url,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: gateway.url,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY: gateway.url,
      AWS_USE_DUALSTACK_ENDPOINT: "true",
    }))
      vi.stubEnv(name, value);
    const place = { region: "ap-northeast-1", env: {}, maxAttempts: 1 };
    const [users, identities] = [openUserPoolClient(place), openIdentityPoolClient(place)];
    const called: string[] = [];
    const stop = (request: unknown): never => {
      const { protocol, hostname } = request as { protocol: string; hostname: string };
      called.push(`${protocol}//${hostname}`);
      throw new Error("not sent");
    };
    users.middlewareStack.add(
      () =>
        async ({ request }) =>
          stop(request),
      { step: "finalizeRequest" },
    );
    identities.middlewareStack.add(
      () =>
        async ({ request }) =>
          stop(request),
      { step: "finalizeRequest" },
    );
    const auth = new InitiateAuthCommand({ ClientId: "c", AuthFlow: "USER_PASSWORD_AUTH" });
    await expect(users.send(auth)).rejects.toThrow("not sent");
    const id = new GetIdCommand({ IdentityPoolId: "ap-northeast-1:x" });
    await expect(identities.send(id)).rejects.toThrow("not sent");
    rmSync(folder, { recursive: true });
    expect(called).toEqual([
      "https://cognito-idp.ap-northeast-1.amazonaws.com",
      "https://cognito-identity.ap-northeast-1.amazonaws.com",
    ]);
  });

  test.each([
    "http://example.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1:4566",
    "ftp://localhost",
    "x",
  ])("are not made for AWS_ENDPOINT_URL=%s, where others could read a password", (endpoint) => {
    const place = { region: "ap-northeast-1", env: { AWS_ENDPOINT_URL: endpoint } };
    for (const open of [openUserPoolClient, openIdentityPoolClient]) {
      expect(() => open(place)).toThrow("AWS_ENDPOINT_URL is no https address; a sign-in goes nowhere else.");
    }
  });

  test.each(["https://example.com", "http://localhost:4566", "http://127.0.0.1:1", "http://[::1]:1"])(
    "are made for AWS_ENDPOINT_URL=%s",
    async (endpoint) => {
      const client = openUserPoolClient({ region: "ap-northeast-1", env: { AWS_ENDPOINT_URL: endpoint } });
      expect((await client.config.endpoint?.())?.hostname).toBe(new URL(endpoint).hostname);
    },
  );
});
