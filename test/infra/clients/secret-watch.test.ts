import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { SECRET_WATCH_ENTRY, SecretWatch } from "../../../infra/clients/secret-watch.ts";
import { bundleFunction } from "../../../infra/functions/function-bundle.ts";
import { type Declaration, declare } from "../../support/pulumi-mocks.ts";

describe("the function that looks how old secrets are", () => {
  let declared: Declaration;
  beforeAll(async () => {
    const archive = new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset("export {}") });
    declared = await declare(() => {
      new SecretWatch("secret-watch", {
        settings: { stack: "dev", region: "ap-northeast-1" },
        account: "123456789012",
        bundle: { archive, bytes: 0, sha256: "" },
        secrets: ["sekisho/dev/clients/web", "sekisho/dev/clients/api"],
      });
      return undefined;
    });
  });

  test("is called twice a day by its schedule, and by nothing else", () => {
    const rule = declared.one("aws:cloudwatch/eventRule:EventRule").inputs;
    expect(rule).toMatchObject({ scheduleExpression: "rate(12 hours)", state: "ENABLED" });
    expect(declared.one("aws:cloudwatch/eventTarget:EventTarget").options.dependsOn).toEqual([
      "secret-watch-schedule",
    ]);
    expect(declared.one("aws:lambda/permission:Permission").inputs).toMatchObject({
      principal: "events.amazonaws.com",
      sourceArn: "arn:aws:cloudwatch:ap-northeast-1:123456789012:secret-watch-id",
      sourceAccount: "123456789012",
    });
  });

  test("may see when versions were made, and never what is in them", () => {
    const policy = JSON.parse(String(declared.one("aws:iam/rolePolicy:RolePolicy").inputs.policy));
    const statements: { Sid: string; Action: string[]; Resource: string[] }[] = policy.Statement;
    const secrets = statements.filter(({ Action }) =>
      Action.some((action) => action.startsWith("secretsmanager:")),
    );
    expect(secrets).toEqual([
      {
        Sid: "ReadAgesOfSecrets",
        Effect: "Allow",
        Action: ["secretsmanager:ListSecretVersionIds"],
        Resource: [
          "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sekisho/dev/clients/api-??????",
          "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sekisho/dev/clients/web-??????",
        ],
      },
    ]);
  });

  test("knows the names of its secrets in one order, so that nothing changes by itself", () => {
    const { environment } = declared.one("aws:lambda/function:Function").inputs;
    expect(environment).toEqual({
      variables: { STACK: "dev", SECRETS: '["sekisho/dev/clients/api","sekisho/dev/clients/web"]' },
    });
  });

  test("can be bundled with all that it needs", async () => {
    const { bytes } = await bundleFunction(SECRET_WATCH_ENTRY);
    expect(bytes).toBeGreaterThan(10_000);
  });
});
