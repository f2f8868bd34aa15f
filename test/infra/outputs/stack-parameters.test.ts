import { describe, expect, test } from "vitest";
import { UserBackups } from "../../../infra/backups/user-backups.ts";
import { type StackOutputs, stackOutputs } from "../../../infra/outputs/outputs.ts";
import type { PendingOutputs } from "../../../infra/outputs/pending-outputs.ts";
import { StackParameters } from "../../../infra/outputs/stack-parameters.ts";
import { type Declaration, declare } from "../../support/pulumi-mocks.ts";

const PARAMETER = "aws:ssm/parameter:Parameter";

const fullOutputs: Omit<StackOutputs, "backup"> = {
  stack: {
    version: 1,
    stack: "dev",
    account: "123456789012",
    region: "ap-northeast-1",
    copyRegion: "ap-northeast-3",
    disposable: false,
  },
  users: {
    userPoolId: "ap-northeast-1_AbCdEfGhI",
    userPoolArn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_AbCdEfGhI",
    userPoolName: "sekisho-dev",
    generation: 1,
  },
  clients: {
    cli: { kind: "cli", clientId: "cli-id" },
    web: {
      kind: "alb",
      clientId: "web_2-id",
      secretName: "sekisho/dev/clients/web",
      generation: 2,
      others: { 1: "web-id" },
    },
  },
  "sign-in-page": { host: "example-login.auth.ap-northeast-1.amazoncognito.com" },
  routes: { listenerArn: "arn:aws:elasticloadbalancing:listener", firstPriority: 100 },
  "aws-access": {
    identityPoolId: "pool",
    provider: "provider",
    client: "cli",
    roles: { sre: "arn:aws:iam::1:role/sre" },
  },
  sms: { successLogGroup: "success", failureLogGroup: "failure" },
  email: {
    domain: "example.com",
    from: "サポート <support@example.com>",
    identityArn: "arn:aws:ses:identity",
  },
  "runbook-log": { logGroup: "/sekisho/dev/runbooks" },
  restore: {
    importRoleArn: "arn:aws:iam::123456789012:role/sekisho-dev-user-import",
    erasedList: "erased/erased-users.ndjson",
    erasedKeySecret: "sekisho/dev/erased-list-key",
    siteUrl: "https://app.example.com",
  },
};

function declareParameters(
  change: { copyTo?: string; outputs?: Omit<PendingOutputs, "backup"> } = {},
): Promise<Declaration> {
  const { copyTo, outputs = fullOutputs } = change;
  return declare(() => {
    const backup = { keepDays: 35, lock: "governance", ...(copyTo !== undefined && { copyTo }) } as const;
    const settings = { stack: "dev", region: "ap-northeast-1", disposable: false, letGo: undefined, backup };
    const backups = new UserBackups("user-backups", { settings, account: "123456789012" });
    new StackParameters("outputs", {
      settings,
      outputs: { ...outputs, backup: backups.part },
      work: backups.work,
    });
    return undefined;
  });
}

describe("the parameters that runbooks read", () => {
  test("are one per part and one per client, as JSON text of the standard tier", async () => {
    const declared = await declareParameters();
    const parameters = declared.all(PARAMETER);
    expect(parameters.map(({ inputs }) => inputs.name)).toEqual([
      "/sekisho/dev/stack",
      "/sekisho/dev/users",
      "/sekisho/dev/sign-in-page",
      "/sekisho/dev/routes",
      "/sekisho/dev/aws-access",
      "/sekisho/dev/sms",
      "/sekisho/dev/email",
      "/sekisho/dev/backup",
      "/sekisho/dev/runbook-log",
      "/sekisho/dev/restore",
      "/sekisho/dev/clients/cli",
      "/sekisho/dev/clients/web",
    ]);
    for (const { inputs } of parameters) {
      expect(inputs).toMatchObject({ type: "String", tier: "Standard", tags: { "sekisho:stack": "dev" } });
    }
    expect(readValue(declared.one(PARAMETER, "outputs-users"))).toEqual(fullOutputs.users);
    expect(readValue(declared.one(PARAMETER, "outputs-clients/web"))).toEqual(fullOutputs.clients.web);
    expect(readValue(declared.one(PARAMETER, "outputs-backup"))).toMatchObject({
      bucket: "sekisho-dev-backups-id",
    });
  });

  test("leave out what the stack does not have", async () => {
    const { stack, users, clients } = fullOutputs;
    const declared = await declareParameters({ outputs: { stack, users, clients } });
    expect(declared.all(PARAMETER).map(({ name }) => name)).toEqual([
      "outputs-stack",
      "outputs-users",
      "outputs-backup",
      "outputs-clients/cli",
      "outputs-clients/web",
    ]);
  });

  test("stand in the Region of the copy as well, word for word", async () => {
    const declared = await declareParameters({ copyTo: "ap-northeast-3" });
    const here = declared.all(PARAMETER).filter(({ inputs }) => inputs.region === undefined);
    const there = declared.all(PARAMETER).filter(({ inputs }) => inputs.region === "ap-northeast-3");
    expect(there).toHaveLength(12);
    const text = ({ inputs }: { inputs: Record<string, unknown> }) => [inputs.name, inputs.value];
    expect(there.map(text)).toEqual(here.map(text));
  });

  test("are written the same whatever order the program gives, so that nothing changes when nothing changed", async () => {
    const { users } = fullOutputs;
    const turned = Object.fromEntries(Object.entries(users).reverse()) as typeof users;
    const [plain, reversed] = [
      await declareParameters(),
      await declareParameters({ outputs: { ...fullOutputs, users: turned } }),
    ];
    expect(reversed.one(PARAMETER, "outputs-users").inputs.value).toBe(
      plain.one(PARAMETER, "outputs-users").inputs.value,
    );
  });

  test("go away with what they describe: nothing keeps a parameter of a client that is gone", async () => {
    const declared = await declareParameters();
    for (const { options } of declared.all(PARAMETER)) {
      expect(options).toMatchObject({ protect: false, retainOnDelete: false });
    }
  });

  test("lie all together in the work bucket, under its own key, once the bucket's rules stand", async () => {
    const declared = await declareParameters();
    const newest = declared.one("aws:s3/bucketObjectv2:BucketObjectv2");
    expect(newest.inputs).toMatchObject({
      bucket: "sekisho-dev-work-id",
      key: "outputs.json",
      contentType: "application/json",
      serverSideEncryption: "aws:kms",
      kmsKeyId: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-work-key-id",
    });
    const read = stackOutputs.parse(JSON.parse(String(newest.inputs.content)));
    expect(read).toMatchObject(fullOutputs);
    expect(read.backup.bucket).toBe("sekisho-dev-backups-id");
    expect(newest.options.dependsOn).toEqual(["sekisho-dev-work"]);
  });
});

function readValue({ inputs }: { inputs: Record<string, unknown> }): unknown {
  return JSON.parse(String(inputs.value));
}
