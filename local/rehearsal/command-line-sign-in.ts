import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminUpdateUserAttributesCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { z } from "zod";
import { escapeHtml } from "../../infra/messages/message-rendering.ts";
import { signInFilePart, usersPart } from "../../infra/outputs/outputs.ts";
import type { Settings } from "../../infra/settings.ts";
import { configureProfileRunbook } from "../../runbooks/configure-profile.ts";
import { IntegrityError } from "../../runbooks/runtime/errors.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { runSignIn } from "../../runbooks/sign-in.ts";
import type { Deployment } from "../engine/registration.ts";
import type { World } from "../world-client.ts";
import { type CommandLineTarget, findCommandLineTarget } from "./command-line-target.ts";
import { answerQuestion, type CommandLineUser } from "./command-line-user.ts";
import type { RehearsalReport } from "./report.ts";
import { runAtTerminal } from "./terminal.ts";

export interface CommandLineStep {
  world: Pick<World, "url" | "readMessages">;
  cognito: CognitoIdentityProviderClient;
  settings: Settings;
  deployment: Pick<Deployment, "outputs">;
  /** A password that no policy refuses and nobody knows. */
  createPassword(): string;
  randomBytes(length: number): Buffer;
  now(): Date;
  signal: AbortSignal;
  progress(line: string): void;
  warn(line: string): void;
}

/**
 * Takes somebody without any right in AWS from an invitation (or their own sign-up, where the stack lets everybody sign
 * up) to temporary AWS credentials, with the commands that they would type: the first password, the codes that are sent,
 * an authenticator app where the stack has it as a factor, and a sign-in with that. Undefined where the stack gives nobody
 * credentials in this way, which is then said.
 */
export async function signInAtCommandLine(step: CommandLineStep): Promise<RehearsalReport["signIn"]> {
  const target = findCommandLineTarget(step.settings);
  if ("obstacle" in target) {
    step.warn(`Nobody signs in at the command line, because ${target.obstacle}.`);
    return undefined;
  }
  step.progress("Signing somebody in at the command line, to credentials of AWS …");
  const home = await mkdtemp(join(tmpdir(), "sekisho-rehearsal-"));
  try {
    const user = meetUser(step, target);
    const desk = sitDown(step, user, home);
    await desk.configure();
    if (target.signsUp) await signUp(step, target, user, desk);
    else await invite(step, target, user);
    await desk.signIn("login", "--username", user.email);
    if (target.hasAuthenticator) {
      // A pool without another factor has asked for it already.
      if (user.authenticator === undefined) await desk.signIn("enrol-totp");
      await desk.signIn("logout");
      await desk.signIn("login", "--username", user.email, "--factor", "totp");
    }
    return await readRole(step, target, await desk.signIn("credentials", "--format", "process"));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const outputs = z.object({ users: usersPart, signInFile: signInFilePart });

function meetUser(
  { createPassword, world, now }: CommandLineStep,
  { mailDomain }: CommandLineTarget,
): CommandLineUser {
  return {
    email: `rehearsal-operator@${mailDomain}`,
    phoneNumber: "+819000000001",
    password: createPassword(),
    nextPassword: createPassword(),
    readMessages: world.readMessages,
    now,
  };
}

/** The person's own machine: commands are run in it, with nothing of this one's environment. */
interface Desk {
  configure: () => Promise<string>;
  signIn: (verb: string, ...args: string[]) => Promise<string>;
}

function sitDown(step: CommandLineStep, user: CommandLineUser, home: string): Desk {
  const { world, deployment, signal, now, randomBytes } = step;
  const person = {
    environment: {
      HOME: home,
      SEKISHO_HOME: join(home, ".sekisho"),
      AWS_CONFIG_FILE: join(home, "config"),
      AWS_ENDPOINT_URL: world.url,
      // This machine's own key store is none of a rehearsal's business.
      SEKISHO_KEYRING: "off",
    },
    answer: (question: string, shown: string) => answerQuestion(user, question, shown),
    signal,
    now,
    randomBytes,
  };
  return {
    configure: async () => {
      const file = join(home, "sign-in.json");
      await writeFile(file, JSON.stringify(outputs.parse(deployment.outputs).signInFile));
      const run = (host: Parameters<typeof runSignIn>[0]) => runRunbook(configureProfileRunbook, host);
      return runAtTerminal({ ...person, name: "configure-profile", args: [file], run });
    },
    signIn: (verb, ...args) =>
      runAtTerminal({ ...person, name: `sign-in ${verb}`, args: [verb, ...args], run: runSignIn }),
  };
}

/** What ops do for a new colleague: the account, with a mail that carries its first password. */
async function invite(
  { cognito, deployment, world }: CommandLineStep,
  { standing }: CommandLineTarget,
  user: CommandLineUser,
): Promise<void> {
  const key = { UserPoolId: outputs.parse(deployment.outputs).users.userPoolId, Username: user.email };
  const attributes = {
    email: user.email,
    email_verified: "true",
    phone_number: user.phoneNumber,
    phone_number_verified: "true",
    ...("attribute" in standing && { [standing.attribute]: standing.value }),
  };
  await cognito.send(
    new AdminCreateUserCommand({
      ...key,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      TemporaryPassword: user.password,
      DesiredDeliveryMediums: ["EMAIL"],
    }),
  );
  if ("group" in standing) {
    await cognito.send(new AdminAddUserToGroupCommand({ ...key, GroupName: standing.group }));
  }
  const messages = await world.readMessages();
  const invitation = messages.findLast(({ destination }) => destination === user.email);
  const isTold = [user.password, escapeHtml(user.password)].some((text) => invitation?.body.includes(text));
  if (!isTold) throw new IntegrityError(`The invitation of ${user.email} does not carry the first password.`);
}

/** The person makes the account; what decides about roles only ops can write. */
async function signUp(
  { cognito, deployment }: CommandLineStep,
  { standing }: CommandLineTarget,
  user: CommandLineUser,
  desk: Desk,
): Promise<void> {
  await desk.signIn("sign-up", "--username", user.email);
  await desk.signIn("confirm", "--username", user.email);
  const key = { UserPoolId: outputs.parse(deployment.outputs).users.userPoolId, Username: user.email };
  if ("group" in standing) {
    await cognito.send(new AdminAddUserToGroupCommand({ ...key, GroupName: standing.group }));
    return;
  }
  const UserAttributes = [{ Name: standing.attribute, Value: standing.value }];
  await cognito.send(new AdminUpdateUserAttributesCommand({ ...key, UserAttributes }));
}

/** What `credentials --format process` prints (AWS CLI, "Sourcing credentials with an external process"). */
const processOutput = z.strictObject({
  Version: z.literal(1),
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  Expiration: z.string(),
});

/** Asks AWS with the credentials whose they are, and looks the role up among the stack's. */
async function readRole(
  { world, deployment, warn }: CommandLineStep,
  target: CommandLineTarget,
  printed: string,
): Promise<NonNullable<RehearsalReport["signIn"]>> {
  const { AccessKeyId, SecretAccessKey, SessionToken } = processOutput.parse(JSON.parse(printed));
  const { region, awsAccess } = outputs.parse(deployment.outputs).signInFile;
  const sts = new STSClient({
    region,
    endpoint: world.url,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  });
  const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
  sts.destroy();
  const roleName = /:assumed-role\/([^/]+)\//.exec(Arn)?.[1];
  const found = Object.entries(awsAccess?.roles ?? {}).find(([, arn]) => arn.endsWith(`/${roleName}`))?.[0];
  if (found !== target.role) warn(`The credentials are of ${Arn}, not of the role ${target.role}.`);
  return { credentials: found === target.role, role: found ?? "" };
}
