import { describe, expect, test } from "vitest";
import type { Settings } from "../../../infra/settings.ts";
import { previewMessages } from "../../../runbooks/messages/message-previews.ts";
import { builtInMessages } from "../../support/stack-messages.ts";
import { users } from "../../support/users-settings.ts";

const withSms = { mode: "required" as const, factors: ["sms" as const] };
const withoutSms = { mode: "required" as const, factors: ["totp" as const] };

function sent(
  id: string,
  change: Partial<Settings["users"]>,
  mfa: Pick<Settings["mfa"], "mode" | "factors">,
) {
  const previews = previewMessages({ users: users(change), mfa }, builtInMessages());
  const { mail, sms } = previews.find((preview) => preview.id === id) ?? {};
  return { mail: mail?.isSent, sms: sms?.isSent };
}

describe("the preview of a stack's messages", () => {
  test.each([
    [["email"], { mail: true, sms: false }],
    [["phone"], { mail: false, sms: true }],
    [["phone", "email"], { mail: true, sms: true }],
    [["admin"], { mail: false, sms: false }],
  ] as const)("says that a password reset goes out as the recovery %j has it", (recovery, expected) => {
    expect(sent("function-passwordReset", { recovery: [...recovery] }, withSms)).toEqual(expected);
  });

  test.each([
    [false, ["email"], { mail: false, sms: false }],
    [true, ["email"], { mail: true, sms: false }],
    [true, ["phone_number"], { mail: false, sms: true }],
  ] as const)(
    "says that a sign-up (open: %j) is confirmed over %j alone",
    (selfSignUp, contacts, expected) => {
      expect(sent("function-signUp", { selfSignUp, autoVerify: [...contacts] }, withSms)).toEqual(expected);
    },
  );

  test("says of no message that it goes out as text where the pool cannot send any", () => {
    const previews = previewMessages(
      {
        users: users({ recovery: ["phone"], selfSignUp: true, autoVerify: ["phone_number"] }),
        mfa: withoutSms,
      },
      builtInMessages(),
    );
    expect(previews.filter(({ sms }) => sms.isSent)).toEqual([]);
  });

  test("remarks the price of a text message in two parts only where it goes out", () => {
    const messages = builtInMessages();
    const long = { ...messages.sources.passwordReset, sms: `{####} ${"あ".repeat(90)}` };
    const remarksOf = (recovery: Settings["users"]["recovery"]) =>
      previewMessages(
        { users: users({ recovery }), mfa: withSms },
        { ...messages, sources: { ...messages.sources, passwordReset: long } },
      ).flatMap(({ remarks }) => remarks);
    expect(remarksOf(["email"])).toEqual([]);
    expect(remarksOf(["phone"])).toEqual([
      "The text message is billed 2 times; 70 characters of Japanese are one part.",
    ]);
  });
});
