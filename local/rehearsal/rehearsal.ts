import { setTimeout } from "node:timers/promises";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import { createLostPassword } from "../../runbooks/reimport/lost-password.ts";
import { formatCount } from "../../runbooks/runtime/progress.ts";
import type { RunbookContext, RunbookResult } from "../../runbooks/runtime/runbook.ts";
import type { Deployment } from "../engine/registration.ts";
import { planSeed, type SeedPlan } from "../seed/seed-plan.ts";
import { seedUsers } from "../seed/seed-users.ts";
import { startWorld, type World } from "../world-client.ts";
import { type ChildRunbook, runChildRunbook } from "./child-runbook.ts";
import { signInAtCommandLine } from "./command-line-sign-in.ts";
import { losePool } from "./lost-pool.ts";
import type { RehearsalOptions, rehearsalOptions } from "./options.ts";
import { formatReport, isComplete, type RehearsalReport } from "./report.ts";
import { reportFile, writeReportPage } from "./report-file.ts";
import { type RotationStep, rotateSecret } from "./rotation.ts";
import { loadStackConfig, type StackConfig } from "./stack-config.ts";
import { deployStack, type StackDeployment } from "./stack-deployment.ts";
import { bringUsersBack } from "./users-return.ts";

export type RehearsalContext = Pick<
  RunbookContext<typeof rehearsalOptions>,
  "now" | "progress" | "warn" | "signal" | "randomBytes"
>;

/**
 * The whole way on a local AWS, as on a real one: deploy the program, seed users, back them up, verify the backup, rotate a
 * client secret while people sign in, sign somebody in at the command line, lose the user pool, build another, bring everybody back and sign one of them in. Ends with what was found; exit code 13 when
 * anybody is missing or could not sign in. The local AWS is gone afterwards unless it is kept.
 */
export async function rehearse(
  projectDir: string,
  options: RehearsalOptions,
  context: RehearsalContext,
): Promise<RunbookResult> {
  const started = context.now();
  const stack = await loadStackConfig(projectDir, options.stack);
  context.progress("Starting the local AWS …");
  const world = await startWorld({
    projectDir,
    region: stack.settings.region,
    keep: options.isKept,
    port: options.port,
    ministackEndpoint: options.ministackEndpoint,
    signal: context.signal,
    progress: context.progress,
  });
  let isLeftRunning = false;
  try {
    const report = await rehearseIn(world, projectDir, { ...options, ...stack }, context, started);
    if (options.isKept) {
      await world.leaveRunning();
      isLeftRunning = true;
    }
    return {
      json: report,
      text: formatReport(report, { url: world.url, isKept: options.isKept, log: world.log }),
      exitCode: report.ok ? 0 : 13,
    };
  } finally {
    if (!isLeftRunning) await world.stop();
  }
}

/** The rehearsal in a local AWS that runs: what `rehearse` does between starting and stopping it. */
export async function rehearseIn(
  world: World,
  projectDir: string,
  rehearsal: RehearsalOptions & StackConfig,
  context: RehearsalContext,
  started: Date,
): Promise<RehearsalReport> {
  const { stack, settings } = rehearsal;
  const { progress } = context;
  const stopwatch = createStopwatch(context.now);
  const clients = connect(world, settings.region);
  const seed = planSeed(rehearsal.users);
  const deployment = { ...rehearsal, ...context, world, projectDir };
  const runbook = {
    projectDir,
    args: ["--stack", stack],
    environment: world.environment,
    signal: context.signal,
  };
  try {
    progress(`Deploying stack ${stack} …`);
    const first = await deployStack(deployment);
    const deploySeconds = stopwatch.lap();

    progress(`Seeding ${formatCount(rehearsal.users)} users …`);
    const lost = poolOutput.parse(first.outputs).users.userPoolId;
    await seedDirectory(world, lost, seed, { ...clients, ...context });
    stopwatch.lap();

    const backup = await backUp(runbook);
    const backupSeconds = stopwatch.lap();
    // This set and no other, whatever else the bucket may hold: <pool id>/<name>.
    const set = backup.set.split("/").slice(-3, -1).join("/");
    const verified = await verify(runbook, set);
    stopwatch.lap();

    const { rotation, deployment: rotated } = await rotateSecret({
      ...context,
      ...clients,
      world,
      config: rehearsal,
      deployment: first,
      deploy: createDeploy(deployment, first),
      runbook,
      createPassword: () => createLostPassword(0, context.randomBytes),
      pause: () => setTimeout(SIGN_IN_PAUSE_MS, undefined, { signal: context.signal }),
    });
    const rotationSeconds = stopwatch.lap();

    const signIn = await signInAtCommandLine({
      ...context,
      ...clients,
      world,
      settings,
      deployment: rotated,
      createPassword: () => createLostPassword(0, context.randomBytes),
    });
    const signInSeconds = stopwatch.lap();

    progress(`Losing the user pool ${lost} on purpose …`);
    await losePool(clients.cognito, lost);
    progress(`Deploying stack ${stack} again, as docs/incidents/pool-lost.md says …`);
    const second = await deployStack(deployment, rotated);
    const rebuildSeconds = stopwatch.lap();

    const { reimport, differences } = await bringUsersBack({
      ...context,
      ...clients,
      world,
      deployment: second,
      settings,
      seed,
      runbook,
      set,
      createPassword: () => createLostPassword(0, context.randomBytes),
    });
    const found = {
      users: { seeded: rehearsal.users, backedUp: backup.users, verified: verified.users },
      rotation,
      signIn,
      reimport,
    };
    const report: RehearsalReport = {
      ok: isComplete(found) && differences.length === 0,
      deployed: { created: first.created, recorded: first.recorded },
      users: found.users,
      backup: { set: backup.set, parts: backup.parts },
      ...(rotation && { rotation }),
      ...(signIn && { signIn }),
      reimport,
      seconds: {
        deploy: deploySeconds,
        backup: backupSeconds,
        rotation: rotationSeconds,
        signIn: signInSeconds,
        rebuild: rebuildSeconds,
        reimport: stopwatch.lap(),
        total: secondsBetween(started, context.now()),
      },
      page: reportFile(projectDir, stack),
      ...(rehearsal.isKept ? { environment: withoutEmpty(world.environment) } : {}),
    };
    await writeReportPage(report, settings, second);
    return report;
  } finally {
    clients.cognito.destroy();
    clients.secrets.destroy();
  }
}

/** How long a person waits before the next sign-in; without it the local AWS would do nothing else. */
const SIGN_IN_PAUSE_MS = 100;

/** Deploys again and again, each time from where the last deployment ended. */
function createDeploy(deployment: StackDeployment, first: Deployment): RotationStep["deploy"] {
  let previous = first;
  return async (config) => {
    previous = await deployStack({ ...deployment, ...config }, previous);
    return previous;
  };
}

/** Tells the seconds since it was last asked, in tenths. */
function createStopwatch(now: () => Date): { lap: () => number } {
  let begun = now();
  return {
    lap: () => {
      const before = begun;
      begun = now();
      return secondsBetween(before, begun);
    },
  };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 100) / 10;
}

interface Clients {
  cognito: CognitoIdentityProviderClient;
  secrets: SecretsManagerClient;
}

function connect({ url, environment }: World, region: string): Clients {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = environment;
  const settings = { region, endpoint: url, credentials: { accessKeyId, secretAccessKey } };
  return {
    cognito: new CognitoIdentityProviderClient(settings),
    secrets: new SecretsManagerClient(settings),
  };
}

/** The AWS CLI takes an empty AWS_PROFILE for a profile's name. */
function withoutEmpty(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}

/** What the runbooks print with `--json`, as far as the report needs it. */
const backupResult = z.object({ set: z.string(), users: z.number(), parts: z.number() });
const verifyResult = z.object({ users: z.number() });

async function backUp(runbook: Omit<ChildRunbook, "name">): Promise<z.infer<typeof backupResult>> {
  // Nobody signs in here whose share of the quota must be spared.
  const args = [...runbook.args, "--share", "1"];
  return backupResult.parse(await runChildRunbook({ ...runbook, name: "back-up-users", args }));
}

async function verify(
  runbook: Omit<ChildRunbook, "name">,
  set: string,
): Promise<z.infer<typeof verifyResult>> {
  const args = [...runbook.args, "--set", set];
  return verifyResult.parse(await runChildRunbook({ ...runbook, name: "verify-backup", args }));
}

async function seedDirectory(
  world: World,
  userPoolId: string,
  seed: SeedPlan,
  { cognito, randomBytes }: Pick<Clients, "cognito"> & Pick<RehearsalContext, "randomBytes">,
): Promise<void> {
  await seedUsers(seed, {
    cognito,
    userPoolId,
    seedDirectly: (seeded) => world.seedUsers(userPoolId, seeded),
    createPassword: () => createLostPassword(0, randomBytes),
  });
}

const poolOutput = z.object({ users: z.object({ userPoolId: z.string() }) });
