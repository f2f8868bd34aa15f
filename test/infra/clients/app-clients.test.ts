import { describe, expect, test } from "vitest";
import { AppClients } from "../../../infra/clients/app-clients.ts";
import type { AwsAccessSettings } from "../../../infra/settings.ts";
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

function declareClients(change: Partial<UserSideSettings> = {}) {
  return declare(() => {
    const clients = new AppClients("clients", { settings: userSideSettings(change), userPoolId: "pool" });
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
    expect(declared.outputs.cli).toEqual({ kind: "cli", clientId: "client-cli-id" });
    expect(declared.outputs.web).toEqual({
      kind: "alb",
      clientId: "client-web-id",
      firstSecret: "first-secret-of-client-web",
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
