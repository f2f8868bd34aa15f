import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
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
const SECRET = "sekisho/oidc/clients/web";

const signInRule = z.object({
  inputs: z.object({
    actions: z.tuple([
      z.object({
        type: z.literal("authenticate-oidc"),
        authenticateOidc: z.object({
          clientId: z.string(),
          clientSecret: z.string(),
          sessionTimeout: z.number(),
          tokenEndpoint: z.string(),
        }),
      }),
      z.object({ type: z.literal("forward") }),
    ]),
  }),
  secretInputs: z.array(z.string()),
  options: z.object({ dependsOn: z.array(z.string()) }),
});

let world: World;
let secrets: SecretsManagerClient;
let cognito: CognitoIdentityProviderClient;
let stack: VariedStack;
let routes: object;
let deployment: Deployment;
/** Every secret that the client ever had. */
const planted = new Set<string>();
/** What the state of each deployment shows in clear, and all that it holds. */
const seen = { clear: "", whole: "" };

function keepState({ registrations, leftovers, outputs }: Deployment): void {
  const hide = (values: object, secret: readonly string[]) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => !secret.includes(key)));
  const clear = [...registrations, ...leftovers].map((resource) => ({
    ...resource,
    inputs: hide(resource.inputs, resource.secretInputs),
    outputs: hide(resource.outputs, resource.secretOutputs),
  }));
  seen.clear += JSON.stringify([clear, outputs]);
  seen.whole += JSON.stringify([registrations, leftovers, outputs]);
}

beforeAll(async () => {
  world = await startWorld({ projectDir: checkout, region: "ap-northeast-1", keep: false });
  const local = {
    region: "ap-northeast-1",
    endpoint: world.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  secrets = new SecretsManagerClient(local);
  cognito = new CognitoIdentityProviderClient(local);
  const base = await readVariedStack("oidc", BASE);
  routes = { ...Object(base.config.routes), authenticate: "oidc" };
  stack = changeStack(base, {
    routes,
    sms: undefined,
    mfa: { mode: "required", factors: ["totp"] },
    signInPage: { domainPrefix: "example-oidc" },
    guard: { apiCidrs: ["198.51.100.0/25"], loadBalancer: "count" },
  });
  deployment = await deployVaried(world, stack);
  keepState(deployment);
}, 180_000);

afterAll(async () => {
  secrets?.destroy();
  cognito?.destroy();
  await world?.stop();
});

function ruleOf({ registrations }: Deployment) {
  const rule = registrations.find(({ name }) => name === "routes-slot-10-0");
  const { inputs, secretInputs, options } = signInRule.parse(rule);
  return { ...inputs.actions[0].authenticateOidc, secretInputs, dependsOn: options.dependsOn };
}

describe("rules that sign people in with OpenID Connect", { timeout: 240_000 }, () => {
  test("get the client's first secret on a first deployment, and keep it secret in the state", () => {
    const { registrations } = deployment;
    const client = registrations.find(({ name }) => name === "client-web");
    const rule = ruleOf(deployment);
    expect(rule.clientId).toBe(client?.id);
    expect(rule.clientSecret).toBe(client?.outputs.clientSecret);
    expect(rule.tokenEndpoint).toBe(
      "https://example-oidc.auth.ap-northeast-1.amazoncognito.com/oauth2/token",
    );
    expect(rule.secretInputs).toEqual(["actions"]);
    expect(rule.dependsOn.some((urn) => urn.endsWith("::client-secret-web-first"))).toBe(true);
  });

  test("stand behind a guard of the sign-in page, and one of the load balancer where the settings say so", () => {
    const guarded = deployment.registrations
      .filter(({ type }) => type === "aws:wafv2/webAclAssociation:WebAclAssociation")
      .map(({ inputs }) => String(inputs.resourceArn))
      .sort();
    expect(guarded).toEqual([
      expect.stringContaining(":userpool/"),
      expect.stringContaining(":loadbalancer/app/shared/0123456789abcdef"),
    ]);
  });

  test("stay as they are in a second deployment", async () => {
    const second = await deployVaried(world, stack, deployment);
    expect(second).toMatchObject({ created: 0, updated: 0, replaced: 0, deleted: 0 });
  });

  test("get the secret that is live, and nothing else changes, in a deployment after three rotations", async () => {
    const before = await readCurrent(secrets, SECRET);
    planted.add(before.clientSecret);
    for (const value of ["second-secret", "third-secret", "live-secret"]) {
      planted.add(value);
      await rotateSecret(secrets, SECRET, { ...before, clientSecret: value });
    }
    const labels = await readLabels(secrets, SECRET);
    const converged = await deployVaried(world, stack, deployment);
    expect(converged).toMatchObject({ created: 0, updated: 1, replaced: 0, deleted: 0 });
    const { clientSecret: dead, ...rule } = ruleOf(deployment);
    expect(dead).toBe(before.clientSecret);
    expect(ruleOf(converged)).toEqual({ ...rule, clientSecret: "live-secret" });
    // What rotation left is what consumers go on reading, label for label.
    expect(await readCurrent(secrets, SECRET)).toEqual({ ...before, clientSecret: "live-secret" });
    expect(await readLabels(secrets, SECRET)).toEqual(labels);
    const again = await deployVaried(world, stack, converged);
    expect(again).toMatchObject({ created: 0, updated: 0, replaced: 0, deleted: 0 });
    deployment = again;
    keepState(converged);
    keepState(again);
  });

  test("are written with the secret that is live when something else of them changes after rotations", async () => {
    const before = await readCurrent(secrets, SECRET);
    const values = Array.from({ length: 15 }, (_, number) => `planted-secret-${number}`);
    for (const value of [...values, "after-rotation"]) {
      planted.add(value);
      await rotateSecret(secrets, SECRET, { ...before, clientSecret: value });
    }
    const longer = changeStack(stack, { routes: { ...routes, sessionHours: 4 } });
    const changed = await deployVaried(world, longer, deployment);
    expect(ruleOf(changed)).toMatchObject({ clientSecret: "after-rotation", sessionTimeout: 14_400 });
    expect(changed).toMatchObject({ created: 0, updated: 1, replaced: 0, deleted: 0 });
    stack = longer;
    deployment = changed;
    keepState(changed);
  });

  test("get the new client and its secret after a loss of the pool, whatever was rotated before", async () => {
    const pool = z.object({ users: z.object({ userPoolId: z.string() }) });
    await losePool(cognito, pool.parse(deployment.outputs).users.userPoolId);
    const lost = ruleOf(deployment);
    deployment = await deployVaried(world, stack, deployment);
    const client = deployment.registrations.find(({ name }) => name === "client-web");
    const rule = ruleOf(deployment);
    expect(rule.clientId).not.toBe(lost.clientId);
    expect(rule).toMatchObject({ clientId: client?.id, clientSecret: client?.outputs.clientSecret });
    expect(await readCurrent(secrets, SECRET)).toMatchObject({
      clientId: client?.id,
      clientSecret: client?.outputs.clientSecret,
      userPoolId: pool.parse(deployment.outputs).users.userPoolId,
    });
    planted.add(rule.clientSecret);
    keepState(deployment);
  });

  test("leave none of 21 secrets in the state in clear, although it holds those it was deployed with", () => {
    expect(planted.size).toBe(21);
    const held = [...planted].filter((secret) => seen.whole.includes(secret));
    expect(held).toHaveLength(4);
    expect([...planted].filter((secret) => seen.clear.includes(secret))).toEqual([]);
  });
});
