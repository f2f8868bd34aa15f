import {
  type CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
} from "@aws-sdk/client-cognito-identity-provider";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import { clientPart, usersPart } from "../../infra/outputs/outputs.ts";
import type { Settings } from "../../infra/settings.ts";
import { IntegrityError } from "../../runbooks/runtime/errors.ts";
import type { Deployment } from "../engine/registration.ts";
import type { SeedPlan } from "../seed/seed-plan.ts";
import { createProviders } from "../seed/seed-users.ts";
import type { World } from "../world-client.ts";
import { type ChildRunbook, runChildRunbook } from "./child-runbook.ts";
import { compareDirectory } from "./directory-comparison.ts";
import { readDirectory } from "./directory-reader.ts";
import { signInAfterReset } from "./forgotten-password.ts";
import type { RehearsalReport } from "./report.ts";
import { countOf } from "./room.ts";
import { findWayBack, type WayBack } from "./way-back.ts";

export interface UsersReturn {
  world: Pick<World, "readMessages">;
  cognito: CognitoIdentityProviderClient;
  secrets: SecretsManagerClient;
  /** The stack with its new, empty pool. */
  deployment: Pick<Deployment, "outputs">;
  settings: Settings;
  /** Everybody who was in the pool that is lost. */
  seed: SeedPlan;
  /** What every runbook of the rehearsal is run with. */
  runbook: Omit<ChildRunbook, "name">;
  /** The set to bring back: `<pool id>/<name>`. */
  set: string;
  /** A password that no policy refuses and nobody knows. */
  createPassword(): string;
  now(): Date;
  progress(line: string): void;
  warn(line: string): void;
}

/** What became of everybody, and whether each of them is as they were seeded. */
export interface ReturnedUsers {
  reimport: RehearsalReport["reimport"];
  differences: string[];
}

/**
 * Brings everybody back into the new pool as docs/incidents/pool-lost.md says: identity providers, the plan, the re-import.
 * Then compares the pool with the seed, with nothing of the runbook's own code, and signs somebody in by "forgot password".
 * Throws an IntegrityError where the plan has faults, or when anybody was sent a message meanwhile.
 */
export async function bringUsersBack(step: UsersReturn): Promise<ReturnedUsers> {
  const { world, cognito, deployment, seed, progress, warn } = step;
  const { userPoolId, userPoolName } = outputs.parse(deployment.outputs).users;
  await createProviders(seed, { cognito, userPoolId });
  const messages = (await world.readMessages()).length;
  const result = await reimport(step, userPoolName);
  const sent = (await world.readMessages()).length - messages;
  if (sent > 0) throw new IntegrityError(`The re-import sent ${countOf(sent, "message")} to users.`);

  progress("Comparing the new pool with what was seeded …");
  const { same, differences } = compareDirectory(seed, await readDirectory(cognito, userPoolId));
  for (const difference of differences.slice(0, SHOWN)) warn(difference);
  if (differences.length > SHOWN) warn(`… and ${differences.length - SHOWN} more`);
  const signedIn = await signSomebodyIn(step, userPoolId);
  const { planned, created, linked, impossible } = result;
  return {
    reimport: {
      planned,
      created,
      verified: Math.min(result.verified, same),
      linked,
      impossible,
      ...(signedIn === undefined ? {} : { signedIn }),
    },
    differences,
  };
}

/** Differences that are told one by one. */
const SHOWN = 10;

const outputs = z.object({ users: usersPart, clients: z.record(z.string(), clientPart) });

/** Nobody signs in here whose share of the quotas must be spared, and the local AWS does not count requests. */
const UNHURRIED = [
  "--share=1",
  ...["UserList", "UserRead", "UserResourceRead", "UserCreation", "UserAccountRecovery", "UserUpdate"].map(
    (category) => `--quota=${category}=1000`,
  ),
];

/** The plan, then the same with `--apply`; users who did not come back are in the result. */
async function reimport(
  { runbook, settings, set, warn }: UsersReturn,
  poolName: string,
): Promise<ReimportResult> {
  // Whoever deployed the stack so has decided it.
  const accepted = settings.users.recovery.includes("admin") ? ["--accept", "recovery-by-admin-only"] : [];
  const args = [...runbook.args, "--from", set, "--unconfirmed", "restore", ...accepted, ...UNHURRIED];
  const run = { ...runbook, name: "reimport-users" };
  const { faults } = planResult.parse(await runChildRunbook({ ...run, args, findings: [2] }));
  for (const { code, message } of faults) warn(`${code}: ${message}`);
  if (faults.length > 0) {
    throw new IntegrityError(`The plan of the re-import has ${countOf(faults.length, "fault")}.`, {
      remedy: "The warnings above say which.",
    });
  }
  const apply = ["--apply", "--ticket", "REHEARSAL-1", "--confirm", poolName];
  return reimportResult.parse(
    await runChildRunbook({ ...run, args: [...args, ...apply], findings: [3, 13] }),
  );
}

const planResult = z.object({ faults: z.array(z.object({ code: z.string(), message: z.string() })) });

type ReimportResult = z.infer<typeof reimportResult>;
const reimportResult = z.object({
  planned: z.number(),
  created: z.number(),
  verified: z.number(),
  linked: z.number(),
  impossible: z.number(),
});

/** Whether somebody could sign in; undefined where nobody can by the stack's own settings, which is then said. */
async function signSomebodyIn(step: UsersReturn, userPoolId: string): Promise<boolean | undefined> {
  const { settings, seed, progress, warn } = step;
  const way = findWayBack(settings, seed);
  if ("obstacle" in way) {
    warn(`nobody is signed in, because ${way.obstacle}`);
    return undefined;
  }
  progress(`Signing ${way.user.email} in, who has forgotten the password …`);
  try {
    await signInAfterReset(await meet(step, way, userPoolId));
    return true;
  } catch (error) {
    if (!(error instanceof IntegrityError || error instanceof CognitoIdentityProviderServiceException))
      throw error;
    warn(`${way.user.email} could not sign in: ${error.message}`);
    return false;
  }
}

async function meet(step: UsersReturn, { client, user }: WayBack, userPoolId: string) {
  const { cognito, secrets, deployment, world, createPassword, now } = step;
  const { clientId, secretName } = clientPart.parse(outputs.parse(deployment.outputs).clients[client.name]);
  return {
    cognito,
    userPoolId,
    clientId,
    clientSecret: secretName === undefined ? undefined : await readSecret(secrets, secretName),
    email: user.email,
    phoneNumber: user.attributes.phone_number ?? "",
    password: createPassword(),
    readMessages: world.readMessages,
    now,
  };
}

async function readSecret(secrets: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  return z.object({ clientSecret: z.string() }).parse(JSON.parse(SecretString)).clientSecret;
}
