import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import { usersPart } from "../../infra/outputs/outputs.ts";
import { editStackFile } from "../../runbooks/rotation/swap/stack-file-edit.ts";
import { IntegrityError } from "../../runbooks/runtime/errors.ts";
import type { Deployment } from "../engine/registration.ts";
import type { World } from "../world-client.ts";
import { Browser } from "./browser.ts";
import { type ChildRunbook, runChildRunbook } from "./child-runbook.ts";
import type { RehearsalReport } from "./report.ts";
import { findRotationTarget, type RotationTarget } from "./rotation-target.ts";
import { type SignInCounts, startSignInTraffic } from "./sign-in-traffic.ts";
import { readStackConfig, type StackConfig } from "./stack-config.ts";
import { createVisitor, signInAgain, signInOnPage, type Visitor } from "./visitor.ts";

export interface RotationStep {
  world: Pick<World, "url" | "readMessages">;
  cognito: CognitoIdentityProviderClient;
  config: StackConfig;
  /** The stack before the rotation. */
  deployment: Deployment;
  /** Deploys the stack with other settings. */
  deploy(config: StackConfig): Promise<Deployment>;
  /** What every runbook of the rehearsal is run with. */
  runbook: Omit<ChildRunbook, "name">;
  /** A password that no policy refuses and nobody knows. */
  createPassword(): string;
  /** What a person does between two sign-ins. */
  pause(): Promise<void>;
  progress(line: string): void;
  warn(line: string): void;
}

/** What a rotation came to, and the stack after it. */
export interface FinishedRotation {
  rotation: RehearsalReport["rotation"];
  deployment: Deployment;
}

/** Sign-ins that a rotation has to bear at least. */
const LEAST_SIGN_INS = 100;

/**
 * Rotates the secret of a client through which the load balancer signs people in, while somebody signs in again and again
 * from the browser to the application. The way is the one of a secret that leaked, because nobody waits here for a
 * grace; the balancer's rules are all of its consumers. Nothing is rotated where the stack has no such client, which is
 * then said.
 */
export async function rotateSecret(step: RotationStep): Promise<FinishedRotation> {
  const { config, deployment, progress, warn } = step;
  const target = findRotationTarget(config.settings);
  if ("obstacle" in target) {
    warn(`No secret is rotated, because ${target.obstacle}.`);
    return { rotation: undefined, deployment };
  }
  const browser = openBrowser(step, target);
  try {
    const visitor = meetVisitor(step);
    const { userPoolId } = outputs.parse(deployment.outputs).users;
    await createVisitor({ cognito: step.cognito, userPoolId, visitor });
    const host = await signInOnPage(browser, target.address, visitor);

    const { client, way } = target;
    progress(`Rotating the secret of client ${client.name} by ${way} while people sign in …`);
    const traffic = startSignInTraffic({
      signIn: () => signInAgain(browser, host, target.address),
      pause: step.pause,
    });
    let rotated: Deployment;
    try {
      rotated = await WAYS[way](step, client.name);
    } catch (error) {
      // What broke the rotation is what is told, whatever became of the sign-ins meanwhile.
      await traffic.stop(0).catch(() => {});
      throw error;
    }
    const counts = await traffic.stop(LEAST_SIGN_INS);
    tellCounts(counts, warn);
    const { signIns: signInsDuring, interrupted, failed } = counts;
    return { rotation: { way, signInsDuring, interrupted, failed }, deployment: rotated };
  } finally {
    browser.close();
  }
}

const WAYS = { "two-secrets": rotateByTwoSecrets, "client-swap": rotateBySwap };

/** Adds the new secret and puts it into use, then removes the old one; the program is not needed for it. */
async function rotateByTwoSecrets(step: RotationStep, client: string): Promise<Deployment> {
  const change = ["--apply", "--ticket", "REHEARSAL-2", "--confirm", client];
  await runRotation(step, client, change);
  await runRotation(step, client, ["--finish", ...change]);
  const { state } = await runRotation(step, client, ["--status"]);
  refuseUnfinished(state.kind, "idle");
  return step.deployment;
}

/**
 * Builds a second client beside the first, moves the rules to it, and removes the first: three deployments, each with the
 * edit of the stack file that the runbook shows to whoever has no Pulumi CLI. The file itself stays as it is.
 */
async function rotateBySwap(step: RotationStep, client: string): Promise<Deployment> {
  let { file } = step.config;
  let { deployment } = step;
  for (const goal of [[], ["--finish"]]) {
    const { deployments } = await runRotation(step, client, goal);
    for (const { settings } of deployments) {
      const edited = editStackFile(file, client, settings);
      if ("problem" in edited) throw new IntegrityError(`${file.name} ${edited.problem}.`);
      file = { ...file, text: edited.text };
      deployment = await step.deploy(readStackConfig(file));
    }
  }
  const { state } = await runRotation(step, client, ["--status"]);
  refuseUnfinished(state.kind, "alone");
  return deployment;
}

async function runRotation({ runbook }: RotationStep, client: string, args: readonly string[]) {
  return rotationResult.parse(
    await runChildRunbook({
      ...runbook,
      name: "rotate-client-secret",
      args: [
        ...runbook.args,
        "--client",
        client,
        ...args,
        ...(args.includes("--status") ? [] : ["--compromised"]),
      ],
    }),
  );
}

/** What the runbook prints with `--json`, as far as it is needed here. */
const rotationResult = z.object({
  state: z.object({ kind: z.string() }),
  deployments: z
    .array(z.object({ settings: z.object({ generation: z.number(), alsoAccept: z.array(z.number()) }) }))
    .default([]),
});

function refuseUnfinished(found: string, wanted: string): void {
  if (found === wanted) return;
  throw new IntegrityError(`The rotation ended ${found} instead of ${wanted}.`);
}

const outputs = z.object({ users: usersPart, routes: z.object({ listenerArn: z.string() }) });

function openBrowser({ world, deployment }: RotationStep, { sourceIp }: RotationTarget): Browser {
  const { listenerArn } = outputs.parse(deployment.outputs).routes;
  return new Browser({ endpoint: world.url, sourceIp, listenerArn });
}

function meetVisitor({ createPassword, world }: RotationStep): Visitor {
  return {
    email: "rehearsal-visitor@example.com",
    phoneNumber: "+819000000000",
    password: createPassword(),
    readMessages: world.readMessages,
  };
}

function tellCounts(
  { signIns, interrupted, failed, firstFailure }: SignInCounts,
  warn: (line: string) => void,
): void {
  if (failed > 0) warn(`${failed} of ${signIns} sign-ins failed; the first ended at ${firstFailure}.`);
  else if (interrupted > 0) warn(`${interrupted} sign-ins had to be begun once more.`);
}
