import { afterEach, describe, expect, test, vi } from "vitest";
import { loginVerb } from "../../../runbooks/sign-in/verbs/login.ts";
import {
  type CommandLineWorld,
  type CommandLineWorldOptions,
  openCommandLine,
} from "../../support/sign-in-command.ts";
import { EMAIL, MINUTE, PASSWORD } from "../../support/sign-in-world.ts";
import type { TypedAnswer } from "../../support/test-host.ts";

vi.mock("@napi-rs/keyring", () => ({
  AsyncEntry: class {
    constructor() {
      throw new Error("This machine has no key store.");
    }
  },
}));

const worlds: CommandLineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function open(options: CommandLineWorldOptions = {}): Promise<CommandLineWorld> {
  const world = await openCommandLine(options);
  worlds.push(world);
  return world;
}

/** Signs in with these answers and says how it ended. */
async function logIn(world: CommandLineWorld, answers: readonly TypedAnswer[], ...argv: string[]) {
  const host = await world.run(loginVerb, argv, { answers });
  return { host, code: host.exitCode(), lines: host.errors().trimEnd().split("\n"), out: host.out() };
}

const NAME = ["--stack", "dev", "--username", EMAIL];

describe("login", () => {
  test("asks for the name and the password, and keeps the session", async () => {
    const world = await open();
    const { host, code, out } = await logIn(world, [EMAIL, PASSWORD], "--stack", "dev");
    expect([code, out]).toEqual([0, `Signed in to dev as ${EMAIL}.\n`]);
    expect(host.secretQuestions).toEqual(["Password (not shown): "]);
    const session = await world.session();
    expect(session).toMatchObject({ username: EMAIL, tokensExpireAt: world.now() + 3_600_000 });
  });

  test("says where the session is kept without a key store, but not to programs nor where it is switched off", async () => {
    const warning =
      "warning: This machine's key store cannot be used: only the file's mode protects the session.";
    const world = await open({ env: { SEKISHO_KEYRING: "" } });
    expect((await logIn(world, [PASSWORD], ...NAME)).lines).toEqual([warning]);
    expect((await logIn(world, [PASSWORD], ...NAME, "--json")).lines).toEqual([""]);
    expect((await logIn(await open(), [PASSWORD], ...NAME)).lines).toEqual([""]);
  });

  test("never sends the password: it is proven without it", async () => {
    const world = await open();
    await logIn(world, [PASSWORD], ...NAME);
    expect(world.sent()).toContain("USER_SRP_AUTH");
    for (const form of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(PASSWORD).toString("base64")]) {
      expect(world.sent()).not.toContain(form.replace(/=+$/, ""));
    }
  });

  test("sends it only where that is spelled and the client allows it", async () => {
    const client = { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] };
    const world = await open({ client, file: { flows: ["password"] } });
    expect((await logIn(world, [], ...NAME)).lines).toEqual([
      "sign-in login: Stack dev lets nobody sign in here without sending the password. Give --flow password if that is what you want.",
    ]);
    expect(world.sent()).toBe("");
    expect((await logIn(world, [PASSWORD], ...NAME, "--flow", "password")).code).toBe(0);
    expect(world.sent()).toContain(PASSWORD);
  });

  test("refuses a flow that the client does not have, before anything is sent where that is known", async () => {
    const world = await open();
    expect(await logIn(world, [], ...NAME, "--flow", "password")).toMatchObject({
      code: 2,
      lines: ["sign-in login: Stack dev does not let anybody sign in with --flow password. It has srp."],
    });
    expect(world.sent()).toBe("");
    const wrongFile = await open({ file: { flows: ["srp", "password"] } });
    expect(await logIn(wrongFile, [PASSWORD], ...NAME, "--flow", "password")).toMatchObject({
      code: 2,
      lines: [
        "sign-in login: The client of the sign-in file does not allow this kind of sign-in. Ask whoever runs the stack.",
      ],
    });
  });
});

describe("a sign-in that is refused", () => {
  const wrong = `sign-in login: User name or password is wrong. Run npm run sign-in -- login --stack dev, or forgot-password.`;

  test("for a wrong password ends with 12, and for a name that nobody has in the same words", async () => {
    const world = await open();
    expect(await logIn(world, ["Wrong-horse-7"], ...NAME)).toMatchObject({
      code: 12,
      lines: [wrong],
      out: "",
    });
    expect(await logIn(world, [PASSWORD], "--username", "nobody@example.com")).toMatchObject({
      code: 12,
      lines: [wrong],
    });
    const telling = await open({ client: { PreventUserExistenceErrors: "LEGACY" } });
    expect(await logIn(telling, [PASSWORD], "--username", "nobody@example.com")).toMatchObject({
      code: 12,
      lines: [wrong],
    });
  });

  const disabled = (world: CommandLineWorld) => world.admin("AdminDisableUser");
  const unconfirmed = async (world: CommandLineWorld) => {
    world.user().status = "UNCONFIRMED";
  };
  const toBeReset = async (world: CommandLineWorld) => {
    world.user().status = "RESET_REQUIRED";
  };
  const outdated = async (world: CommandLineWorld) => {
    await world.admin("AdminSetUserPassword", { Password: PASSWORD, Permanent: false });
    world.pass(8 * 24 * 60 * MINUTE);
  };
  const locked = async (world: CommandLineWorld) => {
    for (let attempt = 0; attempt < 8; attempt++) {
      await logIn(world, ["Wrong-horse-7"], ...NAME);
      if (attempt < 7) world.pass(5_000);
    }
  };
  test.each<[string, (world: CommandLineWorld) => Promise<unknown>, string]>([
    ["disabled", disabled, "This user is disabled. Ask whoever runs the stack."],
    [
      "not confirmed",
      unconfirmed,
      "This account is not confirmed yet. Run npm run sign-in -- confirm --stack dev.",
    ],
    [
      "to be reset",
      toBeReset,
      "The password of this user has to be reset first. Run npm run sign-in -- forgot-password --stack dev.",
    ],
    ["invited too long ago", outdated, "The temporary password has expired. Ask to be invited again."],
    [
      "locked",
      locked,
      "Too many wrong answers: Cognito has locked this user for up to 15 minutes. Wait, then try again.",
    ],
  ])("for a user who is %s ends with 12 and what to do", async (_, prepare, sentence) => {
    const world = await open({ client: { PreventUserExistenceErrors: "LEGACY" } });
    await prepare(world);
    const ended = await logIn(world, [PASSWORD], ...NAME);
    expect([ended.code, ended.lines.at(-1)]).toEqual([12, `sign-in login: ${sentence}`]);
    expect(await world.session()).toBeUndefined();
  });

  test("for a client with a secret ends with 2, before a password is asked for", async () => {
    const world = await open({ client: { GenerateSecret: true } });
    const { host, code, lines } = await logIn(world, [], ...NAME);
    expect([code, lines]).toEqual([
      2,
      [
        "sign-in login: The client of the sign-in file has a secret, which a command line cannot keep. Ask for a file of a client of kind cli.",
      ],
    ]);
    expect(host.questions).toEqual([]);
  });

  test("for a client that is gone ends with 10", async () => {
    const world = await open({ file: { clientId: "gone" } });
    expect((await logIn(world, [], ...NAME)).code).toBe(10);
  });

  test.each([["throttle"], ["503"], ["reset"], ["html-200"], ["empty-200"]] as const)(
    "by a Cognito that keeps answering with %s ends with 15 and one line",
    async (kind) => {
      const world = await open();
      world.gateway.faults.add({ kind, operation: "InitiateAuth" });
      const { code, lines } = await logIn(world, [], ...NAME);
      expect([code, lines.length]).toEqual([15, 1]);
    },
  );

  test("is asked for again by itself only before the password counts", async () => {
    const world = await open();
    world.gateway.faults.add({ kind: "503", operation: "InitiateAuth", nth: 1 });
    expect((await logIn(world, [PASSWORD], ...NAME)).code).toBe(0);
    world.gateway.faults.add({ kind: "503", operation: "RespondToAuthChallenge", nth: 1 });
    expect((await logIn(world, [PASSWORD], ...NAME)).code).toBe(15);
  });
});

describe("login without somebody to ask", () => {
  test("ends with 2 before anything is sent, with one object on stdout where that is wanted", async () => {
    const world = await open();
    const host = await world.run(loginVerb, [...NAME, "--json"]);
    const message = "There is no terminal to type your password at.";
    const remedy = "Run it in a terminal, with neither input nor messages led elsewhere.";
    expect(host.exitCode()).toBe(2);
    expect(host.errors()).toBe(`sign-in login: ${message} ${remedy}\n`);
    expect(JSON.parse(host.out())).toEqual({ error: { message, remedy, exitCode: 2 } });
    expect(world.sent()).toBe("");
  });

  test.each<[string, (string | undefined)[], string]>([
    ["the name", [undefined], "your name (address, number or user name)"],
    ["the password", [EMAIL, undefined], "the password"],
    ["a password that is empty", [EMAIL, ""], "the password"],
  ])("ends with 14 where the person gives up at %s", async (_, answers, what) => {
    const world = await open();
    expect(await logIn(world, answers, "--stack", "dev")).toMatchObject({
      code: 14,
      lines: [`sign-in login: Given up: nothing was typed for ${what}.`],
    });
  });

  test("ends with 2 for an option that it does not know the value of", async () => {
    const world = await open();
    expect((await logIn(world, [], "--flow", "srb")).lines).toEqual([
      "sign-in login: --flow srb is not one of srp, question, password. --help says what each means.",
    ]);
    expect((await logIn(world, [], "--factor", "fax")).code).toBe(2);
  });
});

describe("what login sends", () => {
  test("is never signed, whatever AWS credentials are around, and only to a client without a secret", async () => {
    const world = await open();
    expect(world.env).toHaveProperty("AWS_ACCESS_KEY_ID");
    expect((await logIn(world, [PASSWORD], ...NAME)).code).toBe(0);
    expect(world.sent()).not.toMatch(/^(authorization|x-amz-security-token):/im);
    expect(world.sent()).not.toMatch(/canary|SECRET_HASH/i);
    expect(world.gateway.history.entries.map(({ isSigned }) => isSigned)).toEqual([false, false]);
  });

  test("shows up nowhere: no password, code or token in any line", async () => {
    const world = await open();
    const { host } = await logIn(world, [PASSWORD], ...NAME, "--json", "--debug");
    const session = await world.session();
    for (const secret of [PASSWORD, session?.idToken, session?.accessToken, session?.refreshToken]) {
      expect(host.out() + host.errors()).not.toContain(secret);
    }
  });
});
