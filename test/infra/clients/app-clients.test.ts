import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { AppClients } from "../../../infra/clients/app-clients.ts";
import { lossGuards } from "../../../infra/loss-guards.ts";
import type { AwsAccessSettings } from "../../../infra/settings.ts";
import type { KeptGeneration } from "../../../infra/users/kept-generations.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import {
  batch,
  cli,
  type UserSideSettings,
  userSideSettings,
  users,
  web,
} from "../../support/users-settings.ts";

const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const SERVER = "aws:cognito/resourceServer:ResourceServer";

const awsAccess: AwsAccessSettings = {
  client: "cli",
  allowSelfSignUp: false,
  rules: [{ claim: "custom:department", match: "equals", value: "sre", role: "sre" }],
  roles: { sre: { managedPolicies: ["ReadOnlyAccess"] } },
};

function declareClients(change: Partial<UserSideSettings> = {}, kept: KeptGeneration[] = []) {
  return declare(() => {
    const settings = userSideSettings(change);
    const clients = new AppClients("clients", { settings, userPoolId: "pool", kept });
    return { ...clients.byName };
  });
}

describe("the app clients", () => {
  test("are protected and kept on delete unless the stack is disposable, because applications know their ids", async () => {
    for (const disposable of [false, true]) {
      const declared = await declareClients({ disposable });
      for (const client of declared.all(CLIENT)) {
        expect(client.options).toMatchObject({ protect: !disposable, retainOnDelete: !disposable });
      }
    }
  });

  test("are what the settings list, and found by name", async () => {
    const declared = await declareClients();
    expect(declared.all(CLIENT).map(({ inputs }) => inputs.name)).toEqual(["batch", "api", "cli", "web"]);
    expect(Object.keys(declared.outputs)).toEqual(["batch", "api", "cli", "web"]);
    expect(declared.outputs.cli).toEqual({
      kind: "cli",
      usesSignInPage: false,
      generation: 1,
      clientId: "client-cli-id",
      others: {},
    });
    expect(declared.outputs.web).toEqual({
      kind: "alb",
      usesSignInPage: true,
      generation: 1,
      clientId: "client-web-id",
      firstSecret: "first-secret-of-client-web",
      others: {},
    });
  });

  test("have a second generation beside the one in use, alike but for its name, and nothing keeps that from going", async () => {
    const declared = await declareClients({ clients: [{ ...web, alsoAccept: [2] }] });
    const [inUse, other] = [declared.one(CLIENT, "client-web"), declared.one(CLIENT, "client-web_2")];
    expect(other.inputs).toEqual({ ...inUse.inputs, name: "web_2" });
    expect(inUse.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(other.options).toMatchObject({ protect: false, retainOnDelete: false });
    expect(declared.outputs.web).toMatchObject({
      generation: 1,
      clientId: "client-web-id",
      others: { 2: "client-web_2-id" },
    });
  });

  test("hand protection, id and secret over to the generation that comes into use", async () => {
    const declared = await declareClients({ clients: [{ ...web, generation: 2, alsoAccept: [1] }] });
    expect(declared.one(CLIENT, "client-web_2").options).toMatchObject({
      protect: true,
      retainOnDelete: true,
    });
    expect(declared.one(CLIENT, "client-web").options).toMatchObject({
      protect: false,
      retainOnDelete: false,
    });
    expect(declared.outputs.web).toEqual({
      kind: "alb",
      usesSignInPage: true,
      generation: 2,
      clientId: "client-web_2-id",
      firstSecret: "first-secret-of-client-web_2",
      others: { 1: "client-web-id" },
    });
  });

  test("lose the protection of the generation in use when they are let go", async () => {
    const letGo = { generations: [], groups: [], clients: ["web"], parts: [] };
    const declared = await declareClients({ clients: [{ ...web, generation: 3 }], letGo });
    expect(declared.one(CLIENT, "client-web_3").options).toMatchObject({
      protect: false,
      retainOnDelete: true,
    });
  });

  test("of a kept pool stay under the number of the generation that was in use there", async () => {
    const kept = [
      {
        generation: 1,
        userPoolId: pulumi.output("first-pool"),
        guards: lossGuards({ disposable: false }),
      },
    ];
    const clients = [{ ...web, generation: 2 }];
    const declared = await declareClients({ users: users({ generation: 2, keep: [1] }), clients }, kept);
    expect(declared.all(CLIENT).map(({ name, inputs }) => [name, inputs.userPoolId, inputs.name])).toEqual([
      ["client-web_2-g2", "pool", "web_2"],
      ["client-web_2", "first-pool", "web_2"],
    ]);
    expect(declared.one(CLIENT, "client-web_2").options).toMatchObject({
      protect: true,
      ignoreChanges: ["*"],
    });
  });

  test("never let a user write a claim that chooses a role, whatever their settings say", async () => {
    const writes = ["email", "custom:department"];
    const change = {
      clients: [
        { ...web, writes },
        { ...cli, writes },
      ],
      awsAccess,
    };
    for (const client of (await declareClients(change)).all(CLIENT)) {
      expect(client.inputs.writeAttributes).toEqual(["email"]);
    }
  });

  test("wait for the resource servers whose scopes they ask for", async () => {
    const declared = await declareClients();
    const server = declared.one(SERVER);
    expect(server.name).toBe("resource-server-api");
    expect(server.inputs).toEqual({
      userPoolId: "pool",
      identifier: "api",
      name: "api",
      scopes: [
        { scopeName: "read", scopeDescription: "read" },
        { scopeName: "write", scopeDescription: "write" },
      ],
    });
    expect(declared.one(CLIENT, "client-batch").options.dependsOn).toEqual(["resource-server-api"]);
  });

  test("need no resource server where no machine has a client", async () => {
    expect((await declareClients({ clients: [web, cli] })).all(SERVER)).toEqual([]);
  });

  test("are new ones in a second generation, beside those of the first pool", async () => {
    const declared = await declareClients({ users: users({ generation: 2 }), clients: [batch] });
    expect(declared.one(CLIENT).name).toBe("client-batch-g2");
    expect(declared.one(CLIENT).inputs.name).toBe("batch");
    expect(declared.one(SERVER).name).toBe("resource-server-api-g2");
  });
});
