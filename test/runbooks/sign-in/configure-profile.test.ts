import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fromProcess } from "@aws-sdk/credential-provider-process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { configureProfileRunbook } from "../../../runbooks/configure-profile.ts";
import { writeCredentialProgram } from "../../../runbooks/sign-in/credential-program.ts";
import { homeOf } from "../../../runbooks/sign-in/home.ts";
import { writeSession } from "../../../runbooks/sign-in/session-file.ts";
import { type SignInFile, signInFile } from "../../../runbooks/sign-in/sign-in-file.ts";
import { readSignInSource } from "../../../runbooks/sign-in/sign-in-file-source.ts";
import { type CommandLineWorld, startCommandLineWorld } from "../../support/command-line-world.ts";
import { createInMemoryKeyring } from "../../support/in-memory-keyring.ts";
import { SECRET_KEY_CANARY, SESSION_TOKEN_CANARY } from "../../support/role-service.ts";

let world: CommandLineWorld;
let env: Record<string, string>;
let given: string;
let number = 0;
beforeAll(async () => {
  world = await startCommandLineWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  // A home with a blank in its name, and another one for each test.
  const home = join(world.folder, `home of test ${++number}`);
  mkdirSync(home, { mode: 0o700 });
  const {
    AWS_CONFIG_FILE: _,
    AWS_SHARED_CREDENTIALS_FILE: __,
    SEKISHO_HOME: ___,
    ...rest
  } = world.environment;
  env = { ...rest, HOME: home };
  given = join(home, "given.json");
  writeFileSync(given, JSON.stringify(world.stack.file));
});
afterEach(() => vi.unstubAllEnvs());

const configure = (...argv: string[]) => world.run(configureProfileRunbook, argv, { env });
const pathOf = (...names: string[]) => join(env.HOME ?? "", ...names);

describe("configure-profile", () => {
  test("shows what will be trusted, keeps it, and writes a profile that AWS's own SDK can use", async () => {
    const host = await configure(given);
    expect(host.exitCode()).toBe(0);
    expect(host.errors().split("\n")).toEqual([
      "Stack         dev in ap-northeast-1",
      `User pool     ${world.poolId}, client ${world.clientId}`,
      "Sign-in page  none; only at the command line",
      "AWS roles     sre, dev",
      "",
    ]);
    expect(host.out()).toBe(
      `Profile sekisho-dev is new in ${pathOf(".aws/config")}.\n` +
        "Sign in with npm run sign-in -- login --stack dev; then AWS's tools take AWS_PROFILE=sekisho-dev.\n",
    );
    expect(JSON.parse(readFileSync(pathOf(".sekisho/dev/sign-in.json"), "utf8"))).toEqual(world.stack.file);
    expect(
      [".aws/config", ".sekisho/dev/sign-in.json"].map((name) => statSync(pathOf(name)).mode & 0o777),
    ).toEqual([0o600, 0o600]);
    const { AuthenticationResult: issued } = await world.signIn();
    await writeSession(
      homeOf(env, "dev"),
      {
        username: "hanako",
        idToken: issued?.IdToken ?? "",
        accessToken: issued?.AccessToken ?? "",
        refreshToken: issued?.RefreshToken ?? "",
        tokensExpireAt: Date.now() + 600_000,
      },
      undefined,
    );
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    vi.stubEnv("AWS_CONFIG_FILE", pathOf(".aws/config"));
    vi.stubEnv("SEKISHO_HOME", undefined);
    expect(await fromProcess({ profile: "sekisho-dev", ignoreCache: true })()).toMatchObject({
      accessKeyId: "ASIASEKISHO_ACCESS_SRE",
    });
  });

  test("changes nothing when it is run again", async () => {
    await configure(given);
    const before = readFileSync(pathOf(".aws/config"), "utf8");
    const host = await configure(given, "--json");
    expect(JSON.parse(host.out())).toMatchObject({ profile: "sekisho-dev", change: "unchanged" });
    expect(readFileSync(pathOf(".aws/config"), "utf8")).toBe(before);
  });

  test("keeps the rest of the config file, its mode, and the link that leads to it", async () => {
    mkdirSync(pathOf(".aws"));
    writeFileSync(pathOf("dotfile"), "[default]\nregion = us-east-1\n");
    chmodSync(pathOf("dotfile"), 0o644);
    symlinkSync(pathOf("dotfile"), pathOf(".aws/config"));
    expect((await configure(given, "--profile", "mine")).exitCode()).toBe(0);
    expect(lstatSync(pathOf(".aws/config")).isSymbolicLink()).toBe(true);
    expect(readFileSync(pathOf("dotfile"), "utf8")).toMatch(
      /^\[default\]\nregion = us-east-1\n\n\[profile mine\]\n/,
    );
    expect(statSync(pathOf("dotfile")).mode & 0o777).toBe(0o644);
  });

  test("takes the file from standard input", async () => {
    const ran = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        ["--import", "tsx", join(import.meta.dirname, "../../../runbooks/configure-profile.ts"), "-"],
        { env },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
      child.stdin?.end(readFileSync(given));
    });
    expect([ran.code, existsSync(pathOf(".sekisho/dev/sign-in.json"))]).toEqual([0, true]);
  });

  test("writes nothing where a profile of that name is another's", async () => {
    mkdirSync(pathOf(".aws"));
    writeFileSync(pathOf(".aws/config"), "[profile sekisho-dev]\nregion = x\n");
    const host = await configure(given);
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      "configure-profile: The AWS config file has a profile sekisho-dev that is not of this command. Give another name with --profile, or take that profile out.\n",
    ]);
    expect(existsSync(pathOf(".sekisho"))).toBe(false);
  });

  test("takes another user pool under a known name only when told to, and ends the session then", async () => {
    await configure(given);
    const home = homeOf(env, "dev");
    await writeSession(
      home,
      { username: "h", idToken: "a", accessToken: "b", refreshToken: "c", tokensExpireAt: 1 },
      undefined,
    );
    writeFileSync(given, JSON.stringify({ ...world.stack.file, userPoolId: "ap-northeast-1_another00" }));
    const refused = await configure(given);
    expect([refused.exitCode(), refused.errors()]).toEqual([
      2,
      `configure-profile: This machine knows stack dev with ${world.poolId}, not ap-northeast-1_another00. Ask those who run it whether that is right, then give --replace.\n`,
    ]);
    expect(existsSync(home.session)).toBe(true);
    expect((await configure(given, "--replace")).exitCode()).toBe(0);
    expect(existsSync(home.session)).toBe(false);
  });

  test("replaces a kept file that is damaged only where it is told to, and then it works again", async () => {
    expect((await configure(given)).exitCode()).toBe(0);
    const kept = pathOf(".sekisho", "dev", "sign-in.json");
    writeFileSync(kept, "garbage");
    const host = await configure(given);
    expect([host.exitCode(), host.errors()]).toEqual([
      13,
      "configure-profile: What this machine keeps of stack dev is damaged, or of another version. Give --replace to take this file instead; you have to sign in again.\n",
    ]);
    expect(readFileSync(kept, "utf8")).toBe("garbage");
    expect((await configure(given, "--replace")).exitCode()).toBe(0);
    expect(JSON.parse(readFileSync(kept, "utf8"))).toEqual(world.stack.file);
  });

  const browser = { host: "login.example.com", callbackUrl: "http://localhost:8765/" };
  const otherPool = "ap-northeast-1:66666666-6666-4666-8666-666666666666";
  test.each<[name: string, change: () => object, told: string]>([
    ["client", () => ({ clientId: "another" }), "not client another"],
    [
      "sign-in page",
      () => ({ browser: { ...browser, host: "login.example.org" } }),
      "with the sign-in page login.example.com, not the sign-in page login.example.org",
    ],
    [
      "way back from the browser",
      () => ({ browser: { ...browser, callbackUrl: "http://localhost:9999/" } }),
      "with the way back http://localhost:8765/, not the way back http://localhost:9999/",
    ],
    [
      "identity pool",
      () => ({ awsAccess: { ...world.stack.file.awsAccess, identityPoolId: otherPool } }),
      "knows stack dev with identity pool ",
    ],
  ])("takes another %s only when told to, and ends the session then", async (_, change, told) => {
    const before = { ...world.stack.file, browser };
    writeFileSync(given, JSON.stringify(before));
    await configure(given);
    const home = homeOf(env, "dev");
    await writeSession(
      home,
      { username: "h", idToken: "a", accessToken: "b", refreshToken: "c", tokensExpireAt: 1 },
      undefined,
    );
    writeFileSync(given, JSON.stringify({ ...before, ...change() }));
    const refused = await configure(given);
    expect([refused.exitCode(), existsSync(home.session)]).toEqual([2, true]);
    expect(refused.errors()).toContain(told);
    expect((await configure(given, "--replace")).exitCode()).toBe(0);
    expect(existsSync(home.session)).toBe(false);
  });

  test("keeps the old file where the session of the old place cannot be removed", async () => {
    await configure(given);
    const home = homeOf(env, "dev");
    mkdirSync(join(home.session, "in the way"), { recursive: true, mode: 0o700 });
    const before = readFileSync(home.signInFile, "utf8");
    writeFileSync(given, JSON.stringify({ ...world.stack.file, clientId: "another" }));
    expect((await configure(given, "--replace")).exitCode()).not.toBe(0);
    expect(readFileSync(home.signInFile, "utf8")).toBe(before);
  });

  test.each([
    ["--profile", "a b"],
    ["--profile", "]"],
    ["--profile", "-x"],
  ])("refuses %s %s", async (...argv) => {
    expect((await configure(given, ...argv)).exitCode()).toBe(2);
    expect(existsSync(pathOf(".sekisho"))).toBe(false);
  });
});

const stackFile = (): SignInFile => signInFile.parse(JSON.parse(readFileSync(given, "utf8")));
type Route = (url: URL) => Response | Promise<Response>;
const read = (source: string, route: Route = () => new Response("")) =>
  readSignInSource(source, {
    fetch: async (url) => route(url),
    stdin: (async function* () {})(),
    signal: new AbortController().signal,
  });
const redirect = (location: string) => new Response(null, { status: 302, headers: { location } });

describe("A sign-in file", () => {
  test("comes from an https link, over other https links", async () => {
    const route: Route = (url) =>
      url.pathname === "/dev.json"
        ? redirect("https://other.example/x")
        : new Response(JSON.stringify(stackFile()));
    expect(await read("https://example.com/dev.json", route)).toEqual(stackFile());
  });

  test.each<[name: string, source: string, route: Route, code: number, line: string]>([
    [
      "a link without https",
      "http://example.com/",
      () => new Response(""),
      2,
      "Such a link is not to be trusted",
    ],
    [
      "a link that leads to one",
      "https://example.com/",
      () => redirect("http://example.com/"),
      2,
      "The link leads on to http://",
    ],
    [
      "a link that leads to a file",
      "https://example.com/",
      () => redirect("file:///etc/passwd"),
      2,
      "The link leads on to file://",
    ],
    [
      "a link with a password",
      "https://me:secret@example.com/",
      () => new Response(""),
      2,
      "holds a user name or password",
    ],
    [
      "a link that leads around",
      "https://example.com/",
      () => redirect("https://example.com/"),
      15,
      "sends on more than 5 times",
    ],
    [
      "a link to nothing",
      "https://example.com/?key=1",
      () => new Response("", { status: 404 }),
      15,
      "example.com answers with HTTP status 404.",
    ],
    [
      "a link to nobody",
      "https://example.com/",
      () => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" })),
      15,
      "gives no answer (ENOTFOUND)",
    ],
    [
      "a large answer",
      "https://example.com/",
      () => new Response("x".repeat(70_000)),
      2,
      "has more than 65536 bytes",
    ],
    ["a web page", "https://example.com/", () => new Response("<html>"), 2, "example.com/ is not JSON"],
    ["a file that is not there", "/no/such/file", () => new Response(""), 2, "cannot be read (ENOENT)"],
    ["a folder", "/", () => new Response(""), 2, "/ is a folder"],
  ])("is not taken from %s", async (_, source, route, exitCode, line) => {
    await expect(read(source, route)).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining(line),
    });
  });

  test("is not waited for longer than the deadline, and not once the run was stopped", async () => {
    const stop = new AbortController();
    const reader = {
      fetch: (_: URL, { signal }: RequestInit) =>
        new Promise<Response>((__, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
      stdin: (async function* () {})(),
      signal: stop.signal,
    };
    await expect(
      readSignInSource("https://example.com/", { ...reader, linkSeconds: 0.01 }),
    ).rejects.toMatchObject({ exitCode: 15, message: "example.com gives no answer within 0.01 seconds." });
    const stopped = readSignInSource("https://example.com/", reader);
    stop.abort(new Error("stopped"));
    await expect(stopped).rejects.toThrow("stopped");
  });

  test("is not taken from a standard input without end", async () => {
    const endless = (async function* () {
      for (;;) yield Buffer.alloc(1_000, "x");
    })();
    const signal = new AbortController().signal;
    await expect(readSignInSource("-", { fetch, stdin: endless, signal })).rejects.toMatchObject({
      exitCode: 2,
      message: "What stands on standard input has more than 65536 bytes: no sign-in file.",
    });
  });

  test.each<[change: object, line: string]>([
    [{ version: 2 }, "is of version 2; this command knows 1."],
    [{ stack: "../x" }, "is no sign-in file: stack: "],
    [{ region: "mars" }, "is no sign-in file: region: "],
    [{ clientId: undefined }, "is no sign-in file: clientId: "],
    [{ userPoolId: "us-east-1_abc" }, "userPoolId is not of Region ap-northeast-1."],
    ...[
      "good.example.com@evil.example",
      "good.example.com/x",
      "evil.example:444",
      "127.0.0.1",
      "localhost",
    ].map((host): [object, string] => [
      { browser: { host, callbackUrl: "http://localhost:8765/" } },
      "is no sign-in file: browser.host: ",
    ]),
    ...["https://localhost:8765/", "http://localhost.evil.example:8765/", "http://localhost:8765/x"].map(
      (callbackUrl): [object, string] => [
        { browser: { host: "login.example.com", callbackUrl } },
        "is no sign-in file: browser.callbackUrl: ",
      ],
    ),
    [
      { awsAccess: { identityPoolId: "ap-northeast-1:x/y", roles: {}, rules: [] } },
      "is no sign-in file: awsAccess.identityPoolId: ",
    ],
    [
      { awsAccess: { identityPoolId: "ap-northeast-1:1", roles: { sre: "sre" }, rules: [] } },
      "is no sign-in file: awsAccess.roles.sre: ",
    ],
    [{ clientSecret: "x" }, "is no sign-in file: the whole: "],
  ])("is refused with %j", async (change, line) => {
    writeFileSync(given, JSON.stringify({ ...stackFile(), ...change }));
    await expect(read(given)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(line) });
  });
});

describe("The program in the stack's folder", () => {
  test("opens an encrypted session with the machine's key store, and needs nothing else for it", async () => {
    const home = homeOf(env, "dev");
    const keyring = createInMemoryKeyring();
    const module = pathOf("keyring.cjs");
    writeFileSync(
      module,
      `exports.AsyncEntry = class {
        constructor(service, name) { this.name = service + " " + name; }
        async getSecret() { return JSON.parse(process.env.TEST_KEYS)[this.name] ?? null; }
      };`,
    );
    await writeCredentialProgram(home, { keyringModule: module });
    const credentials = {
      accessKeyId: "ASIAKEPT000000000000",
      secretAccessKey: SECRET_KEY_CANARY,
      sessionToken: SESSION_TOKEN_CANARY,
      expiresAt: Date.now() + 3_600_000,
    };
    const session = {
      username: "h",
      idToken: "a",
      accessToken: "b",
      refreshToken: "c",
      tokensExpireAt: 1,
      credentials,
    };
    await writeSession(home, session, keyring);
    const keys = Object.fromEntries([...keyring.keys].map(([name, key]) => [`sekisho ${name}`, [...key]]));
    const ran = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        [join(home.folder, "credential-process.cjs")],
        { env: { PATH: env.PATH ?? "", TEST_KEYS: JSON.stringify(keys) } },
        (_, stdout, stderr) => resolve({ stdout, stderr }),
      );
    });
    expect(ran.stderr).toBe("");
    expect(JSON.parse(ran.stdout)).toMatchObject({ Version: 1, AccessKeyId: "ASIAKEPT000000000000" });
  });
});
