import { createHash } from "node:crypto";
import { type CognitoModel, createCognitoModel } from "../../local/cognito/model.ts";
import type { Partners } from "../../local/cognito/partners.ts";

/** A pool with one client and one confirmed user, in a model whose clock the test moves. */
export interface SignInWorld {
  model: CognitoModel;
  poolId: string;
  clientId: string;
  clientSecret: string;
  sub: string;
  /** Signed call, answered as whatever the test reads from it. */
  admin(operation: string, input?: object): Promise<Answer>;
  /** Unsigned call. */
  app(operation: string, input: object): Promise<Answer>;
  /** USER_PASSWORD_AUTH of the user. */
  signIn(password?: string, parameters?: object): Promise<Answer>;
  pass(milliseconds: number): void;
  now(): number;
  lastCode(): string;
}

export interface Answer {
  ChallengeName?: string;
  Session?: string;
  ChallengeParameters?: Record<string, string>;
  AuthenticationResult?: { AccessToken: string; IdToken: string; RefreshToken?: string; ExpiresIn: number };
  [member: string]: unknown;
}

export const EMAIL = "hanako@example.com";
export const PASSWORD = "Correct-horse-7";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface SignInWorldOptions {
  pool?: object;
  client?: object;
  mfa?: object;
  attributes?: Record<string, string>;
  partners?: Partners;
}

export async function createSignInWorld(options: SignInWorldOptions = {}): Promise<SignInWorld> {
  let time = Date.parse("2026-11-20T00:00:00Z");
  const model = createCognitoModel({
    region: "ap-northeast-1",
    account: "123456789012",
    now: () => new Date(time),
    randomBytes: countedBytes(),
    ...(options.partners && { partners: options.partners }),
  });
  const call = (isSigned: boolean) => async (operation: string, input: object) =>
    (await model.handle(operation, input, { isSigned })) as Answer;
  const signed = call(true);
  const created = await signed("CreateUserPool", {
    PoolName: "sekisho-test",
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ["email"],
    ...options.pool,
  });
  const poolId = (created.UserPool as { Id: string }).Id;
  if (options.mfa) await signed("SetUserPoolMfaConfig", { UserPoolId: poolId, ...options.mfa });
  const client = await signed("CreateUserPoolClient", {
    UserPoolId: poolId,
    ClientName: "web",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    ...options.client,
  });
  const { ClientId: clientId, ClientSecret: clientSecret = "" } = client.UserPoolClient as {
    ClientId: string;
    ClientSecret?: string;
  };
  const attributes = { email_verified: "true", ...options.attributes };
  const user = await signed("AdminCreateUser", {
    UserPoolId: poolId,
    Username: EMAIL,
    MessageAction: "SUPPRESS",
    TemporaryPassword: "Temporary-1",
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  });
  const sub = (user.User as { Username: string }).Username;
  await signed("AdminSetUserPassword", {
    UserPoolId: poolId,
    Username: sub,
    Password: PASSWORD,
    Permanent: true,
  });
  return {
    model,
    poolId,
    clientId,
    clientSecret,
    sub,
    admin: (operation, input = {}) => signed(operation, { UserPoolId: poolId, Username: sub, ...input }),
    app: call(false),
    signIn: (password = PASSWORD, parameters = {}) =>
      call(false)("InitiateAuth", {
        ClientId: clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: EMAIL, PASSWORD: password, ...parameters },
      }),
    pass: (milliseconds) => {
      time += milliseconds;
    },
    now: () => time,
    lastCode: () => model.messages.at(-1)?.body ?? "",
  };
}

/** Repeatable bytes that never repeat within a test: the hash of a counter. */
function countedBytes(): (count: number) => Uint8Array {
  let counter = 0;
  return (count) => {
    const chunks: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      chunks.push(createHash("sha256").update(String(counter++)).digest());
    }
    return Buffer.concat(chunks).subarray(0, count);
  };
}
