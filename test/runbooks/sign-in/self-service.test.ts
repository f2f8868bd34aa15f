import { afterEach, describe, expect, test } from "vitest";
import type { SignInVerb } from "../../../runbooks/sign-in/sign-in-verb.ts";
import { changePasswordVerb } from "../../../runbooks/sign-in/verbs/change-password.ts";
import { confirmVerb } from "../../../runbooks/sign-in/verbs/confirm.ts";
import { enrolTotpVerb } from "../../../runbooks/sign-in/verbs/enrol-totp.ts";
import { forgotPasswordVerb } from "../../../runbooks/sign-in/verbs/forgot-password.ts";
import { loginVerb } from "../../../runbooks/sign-in/verbs/login.ts";
import { resendVerb } from "../../../runbooks/sign-in/verbs/resend.ts";
import { signUpVerb } from "../../../runbooks/sign-in/verbs/sign-up.ts";
import { SMS_FACTOR, TOTP_FACTOR } from "../../support/factors.ts";
import {
  type CommandLineWorld,
  type CommandLineWorldOptions,
  openCommandLine,
} from "../../support/sign-in-command.ts";
import { EMAIL, PASSWORD } from "../../support/sign-in-world.ts";
import type { TypedAnswer } from "../../support/test-host.ts";

const worlds: CommandLineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function open(options: CommandLineWorldOptions = {}): Promise<CommandLineWorld> {
  const world = await openCommandLine(options);
  worlds.push(world);
  return world;
}

async function run(
  world: CommandLineWorld,
  verb: SignInVerb,
  answers: readonly TypedAnswer[],
  ...argv: readonly string[]
) {
  const host = await world.run(verb, argv, { answers });
  const lines = host.errors().trimEnd().split("\n");
  return { host, code: host.exitCode(), lines, last: lines.at(-1) ?? "", out: host.out() };
}

const NEW = "taro@example.com";
const OTHER = "Other-horse-8";
const other = (code: string) => (code === "000000" ? "000001" : "000000");

describe("an account of one's own making", () => {
  test("is made, confirmed by the code, and signs in", async () => {
    const world = await open();
    const made = await run(world, signUpVerb, [NEW, OTHER, OTHER]);
    expect([made.code, made.out]).toEqual([
      0,
      "The account is made.\nA code was sent to t***@e***.\nGo on with: npm run sign-in -- confirm --stack dev\n",
    ]);
    const confirmed = await run(world, confirmVerb, [NEW, world.sentCode]);
    expect([confirmed.code, confirmed.out]).toEqual([
      0,
      "The account is confirmed. Sign in with: npm run sign-in -- login --stack dev\n",
    ]);
    expect((await run(world, loginVerb, [NEW, OTHER])).code).toBe(0);
  });

  test("is asked for each attribute that it must have and the name is not", async () => {
    const world = await open({
      pool: { Schema: [{ Name: "name", Required: true, Mutable: true }] },
      attributes: { name: "花子" },
      file: { requiredAttributes: ["email", "name"] },
    });
    const made = await run(world, signUpVerb, [NEW, "太郎", OTHER, OTHER], "--json");
    expect(made.host.questions[1]).toBe("Name: ");
    expect(JSON.parse(made.out)).toEqual({
      stack: "dev",
      username: NEW,
      isConfirmed: false,
      sentTo: "t***@e***",
    });
  });

  test("is refused where people are invited: one line, and nothing is sent", async () => {
    const world = await open({ file: { selfSignUp: false } });
    expect(await run(world, signUpVerb, [])).toMatchObject({
      code: 2,
      lines: [
        "sign-in sign-up: Nobody can sign up to stack dev by themselves: people are invited. Ask whoever runs the stack for an invitation.",
      ],
    });
    expect(world.sent()).toBe("");
  });

  test("is refused the same way where the file is older than the pool's mind", async () => {
    const world = await open({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
    expect(await run(world, signUpVerb, [NEW, OTHER, OTHER])).toMatchObject({
      code: 2,
      last: "sign-in sign-up: Nobody can sign up here by themselves. Ask whoever runs the stack.",
    });
  });

  test.each<[string, string[], string]>([
    [
      "there is one already",
      [EMAIL, OTHER, OTHER],
      "There is an account with this name already. Run npm run sign-in -- login --stack dev.",
    ],
    [
      "the password is weak three times",
      [NEW, "short-1", "short-1", "short-1", "short-1", "short-1", "short-1"],
      "The password is refused: Password not long enough. Run npm run sign-in -- sign-up --stack dev.",
    ],
    [
      "the two passwords differ three times",
      [NEW, "a", "b", "a", "b", "a", "b"],
      "The two new passwords differ.",
    ],
  ])("is not made where %s", async (_, answers, sentence) => {
    const world = await open();
    expect(await run(world, signUpVerb, answers)).toMatchObject({
      code: 2,
      last: `sign-in sign-up: ${sentence}`,
    });
  });

  test("is not confirmed by three wrong codes, nor by one that was replaced, nor twice", async () => {
    const world = await open();
    await run(world, signUpVerb, [NEW, OTHER, OTHER]);
    const first = world.sentCode();
    const wrong = await run(world, confirmVerb, [NEW, "x", other(first), other(first)]);
    expect([wrong.code, wrong.last]).toEqual([
      12,
      "sign-in confirm: This code was sent already; wait for the next one. That was the third; two more would lock this user. Later: npm run sign-in -- confirm --stack dev.",
    ]);
    const again = await run(world, resendVerb, [], "--username", NEW);
    expect([again.code, again.out.split("\n")[0]]).toEqual([0, "A code was sent to t***@e***."]);
    expect((await run(world, confirmVerb, [NEW, first, world.sentCode])).code).toBe(0);
    expect(await run(world, confirmVerb, [NEW, "000000"])).toMatchObject({
      code: 2,
      last: "sign-in confirm: This account is confirmed already. Run npm run sign-in -- login --stack dev.",
    });
    expect((await run(world, resendVerb, [NEW])).last).toBe(
      "sign-in resend: This account is confirmed already. Run npm run sign-in -- login --stack dev.",
    );
  });

  test("that nobody has is told like a code whose time is over", async () => {
    const world = await open();
    expect(await run(world, confirmVerb, ["nobody@example.com", "123456"])).toMatchObject({
      code: 12,
      last: "sign-in confirm: The code is wrong, or its time is over. Run npm run sign-in -- resend --stack dev.",
    });
    expect((await run(world, resendVerb, ["nobody@example.com"])).code).toBe(12);
  });

  test("needs somebody to ask, or for resend the name", async () => {
    const world = await open();
    for (const verb of [
      signUpVerb,
      confirmVerb,
      resendVerb,
      forgotPasswordVerb,
      changePasswordVerb,
      enrolTotpVerb,
    ]) {
      const host = await world.run(verb, []);
      expect([host.exitCode(), host.errors().split("\n").length]).toEqual([2, 2]);
    }
    expect(world.sent()).toBe("");
  });
});

describe("a forgotten password", () => {
  test("is replaced with the code that was sent", async () => {
    const world = await open();
    const changed = await run(world, forgotPasswordVerb, [EMAIL, world.sentCode, OTHER, OTHER]);
    expect([changed.code, changed.lines]).toEqual([
      0,
      ["If there is such an account, a code was sent to h***@e***. It counts for an hour."],
    ]);
    expect((await run(world, loginVerb, [EMAIL, OTHER])).code).toBe(0);
    expect((await run(world, loginVerb, [EMAIL, PASSWORD])).code).toBe(12);
  });

  test("is typed once, however often the code is wrong", async () => {
    const world = await open();
    const wrong = () => other(world.sentCode());
    const changed = await run(world, forgotPasswordVerb, [EMAIL, wrong, OTHER, OTHER, world.sentCode]);
    expect([changed.code, changed.last]).toEqual([0, "warning: The code is wrong."]);
    expect(changed.host.secretQuestions).toHaveLength(2);
  });

  test("of a name that nobody has is asked for in the same words, and no code is right", async () => {
    const world = await open();
    const ended = await run(world, forgotPasswordVerb, ["nobody@example.com", "123456", OTHER, OTHER]);
    expect([ended.code, ended.lines]).toEqual([
      12,
      [
        "If there is such an account, a code was sent to n***@e***. It counts for an hour.",
        "sign-in forgot-password: The code is wrong, or its time is over. Run npm run sign-in -- forgot-password --stack dev.",
      ],
    ]);
  });

  test.each<[string, (world: CommandLineWorld) => Promise<unknown>, number, string]>([
    [
      "is an invitation",
      (world) => world.admin("AdminSetUserPassword", { Password: PASSWORD, Permanent: false }),
      12,
      "This user's password cannot be reset, as with an invitation that is still open. Sign in with the temporary password.",
    ],
    [
      "is disabled",
      (world) => world.admin("AdminDisableUser"),
      12,
      "This user is disabled. Ask whoever runs the stack.",
    ],
    [
      "has no proven address",
      (world) =>
        world.admin("AdminUpdateUserAttributes", {
          UserAttributes: [{ Name: "email_verified", Value: "false" }],
        }),
      2,
      "There is no proven address or number that a code could go to. Ask whoever runs the stack.",
    ],
  ])("of a user who %s ends in one line", async (_, prepare, code, sentence) => {
    const world = await open();
    await prepare(world);
    expect(await run(world, forgotPasswordVerb, [EMAIL])).toMatchObject({
      code,
      lines: [`sign-in forgot-password: ${sentence}`],
    });
  });

  test("that is asked for too often ends with 15", async () => {
    const world = await open();
    for (let time = 0; time < 5; time++) await run(world, forgotPasswordVerb, [EMAIL, undefined]);
    expect(await run(world, forgotPasswordVerb, [EMAIL])).toMatchObject({
      code: 15,
      last: "sign-in forgot-password: Too many tries; Cognito takes no more for a while. Try again in an hour.",
    });
  });
});

describe("with a session", () => {
  const signedIn = async (options: CommandLineWorldOptions = {}) => {
    const world = await open(options);
    expect((await run(world, loginVerb, [EMAIL, PASSWORD])).code).toBe(0);
    return world;
  };

  test("the password is changed", async () => {
    const world = await signedIn();
    expect((await run(world, changePasswordVerb, [PASSWORD, OTHER, OTHER])).code).toBe(0);
    expect((await run(world, loginVerb, [EMAIL, OTHER])).code).toBe(0);
    expect(await run(world, changePasswordVerb, [PASSWORD, "Third-horse-9", "Third-horse-9"])).toMatchObject({
      code: 12,
      last: "sign-in change-password: The present password is wrong. Run npm run sign-in -- change-password --stack dev, or forgot-password.",
    });
  });

  test("an authenticator is set up where none is asked for, and asked for from then on", async () => {
    const world = await signedIn({ mfa: { MfaConfiguration: "OPTIONAL", ...TOTP_FACTOR, ...SMS_FACTOR } });
    const enrolled = await run(world, enrolTotpVerb, [world.appCode], "--json");
    expect([enrolled.code, JSON.parse(enrolled.out)]).toEqual([
      0,
      { stack: "dev", username: EMAIL, factor: "SOFTWARE_TOKEN_MFA", isPreferred: true },
    ]);
    world.pass(30_000);
    expect((await run(world, loginVerb, [EMAIL, PASSWORD, world.appCode])).code).toBe(0);
    expect(await run(world, enrolTotpVerb, [])).toMatchObject({
      code: 2,
      last: "sign-in enrol-totp: You have an authenticator app already. Give --replace to put another in its place.",
    });
    const secret = world.user().totp?.secret;
    expect((await run(world, enrolTotpVerb, [world.appCode], "--replace")).code).toBe(0);
    expect(world.user().totp?.secret).not.toBe(secret);
  });

  test("an authenticator is refused where the pool offers none", async () => {
    const world = await signedIn();
    expect((await run(world, enrolTotpVerb, [world.appCode])).code).toBe(2);
  });

  test("that was revoked, or that never was, every verb ends with 12 and names login", async () => {
    const world = await signedIn();
    await world.admin("AdminUserGlobalSignOut");
    expect(await run(world, changePasswordVerb, [PASSWORD, OTHER, OTHER])).toMatchObject({
      code: 12,
      last: "sign-in change-password: You are signed out. Run npm run sign-in -- login --stack dev.",
    });
    const fresh = await open();
    for (const verb of [changePasswordVerb, enrolTotpVerb]) {
      const { code, last } = await run(fresh, verb, []);
      expect([code, last.includes("npm run sign-in -- login --stack dev.")]).toEqual([12, true]);
    }
  });
});
