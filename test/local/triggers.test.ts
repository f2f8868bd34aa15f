import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { computeSecretHash } from "../../local/cognito/sign-in/secret-hash.ts";
import type { Deployment } from "../../local/deploy.ts";
import { startWorld, type World } from "../../local/world-client.ts";
import { startSrp } from "../../runbooks/sign-in/srp.ts";
import { checkout } from "./world/scratch-project.ts";
import { changeStack, deployVaried, readVariedStack, type VariedStack } from "./world/varied-stack.ts";

const PASSWORD = "Correct-horse-battery-7";
const outputs = z.object({
  users: z.object({ userPoolId: z.string() }),
  clients: z.object({
    backend: z.object({ clientId: z.string() }),
    cli: z.object({ clientId: z.string() }),
  }),
});
const sent = z.object({ messages: z.array(z.object({ subject: z.string().optional(), body: z.string() })) });

/** A deployed stack with every trigger: bundles in MiniStack's Lambda, the strict Cognito that calls them. */
let world: World;
let stack: VariedStack;
let deployment: Deployment;
let cognito: CognitoIdentityProviderClient;
let logs: CloudWatchLogsClient;
let UserPoolId: string;
let cli: string;
let backend: { clientId: string; secret: string };

beforeAll(async () => {
  world = await startWorld({ projectDir: checkout, region: "ap-northeast-1", keep: false });
  const settings = {
    region: "ap-northeast-1",
    endpoint: world.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  cognito = new CognitoIdentityProviderClient(settings);
  logs = new CloudWatchLogsClient(settings);
  const file = new URL("../fixtures/stacks/every-trigger.yaml", import.meta.url).pathname;
  stack = await readVariedStack("triggers", file);
  deployment = await deployVaried(world, stack);
  const { users, clients } = outputs.parse(deployment.outputs);
  UserPoolId = users.userPoolId;
  cli = clients.cli.clientId;
  const { UserPoolClient } = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId, ClientId: clients.backend.clientId }),
  );
  backend = { clientId: clients.backend.clientId, secret: UserPoolClient?.ClientSecret ?? "" };
}, 300_000);

afterAll(async () => {
  cognito?.destroy();
  logs?.destroy();
  await world?.stop();
});

describe("a stack with every trigger", () => {
  test("takes a restore in whole, and changes no group when people reset their passwords", async () => {
    const Username = "partner@example.org";
    await restore(Username, "admins");
    await cognito.send(new ForgotPasswordCommand({ ClientId: cli, Username }));
    const message = await lastMessage();
    expect(message.subject).toContain("パスワードの再設定");
    const reset = {
      ClientId: cli,
      Username,
      ConfirmationCode: codeIn(message.body),
      Password: `${PASSWORD}8`,
    };
    await cognito.send(new ConfirmForgotPasswordCommand(reset));
    expect(await groupsOf(Username)).toEqual(["admins"]);
  });

  test("lets only some mail domains sign up, and gives who did a first group", async () => {
    const signUp = (Username: string) =>
      cognito.send(
        new SignUpCommand({
          ClientId: cli,
          Username,
          Password: PASSWORD,
          UserAttributes: [{ Name: "email", Value: Username }],
        }),
      );
    await expect(signUp("mallory@example.org")).rejects.toMatchObject({
      name: "UserLambdaValidationException",
      message: expect.stringContaining("このメールアドレスでは登録できません。"),
    });
    await signUp("hanako@example.com");
    const { subject, body } = await lastMessage();
    expect(subject).toContain("メールアドレスの確認");
    const confirmation = { ClientId: cli, Username: "hanako@example.com", ConfirmationCode: codeIn(body) };
    await cognito.send(new ConfirmSignUpCommand(confirmation));
    expect(await groupsOf("hanako@example.com")).toEqual(["members"]);
  });

  test("asks the question that somebody registered, in a table of its own", async () => {
    await restore("taro@example.com");
    const question = "最初に飼った犬の名前は?";
    const registered = await answer(
      await prove("taro@example.com"),
      JSON.stringify({ question, answer: "ポチ" }),
    );
    expect(registered.AuthenticationResult?.AccessToken).toBeDefined();
    const asked = await prove("taro@example.com");
    expect(asked.ChallengeParameters).toMatchObject({ step: "answer", question });
    const again = await answer(asked, "タマ");
    expect(again.ChallengeName).toBe("CUSTOM_CHALLENGE");
    expect((await answer(again, "ﾎﾟﾁ")).AuthenticationResult?.AccessToken).toBeDefined();
  });

  test("writes down attempts and successes, a line of JSON each", async () => {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: "/aws/lambda/sekisho-triggers-sign-in-log" }),
    );
    const lines = events.flatMap(({ message = "" }) =>
      message.startsWith("{") ? [JSON.parse(message)] : [],
    );
    const ofBackend = lines.filter(({ clientId }) => clientId === backend.clientId);
    expect(ofBackend.map(({ event }) => event)).toEqual([
      "sign-in-attempt",
      "sign-in-success",
      "sign-in-attempt",
      "sign-in-success",
    ]);
  });

  test("has no trigger left when the last one is taken out, and nothing that was there for one", async () => {
    const plain = changeStack(stack, {
      triggers: undefined,
      audit: undefined,
      clients: { cli: { kind: "cli" } },
    });
    expect(Object.keys(await poolTriggers())).toHaveLength(8);
    const after = await deployVaried(world, plain, deployment);
    expect(await poolTriggers()).toEqual({});
    const left = after.registrations.filter(({ type }) => /^aws:(lambda|dynamodb)\//.test(type));
    // The table of sign-outs is in every stack.
    expect(left.map(({ name }) => name)).toEqual([`sekisho-${stack.stack}-sign-outs`]);
  });
});

async function poolTriggers(): Promise<object> {
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  return UserPool?.LambdaConfig ?? {};
}

/** A user as a restore makes one. */
async function restore(Username: string, ...groups: string[]): Promise<void> {
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: Username },
        { Name: "email_verified", Value: "true" },
      ],
    }),
  );
  await cognito.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }),
  );
  for (const GroupName of groups) {
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
  }
}

async function groupsOf(Username: string): Promise<(string | undefined)[]> {
  const { Groups = [] } = await cognito.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
  return Groups.map(({ GroupName }) => GroupName);
}

/** The password by SRP within the custom flow; what Cognito asks next. */
async function prove(username: string) {
  const srp = startSrp(UserPoolId);
  const first = await cognito.send(
    new InitiateAuthCommand({
      ClientId: backend.clientId,
      AuthFlow: "CUSTOM_AUTH",
      AuthParameters: {
        USERNAME: username,
        CHALLENGE_NAME: "SRP_A",
        SRP_A: srp.SRP_A,
        SECRET_HASH: secretHash(username),
      },
    }),
  );
  const parameters = first.ChallengeParameters ?? {};
  const proof = srp.prove(parameters, PASSWORD, new Date());
  return respond("PASSWORD_VERIFIER", first.Session, { ...proof });
}

function answer(
  { Session, ChallengeParameters = {} }: Awaited<ReturnType<typeof prove>>,
  typed: string,
): ReturnType<typeof prove> {
  return respond("CUSTOM_CHALLENGE", Session, {
    USERNAME: ChallengeParameters.USERNAME ?? "",
    ANSWER: typed,
  });
}

function respond(
  ChallengeName: "PASSWORD_VERIFIER" | "CUSTOM_CHALLENGE",
  Session: string | undefined,
  responses: Record<string, string> & { USERNAME: string },
) {
  return cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId: backend.clientId,
      ChallengeName,
      Session,
      ChallengeResponses: { ...responses, SECRET_HASH: secretHash(responses.USERNAME) },
    }),
  );
}

function secretHash(username: string): string {
  return computeSecretHash(backend.secret, username, backend.clientId);
}

async function lastMessage() {
  const answered = await fetch(`${world.url}/_sekisho/messages`);
  const message = sent.parse(await answered.json()).messages.at(-1);
  if (!message) throw new Error("Cognito has sent nothing");
  return message;
}

function codeIn(body: string): string {
  return /\d{6}/.exec(body)?.[0] ?? "";
}
