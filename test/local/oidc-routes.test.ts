import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Deployment } from "../../local/deploy.ts";
import { startWorld, type World } from "../../local/world-client.ts";
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
let stack: VariedStack;
let routes: object;
let deployment: Deployment;

beforeAll(async () => {
  world = await startWorld({ projectDir: checkout, region: "ap-northeast-1", keep: false });
  secrets = new SecretsManagerClient({
    region: "ap-northeast-1",
    endpoint: world.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
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
}, 180_000);

afterAll(async () => {
  secrets?.destroy();
  await world?.stop();
});

function ruleOf({ registrations }: Deployment) {
  const rule = registrations.find(({ name }) => name === "routes-slot-10-0");
  const { inputs, secretInputs, options } = signInRule.parse(rule);
  return { ...inputs.actions[0].authenticateOidc, secretInputs, dependsOn: options.dependsOn };
}

/** What rotation does to the secret that consumers read. */
async function rotate(clientSecret: string): Promise<void> {
  const { clientId } = ruleOf(deployment);
  const SecretString = JSON.stringify({ clientId, clientSecret, userPoolId: "pool", domain: "domain" });
  await secrets.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString }));
}

describe("rules that sign people in with OpenID Connect", { timeout: 120_000 }, () => {
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

  test("get the secret that is live, not a dead one, when something else of them changes after three rotations", async () => {
    for (const value of ["second-secret", "third-secret", "live-secret"]) await rotate(value);
    const longer = changeStack(stack, { routes: { ...routes, sessionHours: 4 } });
    const changed = await deployVaried(world, longer, deployment);
    expect(ruleOf(changed)).toMatchObject({ clientSecret: "live-secret", sessionTimeout: 14_400 });
    expect(changed).toMatchObject({ created: 0, updated: 1, replaced: 0, deleted: 0 });
    const again = await deployVaried(world, longer, changed);
    expect(again).toMatchObject({ created: 0, updated: 0, replaced: 0, deleted: 0 });
  });
});
