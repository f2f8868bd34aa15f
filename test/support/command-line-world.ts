import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";
import { IdentityAccess } from "../../infra/aws-access/identity-access.ts";
import { roleClaims } from "../../infra/aws-access/role-rules.ts";
import { appClientInputs } from "../../infra/clients/app-client-inputs.ts";
import type { AwsClients } from "../../local/apply/aws-clients.ts";
import { identityPoolMakers } from "../../local/apply/cognito-identity-pool.ts";
import { AwsFault } from "../../local/aws-fault.ts";
import type { CognitoModel } from "../../local/cognito/model.ts";
import { type Gateway, startGateway } from "../../local/gateway.ts";
import { type RunbookDefinition, runRunbook } from "../../runbooks/runtime/runbook.ts";
import type { ConfiguredStack } from "../../runbooks/sign-in/home.ts";
import { homeOf, storeSignInFile } from "../../runbooks/sign-in/home.ts";
import type { Session } from "../../runbooks/sign-in/session.ts";
import { openSessionStore, type SessionStore } from "../../runbooks/sign-in/session-file.ts";
import { sessionOfTokens } from "../../runbooks/sign-in/session-tokens.ts";
import type { SignInFile } from "../../runbooks/sign-in/sign-in-file.ts";
import { declare } from "./pulumi-mocks.ts";
import { type RoleService, startRoleService } from "./role-service.ts";
import { readSample, settingsOf } from "./sample-settings.ts";
import { createSignInWorld, type SignInWorld } from "./sign-in-world.ts";
import { createTestHost, type TestHost, type TestHostValues } from "./test-host.ts";

/**
 * The sample stack as somebody at a command line meets it: its client `cli`, identity pool, roles and rules as the program
 * declares them, a user of department sre, and a machine that is configured for it. The clock is the real one.
 */
export interface CommandLineWorld extends SignInWorld {
  gateway: Gateway;
  roles: RoleService;
  stack: ConfiguredStack;
  store: SessionStore;
  /** A folder of this world alone, which `close` removes. */
  folder: string;
  /** What a process needs to meet this world, and nothing of this machine's. */
  environment: Record<string, string>;
  /** Signs the user in and keeps the session; `changes` are made to it before. */
  logIn: (changes?: Partial<Session>) => Promise<Session>;
  /** Gives the user another department, as ops do. */
  setDepartment: (department: string) => Promise<void>;
  /** Runs a command of this project in this process. */
  run: (
    // biome-ignore lint/suspicious/noExplicitAny: commands differ in their options
    definition: RunbookDefinition<any>,
    argv?: readonly string[],
    values?: TestHostValues,
  ) => Promise<TestHost>;
  /** How often each operation was asked for. */
  calls: () => Record<string, number>;
  close: () => Promise<void>;
}

export const REGION = "ap-northeast-1";

export async function startCommandLineWorld(): Promise<CommandLineWorld> {
  const settings = settingsOf(readSample());
  const { awsAccess: access } = settings;
  const client = settings.clients.find(({ kind }) => kind === "cli");
  if (access === undefined || client === undefined) throw new Error("the sample has no cli client");
  const inputs = appClientInputs(client, roleClaims(access.rules));
  const world = await createSignInWorld({
    pool: {
      Schema: [
        { Name: "department", AttributeDataType: "String", Mutable: true, StringAttributeConstraints: {} },
      ],
    },
    client: {
      GenerateSecret: inputs.generateSecret,
      ExplicitAuthFlows: [...inputs.explicitAuthFlows, "ALLOW_USER_PASSWORD_AUTH"],
      ReadAttributes: inputs.readAttributes,
      WriteAttributes: inputs.writeAttributes,
      EnableTokenRevocation: inputs.enableTokenRevocation,
      AccessTokenValidity: inputs.accessTokenValidity,
      IdTokenValidity: inputs.idTokenValidity,
      RefreshTokenValidity: inputs.refreshTokenValidity,
      TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes" },
    },
    attributes: { email: "hanako@example.com", "custom:department": "sre" },
  });
  world.pass(Date.now() - world.now());
  const roles = await startRoleService(() => Date.now());
  const gateway = await startGateway({ cognito: world.model, upstream: roles.url, region: REGION });
  const identityPoolId = await makeIdentityPool(gateway, world, access);
  const folder = await mkdtemp(join(tmpdir(), "sekisho-command-line-"));
  const environment = {
    HOME: folder,
    PATH: process.env.PATH ?? "",
    SEKISHO_HOME: join(folder, ".sekisho"),
    SEKISHO_KEYRING: "off",
    AWS_ENDPOINT_URL: gateway.url,
    AWS_CONFIG_FILE: join(folder, "aws", "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "aws", "credentials"),
  };
  const file: SignInFile = {
    version: 1,
    stack: "dev",
    region: REGION,
    userPoolId: world.poolId,
    clientId: world.clientId,
    selfSignUp: false,
    requiredAttributes: ["email"],
    writableAttributes: ["email"],
    authSessionMinutes: inputs.authSessionValidity,
    refreshTokenMinutes: inputs.refreshTokenValidity,
    awsAccess: {
      identityPoolId,
      roles: Object.fromEntries(Object.keys(access.roles).map((name) => [name, arnOf(name)])),
      rules: access.rules,
    },
  };
  const home = homeOf(environment, "dev");
  storeSignInFile(home, file);
  const store = openSessionStore(home, undefined, { pause: (ms) => setTimeout(ms) });
  return {
    ...world,
    gateway,
    roles,
    stack: { home, file },
    store,
    folder,
    environment,
    logIn: async (changes = {}) => {
      const { AuthenticationResult: issued = {} } = await world.signIn();
      const session = sessionOfTokens("sign-in", issued, { username: "hanako@example.com" }, Date.now());
      await store.write({ ...session, ...changes });
      return session;
    },
    setDepartment: async (Value) => {
      await world.admin("AdminUpdateUserAttributes", {
        UserAttributes: [{ Name: "custom:department", Value }],
      });
    },
    run: async (definition, argv = [], values = {}) => {
      const host = createTestHost(argv, {
        env: environment,
        pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
        ...values,
      });
      await runRunbook(definition, host);
      return host;
    },
    calls: () => {
      const counts: Record<string, number> = {};
      for (const { operation } of gateway.history.entries) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    close: async () => {
      await gateway.close();
      await roles.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const arnOf = (role: string) => `arn:aws:iam::123456789012:role/sekisho-access-${role}`;

/** What the program declares for this client, made in the identity pools of the gateway. */
async function makeIdentityPool(
  gateway: Gateway,
  { poolId, clientId }: SignInWorld,
  access: NonNullable<ReturnType<typeof settingsOf>["awsAccess"]>,
): Promise<string> {
  const declared = await declare(
    () => {
      new IdentityAccess("access", {
        settings: { stack: "dev", disposable: true, letGo: undefined },
        access,
        providerName: `cognito-idp.${REGION}.amazonaws.com/${poolId}`,
        clientIds: [clientId],
      });
      return {};
    },
    {
      outputs: ({ type, name }) =>
        type === "aws:iam/role:Role" ? { arn: `arn:aws:iam::123456789012:role/${name}` } : {},
    },
  );
  const cognitoIdentity = new CognitoIdentityClient({
    region: REGION,
    endpoint: gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const aws = { cognitoIdentity, region: REGION } as unknown as AwsClients;
  const make = async (type: string, changes: object): Promise<string> => {
    const { inputs, name } = declared.one(type);
    const maker = identityPoolMakers[type];
    if (maker === undefined) throw new Error(`nobody makes ${type}`);
    return String(await maker.create({ name, inputs: { ...inputs, ...changes }, aws } as never));
  };
  try {
    const identityPoolId = await make("aws:cognito/identityPool:IdentityPool", {});
    await make("aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment", { identityPoolId });
    return identityPoolId;
  } finally {
    cognitoIdentity.destroy();
  }
}

/**
 * Lets the model's refresh tokens rotate, without a grace period: each renewal gives another one, and the one that was
 * used is refused from then on (Amazon Cognito Developer Guide, "Refresh token rotation").
 */
export function rotateRefreshTokens(model: CognitoModel): void {
  const { handle } = model;
  const current = new Map<string, string>();
  const used = new Set<string>();
  let number = 0;
  model.handle = async (operation, input, caller) => {
    if (operation !== "GetTokensFromRefreshToken") return handle(operation, input, caller);
    const given = String(Object(input).RefreshToken);
    if (used.has(given)) throw new AwsFault("RefreshTokenReuseException", "Refresh token reuse detected");
    const original = current.get(given) ?? given;
    const answer = await handle(operation, { ...Object(input), RefreshToken: original }, caller);
    const RefreshToken = `rotated-${++number}`;
    used.add(given);
    current.set(RefreshToken, original);
    const { AuthenticationResult } = answer as { AuthenticationResult: object };
    return { AuthenticationResult: { ...AuthenticationResult, RefreshToken } };
  };
}
