import { describe, expect, test } from "vitest";
import { EncryptionKeys } from "../../infra/encryption-keys.ts";
import type { LetGoPart } from "../../infra/settings.ts";
import { declare } from "../support/pulumi-mocks.ts";

const KEY = "aws:kms/key:Key";

function declareKeys(disposable: boolean, parts: LetGoPart[] = []) {
  return declare(() => {
    const letGo = { generations: [], groups: [], clients: [], parts };
    const settings = { stack: "dev", region: "ap-northeast-1", disposable, letGo };
    const { logKeyArn, secretKeyArn } = new EncryptionKeys("keys", { settings, account: "123456789012" });
    return { logKeyArn, secretKeyArn };
  });
}

describe("the keys of the preset strict", () => {
  test("are one for logs and one for secrets, renewed every year, of one Region", async () => {
    const declared = await declareKeys(false);
    const ofKey = { enableKeyRotation: true, multiRegion: false, deletionWindowInDays: 30 };
    expect(declared.one(KEY, "keys-logs").inputs).toMatchObject(ofKey);
    expect(declared.one(KEY, "keys-secrets").inputs).toMatchObject(ofKey);
    expect(declared.all(KEY)).toHaveLength(2);
    expect(declared.outputs.logKeyArn).not.toBe(declared.outputs.secretKeyArn);
  });

  test("stay in AWS once they were let go: what they encrypted cannot be read without them", async () => {
    for (const { options } of (await declareKeys(false, ["keys"])).all(KEY)) {
      expect(options).toMatchObject({ protect: false, retainOnDelete: true });
    }
  });

  test.each([
    ["are never deleted by mistake", false, true],
    ["go with a disposable stack", true, false],
  ])("%s", async (_title, disposable, protect) => {
    for (const { options } of (await declareKeys(disposable)).all(KEY)) {
      expect(options).toMatchObject({ protect, retainOnDelete: protect });
    }
  });
});
