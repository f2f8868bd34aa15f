import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Deployment } from "../../local/deploy.ts";
import { losePool } from "../../local/rehearsal/lost-pool.ts";
import { startWorld, type World } from "../../local/world-client.ts";
import { readCurrent, readLabels, rotateSecret } from "./world/client-secret.ts";
import { checkout } from "./world/scratch-project.ts";
import { changeStack, deployVaried, readVariedStack, type VariedStack } from "./world/varied-stack.ts";

const BASE = new URL("../fixtures/stacks/sms-only.yaml", import.meta.url).pathname;
const SECRET = "sekisho/swap/clients/web";
const ROTATED = "secret-that-rotation-put-there";
// A name of its own, because an object literal with this key looks like a promise to readers and linters.
const TREATMENT = "then";
const outputs = z.object({
  users: z.object({ userPoolId: z.string() }),
  clients: z.record(z.string(), z.object({ clientId: z.string() })),
});

let world: World;
let cognito: CognitoIdentityProviderClient;
let secrets: SecretsManagerClient;
let base: VariedStack;
let deployment: Deployment;
/** Ids of the client's generations. */
let first: string;
let second: string;

beforeAll(async () => {
  world = await startWorld({ projectDir: checkout, region: "ap-northeast-1", keep: false });
  const local = {
    region: "ap-northeast-1",
    endpoint: world.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  cognito = new CognitoIdentityProviderClient(local);
  secrets = new SecretsManagerClient(local);
  base = await readVariedStack("swap", BASE);
  deployment = await deployVaried(world, stackWith({}));
  first = inUse();
}, 300_000);

afterAll(async () => {
  cognito?.destroy();
  secrets?.destroy();
  await world?.stop();
});

/** One rule that asks Cognito for the secret, one that is given it, one for tokens, and roles for another client. */
function stackWith(generations: { generation?: number; alsoAccept?: number[] }): VariedStack {
  const routes = Object(base.config.routes);
  const [office] = routes.rules;
  return changeStack(base, {
    sms: undefined,
    mfa: { mode: "required", factors: ["totp"] },
    signInPage: { domainPrefix: "example-swap" },
    clients: {
      web: { ...Object(base.config.clients).web, ...generations },
      back: { kind: "server", ...generations },
      jobs: { kind: "machine", scopes: ["api/read"], ...generations },
    },
    routes: {
      ...routes,
      rules: [
        { ...office, name: "jobs", slot: 1, paths: ["/v1/*"], [TREATMENT]: "verify-token", client: "jobs" },
        { ...office, name: "given", slot: 2, paths: ["/given/*"], authenticate: "oidc" },
        office,
      ],
    },
    awsAccess: {
      client: "back",
      rules: [{ claim: "cognito:groups", contains: "staff", role: "staff" }],
      roles: { staff: { managedPolicies: ["ReadOnlyAccess"] } },
    },
  });
}

async function move(generations: { generation?: number; alsoAccept?: number[] }): Promise<Deployment> {
  deployment = await deployVaried(world, stackWith(generations), deployment);
  return deployment;
}

function poolId(): string {
  return outputs.parse(deployment.outputs).users.userPoolId;
}

function inUse(): string {
  return outputs.parse(deployment.outputs).clients.web?.clientId ?? "";
}

/** As Cognito shows it; undefined once it is gone. */
async function describeClient(ClientId: string): Promise<{ name: string; secret: string } | undefined> {
  const asked = cognito.send(new DescribeUserPoolClientCommand({ UserPoolId: poolId(), ClientId }));
  const answer = await asked.catch((error: Error) => {
    if (error.name === "ResourceNotFoundException") return undefined;
    throw error;
  });
  const { ClientName = "", ClientSecret = "" } = answer?.UserPoolClient ?? {};
  return answer && { name: ClientName, secret: ClientSecret };
}

function inputsOf(name: string): object {
  const found = deployment.registrations.find((registration) => registration.name === name);
  if (!found) throw new Error(`${name} is not registered`);
  return found.inputs;
}

function idOf(name: string): string {
  return String(deployment.registrations.find((registration) => registration.name === name)?.id);
}

/**
 * What the rules, the secret and the outputs name, which must always be the same client with a live secret: the one it
 * was born with unless another is given.
 */
async function expectInUse(name: string, clientId: string, rotated?: string): Promise<void> {
  const client = await describeClient(clientId);
  const live = rotated ?? client?.secret;
  expect(client?.name).toBe(name);
  expect(inUse()).toBe(clientId);
  expect(await readCurrent(secrets, SECRET)).toMatchObject({
    clientId,
    clientSecret: live,
    userPoolId: poolId(),
  });
  expect(inputsOf("routes-slot-10-0")).toMatchObject({
    actions: [
      { authenticateCognito: { userPoolClientId: clientId, sessionCookieName: `sekisho-swap-${name}` } },
      {},
    ],
  });
  expect(inputsOf("routes-slot-2-0")).toMatchObject({
    actions: [
      {
        authenticateOidc: {
          clientId,
          clientSecret: live,
          sessionCookieName: `sekisho-swap-${name}-oidc`,
        },
      },
      {},
    ],
  });
}

/** Whoever verifies tokens takes those of these generations, and of no other. */
function expectAccepted(...generations: string[]): void {
  expect(inputsOf("routes-slot-1-0")).toMatchObject({
    actions: [
      {
        jwtValidation: {
          additionalClaims: [
            { name: "client_id", values: generations.map((suffix) => idOf(`client-jobs${suffix}`)) },
            { name: "token_use" },
          ],
        },
      },
      {},
    ],
  });
  const ids = generations.map((suffix) => idOf(`client-back${suffix}`));
  expect(inputsOf("identity-pool")).toMatchObject({
    cognitoIdentityProviders: ids.map((clientId) => ({ clientId })),
  });
  expect(inputsOf("identity-pool-roles")).toMatchObject({
    roleMappings: ids.map((id) => ({ identityProvider: expect.stringMatching(new RegExp(`:${id}$`)) })),
  });
}

describe("a client that gives way to its next generation", { timeout: 300_000 }, () => {
  test("has it beside it first, and goes on being used", async () => {
    await move({ alsoAccept: [2] });
    second = idOf("client-web_2");
    expect(second).not.toBe(first);
    expect(await describeClient(second)).toMatchObject({
      name: "web_2",
      secret: expect.stringMatching(/.{24}/),
    });
    await expectInUse("web", first);
    expectAccepted("", "_2");
  });

  test("may have its secret rotated before it gives way", async () => {
    const before = await readCurrent(secrets, SECRET);
    await rotateSecret(secrets, SECRET, { ...before, clientSecret: ROTATED });
    await move({ alsoAccept: [2] });
    await expectInUse("web", first, ROTATED);
  });

  test("cannot be left out of the next step", async () => {
    await expect(deployVaried(world, stackWith({ generation: 2 }), deployment)).rejects.toThrow(
      "sekisho:clients.web.alsoAccept lacks 1, which was in use up to now",
    );
  });

  test("hands over rules, secret and outputs in one deployment, and is still there", async () => {
    await move({ generation: 2, alsoAccept: [1] });
    await expectInUse("web_2", second);
    expect(await describeClient(first)).toMatchObject({ name: "web" });
    expectAccepted("_2", "");
    expect(await move({ generation: 2, alsoAccept: [1] })).toMatchObject({
      created: 0,
      updated: 0,
      replaced: 0,
      deleted: 0,
    });
  });

  test("takes everything back when somebody changes their mind, with the secret that was live and not its dead first", async () => {
    await move({ alsoAccept: [2] });
    await expectInUse("web", first, ROTATED);
    expect(await describeClient(second)).toMatchObject({ name: "web_2" });
    expectAccepted("", "_2");
  });

  test("is deleted for real in the end, with nothing left that names it", async () => {
    await move({ generation: 2, alsoAccept: [1] });
    const gone = await move({ generation: 2 });
    expect(await describeClient(first)).toBeUndefined();
    expect(gone.leftovers).toEqual([]);
    await expectInUse("web_2", second);
    expectAccepted("_2");
    const kept = gone.registrations.filter(({ inputs }) => JSON.stringify(inputs).includes(first));
    expect(kept.map(({ name }) => name)).toEqual([]);
    const labels = Object.values(await readLabels(secrets, SECRET)).flat();
    expect(labels.filter((label) => label === "sekisho-first")).toHaveLength(1);
  });

  test("comes back under the number in use after a loss of the pool, and so does its secret", async () => {
    await losePool(cognito, poolId());
    await move({ generation: 2 });
    expect(inUse()).not.toBe(second);
    await expectInUse("web_2", idOf("client-web_2"));
  });
});
