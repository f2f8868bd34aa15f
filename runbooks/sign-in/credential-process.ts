import { processDocument } from "./aws-credentials.ts";
import { readCachedCredentials } from "./cached-credentials.ts";
import { homeAt } from "./home-folder.ts";
import { systemKeyring } from "./keyring.ts";
import type { AwsCredentials } from "./session.ts";

// The program that an AWS profile names as its credential_process: configure-profile bundles it into the stack's folder.
// What it needs to hand out kept credentials is this file alone; all the rest is another one, loaded when it is needed.

const folder = import.meta.dirname;

async function printCredentials(): Promise<void> {
  const credentials = await findCached();
  if (credentials !== undefined) {
    process.stdout.write(`${JSON.stringify(processDocument(credentials))}\n`);
    return;
  }
  const { renewCredentials } = await import("./credential-renewal.ts");
  await renewCredentials(folder);
}

async function findCached(): Promise<AwsCredentials | undefined> {
  try {
    return await readCachedCredentials(homeAt(folder), systemKeyring(process.env), Date.now());
  } catch {
    // The renewal meets the same, and says it in words.
    return undefined;
  }
}

void printCredentials();
