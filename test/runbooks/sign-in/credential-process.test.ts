import { execFile } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fromProcess } from "@aws-sdk/credential-provider-process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { FaultRule } from "../../../local/faults.ts";
import { planAwsProfile } from "../../../runbooks/sign-in/aws-config-file.ts";
import { credentialProgramOf, writeCredentialProgram } from "../../../runbooks/sign-in/credential-program.ts";
import { storeSignInFile } from "../../../runbooks/sign-in/home.ts";
import type { Session } from "../../../runbooks/sign-in/session.ts";
import {
  type CommandLineWorld,
  REGION,
  rotateRefreshTokens,
  startCommandLineWorld,
} from "../../support/command-line-world.ts";
import { SECRET_KEY_CANARY, SESSION_TOKEN_CANARY } from "../../support/role-service.ts";

let world: CommandLineWorld;
let program: string;
/** A module that sets the clock of the process it is loaded into. */
let clock: string;
const HOUR = 3_600_000;
const SRE = "ASIASEKISHO_ACCESS_SRE";

beforeAll(async () => {
  world = await startCommandLineWorld();
  program = credentialProgramOf(world.stack.home);
  await writeCredentialProgram(world.stack.home);
  clock = join(world.folder, "clock.cjs");
  writeFileSync(clock, CLOCK);
  const command = [process.execPath, program];
  planAwsProfile(world.environment, { name: "sekisho-dev", stack: "dev", region: REGION, command }).write();
}, 120_000);
afterAll(() => world.close());

beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|^SEKISHO/.test(name)) vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
  world.gateway.history.clear();
  world.gateway.faults.clear();
  world.roles.change({});
});
afterEach(async () => {
  vi.unstubAllEnvs();
  const { home, file } = world.stack;
  chmodSync(home.folder, 0o700);
  rmSync(home.session, { recursive: true, force: true });
  storeSignInFile(home, file);
  await world.setDepartment("sre");
});

const CLOCK = `
const ahead = Number(process.env.CLOCK_AHEAD_MS);
const { now } = Date;
globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now() + ahead] : parts));
  }
  static now() {
    return now() + ahead;
  }
};`;

/** What a program of AWS's gets that uses the profile. */
const askSdk = () => fromProcess({ profile: "sekisho-dev", ignoreCache: true })();

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command of the profile, run alone. */
function runProgram(): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}

const kept = (expiresInMs: number): Session["credentials"] => ({
  accessKeyId: "ASIAKEPT000000000000",
  secretAccessKey: SECRET_KEY_CANARY,
  sessionToken: SESSION_TOKEN_CANARY,
  expiresAt: Date.now() + expiresInMs,
});
const strike = (rule: FaultRule) => {
  world.gateway.faults.add(rule);
};
const ID = "cognito-identity";
const IDP = "cognito-idp";
/** Lets programs started from here on read another time from the clock. */
const setClockBy = (milliseconds: number) => {
  vi.stubEnv("NODE_OPTIONS", `--require ${clock}`);
  vi.stubEnv("CLOCK_AHEAD_MS", String(milliseconds));
};
const outdated = () => ({ tokensExpireAt: Date.now() - 1_000 });

/** Situations in which the profile gives the right credentials. */
const good: [name: string, prepare: () => Promise<unknown>, accessKeyId: string][] = [
  ["right after a sign-in", () => world.logIn(), SRE],
  [
    "with credentials kept for an hour",
    () => world.logIn({ credentials: kept(HOUR) }),
    "ASIAKEPT000000000000",
  ],
  ["with kept credentials that end soon", () => world.logIn({ credentials: kept(600_000) }), SRE],
  ["with kept credentials that have ended", () => world.logIn({ credentials: kept(-1_000) }), SRE],
  ["with tokens that have ended", () => world.logIn(outdated()), SRE],
  [
    "with kept credentials that cannot last so long: the clock was set back",
    () => world.logIn({ credentials: kept(5 * HOUR) }),
    SRE,
  ],
  [
    "when AWS refuses once for too many requests",
    async () => {
      await world.logIn();
      strike({ kind: "throttle", service: ID, nth: 1 });
    },
    SRE,
  ],
  [
    "when a connection breaks once",
    async () => {
      await world.logIn(outdated());
      strike({ kind: "reset", service: IDP, nth: 1 });
      strike({ kind: "cut-mid-body", service: ID, nth: 1 });
    },
    SRE,
  ],
  [
    "when AWS is silent once",
    async () => {
      await world.logIn();
      strike({ kind: "hang-before-headers", service: ID, nth: 1 });
    },
    SRE,
  ],
  [
    "when AWS is out of order, but what is kept lasts for some minutes",
    async () => {
      await world.logIn({ credentials: kept(600_000) });
      strike({ kind: "500", service: ID });
    },
    "ASIAKEPT000000000000",
  ],
];

/** Situations in which it fails, with what it says. */
const bad: [name: string, prepare: () => Promise<unknown> | unknown, code: number, line: RegExp][] = [
  ["nobody has signed in", () => {}, 12, /Nobody has signed in to stack dev on this machine\. Sign in: /],
  [
    "the session was revoked elsewhere",
    async () => {
      const { refreshToken } = await world.logIn(outdated());
      await world.app("RevokeToken", { ClientId: world.clientId, Token: refreshToken });
    },
    12,
    /The session of stack dev has ended \(NotAuthorizedException\)/,
  ],
  [
    "the refresh token has ended",
    () => world.logIn({ ...outdated(), refreshToken: "x".repeat(400) }),
    12,
    /The session of stack dev has ended/,
  ],
  [
    "the refresh token was used up",
    async () => {
      await world.logIn({ ...outdated(), refreshToken: "used-up" });
      const { handle } = world.model;
      rotateRefreshTokens(world.model);
      await world
        .app("GetTokensFromRefreshToken", { ClientId: world.clientId, RefreshToken: "used-up" })
        .catch(() => {});
      return () => {
        world.model.handle = handle;
      };
    },
    12,
    /The session of stack dev has ended/,
  ],
  [
    "the user was disabled",
    async () => {
      await world.logIn();
      await world.admin("AdminDisableUser");
      return () => world.admin("AdminEnableUser");
    },
    12,
    /The identity pool takes this session no more/,
  ],
  [
    "no rule gives the user a role",
    async () => {
      await world.setDepartment("sales");
      await world.logIn();
    },
    12,
    /gives you no AWS credentials: no rule gives you a role: your custom:department is "sales"\. Ask/,
  ],
  [
    "the role does not trust the identity pool",
    async () => {
      await world.logIn();
      world.roles.change({ isRefused: true });
    },
    12,
    /The roles of stack dev cannot be taken \(InvalidIdentityPoolConfigurationException\)\. Tell those who run it\./,
  ],
  [
    "the stack gives nobody credentials",
    async () => {
      const { awsAccess: _, ...file } = world.stack.file;
      storeSignInFile(world.stack.home, file);
      await world.logIn();
    },
    2,
    /Stack dev gives nobody AWS credentials/,
  ],
  [
    "the identity pool is gone",
    async () => {
      const { file, home } = world.stack;
      const awsAccess = {
        ...file.awsAccess,
        identityPoolId: `${REGION}:00000000-0000-4000-8000-000000000000`,
      };
      storeSignInFile(home, { ...file, awsAccess } as typeof file);
      await world.logIn();
    },
    10,
    /not there any more \(ResourceNotFoundException\)/,
  ],
  [
    "AWS keeps refusing for too many requests",
    async () => {
      await world.logIn();
      strike({ kind: "throttle", service: ID });
    },
    15,
    /too many requests \(TooManyRequestsException\)\. Wait a minute/,
  ],
  [
    "AWS is out of order",
    async () => {
      await world.logIn(outdated());
      strike({ kind: "503", service: IDP });
    },
    15,
    /no good answer after every retry/,
  ],
  [
    "every connection breaks",
    async () => {
      await world.logIn();
      strike({ kind: "reset", service: ID });
    },
    15,
    /no good answer after every retry \(ECONNRESET\)/,
  ],
  [
    "a guest network answers in place of AWS",
    async () => {
      await world.logIn();
      strike({ kind: "html-200", service: ID });
    },
    15,
    /the answer is not what AWS sends\. Check for a proxy/,
  ],
  [
    "an answer is empty",
    async () => {
      await world.logIn();
      strike({ kind: "empty-200", operation: "GetCredentialsForIdentity" });
    },
    15,
    /GetCredentialsForIdentity: the answer is not what AWS sends/,
  ],
  [
    "every answer is cut",
    async () => {
      await world.logIn();
      strike({ kind: "truncated-json", service: ID });
    },
    15,
    /GetId: the answer is not what AWS sends/,
  ],
  [
    "what should be a secret key is none",
    async () => {
      await world.logIn();
      world.roles.change({ secretAccessKey: "line&#10;break" });
    },
    15,
    /GetCredentialsForIdentity: the answer is not what AWS sends/,
  ],
  [
    "something on the way refuses it",
    async () => {
      await world.logIn();
      strike({ kind: "access-denied", service: ID });
    },
    12,
    /GetId: something on the way refused it \(AccessDeniedException\)\. Try it from the network/,
  ],
  [
    "this machine's clock is far ahead of AWS",
    async () => {
      await world.logIn();
      setClockBy(2 * HOUR);
    },
    2,
    /This machine's clock is 2 hours ahead of AWS; set it/,
  ],
  [
    "this machine's clock is far behind AWS",
    async () => {
      await world.logIn(outdated());
      setClockBy(-HOUR);
    },
    2,
    /This machine's clock is 60 minutes behind AWS; set it/,
  ],
  [
    "the endpoint is gone",
    () => world.logIn().then(() => vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")),
    15,
    /ECONNREFUSED/,
  ],
  [
    "the session file is open to others",
    () => world.logIn().then(() => chmodSync(world.stack.home.session, 0o644)),
    13,
    /session is open to others\. Run chmod 600/,
  ],
  [
    "the folder is open to others",
    () => world.logIn().then(() => chmodSync(world.stack.home.folder, 0o755)),
    13,
    /dev is open to others\. Run chmod 700/,
  ],
  [
    "the session file is a link",
    async () => {
      await world.logIn({ credentials: kept(HOUR) });
      const other = join(world.folder, "other");
      renameSync(world.stack.home.session, other);
      symlinkSync(other, world.stack.home.session);
    },
    13,
    /session is a symbolic link/,
  ],
  [
    "the session file has a second name",
    async () => {
      await world.logIn({ credentials: kept(HOUR) });
      linkSync(world.stack.home.session, join(world.folder, "second"));
      return () => rmSync(join(world.folder, "second"));
    },
    13,
    /second name/,
  ],
  ["the session file is a folder", () => mkdirSync(world.stack.home.session), 13, /session is no plain file/],
  [
    "the session file is cut",
    () => world.logIn().then(() => truncateSync(world.stack.home.session, 100)),
    13,
    /session cannot be used: it is not JSON/,
  ],
  [
    "the session file is empty",
    () => writeFileSync(world.stack.home.session, "", { mode: 0o600 }),
    13,
    /session cannot be used: it is not JSON/,
  ],
  [
    "the session is of another version",
    () => writeFileSync(world.stack.home.session, '{"version":2,"session":{}}', { mode: 0o600 }),
    13,
    /no version this command knows/,
  ],
  [
    "the kept credentials are garbage",
    async () => {
      await world.logIn({ credentials: kept(HOUR) });
      const text = readFileSync(world.stack.home.session, "utf8").replace(SECRET_KEY_CANARY, "");
      writeFileSync(world.stack.home.session, text);
    },
    13,
    /holds no session of this version/,
  ],
  [
    "the sign-in file is broken",
    () => world.logIn().then(() => writeFileSync(world.stack.home.signInFile, "{}")),
    13,
    /sign-in\.json is no sign-in file of this version/,
  ],
];

describe("The command that configure-profile writes", () => {
  test.each(good)("gives AWS's own SDK credentials %s", async (_, prepare, accessKeyId) => {
    await prepare();
    expect(await askSdk()).toMatchObject({
      accessKeyId,
      secretAccessKey: SECRET_KEY_CANARY,
      sessionToken: SESSION_TOKEN_CANARY,
      expiration: expect.any(Date),
    });
  });

  test.each(bad)("fails, and gives the SDK nothing, where %s", async (_, prepare, code, line) => {
    const undo = await prepare();
    try {
      const [ran] = await Promise.all([runProgram(), expect(askSdk()).rejects.toThrow(/Command failed/)]);
      expect(ran).toMatchObject({ code, stdout: "" });
      expect(ran.stderr).toMatch(line);
      expect(ran.stderr).toMatch(/^sign-in credentials: .{1,200}\n$/);
      for (const secret of [SECRET_KEY_CANARY, SESSION_TOKEN_CANARY, "eyJ"])
        expect(ran.stderr).not.toContain(secret);
    } finally {
      if (typeof undo === "function") await undo();
    }
  });

  test("needs Node and its own folder alone to hand out what is kept", async () => {
    await world.logIn({ credentials: kept(HOUR) });
    const renewal = join(world.stack.home.folder, "credential-renewal.mjs");
    renameSync(renewal, `${renewal}.away`);
    try {
      vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
      const { code, stdout, stderr } = await runProgram();
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual({
        Version: 1,
        AccessKeyId: "ASIAKEPT000000000000",
        SecretAccessKey: SECRET_KEY_CANARY,
        SessionToken: SESSION_TOKEN_CANARY,
        Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
    } finally {
      renameSync(`${renewal}.away`, renewal);
    }
  });

  test("renews once for 20 processes that ask at the same time, where refresh tokens rotate", async () => {
    await world.logIn(outdated());
    const { handle } = world.model;
    rotateRefreshTokens(world.model);
    world.gateway.history.clear();
    try {
      const ran = await Promise.all(Array.from({ length: 20 }, runProgram));
      const answers = new Set(ran.map(({ stdout }) => stdout));
      expect(ran.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(ran.map(() => "0 "));
      expect([...answers].map((answer) => JSON.parse(answer).AccessKeyId)).toEqual([SRE]);
      expect(world.calls()).toEqual({
        GetTokensFromRefreshToken: 1,
        GetId: 1,
        GetCredentialsForIdentity: 1,
      });
    } finally {
      world.model.handle = handle;
    }
  }, 120_000);
});
