import { afterEach, describe, expect, test } from "vitest";
import { noPartners } from "../../../local/cognito/partners.ts";
import { groupSecret } from "../../../runbooks/sign-in/authenticator.ts";
import { formatClock } from "../../../runbooks/sign-in/dialogue.ts";
import { loginVerb } from "../../../runbooks/sign-in/verbs/login.ts";
import { setAnswerVerb } from "../../../runbooks/sign-in/verbs/set-answer.ts";
import { EMAIL_FACTOR, FACTOR_POOL, SMS_FACTOR, TOTP_FACTOR } from "../../support/factors.ts";
import { EVERY_TRIGGER, programFunctions } from "../../support/program-functions.ts";
import {
  type CommandLineWorld,
  type CommandLineWorldOptions,
  openCommandLine,
} from "../../support/sign-in-command.ts";
import { EMAIL, MINUTE, PASSWORD } from "../../support/sign-in-world.ts";
import type { TestHostValues, TypedAnswer } from "../../support/test-host.ts";

const worlds: CommandLineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function open(options: CommandLineWorldOptions = {}): Promise<CommandLineWorld> {
  const world = await openCommandLine(options);
  worlds.push(world);
  return world;
}

function openWith(mode: "ON" | "OPTIONAL", ...factors: object[]): Promise<CommandLineWorld> {
  return open({
    mfa: Object.assign({ MfaConfiguration: mode }, ...factors),
    pool: FACTOR_POOL,
    attributes: { phone_number: "+819012345678" },
  });
}

async function logIn(
  world: CommandLineWorld,
  answers: readonly TypedAnswer[],
  argv: readonly string[] = [],
  host: TestHostValues = {},
) {
  const done = await world.run(loginVerb, ["--username", EMAIL, ...argv], { answers, ...host });
  const lines = done.errors().trimEnd().split("\n");
  return { host: done, code: done.exitCode(), lines, last: lines.at(-1) ?? "", out: done.out() };
}

/** How often an operation reached Cognito. */
function countOf({ gateway }: CommandLineWorld, name: string): number {
  return gateway.history.entries.filter(({ operation }) => operation === name).length;
}

const other = (code: string) => (code === "000000" ? "000001" : "000000");

describe("a first sign-in with the password of an invitation", () => {
  const invite = async () => {
    const world = await open({ pool: { Schema: [{ Name: "name", Required: true, Mutable: true }] } });
    await world.admin("AdminSetUserPassword", { Password: PASSWORD, Permanent: false });
    world.dropAttribute("name");
    return world;
  };

  test("asks for what the account lacks and a password of one's own, twice", async () => {
    const world = await invite();
    const { host, code, lines } = await logIn(world, [PASSWORD, "花子", "Own-password-8", "Own-password-8"]);
    expect(code).toBe(0);
    expect(host.questions).toEqual([
      "Password (not shown): ",
      "Name: ",
      "New password (not shown): ",
      "New password once more (not shown): ",
    ]);
    expect(lines[0]).toBe("The password you were given is for one sign-in only: choose one of your own.");
    expect(world.user()).toMatchObject({ status: "CONFIRMED", attributes: { name: "花子" } });
    expect((await logIn(world, ["Own-password-8"])).code).toBe(0);
  });

  test("says which rule a weak password breaks, and asks again", async () => {
    const world = await invite();
    const { code, lines } = await logIn(world, [
      PASSWORD,
      "花子",
      "short-1",
      "short-1",
      "Own-password-8",
      "Own-password-9",
      "Own-password-8",
      "Own-password-8",
    ]);
    expect(code).toBe(0);
    expect(lines.slice(2)).toEqual([
      "warning: The password is refused: Password not long enough.",
      "warning: The two differ; type them again.",
    ]);
  });

  test("ends with 2 after three weak ones", async () => {
    const world = await invite();
    const weak = Array.from({ length: 6 }, () => "short-1");
    const { code, last } = await logIn(world, [PASSWORD, "花子", ...weak]);
    expect([code, last]).toEqual([
      2,
      "sign-in login: The password is refused: Password not long enough. Run npm run sign-in -- login --stack dev.",
    ]);
  });

  test("ends with 2 where an attribute is none that Cognito takes, without repeating it", async () => {
    const world = await invite();
    const { code, last } = await logIn(world, [
      PASSWORD,
      "x".repeat(3_000),
      "Own-password-8",
      "Own-password-8",
    ]);
    expect(code).toBe(2);
    expect(last).toMatch(/^sign-in login: Cognito refused: .*npm run sign-in -- login --stack dev\.$/);
  });

  test("ends with 14 where nobody types an attribute", async () => {
    expect(await logIn(await invite(), [PASSWORD, undefined])).toMatchObject({
      code: 14,
      last: "sign-in login: Given up: nothing was typed for name.",
    });
  });
});

describe("a code by text message", () => {
  test("is asked for with where it went and until when, and lets in", async () => {
    const world = await openWith("ON", SMS_FACTOR);
    const { code, lines } = await logIn(world, [PASSWORD, world.sentCode]);
    expect(code).toBe(0);
    expect(lines).toEqual([
      "A code was sent to +********5678.",
      `This step is open until ${formatClock(new Date(world.now() + 5 * MINUTE))}.`,
    ]);
  });

  test("may be typed as people type: in full width, in groups", async () => {
    const world = await openWith("ON", SMS_FACTOR);
    const typed = () => {
      const wide = [...world.sentCode()].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
      return ` ${wide.slice(0, 3).join("")} ${wide.slice(3).join("")} `;
    };
    expect((await logIn(world, [PASSWORD, typed])).code).toBe(0);
  });

  test("that is wrong is asked for again, and the right one still counts", async () => {
    const world = await openWith("ON", SMS_FACTOR);
    const { code, lines } = await logIn(world, [
      PASSWORD,
      () => other(world.sentCode()),
      "hello",
      world.sentCode,
    ]);
    expect(code).toBe(0);
    expect(lines.slice(2)).toEqual([
      "warning: The code is wrong.",
      "warning: A code has six to eight digits.",
    ]);
  });

  test("that is wrong three times ends with 12, before the user is locked", async () => {
    const world = await openWith("ON", SMS_FACTOR);
    const wrong = ["000001", "000002", "000003", "000004"].filter((code) => code !== world.sentCode());
    const { code, last } = await logIn(world, [PASSWORD, ...wrong.slice(0, 3)]);
    expect([code, last]).toEqual([
      12,
      "sign-in login: The code is wrong. That was the third; two more would lock this user. Later: npm run sign-in -- login --stack dev.",
    ]);
    expect((await logIn(world, [PASSWORD, world.sentCode])).code).toBe(0);
  });

  test("that comes after its step is over ends with 12", async () => {
    const world = await openWith("ON", SMS_FACTOR);
    const late = () => {
      world.pass(6 * MINUTE);
      return world.sentCode();
    };
    const { code, last } = await logIn(world, [PASSWORD, late], [], { now: () => new Date() });
    expect([code, last]).toEqual([
      12,
      "sign-in login: The time for this step is over. Run npm run sign-in -- login --stack dev.",
    ]);
  });

  test("that nobody types ends with 14", async () => {
    const world = await openWith("ON", SMS_FACTOR);
    expect(await logIn(world, [PASSWORD, ""])).toMatchObject({
      code: 14,
      last: "sign-in login: Given up: nothing was typed for a code.",
    });
  });
});

describe("a code by mail", () => {
  test("lets in", async () => {
    const world = await openWith("ON", EMAIL_FACTOR);
    world.dropAttribute("phone_number");
    const { code, lines } = await logIn(world, [PASSWORD, world.sentCode]);
    expect([code, lines[0]]).toEqual([0, "A code was sent to h***@e***."]);
  });
});

describe("the code of an authenticator", () => {
  const prepare = async () => {
    const world = await openWith("ON", TOTP_FACTOR, SMS_FACTOR);
    world.giveAuthenticator();
    return world;
  };

  test("lets in, and is sent once", async () => {
    const world = await prepare();
    expect((await logIn(world, [PASSWORD, world.appCode])).code).toBe(0);
    expect(countOf(world, "RespondToAuthChallenge")).toBe(2);
  });

  test("is sent once even where the answer is lost, or Cognito is busy or unwell", async () => {
    for (const fault of ["reset", "throttle", "503"] as const) {
      const world = await prepare();
      world.gateway.faults.add({ kind: fault, operation: "RespondToAuthChallenge", nth: 2 });
      const { code, lines } = await logIn(world, [PASSWORD, world.appCode]);
      expect([fault, code, lines.length]).toEqual([fault, 15, 2]);
      expect(countOf(world, "RespondToAuthChallenge")).toBe(2);
    }
  });

  test("that was typed before is not sent again", async () => {
    const world = await prepare();
    const { code, lines } = await logIn(world, [PASSWORD, "000000", "000000", world.appCode]);
    expect(code).toBe(0);
    expect(lines.slice(1)).toEqual([
      "warning: The code is wrong.",
      "warning: This code was sent already; wait for the next one.",
    ]);
    expect(countOf(world, "RespondToAuthChallenge")).toBe(3);
  });

  test("that let somebody in before is refused, and the next one counts", async () => {
    const world = await prepare();
    await logIn(world, [PASSWORD, world.appCode]);
    const next = () => {
      world.pass(30_000);
      return world.appCode();
    };
    const { code, lines } = await logIn(world, [PASSWORD, world.appCode, next]);
    expect([code, lines.at(-1)]).toEqual([0, "warning: This code was used already."]);
  });

  test.each([
    [90, "90 seconds ahead of"],
    // The Date of an answer is a whole second, which may end before the answer is read.
    [33, "33 seconds ahead of"],
    [-33, "33 seconds behind"],
    [-5_400, "90 minutes behind"],
  ])("that is wrong by a clock that is %i s off is told so", async (seconds, words) => {
    const world = await prepare();
    // The gateway's answers carry the time it is, by the whole second.
    const now = () => new Date(Math.floor(Date.now() / 1_000) * 1_000 + seconds * 1_000);
    const { code, last } = await logIn(world, [PASSWORD, "000000", "000001", "000002"], [], { now });
    expect(code).toBe(12);
    const told = words.replace(/\d+ s/, "\\d+ s");
    expect(last).toMatch(
      new RegExp(`^sign-in login: The code is wrong\\. This machine's clock is ${told} AWS's: set it\\.`),
    );
  });

  test("that is wrong by a clock that is right is not blamed on it", async () => {
    const world = await prepare();
    const now = () => new Date(Date.now() + 20_000);
    expect((await logIn(world, [PASSWORD, "000000", "000001", "000002"], [], { now })).last).not.toContain(
      "clock",
    );
  });
});

describe("a choice of factors", () => {
  const prepare = async () => {
    const world = await openWith("ON", TOTP_FACTOR, SMS_FACTOR);
    world.giveAuthenticator();
    world.user().mfa = undefined;
    return world;
  };

  test("is given by its number", async () => {
    const world = await prepare();
    const { host, code, lines } = await logIn(world, [PASSWORD, "9", "２", world.appCode]);
    expect(code).toBe(0);
    expect(lines.slice(0, 2)).toEqual(["1  a code by text message", "2  the code of an authenticator app"]);
    expect(host.questions.slice(1, 3)).toEqual(["Which one (1 to 2): ", "Which one (1 to 2): "]);
  });

  test("is not asked for where --factor made it", async () => {
    const world = await prepare();
    expect((await logIn(world, [PASSWORD, world.sentCode], ["--factor", "sms"])).code).toBe(0);
    expect((await logIn(world, [PASSWORD, world.appCode], ["--factor", "totp"])).code).toBe(0);
  });

  test("ends with 14 where it is not made", async () => {
    expect((await logIn(await prepare(), [PASSWORD, "0", "3", "x"])).code).toBe(14);
  });
});

describe("the set-up of an authenticator that a sign-in demands", () => {
  const prepare = () => openWith("ON", TOTP_FACTOR);
  const withoutPhone = (world: CommandLineWorld) => {
    world.dropAttribute("phone_number");
    return world;
  };

  test("shows the key as picture and text, takes the first code, and lets in", async () => {
    const world = withoutPhone(await prepare());
    const { code, out, lines } = await logIn(world, [PASSWORD, world.appCode], ["--json"]);
    expect(code).toBe(0);
    const secret = world.user().totp?.secret ?? "";
    expect(lines).toContain(groupSecret(secret));
    expect(lines).toContain("Scan this with the app:");
    expect(lines.filter((line) => /[▀▄█]/.test(line)).length).toBeGreaterThan(20);
    expect(JSON.parse(out)).toMatchObject({ stack: "dev", steps: ["PASSWORD_VERIFIER", "MFA_SETUP"] });
    expect(out).not.toContain(secret);
    world.pass(30_000);
    expect((await logIn(world, [PASSWORD, world.appCode])).code).toBe(0);
  });

  test("shows the key as text alone where the window is too narrow", async () => {
    const world = withoutPhone(await prepare());
    const { code, lines } = await logIn(world, [PASSWORD, world.appCode], [], { errorColumns: 40 });
    expect(code).toBe(0);
    expect(lines.filter((line) => /[▀▄█]/.test(line))).toEqual([]);
    expect(lines).toContain(
      "The window is too narrow for a QR code: type the key below, or make it wider and start again.",
    );
  });

  test("asks for another first code after a wrong one, and ends with 12 after three", async () => {
    const world = withoutPhone(await prepare());
    const { code, last } = await logIn(world, [PASSWORD, "000000", "000001", "000002"]);
    expect([code, last]).toEqual([
      12,
      "sign-in login: The code is wrong. That was the third; two more would lock this user. Later: npm run sign-in -- login --stack dev.",
    ]);
    expect((await logIn(world, [PASSWORD, "000000", world.appCode])).code).toBe(0);
  });
});

describe("the secret question after the password", () => {
  const prepare = async () => {
    const functions = programFunctions({ model: () => world.model, now: () => new Date(world.now()) });
    const { DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse } = EVERY_TRIGGER;
    const world: CommandLineWorld = await open({
      partners: { ...noPartners, ...functions.partners },
      pool: { LambdaConfig: { DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse } },
      client: { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
      file: { flows: ["question"] },
    });
    return world;
  };

  test("is chosen at the first sign-in, and answered at the next", async () => {
    const world = await prepare();
    const first = await logIn(world, [PASSWORD, "最初の犬の名前は?", "ポチ"]);
    expect([first.code, first.lines[0]]).toEqual([
      0,
      "Choose a question that only you can answer; it is asked at each sign-in.",
    ]);
    const second = await logIn(world, [PASSWORD, "ぽちい", "ﾎﾟﾁ"]);
    expect([second.code, second.lines.filter((line) => !line.startsWith("This step"))]).toEqual([
      0,
      ["最初の犬の名前は?", "warning: That was not right.", "最初の犬の名前は?"],
    ]);
    expect(second.host.secretQuestions).toHaveLength(3);
    expect(world.sent()).not.toContain(PASSWORD);
  });

  test("ends with 12 after three wrong answers", async () => {
    const world = await prepare();
    await logIn(world, [PASSWORD, "最初の犬の名前は?", "ポチ"]);
    const { code, last } = await logIn(world, [PASSWORD, "a", "b", "c"]);
    expect([code, last]).toEqual([
      12,
      "sign-in login: User name or password is wrong. Run npm run sign-in -- login --stack dev, or forgot-password.",
    ]);
  });

  test("is set anew by set-answer, after the present answer alone", async () => {
    const world = await prepare();
    const setAnswer = (answers: readonly TypedAnswer[]) =>
      world.run(setAnswerVerb, ["--username", EMAIL], { answers });
    const first = await setAnswer([PASSWORD, "最初の犬の名前は?", "ポチ"]);
    expect(first.exitCode()).toBe(0);
    const wrong = await setAnswer([PASSWORD, "a", "b", "c"]);
    expect(wrong.exitCode()).toBe(12);
    const changed = await setAnswer([PASSWORD, "ポチ", "生まれた町は?", "倉敷"]);
    expect([changed.exitCode(), changed.out()]).toEqual([
      0,
      `The question is set, and you are signed in to dev as ${EMAIL}.\n`,
    ]);
    const next = await logIn(world, [PASSWORD, "倉敷"]);
    expect([next.code, next.lines.at(-1)]).toEqual([0, "生まれた町は?"]);
  });

  test("is refused by set-answer where the stack asks none, and nothing is sent", async () => {
    const world = await open();
    const host = await world.run(setAnswerVerb, [], { answers: [] });
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      "sign-in set-answer: Stack dev asks no secret question at the command line. Set it where the application asks for it.\n",
    ]);
    expect(world.sent()).toBe("");
  });
});
