import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDeploymentState } from "../../local/deployment-state.ts";
import type { Deployment, Registration } from "../../local/engine/registration.ts";
import { IntegrityError, LocalFileError } from "../../runbooks/runtime/errors.ts";
import { declare } from "./engine/fake-makers.ts";

const client: Registration = {
  ...declare("aws:cognito/userPoolClient:UserPoolClient", "web", {
    name: "web",
    note: { inner: ["hush-1"] },
  }),
  secretInputs: ["note"],
  existence: "made",
  id: "client-1",
  outputs: { name: "web", note: { inner: ["hush-1"] }, clientSecret: "hush-2" },
  secretOutputs: ["note", "clientSecret"],
};
const record: Registration = {
  ...declare("aws:route53/record:Record", "mx", {}, { deleteBeforeReplace: true }),
  existence: "recorded",
  id: "mx",
  outputs: {},
  secretOutputs: [],
  recordedBecause: "NotImplemented: no",
};
const deployment: Deployment = {
  registrations: [client, record],
  leftovers: [{ ...client, id: "client-0" }],
  outputs: { clientId: "client-1", secret: "[secret]" },
  created: 1,
  recorded: 1,
  updated: 0,
  replaced: 0,
  deleted: 0,
  unchanged: 0,
  recordedBecause: [{ urn: record.urn, reason: "NotImplemented: no" }],
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "deployment-state-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function open(stack = "dev") {
  return openDeploymentState({ directory, stack, randomBytes });
}

async function change(file: string, edit: (text: string) => string): Promise<void> {
  const path = join(directory, file);
  await writeFile(path, edit(await readFile(path, "utf8")));
}

describe("the kept deployment", () => {
  test("comes back as it was saved, again and again", async () => {
    await open().save(deployment);
    await expect(open().load()).resolves.toEqual(deployment);
    await open().save({ ...deployment, created: 2 });
    await expect(open().load()).resolves.toEqual({ ...deployment, created: 2 });
  });

  test("is absent before the first, and each stack has its own", async () => {
    await open("dev").save(deployment);
    await expect(open("prod").load()).resolves.toBeUndefined();
  });

  test("shows no secret, and only its owner can read it", async () => {
    await open().save(deployment);
    const files = await readdir(directory);
    expect(files.sort()).toEqual(["dev.deployment.json", "dev.deployment.key"]);
    for (const file of files) {
      expect(await readFile(join(directory, file), "utf8")).not.toContain("hush");
      expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
    }
  });

  test.each<[string, () => Promise<void>, string]>([
    [
      "cut off",
      () => change("dev.deployment.json", (text) => text.slice(0, 100)),
      "it is not a deployment this version of the project has saved",
    ],
    [
      "of another version",
      () => change("dev.deployment.json", (text) => text.replace('"version": 1', '"version": 2')),
      "it is not a deployment this version of the project has saved",
    ],
    [
      "altered in a secret",
      () => change("dev.deployment.json", (text) => text.replace(/"sealed": "..../, '"sealed": "AAAA')),
      "a secret in it does not open with the key beside it",
    ],
    [
      "without its key",
      () => rm(join(directory, "dev.deployment.key")),
      "its key DIR/dev.deployment.key is gone",
    ],
    [
      "with the key of another",
      () => change("dev.deployment.key", () => randomBytes(32).toString("base64")),
      "a secret in it does not open with the key beside it",
    ],
  ])("is refused when it is %s", async (_how, damage, what) => {
    await open().save(deployment);
    await damage();
    const failure: unknown = await open()
      .load()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(IntegrityError);
    expect(failure).toHaveProperty(
      "message",
      `${directory}/dev.deployment.json cannot be used: ${what.replace("DIR", directory)}.`,
    );
  });

  test("is refused when its key is none", async () => {
    await open().save(deployment);
    await change("dev.deployment.key", () => "short");
    await expect(open().load()).rejects.toThrow(
      `${directory}/dev.deployment.key cannot be used: it is not a key.`,
    );
  });

  test("says which file the disk does not take", async () => {
    await writeFile(join(directory, "file"), "");
    const state = openDeploymentState({ directory: join(directory, "file"), stack: "dev", randomBytes });
    await expect(state.save(deployment)).rejects.toThrow(
      new LocalFileError(`${directory}/file cannot be written.`),
    );
  });
});
