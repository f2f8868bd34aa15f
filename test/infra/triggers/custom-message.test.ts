import type { CustomMessageTriggerEvent } from "aws-lambda";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  customizeMessage,
  customMessageFiles,
  MESSAGES_FILE,
} from "../../../infra/messages/custom-message.ts";
import { createHandler, handler } from "../../../infra/triggers/custom-message.ts";
import { builtInMessages } from "../../support/stack-messages.ts";

const messages = builtInMessages();
const empty = { smsMessage: null, emailMessage: null, emailSubject: null };

type Source = CustomMessageTriggerEvent["triggerSource"];

/** An event as the Amazon Cognito Developer Guide shows it (Custom message Lambda trigger). */
function eventOf(
  triggerSource: Source,
  userAttributes: Record<string, string> = {},
  request: Partial<CustomMessageTriggerEvent["request"]> = {},
): CustomMessageTriggerEvent {
  return {
    version: "1",
    region: "ap-northeast-1",
    userPoolId: "ap-northeast-1_Example01",
    userName: "0a1b2c3d-0000-4000-8000-000000000000",
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "1example23456789" },
    triggerSource,
    request: {
      userAttributes: {
        sub: "0a1b2c3d-0000-4000-8000-000000000000",
        email: "hanako@example.com",
        "cognito:user_status": "CONFIRMED",
        ...userAttributes,
      },
      codeParameter: "{####}",
      linkParameter: "{##Click Here##}",
      usernameParameter: triggerSource === "CustomMessage_AdminCreateUser" ? "{username}" : null,
      ...request,
    },
    response: { ...empty },
  } as CustomMessageTriggerEvent;
}

describe("the custom-message function", () => {
  it.each<[string, Source, RegExp, RegExp]>([
    ["an invitation", "CustomMessage_AdminCreateUser", /ご案内$/, /^ID \{username\} 仮パスワード \{####\}$/],
    ["a sign-up", "CustomMessage_SignUp", /メールアドレスの確認$/, /登録の確認コードは \{####\} です/],
    [
      "a code asked for again",
      "CustomMessage_ResendCode",
      /メールアドレスの確認$/,
      /登録の確認コードは \{####\} です/,
    ],
    [
      "a forgotten password",
      "CustomMessage_ForgotPassword",
      /パスワードの再設定$/,
      /パスワード再設定の確認コードは/,
    ],
    ["a changed contact", "CustomMessage_UpdateUserAttribute", /連絡先の確認$/, /連絡先の確認コードは/],
    ["a contact to prove", "CustomMessage_VerifyUserAttribute", /連絡先の確認$/, /連絡先の確認コードは/],
    ["a second factor", "CustomMessage_Authentication", /認証コード$/, /】認証コードは \{####\} です/],
  ])("sends for %s what its code is for", (_title, source, subject, sms) => {
    const response = customizeMessage(eventOf(source), messages);
    expect(response.emailSubject).toMatch(subject);
    expect(response.smsMessage).toMatch(sms);
    expect(response.emailMessage).toContain("{####}");
    expect(response.emailMessage?.includes("{username}")).toBe(source === "CustomMessage_AdminCreateUser");
  });

  it("greets by nickname, else given name, else name, else not at all", () => {
    const greeting = (attributes: Record<string, string>) =>
      /<p[^>]*>([^<]*) 様<\/p>/.exec(
        customizeMessage(eventOf("CustomMessage_SignUp", attributes), messages).emailMessage ?? "",
      )?.[1];
    expect(greeting({ nickname: "はなちゃん", given_name: "花子" })).toBe("はなちゃん");
    expect(greeting({ given_name: "花子", name: "山田花子" })).toBe("花子");
    expect(greeting({ name: "O’Neil" })).toBe("O’Neil");
    expect(greeting({})).toBeUndefined();
    expect(greeting({ nickname: "<a href=//evil.example>" })).toBeUndefined();
  });

  it("keeps the placeholders as the event names them, whatever they are", () => {
    const request = { codeParameter: "[[code]]", usernameParameter: "[[name]]" };
    const invitation = customizeMessage(eventOf("CustomMessage_AdminCreateUser", {}, request), messages);
    expect(invitation.smsMessage).toBe("ID [[name]] 仮パスワード [[code]]");
    expect(invitation.emailMessage).not.toMatch(/\{####\}|\{username\}/);
  });

  it("leaves out a nickname that would make the message too long", () => {
    const sms = `{nickname}様\n{####}${"あ".repeat(130)}`;
    const long = { ...messages, sources: { ...messages.sources, mfa: { ...messages.sources.mfa, sms } } };
    const event = eventOf("CustomMessage_Authentication", { nickname: "はなちゃん" });
    expect(customizeMessage(event, long).smsMessage).toBe(`{####}${"あ".repeat(130)}`);
  });

  it.each<[string, Partial<{ mail: string; sms: string }>]>([
    ["a text message above 140 characters", { sms: `{####}${"あ".repeat(135)}` }],
    ["a mail above 20,000 characters", { mail: `<title>a</title>\n{####}${"あ".repeat(20_000)}` }],
    ["a subject above 140 characters", { mail: `<title>${"あ".repeat(141)}</title>\n{####}` }],
    ["a mail without its code", { mail: "<title>a</title>" }],
  ])("leaves the pool's own text rather than send %s", (_title, source) => {
    const mfa = { ...messages.sources.mfa, ...source };
    const broken = { ...messages, sources: { ...messages.sources, mfa } };
    expect(customizeMessage(eventOf("CustomMessage_Authentication"), broken)).toEqual(empty);
  });

  it.each(["CustomMessage_SomethingNew", "constructor", ""])(
    "leaves the pool's own text for an event it does not know (%j)",
    (source) => {
      const event = {
        ...eventOf("CustomMessage_SignUp"),
        triggerSource: source,
      } as CustomMessageTriggerEvent;
      expect(customizeMessage(event, messages)).toEqual(empty);
    },
  );
});

describe("the handler", () => {
  const log: string[] = [];
  const bundled = customMessageFiles(messages)[MESSAGES_FILE] ?? "";
  const handle = (readText: () => string) => createHandler(readText, (line) => log.push(line));

  beforeEach(() => {
    log.length = 0;
  });

  it("answers with the event and the message, as Cognito asks", async () => {
    const event = eventOf("CustomMessage_ForgotPassword", { nickname: "花子" });
    const answer = await handle(() => bundled)(event);
    expect(answer).toEqual({ ...event, response: customizeMessage(event, messages) });
    expect(answer.response.emailMessage).toContain("花子 様");
    expect(log).toEqual([]);
  });

  it.each([
    ["a lost file", handler, "Error"],
    ["a file cut short", handle(() => bundled.slice(0, 99)), "SyntaxError"],
    ["a file of something else", handle(() => "null"), "TypeError"],
  ])("never keeps anybody out: with %s the event goes back as it came", async (_title, broken, name) => {
    const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      log.push(String(text));
      return true;
    });
    const event = eventOf("CustomMessage_Authentication", { nickname: "花子" });
    expect(await broken(event)).toBe(event);
    write.mockRestore();
    expect(log).toHaveLength(1);
    expect(JSON.parse(log[0] ?? "")).toEqual({
      event: "custom-message-failed",
      source: "CustomMessage_Authentication",
      error: { name, at: expect.stringMatching(/^at /) },
    });
    expect(log[0]).not.toMatch(/花子|hanako|\{####\}/);
  });
});
