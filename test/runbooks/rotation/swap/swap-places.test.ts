import { randomBytes } from "node:crypto";
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { createCognitoModel } from "../../../../local/cognito/model.ts";
import { type Gateway, startGateway } from "../../../../local/gateway.ts";
import { swapTools } from "../../../../runbooks/rotation/swap/swap-places.ts";
import { newSwapWorld, stackOf } from "../../../support/swap-world.ts";

const REGION = "ap-northeast-1";
let gateway: Gateway;
let cognito: CognitoIdentityProviderClient;

beforeAll(async () => {
  gateway = await startGateway({
    cognito: (region) =>
      createCognitoModel({ region, account: "123456789012", now: () => new Date(), randomBytes }),
    region: REGION,
    // Nobody listens there: clients of a pool are Cognito's.
    upstream: "http://127.0.0.1:9",
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  cognito = new CognitoIdentityProviderClient({ region: REGION, endpoint: gateway.url, credentials });
});
afterAll(async () => {
  cognito.destroy();
  await gateway.close();
});
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_ENDPOINT_URL", gateway.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it("finds every client of a pool by its name, on however many pages, and how long tokens of the one in use live", async () => {
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: "swap" }));
  const UserPoolId = UserPool?.Id ?? "";
  const made = new Map<string, string>();
  for (const number of Array.from({ length: 61 }, (_, place) => place)) {
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: `web_${number}`,
        GenerateSecret: true,
        AccessTokenValidity: 20,
        TokenValidityUnits: { AccessToken: "minutes" },
      }),
    );
    made.set(UserPoolClient?.ClientId ?? "", UserPoolClient?.ClientName ?? "");
  }
  const stack = stackOf(newSwapWorld());
  const [clientId = ""] = made.keys();
  const places = swapTools.openPlaces(
    { ...stack, identity: { ...stack.identity, userPoolId: UserPoolId, clientId } },
    {
      runId: "run",
      now: () => new Date(),
      pause: async () => {},
      randomBytes,
      progress: () => {},
      warn: () => {},
      signal: new AbortController().signal,
      env: {},
      columns: 80,
      isInteractive: false,
      ask: async () => undefined,
      mayWrite: () => {
        throw new Error("Nothing is written here.");
      },
    },
  );
  expect(await places.readPoolClients()).toEqual(made);
  expect(await places.readTokenTimes()).toEqual({ access: 1_200, id: 3_600 });
});
