import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleTriggers } from "../../../infra/functions/trigger-bundles.ts";
import type { TriggersSettings } from "../../../infra/settings.ts";
import { builtInMessages } from "../../support/stack-messages.ts";

const triggers: TriggersSettings = {
  customMessage: true,
  allowMailDomains: ["example.com"],
  groupOnSignUp: "members",
  secretQuestion: true,
  logRetentionDays: 365,
};
/** No function comes near what Lambda takes; this is what a start within five seconds allows. */
const LARGEST_BYTES = 2_000_000;

async function filesOf(archive: pulumi.asset.AssetArchive): Promise<Record<string, string>> {
  const files = Object.entries(await archive.assets).map(async ([name, asset]) => {
    if (!(asset instanceof pulumi.asset.StringAsset)) throw new Error(`${name} is not a text`);
    return [name, await asset.text];
  });
  return Object.fromEntries(await Promise.all(files));
}

describe("the code of triggers", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-triggers-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("is bundled for what the settings ask for, each with what it must know of the stack, and starts fast", async () => {
    const bundles = await bundleTriggers({ triggers }, builtInMessages());
    const beside = await Promise.all(
      Object.entries(bundles).map(async ([name, { archive, bytes }]) => {
        expect(bytes).toBeLessThan(LARGEST_BYTES);
        const { "index.mjs": code = "", ...files } = await filesOf(archive);
        await writeFile(join(folder, `${name}.mjs`), code);
        const { handler } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
        expect(handler).toBeInstanceOf(Function);
        return [name, files];
      }),
    );
    expect(Object.fromEntries(beside)).toEqual({
      customMessage: { "messages.json": JSON.stringify(builtInMessages()) },
      preSignUp: { "settings.json": '{"mailDomains":["example.com"]}' },
      postConfirmation: { "settings.json": '{"group":"members"}' },
      defineQuestion: {},
      createQuestion: {},
      verifyAnswer: {},
    });
  });

  test("is not bundled for what is off", async () => {
    expect(await bundleTriggers({}, builtInMessages())).toEqual({});
  });
});
