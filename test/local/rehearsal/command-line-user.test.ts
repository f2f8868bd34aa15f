import { beforeEach, describe, expect, it } from "vitest";
import { totpCode } from "../../../local/cognito/sign-in/totp.ts";
import { answerQuestion, type CommandLineUser } from "../../../local/rehearsal/command-line-user.ts";

const NOW = Date.parse("2026-11-21T03:00:00Z");
const KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW";
const SHOWN = `Or type this key into the app:\n${KEY.match(/.{4}/g)?.join(" ")}\n`;

let user: CommandLineUser;

beforeEach(() => {
  user = {
    email: "ann@example.com",
    phoneNumber: "+819012345678",
    password: "first",
    nextPassword: "second",
    readMessages: async () => [{ destination: "+819012345678", body: "Code 123456" }],
    now: () => new Date(NOW),
  };
});

describe("somebody at the command line", () => {
  it("types the first password until there is one of their own, and that one from then on", async () => {
    expect(await answerQuestion(user, "Password (not shown): ", "")).toBe("first");
    expect(await answerQuestion(user, "New password (not shown): ", "")).toBe("second");
    expect(await answerQuestion(user, "New password once more (not shown): ", "")).toBe("second");
    expect(await answerQuestion(user, "Password (not shown): ", "")).toBe("second");
  });

  it("reads codes off the phone", async () => {
    expect(await answerQuestion(user, "Code: ", "")).toBe("123456");
  });

  it("gives the app the key that is shown, and never types the same code twice", async () => {
    const first = await answerQuestion(user, "First code that the app shows: ", SHOWN);
    expect(first).toBe(totpCode(KEY, NOW));
    const next = await answerQuestion(user, "Code of your authenticator app: ", "");
    expect(next).toBe(totpCode(KEY, NOW + 30_000));
    expect(next).not.toBe(first);
  });

  it.each([
    ["Code of your authenticator app: ", "A code of an authenticator was asked for that nobody has."],
    ["First code that the app shows: ", "The set-up of the authenticator shows no key."],
    ["Favourite colour: ", 'Nobody knows an answer to "Favourite colour:".'],
  ])("does not guess at %s", async (question, sentence) => {
    await expect(answerQuestion(user, question, "")).rejects.toThrow(sentence);
  });
});
