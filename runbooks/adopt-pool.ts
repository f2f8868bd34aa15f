import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { REGION } from "../infra/outputs/outputs.ts";
import { readStackFile } from "../infra/settings/stack-file.ts";
import { type RawSettings, readSettings } from "../infra/settings.ts";
import { renderStack } from "../local/render-stack.ts";
import { type AdoptedSettings, adoptSettings } from "./adoption/adopted-settings.ts";
import { formatAdoptedStackFile } from "./adoption/adopted-stack-file.ts";
import { type AdoptionPlan, planAdoption } from "./adoption/adoption-plan.ts";
import { findExistingResources } from "./adoption/existing-resources.ts";
import { readExistingPool } from "./adoption/pool-reader.ts";
import { POOL_ID } from "./backup/format.ts";
import { createAwsCaller } from "./runtime/aws-calls.ts";
import { clientSettings } from "./runtime/aws-clients.ts";
import { BadInputError, LocalFileError } from "./runtime/errors.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import { checkStackName } from "./runtime/stack-outputs.ts";
import { showText } from "./runtime/terminal-text.ts";

export const adoptPoolRunbook = defineRunbook({
  name: "adopt",
  summary:
    "Writes a stack file and a list for pulumi import for a user pool that exists; changes nothing in AWS.",
  options: {
    pool: {
      type: "string",
      value: "id",
      help: "the user pool, such as ap-northeast-1_Ab12Cd34E",
      required: true,
    },
    stack: { type: "string", value: "name", help: "what the stack that adopts it is called", required: true },
    into: { type: "string", value: "folder", help: "where the two files go", default: "." },
    "accept-losses": {
      type: "boolean",
      help: "write the import list although an update would take things away",
    },
  },
  examples: [
    "npm run adopt -- --pool ap-northeast-1_Ab12Cd34E --stack customers",
    "npm run --silent adopt -- --pool ap-northeast-1_Ab12Cd34E --stack customers --json",
  ],
  exitCodes: {
    0: "both files are written; nothing would be replaced or taken away",
    2: "bad input, a stack file with faults, or an adoption that would replace something or take something away",
    10: "no such pool",
    12: "credentials missing, expired, or without the right",
    15: "AWS did not answer as it should, retries included",
    16: "a file could not be read or written",
  },
  run: async ({ values, signal, pause, progress, warn }) => {
    const { pool: userPoolId, stack, into } = values;
    checkStackName(stack);
    const region = regionOf(userPoolId);
    const client = new CognitoIdentityProviderClient(clientSettings({ region }));
    progress(`Reading ${userPoolId} …`);
    const pool = await readExistingPool({ client, userPoolId, call: createAwsCaller(signal), pause });
    const adopted = adoptSettings(pool, { stack, region });

    const stackFile = join(into, `Pulumi.${stack}.yaml`);
    if (await writeNew(stackFile, formatAdoptedStackFile(adopted, { poolId: userPoolId, region }))) {
      progress(`Wrote ${stackFile}.`);
    } else progress(`${stackFile} is there already and is taken as it is.`);
    for (const sentence of adopted.outside) warn(sentence);

    const raw = await readRaw(stackFile);
    progress("Asking the program what it would declare …");
    const { registrations } = await renderStack(raw, { signal });
    const plan = planAdoption(findExistingResources(pool, adopted, registrations), registrations);
    const losses = [...adopted.losses, ...plan.losses];
    for (const sentence of losses) warn(sentence);
    refuseHarm(plan, losses, values["accept-losses"] ?? false);

    const importFile = join(into, `import.${stack}.json`);
    await write(importFile, `${JSON.stringify(plan.imports, null, 2)}\n`);
    return {
      json: { ok: true, stackFile, importFile, ...adoptionReport(plan, adopted), losses },
      text: formatPlan(plan, { stack, stackFile, importFile }).map(showText),
    };
  },
});

function regionOf(userPoolId: string): string {
  const region = new RegExp(`^(${REGION})_[^_]+$`).exec(userPoolId)?.[1];
  if (region !== undefined && POOL_ID.test(userPoolId)) return region;
  throw new BadInputError(`"${userPoolId}" is not the id of a user pool.`, {
    remedy: "Ids look like ap-northeast-1_Ab12Cd34E.",
  });
}

async function readRaw(stackFile: string): Promise<RawSettings> {
  const text = await onDisk(stackFile, () => readFile(stackFile, "utf8"));
  const read = readStackFile(text, stackFile);
  const faults = "faults" in read ? read.faults : findFaults(read.raw);
  const [first] = faults;
  if ("raw" in read && first === undefined) return read.raw;
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  throw new BadInputError(`${stackFile} has ${count}: ${first?.path} ${first?.message}.`, {
    remedy: "Correct it (npm run check-settings lists all), then run this again.",
  });
}

function findFaults(raw: RawSettings) {
  const result = readSettings(raw);
  return "faults" in result ? result.faults : [];
}

/** Nobody may find out after the import. */
function refuseHarm({ impossible }: AdoptionPlan, losses: readonly string[], isAccepted: boolean): void {
  const [first, ...others] = impossible;
  if (first !== undefined) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    throw new BadInputError(`${first}${more}; no import list was written.`, {
      remedy: "Make the stack file say what exists.",
    });
  }
  if (losses.length > 0 && !isAccepted) {
    const count = losses.length === 1 ? "something" : `${losses.length} things`;
    throw new BadInputError(`An update would take ${count} away, named above; no import list was written.`, {
      remedy: "Find another way for them first, or give --accept-losses.",
    });
  }
}

function adoptionReport({ imports, updated, created }: AdoptionPlan, { outside }: AdoptedSettings) {
  return {
    imported: imports.resources.filter(({ id }) => id !== undefined).length,
    updated,
    created,
    outside,
  };
}

function formatPlan(
  { imports, updated, created }: AdoptionPlan,
  { stack, stackFile, importFile }: { stack: string; stackFile: string; importFile: string },
): string[] {
  const count = imports.resources.filter(({ id }) => id !== undefined).length;
  return [
    `${stackFile} describes the pool, ${importFile} lists the ${count} resources that are taken over.`,
    "After the import pulumi up will change, in place:",
    ...updated.map(({ resource, changed }) => `  ${resource}: ${changed.join(", ")}`),
    ...(updated.length === 0 ? ["  nothing"] : []),
    `It will make ${created.length} resources that are not there yet, and replace none.`,
    "Next:",
    `  pulumi stack init ${stack}`,
    `  pulumi import --stack ${stack} --file ${importFile} --generate-code=false`,
    `  npm run up -- --stack ${stack}`,
  ];
}

/** Writes a file that is not there yet; false when it is. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) await write(path, text);
  return !isThere;
}

async function write(path: string, text: string): Promise<void> {
  await onDisk(path, () => writeFile(path, text, { mode: 0o600 }));
}

async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new LocalFileError(`${path} cannot be read or written.`, { remedy: "Check --into.", cause });
  }
}

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(adoptPoolRunbook);
