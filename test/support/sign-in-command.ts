import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { totpCode } from "../../local/cognito/sign-in/totp.ts";
import type { User } from "../../local/cognito/state.ts";
import { type Gateway, startGateway } from "../../local/gateway.ts";
import { homeOf, storeSignInFile } from "../../runbooks/sign-in/home.ts";
import type { Session } from "../../runbooks/sign-in/session.ts";
import { readSession } from "../../runbooks/sign-in/session-file.ts";
import type { SignInFile } from "../../runbooks/sign-in/sign-in-file.ts";
import type { SignInVerb } from "../../runbooks/sign-in/sign-in-verb.ts";
import { createSignInWorld, type SignInWorld, type SignInWorldOptions } from "./sign-in-world.ts";
import { createTestHost, type TestHost, type TestHostValues } from "./test-host.ts";

/** Somebody at a command line who may sign in to the stack "dev", whose pool is the strict model behind the gateway. */
export interface CommandLineWorld extends SignInWorld {
  gateway: Gateway;
  file: SignInFile;
  env: Readonly<Record<string, string>>;
  /** Runs one verb to its end. */
  run(verb: SignInVerb, argv?: readonly string[], host?: TestHostValues): Promise<TestHost>;
  /** What is kept of the session, undefined where nobody is signed in. */
  session(): Promise<Session | undefined>;
  /** The digits of the message that was sent last. */
  sentCode(): string;
  /** The user, as the model keeps them. */
  user(): User;
  /** Takes an attribute from the user, as if it had never been there. */
  dropAttribute(name: string): void;
  /** Gives the user an authenticator, as the factor that is preferred. */
  giveAuthenticator(): void;
  /** What the user's authenticator shows, whoever set it up. */
  appCode(): string;
  /** Every byte that left the machine so far. */
  sent(): string;
  /** Ends it; throws where any call was signed, although AWS credentials are around. */
  close(): Promise<void>;
}

export interface CommandLineWorldOptions extends SignInWorldOptions {
  file?: Partial<SignInFile>;
  /** Replaces the environment that leads to the local AWS, in part. */
  env?: Readonly<Record<string, string>>;
}

/** The client as the program makes it for the command line. */
const CLI_CLIENT = {
  ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  PreventUserExistenceErrors: "ENABLED",
  EnableTokenRevocation: true,
  AuthSessionValidity: 5,
};

export async function openCommandLine(options: CommandLineWorldOptions = {}): Promise<CommandLineWorld> {
  const world = await createSignInWorld({ ...options, client: { ...CLI_CLIENT, ...options.client } });
  // The model's clock begins in the past; the gateway's answers carry the time it really is.
  world.pass(Date.now() - world.now());
  const gateway = await startGateway({ cognito: world.model });
  const wire = await listenIn(gateway.port);
  const folder = await mkdtemp(join(tmpdir(), "sekisho-sign-in-"));
  const env = {
    HOME: folder,
    SEKISHO_HOME: join(folder, "sekisho"),
    SEKISHO_KEYRING: "off",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${wire.port}`,
    NO_COLOR: "1",
    // Nobody may ever look at them.
    AWS_ACCESS_KEY_ID: "AKIACANARYCANARY0000",
    AWS_SECRET_ACCESS_KEY: "canary-secret-access-key",
    AWS_SESSION_TOKEN: "canary-session-token",
    ...options.env,
  };
  const file: SignInFile = {
    version: 1,
    stack: "dev",
    region: "ap-northeast-1",
    userPoolId: world.poolId,
    clientId: world.clientId,
    selfSignUp: true,
    requiredAttributes: ["email"],
    writableAttributes: ["email", "name", "phone_number"],
    authSessionMinutes: 5,
    ...options.file,
  };
  storeSignInFile(homeOf(env, "dev"), file);
  const user = () => {
    const found = world.model.pools.get(world.poolId)?.users.findBySub(world.sub);
    if (found === undefined) throw new Error("There is no user.");
    return found;
  };
  return {
    ...world,
    gateway,
    file,
    env,
    run: async (verb, argv = [], values = {}) => {
      const host = createTestHost(argv, { env, now: () => new Date(world.now()), ...values });
      await verb.run(host);
      return host;
    },
    session: () => readSession(homeOf(env, "dev"), undefined),
    sentCode: () => /\d{6,8}/.exec(world.lastCode())?.[0] ?? "",
    user,
    dropAttribute: (name) => {
      const { [name]: _, ...rest } = user().attributes;
      world.model.pools.get(world.poolId)?.users.replaceAttributes(user(), rest);
    },
    giveAuthenticator: () => {
      user().totp = { secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", isVerified: true };
      user().mfa = { enabled: ["SOFTWARE_TOKEN_MFA"], preferred: "SOFTWARE_TOKEN_MFA" };
    },
    appCode: () => totpCode(user().totp?.secret ?? "", world.now()),
    sent: wire.sent,
    close: async () => {
      const signed = gateway.history.entries.filter(({ isSigned }) => isSigned);
      const isCanaryOut = /canary|^(authorization|x-amz-security-token):/im.test(wire.sent());
      await wire.close();
      await gateway.close();
      await rm(folder, { recursive: true });
      if (signed.length > 0 || isCanaryOut) throw new Error("A call was signed, or carried credentials.");
    },
  };
}

interface Wire {
  port: number;
  sent: () => string;
  close: () => Promise<void>;
}

/** A wire to a port of this machine on which every byte is noted that goes out. */
async function listenIn(port: number): Promise<Wire> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const onward = connect(port, "127.0.0.1");
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on("error", () => {
        socket.destroy();
        onward.destroy();
      });
    }
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    sent: () => Buffer.concat(chunks).toString(),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
