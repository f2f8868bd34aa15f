import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import type { Settings } from "../../infra/settings.ts";
import { formatCount } from "../../runbooks/runtime/progress.ts";
import type { RunbookContext, RunbookResult } from "../../runbooks/runtime/runbook.ts";
import { type Deployment, deploy } from "../deploy.ts";
import { planSeed } from "../seed/seed-plan.ts";
import { seedUsers } from "../seed/seed-users.ts";
import { startWorld, type World } from "../world-client.ts";
import { runChildRunbook } from "./child-runbook.ts";
import type { RehearsalOptions, rehearsalOptions } from "./options.ts";
import { formatReport, isComplete, type RehearsalReport } from "./report.ts";
import { reportFile, writeReportPage } from "./report-file.ts";
import { loadStackConfig, type StackConfig } from "./stack-config.ts";

export type RehearsalContext = Pick<
  RunbookContext<typeof rehearsalOptions>,
  "now" | "progress" | "warn" | "signal" | "randomBytes"
>;

/**
 * The whole way on a local AWS, as on a real one: deploy the program, seed users, back them up, verify the backup.
 * Ends with what was found; exit code 13 when a user is missing. The local AWS is gone afterwards unless it is kept.
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
  const secondsSince = (from: Date) => Math.round((context.now().getTime() - from.getTime()) / 100) / 10;

  const deploying = context.now();
  context.progress(`Deploying stack ${rehearsal.stack} …`);
  const deployment = await deployStack(world, projectDir, rehearsal, context);
  const deploySeconds = secondsSince(deploying);

  context.progress(`Seeding ${formatCount(rehearsal.users)} users …`);
  await seedDirectory(world, deployment, rehearsal, context);

  const runbook = {
    projectDir,
    args: ["--stack", rehearsal.stack],
    environment: world.environment,
    signal: context.signal,
  };
  const backingUp = context.now();
  // Nobody signs in here whose share of the quota must be spared.
  const backup = backupResult.parse(
    await runChildRunbook({ ...runbook, name: "back-up-users", args: [...runbook.args, "--share", "1"] }),
  );
  const backupSeconds = secondsSince(backingUp);
  // This set and no other, whatever else the bucket may hold.
  const set = backup.set.split("/").at(-2) ?? "";
  const verified = verifyResult.parse(
    await runChildRunbook({ ...runbook, name: "verify-backup", args: [...runbook.args, "--set", set] }),
  );

  const users = { seeded: rehearsal.users, backedUp: backup.users, verified: verified.users };
  const report: RehearsalReport = {
    ok: isComplete(users),
    deployed: { created: deployment.created, recorded: deployment.recorded },
    users,
    backup: { set: backup.set, parts: backup.parts },
    seconds: { deploy: deploySeconds, backup: backupSeconds, total: secondsSince(started) },
    page: reportFile(projectDir, rehearsal.stack),
    ...(rehearsal.isKept ? { environment: withoutEmpty(world.environment) } : {}),
  };
  await writeReportPage(report, rehearsal.settings, deployment);
  return report;
}

/** The AWS CLI takes an empty AWS_PROFILE for a profile's name. */
function withoutEmpty(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}

/** What the runbooks print with `--json`, as far as the report needs it. */
const backupResult = z.object({ set: z.string(), users: z.number(), parts: z.number() });
const verifyResult = z.object({ users: z.number() });

async function deployStack(
  world: World,
  projectDir: string,
  { stack, settings, config }: RehearsalOptions & StackConfig,
  { signal, warn }: RehearsalContext,
): Promise<Deployment> {
  await prepareRoutes(world, settings);
  return deploy({
    projectDir,
    stack,
    config,
    endpoint: world.url,
    signal,
    onMessage: (severity, message) => {
      if (severity === "warning" || severity === "error") warn(message);
    },
  });
}

/** What other people would have made before: the target groups, and the listener unless the stack makes its own. */
async function prepareRoutes(world: World, { routes }: Settings): Promise<void> {
  if (!routes) return;
  const own = routes.rules.flatMap(({ targetGroupArn }) =>
    targetGroupArn === undefined ? [] : [targetGroupArn],
  );
  const targetGroups = [...new Set([routes.targetGroupArn, ...own])];
  if (routes.listener.kind === "existing") await world.addListener(routes.listener.arn, targetGroups);
  else await world.addTargetGroups(targetGroups);
}

async function seedDirectory(
  world: World,
  { outputs }: Deployment,
  { users, settings }: RehearsalOptions & StackConfig,
  context: RehearsalContext,
): Promise<void> {
  const { userPoolId } = poolOutput.parse(outputs).users;
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } =
    world.environment;
  const cognito = new CognitoIdentityProviderClient({
    region: settings.region,
    endpoint: world.url,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    await seedUsers(planSeed(users), {
      cognito,
      userPoolId,
      seedDirectly: (seeded) => world.seedUsers(userPoolId, seeded),
      // Every class of character a policy can ask for, and more randomness than anybody can guess.
      createPassword: () => `aA1!${context.randomBytes(24).toString("base64url")}`,
    });
  } finally {
    cognito.destroy();
  }
}

const poolOutput = z.object({ users: z.object({ userPoolId: z.string() }) });
