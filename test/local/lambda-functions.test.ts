import { symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  SetLogDeliveryConfigurationCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAws } from "../../local/apply/aws-clients.ts";
import { makers } from "../../local/apply/makers.ts";
import type { PropertyMap } from "../../local/engine/property-values.ts";
import { isRunning } from "../../local/processes.ts";
import { preparePythonEnvironment } from "../../local/python-environment.ts";
import { startWorld, type World } from "../../local/world-client.ts";
import { checkout, createScratchProject } from "./world/scratch-project.ts";

const region = "ap-northeast-1";
const account = "123456789012";

let project: Awaited<ReturnType<typeof createScratchProject>>;
let world: World;
let aws: ReturnType<typeof openAws>;

beforeAll(async () => {
  const python = await preparePythonEnvironment({
    projectDir: checkout,
    pid: process.pid,
    env: process.env,
    progress: () => {},
  });
  project = await createScratchProject();
  // As in a checkout: MiniStack's scripts lie below a package of ES modules.
  await writeFile(join(project.dir, "package.json"), JSON.stringify({ type: "module" }));
  const environment = dirname(dirname(python));
  await symlink(environment, join(project.dir, ".sekisho", basename(environment)));
  world = await startWorld({ projectDir: project.dir, region, keep: false });
  aws = openAws({ endpoint: world.url, ...credentials });
}, 180_000);

afterAll(async () => {
  aws.close();
  await world.stop();
  await project.remove();
});

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const client = () => ({ endpoint: world.url, region, credentials, maxAttempts: 1 });

/** Makes a resource as the local deployment does; resolves with its id. */
async function make(type: string, inputs: PropertyMap): Promise<string> {
  const maker = makers[type];
  if (maker === undefined) throw new Error(`there is no maker for ${type}`);
  return maker.create({ type, name: "one", inputs, aws: aws.inRegion(region) });
}

async function makeFunction(name: string, text: string, inputs: PropertyMap = {}): Promise<string> {
  await make("aws:iam/role:Role", {
    name: `${name}-role`,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  await make("aws:lambda/function:Function", {
    name,
    role: `arn:aws:iam::${account}:role/${name}-role`,
    handler: "index.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    timeout: 20,
    code: { assets: { "index.mjs": { text } } },
    ...inputs,
  });
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}

async function invoke(FunctionName: string, event: object = {}) {
  const lambda = new LambdaClient(client());
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  return { FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString("utf8")) };
}

async function sentMessages(): Promise<object[]> {
  const answer = await fetch(new URL("/_sekisho/messages", world.url));
  return ((await answer.json()) as { messages: object[] }).messages;
}

describe("functions in the local world", () => {
  test("run on the project's own Node, with their settings, and reach this world and no other", async () => {
    await makeFunction(
      "about",
      `export const handler = async () => ({
         node: process.version,
         greeting: process.env.GREETING,
         health: await (await fetch(process.env.AWS_ENDPOINT_URL + "/_sekisho/health")).json(),
       });`,
      { environment: { variables: { GREETING: "ようこそ" } } },
    );
    const { payload } = await invoke("about");
    expect(payload).toMatchObject({
      node: process.version,
      greeting: "ようこそ",
      health: { status: "ok", pid: world.pid },
    });
  });

  test("write what they print to their log group, and say why they failed", async () => {
    const text = `export const handler = async ({ why }) => {
      console.log("asked: " + why);
      throw new Error(why);
    };`;
    await makeFunction("failing", text, { loggingConfig: { logFormat: "Text", logGroup: "/failing" } });
    const { FunctionError, payload } = await invoke("failing", { why: "no such day" });
    expect(FunctionError).toBe("Unhandled");
    expect(payload).toMatchObject({ errorMessage: "no such day" });
    const logs = new CloudWatchLogsClient(client());
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: "/failing" }));
    expect(events.map(({ message }) => message)).toContain("asked: no such day");
  });

  test("are called by a user pool only with its permission, and write its invitations then", async () => {
    const arn = await makeFunction(
      "messages",
      `export const handler = async (event) => {
         const { userAttributes, usernameParameter, codeParameter } = event.request;
         const text = userAttributes.nickname + ": " + usernameParameter + " " + codeParameter;
         return { ...event, response: { emailSubject: event.triggerSource, emailMessage: text } };
       };`,
    );
    const cognito = new CognitoIdentityProviderClient(client());
    const { UserPool } = await cognito.send(
      new CreateUserPoolCommand({
        PoolName: "called",
        UsernameAttributes: ["email"],
        EmailConfiguration: {
          EmailSendingAccount: "DEVELOPER",
          SourceArn: `arn:aws:ses:${region}:${account}:identity/example.com`,
        },
        LambdaConfig: { CustomMessage: arn },
      }),
    );
    const invite = (email: string) =>
      cognito.send(
        new AdminCreateUserCommand({
          UserPoolId: UserPool?.Id,
          Username: email,
          TemporaryPassword: "Temporary-1",
          DesiredDeliveryMediums: ["EMAIL"],
          UserAttributes: [{ Name: "nickname", Value: "たろう" }],
        }),
      );
    await expect(invite("refused@example.com")).rejects.toMatchObject({
      name: "UnexpectedLambdaException",
      message: "CustomMessage invocation failed due to error AccessDeniedException.",
    });
    await make("aws:lambda/permission:Permission", {
      statementId: "pool",
      function: "messages",
      action: "lambda:InvokeFunction",
      principal: "cognito-idp.amazonaws.com",
      sourceArn: UserPool?.Arn ?? "",
      sourceAccount: account,
    });
    await invite("taro@example.com");
    expect((await sentMessages()).at(-1)).toMatchObject({
      destination: "taro@example.com",
      subject: "CustomMessage_AdminCreateUser",
      body: "たろう: taro@example.com Temporary-1",
    });
  });

  test("are no part of a pool whose log group has a key of one's own: its delivery is refused", async () => {
    const { KeyMetadata } = await new KMSClient(client()).send(new CreateKeyCommand({}));
    const name = "/aws/vendedlogs/cognito/sekisho-test";
    await make("aws:cloudwatch/logGroup:LogGroup", { name, kmsKeyId: KeyMetadata?.Arn ?? "" });
    const cognito = new CognitoIdentityProviderClient(client());
    const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: "logged" }));
    const LogGroupArn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
    const deliver = cognito.send(
      new SetLogDeliveryConfigurationCommand({
        UserPoolId: UserPool?.Id,
        LogConfigurations: [
          {
            EventSource: "userNotification",
            LogLevel: "ERROR",
            CloudWatchLogsConfiguration: { LogGroupArn },
          },
        ],
      }),
    );
    await expect(deliver).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: `The log group ${LogGroupArn} must not be encrypted with AWS Key Management Service.`,
    });
  });

  test("leave no process behind when the world is killed", async () => {
    await makeFunction("resident", "export const handler = async () => ({ pid: process.pid });");
    const { pid } = (await invoke("resident")).payload;
    expect(isRunning(pid)).toBe(true);
    process.kill(world.pid, "SIGKILL");
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  });
});
