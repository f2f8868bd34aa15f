import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { AppClient } from "../../../infra/clients/app-clients.ts";
import {
  ClientSecrets,
  type ReturningSecrets,
  readClientSecret,
} from "../../../infra/clients/client-secrets.ts";
import { clientSecretName } from "../../../infra/outputs/outputs.ts";
import { declare } from "../../support/pulumi-mocks.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

const GET_VERSION = "aws:secretsmanager/getSecretVersion:getSecretVersion";

function declareSecrets({
  disposable = false,
  prefix = "",
  current = "",
  isPreview = false,
  of = "web",
  returning = {} as ReturningSecrets,
} = {}) {
  const asked: unknown[] = [];
  const answer = (inputs: Record<string, unknown>) => {
    asked.push(inputs);
    return { secretString: current };
  };
  const program = () => {
    const clients: Record<string, AppClient> = {
      web: {
        kind: "alb",
        usesSignInPage: true,
        generation: 1,
        clientId: pulumi.output("id-of-web"),
        firstSecret: pulumi.secret("s3cret"),
        others: {},
      },
      cli: {
        kind: "cli",
        generation: 1,
        usesSignInPage: false,
        clientId: pulumi.output("id-of-cli"),
        others: {},
      },
    };
    const secrets = new ClientSecrets("secrets", {
      settings: {
        stack: "dev",
        region: "ap-northeast-1",
        disposable,
        letGo: undefined,
        ...(prefix && { signInPage: { kind: "prefix", prefix } }),
      },
      clients,
      userPoolId: pulumi.output("pool"),
      returning,
    });
    return { names: secrets.names, ...(current && { live: secrets.currentSecret(of), asked }) };
  };
  return declare(program, { isPreview, ...(current && { calls: { [GET_VERSION]: answer } }) });
}

describe("the clients' secrets", () => {
  test("are one for each client that has one, under a name a runbook can work out", async () => {
    const declared = await declareSecrets();
    expect(declared.outputs).toEqual({ names: { web: "sekisho/dev/clients/web" } });
    expect(clientSecretName("dev", "web")).toBe("sekisho/dev/clients/web");
    expect(declared.one(SECRET).inputs).toMatchObject({
      name: "sekisho/dev/clients/web",
      tags: { "sekisho:stack": "dev" },
    });
    expect(declared.all(VERSION)).toHaveLength(1);
  });

  test("hold what a back end needs to talk to the pool, and travel as a secret", async () => {
    const version = (await declareSecrets({ prefix: "example-login" })).one(VERSION);
    expect(JSON.parse(String(version.inputs.secretString))).toEqual({
      clientId: "id-of-web",
      clientSecret: "s3cret",
      userPoolId: "pool",
      domain: "example-login.auth.ap-northeast-1.amazoncognito.com",
    });
    expect(version.secretInputs).toEqual(["secretString"]);
  });

  test("name no domain in a stack without sign-in pages", async () => {
    const version = (await declareSecrets()).one(VERSION);
    expect(JSON.parse(String(version.inputs.secretString))).not.toHaveProperty("domain");
  });

  test("leave later versions to rotation and start again only with another client", async () => {
    const version = (await declareSecrets()).one(VERSION);
    expect(version.inputs.versionStages).toEqual(["AWSCURRENT", "sekisho-first"]);
    expect(version.options).toMatchObject({
      ignoreChanges: ["secretString", "versionStages"],
      replacementTrigger: "id-of-web",
      protect: false,
      retainOnDelete: true,
    });
  });

  test("can be brought back for thirty days and are protected, unless the stack is disposable", async () => {
    const kept = (await declareSecrets()).one(SECRET);
    expect(kept.inputs.recoveryWindowInDays).toBe(30);
    expect(kept.options).toMatchObject({ protect: true, retainOnDelete: true });
    const disposable = (await declareSecrets({ disposable: true })).one(SECRET);
    expect(disposable.inputs.recoveryWindowInDays).toBe(0);
    expect(disposable.options).toMatchObject({ protect: false, retainOnDelete: false });
  });
});

describe("a client that comes back into use", () => {
  const first = async (returning: ReturningSecrets) => {
    const { inputs } = (await declareSecrets({ returning })).one(VERSION);
    return JSON.parse(String(inputs.secretString));
  };

  test("has the secret that was live when it went, not the first one of its life", async () => {
    const known = [
      { clientId: "id-of-another", clientSecret: "another" },
      { clientId: "id-of-web", clientSecret: "after-rotation" },
    ];
    expect(await first({ web: known })).toMatchObject({
      clientId: "id-of-web",
      clientSecret: "after-rotation",
    });
  });

  test("has its first one where none of it is known", async () => {
    const known = [{ clientId: "id-of-another", clientSecret: "another" }];
    expect(await first({ web: known })).toMatchObject({ clientId: "id-of-web", clientSecret: "s3cret" });
    expect(await first({ api: known })).toMatchObject({ clientSecret: "s3cret" });
  });
});

describe("the secret that is live now", () => {
  test("is the one AWSCURRENT names, wherever rotation has got to", async () => {
    const declared = await declareSecrets({ current: JSON.stringify({ clientSecret: "after-rotation" }) });
    expect(declared.outputs.live).toBe("after-rotation");
    expect(declared.outputs.asked).toEqual([
      { secretId: "client-secret-web-id", versionStage: "AWSCURRENT" },
    ]);
  });

  test("is not asked for where no rule needs it", async () => {
    const declared = await declareSecrets();
    expect(declared.outputs).not.toHaveProperty("live");
  });

  test("is refused for a client that has none", async () => {
    await expect(declareSecrets({ current: "{}", of: "cli" })).rejects.toThrow(
      "Client cli of sekisho:clients has no secret that a rule could use.",
    );
  });

  test.each(["s3cret-in-plain-text", '{"clientId":"s3cret-in-plain-text"}', '{"clientSecret":""}', "null"])(
    "is never guessed, and a value without it is not repeated: %s",
    (value) => {
      let sentence = "";
      try {
        readClientSecret("web", value);
      } catch (failure) {
        if (!(failure instanceof pulumi.RunError)) throw failure;
        sentence = `${failure.message}${String(failure.cause ?? "")}`;
      }
      expect(sentence).toBe(
        "The current version of the secret of client web holds no clientSecret. Put the live secret there as JSON " +
          "({ clientId, clientSecret, userPoolId, domain }), then deploy again.",
      );
    },
  );
});
