import { beforeAll, describe, expect, test } from "vitest";
import { UserBackups } from "../../../infra/backups/user-backups.ts";
import { restorePart } from "../../../infra/outputs/outputs.ts";
import { ERASED_LIST_HEADER } from "../../../infra/restores/erased-list.ts";
import { UserRestores } from "../../../infra/restores/user-restores.ts";
import { parseErasedKey, parseErasedList } from "../../../runbooks/erased/erased-list.ts";
import { type Declaration, declare } from "../../support/pulumi-mocks.ts";

const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const ROLE = "aws:iam/role:Role";

function declareRestores({
  disposable = false,
  siteUrl,
  secretKeyArn,
}: {
  disposable?: boolean;
  siteUrl?: string;
  secretKeyArn?: string;
} = {}) {
  return declare(() => {
    const settings = {
      stack: "dev",
      region: "ap-northeast-1",
      disposable,
      letGo: undefined,
      backup: { keepDays: 35, lock: "governance" as const },
      messages: { language: "ja" as const, files: {}, ...(siteUrl !== undefined && { siteUrl }) },
    };
    const account = "123456789012";
    const { work } = new UserBackups("user-backups", { settings, account });
    const { part } = new UserRestores("user-restores", { settings, account, work, secretKeyArn });
    return { part };
  });
}

let declared: Declaration;
beforeAll(async () => {
  declared = await declareRestores();
});

describe("what putting users back needs", () => {
  test("is told to runbooks: the role of import jobs, the list of the erased and the secret of its key", async () => {
    const { outputs } = await declareRestores({ siteUrl: "https://app.example.com" });
    expect(restorePart.parse(outputs.part)).toEqual({
      importRoleArn: expect.stringContaining("sekisho-dev-user-import"),
      erasedList: "erased/erased-users.ndjson",
      erasedKeySecret: "sekisho/dev/erased-list-key",
      siteUrl: "https://app.example.com",
    });
    expect(declared.outputs.part).not.toHaveProperty("siteUrl");
  });

  test("has the role of import jobs under a name that says whose it is", () => {
    expect(declared.one(ROLE).inputs).toMatchObject({
      name: "sekisho-dev-user-import",
      tags: { "sekisho:stack": "dev" },
    });
  });
});

describe("the list of erased people", () => {
  test("begins empty, in the work bucket, under its key", () => {
    const { inputs, options } = declared.one(OBJECT);
    expect(inputs).toEqual({
      bucket: "sekisho-dev-work-id",
      key: "erased/erased-users.ndjson",
      content: ERASED_LIST_HEADER,
      contentType: "application/x-ndjson",
      serverSideEncryption: "aws:kms",
      kmsKeyId: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-work-key-id",
    });
    expect(options.dependsOn).toEqual(["sekisho-dev-work"]);
  });

  test("is what runbooks read as a list of nobody, with the key that they read", () => {
    const key = parseErasedKey(String(declared.one(VERSION).inputs.secretString));
    expect(parseErasedList(String(declared.one(OBJECT).inputs.content), key)).toEqual([]);
  });

  test("is a runbook's from then on: no later deployment looks at anything of it", () => {
    expect(declared.one(OBJECT).options).toMatchObject({
      ignoreChanges: ["*"],
      protect: true,
      retainOnDelete: true,
    });
  });

  test("goes with a disposable stack, its key at once", async () => {
    const disposable = await declareRestores({ disposable: true });
    for (const resource of [OBJECT, SECRET, VERSION].map((type) => disposable.one(type))) {
      expect(resource.options).toMatchObject({ protect: false, retainOnDelete: false });
    }
    expect(disposable.one(SECRET).inputs.recoveryWindowInDays).toBe(0);
  });
});

describe("the key that recognises erased people", () => {
  const keyOf = ({ inputs }: { inputs: Record<string, unknown> }): unknown =>
    JSON.parse(String(inputs.secretString)).key;

  test("is 32 random bytes, no two alike", async () => {
    const [one, other] = [declared, await declareRestores()].map((run) => keyOf(run.one(VERSION)));
    expect(Buffer.from(String(one), "base64")).toHaveLength(32);
    expect(other).not.toBe(one);
  });

  test("travels as a secret, and is written once as long as the secret lives", () => {
    const version = declared.one(VERSION);
    expect(version.secretInputs).toEqual(["secretString"]);
    expect(Object.keys(JSON.parse(String(version.inputs.secretString)))).toEqual(["key"]);
    expect(version.inputs.versionStages).toEqual(["AWSCURRENT", "sekisho-first"]);
    expect(version.options).toMatchObject({
      ignoreChanges: ["secretString", "versionStages"],
      replacementTrigger: undefined,
      protect: true,
      retainOnDelete: true,
    });
  });

  test("can be brought back for thirty days, and is encrypted with the stack's own key where there is one", async () => {
    expect(declared.one(SECRET).inputs).toMatchObject({
      name: "sekisho/dev/erased-list-key",
      recoveryWindowInDays: 30,
      tags: { "sekisho:stack": "dev" },
    });
    expect(declared.one(SECRET).inputs).not.toHaveProperty("kmsKeyId");
    const secretKeyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/secrets";
    expect((await declareRestores({ secretKeyArn })).one(SECRET).inputs.kmsKeyId).toBe(secretKeyArn);
  });
});
