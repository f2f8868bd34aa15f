import { createCipheriv, createDecipheriv } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { IntegrityError, LocalFileError } from "../runbooks/runtime/errors.ts";
import { deployment as deploymentSchema, propertyValue } from "./engine/deployment-schema.ts";
import type { PropertyMap, PropertyValue } from "./engine/property-values.ts";
import type { Deployment, Registration } from "./engine/registration.ts";

export interface DeploymentStateOptions {
  /** Folder for the files; made, for its owner only, if it is not there. */
  directory: string;
  stack: string;
  randomBytes: (length: number) => Buffer;
}

/** What a stack was deployed as, kept for the next deployment. */
export interface DeploymentState {
  /** Undefined when nothing has been saved yet. */
  load(): Promise<Deployment | undefined>;
  save(deployment: Deployment): Promise<void>;
}

/** Number of the file format below; a reader refuses one it does not know. */
const VERSION = 1;

const stateFile = z.strictObject({ version: z.literal(VERSION), deployment: deploymentSchema });
const sealedValue = z.strictObject({ sealed: z.string() });

/**
 * Keeps deployments in two files, both readable by their owner only: `<stack>.deployment.json`, in which secrets are
 * encrypted so that it can be shown around, and `<stack>.deployment.key`, which opens them. Throws IntegrityError for
 * files that were altered or do not belong together, LocalFileError when the disk fails.
 */
export function openDeploymentState({
  directory,
  stack,
  randomBytes,
}: DeploymentStateOptions): DeploymentState {
  const statePath = join(directory, `${stack}.deployment.json`);
  const keyPath = join(directory, `${stack}.deployment.key`);
  return {
    async load() {
      const text = await readIfThere(statePath);
      if (text === undefined) return undefined;
      const key = await readIfThere(keyPath);
      if (key === undefined) throw damaged(statePath, `its key ${keyPath} is gone`);
      return openDeployment(parseState(statePath, text), readKey(keyPath, key), statePath);
    },
    async save(deployment) {
      await onDisk(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
      const known = await readIfThere(keyPath);
      const key = known === undefined ? randomBytes(32) : readKey(keyPath, known);
      if (known === undefined) await replaceFile(keyPath, `${key.toString("base64")}\n`);
      const sealed = sealDeployment(deployment, (value) => seal(value, key, randomBytes(12)));
      await replaceFile(statePath, `${JSON.stringify({ version: VERSION, deployment: sealed }, null, 1)}\n`);
    },
  };
}

type Convert = (value: PropertyValue) => PropertyValue;

function sealDeployment(deployment: Deployment, convert: Convert): Deployment {
  const convertAll = (resources: Registration[]) =>
    resources.map((resource) => ({
      ...resource,
      inputs: convertKeys(resource.inputs, resource.secretInputs, convert),
      outputs: convertKeys(resource.outputs, resource.secretOutputs, convert),
    }));
  return {
    ...deployment,
    registrations: convertAll(deployment.registrations),
    leftovers: convertAll(deployment.leftovers),
  };
}

function convertKeys(values: PropertyMap, keys: readonly string[], convert: Convert): PropertyMap {
  const converted = { ...values };
  for (const key of keys) {
    const value = values[key];
    if (value !== undefined) converted[key] = convert(value);
  }
  return converted;
}

function openDeployment(sealed: Deployment, key: Buffer, path: string): Deployment {
  return sealDeployment(sealed, (value) => {
    try {
      return open(value, key);
    } catch (cause) {
      throw damaged(path, "a secret in it does not open with the key beside it", cause);
    }
  });
}

// AES-256-GCM: the nonce, the tag that proves the text unaltered, and the text, in Base64.
function seal(value: PropertyValue, key: Buffer, nonce: Buffer): PropertyValue {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
  return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64") };
}

function open(value: PropertyValue, key: Buffer): PropertyValue {
  const bytes = Buffer.from(sealedValue.parse(value).sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(12, 28));
  const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  return propertyValue.parse(JSON.parse(text));
}

function parseState(path: string, text: string): Deployment {
  try {
    return stateFile.parse(JSON.parse(text)).deployment;
  } catch (cause) {
    throw damaged(path, "it is not a deployment this version of the project has saved", cause);
  }
}

function readKey(path: string, text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length !== 32) throw damaged(path, "it is not a key");
  return key;
}

function damaged(path: string, what: string, cause?: unknown): IntegrityError {
  return new IntegrityError(`${path} cannot be used: ${what}.`, {
    cause,
    remedy: "Restore both files, or remove them and the local AWS they describe, and deploy anew.",
  });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new LocalFileError(`${path} cannot be read.`, { cause });
  }
}

/** Writes beside the file and then takes its place, so that a crash leaves the old one whole. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  await onDisk(path, async () => {
    await writeFile(draft, text, { mode: 0o600 });
    // A draft of an earlier crash keeps its own mode.
    await chmod(draft, 0o600);
    await rename(draft, path);
  });
}

async function onDisk(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new LocalFileError(`${path} cannot be written.`, { cause });
  }
}
