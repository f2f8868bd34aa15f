import { execFile, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { LockedError } from "../../../runbooks/runtime/errors.ts";
import { freshCredentials } from "../../../runbooks/sign-in/fresh-credentials.ts";
import { freshSession } from "../../../runbooks/sign-in/fresh-session.ts";
import type { Session } from "../../../runbooks/sign-in/session.ts";
import { withSessionLock } from "../../../runbooks/sign-in/session-lock.ts";
import { credentialsRunbook } from "../../../runbooks/sign-in/verbs/credentials.ts";
import { execRunbook } from "../../../runbooks/sign-in/verbs/exec.ts";
import { logoutRunbook } from "../../../runbooks/sign-in/verbs/logout.ts";
import {
  type CommandLineWorld,
  rotateRefreshTokens,
  startCommandLineWorld,
} from "../../support/command-line-world.ts";
import { SECRET_KEY_CANARY, SESSION_TOKEN_CANARY } from "../../support/role-service.ts";

let world: CommandLineWorld;
beforeAll(async () => {
  world = await startCommandLineWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.gateway.history.clear();
  world.gateway.faults.clear();
});
afterEach(async () => {
  await world.store.forget();
  await world.setDepartment("sre");
});

const SRE = "ASIASEKISHO_ACCESS_SRE";
const kept = (): Session["credentials"] => ({
  accessKeyId: "ASIAKEPT000000000000",
  secretAccessKey: SECRET_KEY_CANARY,
  sessionToken: SESSION_TOKEN_CANARY,
  expiresAt: Date.now() + 3_600_000,
});

describe("credentials", () => {
  test("are lines for a shell unless told otherwise", async () => {
    await world.logIn();
    const host = await world.run(credentialsRunbook);
    expect(host.exitCode()).toBe(0);
    expect(host.errors()).toBe("");
    expect(host.out().split("\n").slice(1)).toEqual([
      `export AWS_ACCESS_KEY_ID='${SRE}'`,
      `export AWS_SECRET_ACCESS_KEY='${SECRET_KEY_CANARY}'`,
      `export AWS_SESSION_TOKEN='${SESSION_TOKEN_CANARY}'`,
      expect.stringMatching(/^export AWS_CREDENTIAL_EXPIRATION='\d{4}-.*Z'$/),
      "export AWS_REGION='ap-northeast-1'",
      "export AWS_DEFAULT_REGION='ap-northeast-1'",
      "",
    ]);
  });

  test("for a shell take from it what would win over them, as exec does from its command", async () => {
    await world.logIn();
    const lines = (await world.run(credentialsRunbook)).out();
    const others = {
      AWS_PROFILE: "other",
      AWS_DEFAULT_PROFILE: "other",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere",
      AWS_SECURITY_TOKEN: "other",
      AWS_ACCESS_KEY_ID: "AKIAOTHER",
    };
    const { stdout } = spawnSync("sh", ["-eu", "-c", 'eval "$1"; env', "sh", lines], {
      env: { PATH: process.env.PATH, ...others },
      encoding: "utf8",
    });
    const names = stdout.match(/^AWS_\w+/gm)?.sort();
    expect(names).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_CREDENTIAL_EXPIRATION",
      "AWS_DEFAULT_REGION",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
    ]);
    expect(stdout).toContain(`AWS_ACCESS_KEY_ID=${SRE}\n`);
  });

  test.each([["--format", "json"], ["--json"]])("are one object with %s %s", async (...argv) => {
    await world.logIn();
    const host = await world.run(credentialsRunbook, argv);
    expect(JSON.parse(host.out())).toEqual({
      accessKeyId: SRE,
      secretAccessKey: SECRET_KEY_CANARY,
      sessionToken: SESSION_TOKEN_CANARY,
      expiration: expect.stringMatching(/Z$/),
      region: "ap-northeast-1",
    });
  });

  test.each([
    [["--format", "yaml"], 2, '--format "yaml" is not known. Give one of env, json, process.'],
    [["--format", "process", "--json"], 2, "--format process is an object of its own. Take --json out."],
    [
      ["--stack", "other"],
      10,
      "Stack other is not configured on this machine. Run npm run configure-profile",
    ],
    [["--stack", "../dev"], 2, '--stack "../dev" is no stack name.'],
    [
      [],
      12,
      "Nobody has signed in to stack dev on this machine. Sign in: npm run sign-in -- login --stack dev.",
    ],
  ])("refuse %j with %i", async (argv, code, line) => {
    const host = await world.run(credentialsRunbook, argv);
    expect(host.exitCode()).toBe(code);
    expect(host.errors()).toContain(`sign-in credentials: ${line}`);
    expect(world.calls()).toEqual({});
  });

  test("are asked for once, however many ask, and a rotated refresh token is kept each time", async () => {
    await world.logIn();
    const { handle } = world.model;
    rotateRefreshTokens(world.model);
    const context = {
      env: world.environment,
      signal: new AbortController().signal,
      now: () => new Date(),
      pause: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds / 10)),
      warn: () => {},
    };
    try {
      for (let round = 1; round <= 10; round++) {
        const { credentials: _, ...session } = (await world.store.read()) as Session;
        await world.store.write({ ...session, tokensExpireAt: 0 });
        world.gateway.history.clear();
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => freshCredentials(world.stack, undefined, context)),
        );
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(world.calls()).toEqual({
          GetTokensFromRefreshToken: 1,
          GetId: 1,
          GetCredentialsForIdentity: 1,
        });
        expect((await world.store.read())?.refreshToken).toBe(`rotated-${round}`);
      }
      world.gateway.history.clear();
      await freshSession(world.stack, undefined, context);
      expect(world.calls()).toEqual({});
    } finally {
      world.model.handle = handle;
    }
  });

  test("that are kept and can be used are handed out, with a warning, where another process waits for AWS", async () => {
    const soon = { ...kept(), expiresAt: Date.now() + 600_000 } as NonNullable<Session["credentials"]>;
    await world.logIn({ credentials: soon });
    const context = {
      env: world.environment,
      signal: new AbortController().signal,
      now: () => new Date(),
      pause: async () => {},
    };
    const warnings: string[] = [];
    const ask = () =>
      freshCredentials(world.stack, undefined, { ...context, warn: (line) => warnings.push(line) });
    await withSessionLock(world.stack.home, context, async () => {
      expect(await ask()).toEqual(soon);
    });
    expect(warnings).toEqual([
      "No new credentials (Another process has been renewing this session for 60 seconds.) The ones at hand end soon.",
    ]);
    await world.logIn({ credentials: { ...soon, expiresAt: Date.now() - 1 } });
    await withSessionLock(world.stack.home, context, async () => {
      await expect(ask()).rejects.toThrow(LockedError);
    });
    expect(warnings).toHaveLength(1);
  });

  test("that could not be fetched leave the rotated refresh token on the disk", async () => {
    await world.logIn({ tokensExpireAt: 0 });
    const { handle } = world.model;
    rotateRefreshTokens(world.model);
    world.gateway.faults.add({ kind: "500", service: "cognito-identity" });
    try {
      expect((await world.run(credentialsRunbook)).exitCode()).toBe(15);
      world.gateway.faults.clear();
      expect((await world.store.read())?.refreshToken).toMatch(/^rotated-/);
      expect((await world.run(credentialsRunbook)).exitCode()).toBe(0);
    } finally {
      world.model.handle = handle;
    }
  });
});

describe("Least privilege", () => {
  const rolesOf = async (department: string) => {
    await world.setDepartment(department);
    await world.logIn();
    const host = await world.run(credentialsRunbook, ["--format", "process"]);
    return { code: host.exitCode(), out: host.out(), error: host.errors(), role: world.roles.assumed.at(-1) };
  };

  test("gives sre and dev a role each by their department, by the rules of the program", async () => {
    expect(await rolesOf("sre")).toMatchObject({
      code: 0,
      role: "arn:aws:iam::123456789012:role/sekisho-access-sre",
    });
    await world.store.forget();
    expect(await rolesOf("dev")).toMatchObject({
      code: 0,
      role: "arn:aws:iam::123456789012:role/sekisho-access-dev",
    });
  });

  test("gives anybody else nothing, and says why", async () => {
    const before = world.roles.assumed.length;
    expect(await rolesOf("sales")).toMatchObject({
      code: 12,
      out: "",
      error:
        'sign-in credentials: Stack dev gives you no AWS credentials: no rule gives you a role: your custom:department is "sales". Ask those who run it for a role.\n',
    });
    expect(world.roles.assumed).toHaveLength(before);
  });

  test("lets nobody change their own department", async () => {
    const { accessToken } = await world.logIn();
    await expect(
      world.app("UpdateUserAttributes", {
        AccessToken: accessToken,
        UserAttributes: [{ Name: "custom:department", Value: "sre" }],
      }),
    ).rejects.toMatchObject({ code: "NotAuthorizedException" });
  });
});

describe("exec", () => {
  const print = "process.stdout.write(JSON.stringify(process.env))";
  /** Runs the verb in a process of its own, as a person does. */
  const exec = (argv: readonly string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string; pid?: number }>((resolve) => {
      execFile(
        process.execPath,
        ["--import", "tsx", join(import.meta.dirname, "../../support/run-exec.ts"), ...argv],
        { env: { ...world.environment, ...env } },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });

  test("gives the command these credentials and takes every other source from it", async () => {
    await world.logIn();
    const { code, stdout, stderr } = await exec(["--", process.execPath, "-e", print], {
      AWS_PROFILE: "other",
      AWS_DEFAULT_PROFILE: "other",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/other",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9",
      AWS_ACCESS_KEY_ID: "AKIAOTHER",
      AWS_SECRET_ACCESS_KEY: "other",
      AWS_SESSION_TOKEN: "other",
      AWS_REGION: "us-east-1",
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const seen: Record<string, string> = JSON.parse(stdout);
    const own = Object.entries(seen).filter(([name]) => name.startsWith("AWS_"));
    expect(Object.fromEntries(own)).toEqual({
      AWS_ACCESS_KEY_ID: SRE,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY_CANARY,
      AWS_SESSION_TOKEN: SESSION_TOKEN_CANARY,
      AWS_CREDENTIAL_EXPIRATION: expect.stringMatching(/Z$/),
      AWS_REGION: "ap-northeast-1",
      AWS_DEFAULT_REGION: "ap-northeast-1",
      AWS_ENDPOINT_URL: world.gateway.url,
      AWS_CONFIG_FILE: world.environment.AWS_CONFIG_FILE,
      AWS_SHARED_CREDENTIALS_FILE: world.environment.AWS_SHARED_CREDENTIALS_FILE,
    });
  });

  test.each<[argv: string[], code: number, stderr: string]>([
    [["--", process.execPath, "-e", "process.exit(process.argv.length)", "--", "--json", ""], 3, ""],
    [["--", process.execPath, "-e", "process.exit(7)"], 7, ""],
    [["--", process.execPath, "-e", "process.kill(process.pid, 'SIGKILL')"], 137, ""],
    [
      ["--", "no-such-command"],
      127,
      "sign-in exec: There is no command no-such-command. Check the name behind -- and PATH.\n",
    ],
    [["--", import.meta.filename], 126, `cannot be run (EACCES). Check the name behind -- and PATH.\n`],
    [["--json", "--", "true"], 2, "exec prints what the command prints, and nothing of its own."],
    [[], 2, "sign-in exec: <-- command> is missing. --help shows the options.\n"],
  ])("ends %j with %i", async (argv, code, stderr) => {
    await world.logIn({ credentials: kept() });
    const ran = await exec(argv);
    expect(ran.stderr.endsWith(stderr) || ran.stderr.includes(stderr)).toBe(true);
    if (stderr === "") expect(ran.stderr).toBe("");
    expect(ran.code).toBe(code);
  });

  test("passes a signal on and ends as the command ends, not before", async () => {
    await world.logIn({ credentials: kept() });
    const script = `process.on("SIGTERM", () => { process.stdout.write("told"); process.exit(9); }); setInterval(() => {}, 1000); process.kill(process.ppid, "SIGTERM");`;
    expect(await exec(["--", process.execPath, "-e", script])).toMatchObject({
      code: 9,
      stdout: "told",
      stderr: "",
    });
  });

  test.each(["</dev/null", "2>/dev/null", "</dev/null 2>/dev/null"])(
    "leaves Ctrl-C to the terminal, which tells the command by itself, with %s",
    async (redirection) => {
      await world.logIn({ credentials: kept() });
      const script = `let n = 0; process.on("SIGINT", () => n++ || setTimeout(() => { console.log("told", n); process.exit(); }, 700)); setInterval(() => {}, 1000); console.log("ready");`;
      const runner = join(import.meta.dirname, "../../support/run-exec.ts");
      const line = `exec "$0" --import tsx "$1" -- "$0" -e "$2" ${redirection}`;
      const typing = `import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp("sh", ["sh", "-c"] + sys.argv[1:])
shown, typed = b"", False
while True:
    try: read = os.read(terminal, 4096)
    except OSError: break
    if not read: break
    shown += read
    if b"ready" in shown and not typed:
        os.write(terminal, b"\\x03")
        typed = True
print(shown.decode())`;
      const { stdout } = await promisify(execFile)(
        "python3",
        ["-c", typing, line, process.execPath, runner, script],
        { env: world.environment },
      );
      expect(stdout).toContain("told 1");
    },
  );

  test.runIf(process.platform === "linux")(
    "keeps every token and key out of its own arguments and environment",
    async () => {
      const session = await world.logIn({ tokensExpireAt: 0 });
      const script = `for (const name of ["cmdline", "environ"])
      process.stdout.write(require("fs").readFileSync("/proc/" + process.ppid + "/" + name));`;
      const { code, stdout, stderr } = await exec(["--", process.execPath, "-e", script]);
      expect(code).toBe(0);
      expect(stdout).toContain("SEKISHO_HOME");
      const secrets = [
        session.idToken,
        session.accessToken,
        session.refreshToken,
        SECRET_KEY_CANARY,
        SESSION_TOKEN_CANARY,
      ];
      for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
    },
  );

  test("runs nothing where there are no credentials", async () => {
    const ran = await exec(["--", process.execPath, "-e", "process.stdout.write('ran')"]);
    expect(ran).toMatchObject({ code: 12, stdout: "" });
  });
});

describe("logout", () => {
  test("revokes the session, then forgets it", async () => {
    const { refreshToken } = await world.logIn();
    const host = await world.run(logoutRunbook);
    expect([host.exitCode(), host.out(), host.errors()]).toEqual([0, "Signed out of stack dev.\n", ""]);
    expect(world.calls()).toEqual({ RevokeToken: 1 });
    expect(existsSync(world.stack.home.session)).toBe(false);
    await expect(
      world.app("GetTokensFromRefreshToken", { ClientId: world.clientId, RefreshToken: refreshToken }),
    ).rejects.toMatchObject({ code: "NotAuthorizedException" });
  });

  test("forgets it even where Cognito does not answer, and says until when a copy would work", async () => {
    await world.logIn();
    world.gateway.faults.add({ kind: "503", service: "cognito-idp" });
    const host = await world.run(logoutRunbook);
    expect(host.exitCode()).toBe(15);
    expect(host.errors()).toMatch(
      /^warning: RevokeToken at \S+: no good answer .* A copy of the session, if there is one, lives until \d{4}-\S+Z\.\n$/,
    );
    expect(existsSync(world.stack.home.session)).toBe(false);
  });

  test("revokes and removes nothing where the session is open to others, and says what to do first", async () => {
    await world.logIn();
    chmodSync(world.stack.home.session, 0o644);
    const host = await world.run(logoutRunbook);
    expect(host.exitCode()).toBe(13);
    expect(host.errors()).toContain("chmod 600");
    expect(world.calls()).toEqual({});
    expect(existsSync(world.stack.home.session)).toBe(true);
  });

  test("has nothing to do where nobody has signed in", async () => {
    const host = await world.run(logoutRunbook, ["--json"]);
    expect([host.exitCode(), JSON.parse(host.out())]).toEqual([0, { signedOut: false, revoked: false }]);
    expect(world.calls()).toEqual({});
  });
});

describe("No call of these verbs", () => {
  test("is signed, or looks at the AWS credentials of the machine, however many there are", async () => {
    const seen: { target: string; headers: Record<string, unknown>; body: string }[] = [];
    const spy = createServer(async (message, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const target = String(message.headers["x-amz-target"]);
      seen.push({ target: target.split(".")[1] ?? target, headers: message.headers, body: body.toString() });
      const passed = await fetch(world.gateway.url + message.url, {
        method: message.method ?? "POST",
        headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
        body,
      });
      response.writeHead(passed.status, { "content-type": "application/x-amz-json-1.1" });
      response.end(Buffer.from(await passed.arrayBuffer()));
    });
    await new Promise<void>((resolve) => spy.listen(0, "127.0.0.1", resolve));
    const garbage = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(spy.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "garbage",
      AWS_SECRET_ACCESS_KEY: "garbage",
      AWS_SESSION_TOKEN: "garbage",
      AWS_PROFILE: "no-such-profile",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/no/such/file",
      AWS_ROLE_ARN: "garbage",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/",
      AWS_REGION: "garbage",
    };
    for (const [name, value] of Object.entries(garbage)) vi.stubEnv(name, value);
    try {
      await world.logIn({ tokensExpireAt: 0 });
      const env = { ...world.environment, ...garbage };
      for (const [verb, argv] of [
        [credentialsRunbook, ["--format", "process"]],
        [execRunbook, ["--", "true"]],
        [logoutRunbook, []],
      ] as const) {
        const host = await world.run(verb, argv, { env });
        expect([host.errors(), host.exitCode()]).toEqual(["", 0]);
      }
    } finally {
      vi.unstubAllEnvs();
      spy.closeAllConnections();
      spy.close();
    }
    expect(seen.map(({ target }) => target)).toEqual([
      "GetTokensFromRefreshToken",
      "GetId",
      "GetCredentialsForIdentity",
      "RevokeToken",
    ]);
    for (const { headers, body } of seen) {
      expect(Object.keys(headers)).not.toContain("authorization");
      expect(Object.keys(headers)).not.toContain("x-amz-security-token");
      expect(JSON.stringify(headers) + body).not.toContain("garbage");
      expect(body).not.toMatch(/SecretHash|SECRET_HASH|ClientSecret/);
    }
  });

  test("keeps a token or key from standing in a message, whatever fails", async () => {
    const { idToken, accessToken, refreshToken } = await world.logIn({ tokensExpireAt: 0 });
    const secrets = [idToken, accessToken, refreshToken, SECRET_KEY_CANARY, SESSION_TOKEN_CANARY];
    for (const kind of ["html-200", "truncated-json", "access-denied", "500", "reset"] as const) {
      world.gateway.faults.clear();
      world.gateway.faults.add({ kind });
      const host = await world.run(credentialsRunbook, ["--debug", "--format", "process"]);
      expect(host.exitCode()).not.toBe(0);
      for (const secret of secrets) expect(host.out() + host.errors()).not.toContain(secret);
    }
    expect(readFileSync(world.stack.home.session, "utf8")).toContain(refreshToken);
  });
});
