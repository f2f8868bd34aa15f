import { describe, expect, it } from "vitest";
import { findNickname } from "../../../infra/messages/nickname.ts";

describe("what a message calls a user", () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ["the nickname first", { nickname: "はなちゃん", given_name: "花子", name: "山田花子" }, "はなちゃん"],
    ["then the given name", { given_name: "花子", name: "山田花子" }, "花子"],
    ["then the name", { name: "山田 花子" }, "山田 花子"],
    ["nothing without any", { email: "a@example.com" }, undefined],
    ["the next when one is blank", { nickname: " ", given_name: "花子" }, "花子"],
    ["with an ideographic blank made plain", { name: "山田　花子" }, "山田 花子"],
    ["with marks, dashes and initials", { name: "J. R. O’Neil-Müller" }, "J. R. O’Neil-Müller"],
    ["with a few digits", { nickname: "taro2026" }, "taro2026"],
    ["up to 20 characters", { nickname: "あ".repeat(20) }, "あ".repeat(20)],
  ])("is %s", (_title, attributes, expected) => {
    expect(findNickname(attributes)).toBe(expected);
  });

  it.each([
    ["an address", "evil.example"],
    ["an address with a scheme", "https://evil.example"],
    ["a mail address", "a@evil.example"],
    ["a number to call", "Call 0312345678"],
    ["a placeholder", "{####}"],
    ["a tag", "<b>Taro</b>"],
    ["a line break hidden as a control character", "Taro\u0000Jiro"],
    ["a mark that turns text around", "Taro\u202Eoiro"],
    ["a sentence", "あなたのアカウントは停止されました至急ご連絡を"],
    ["signs only", "★★★"],
    ["more than 20 characters", "a".repeat(21)],
  ])("is never %s: whoever signs up chooses name and mailbox", (_title, nickname) => {
    expect(findNickname({ nickname })).toBeUndefined();
    expect(findNickname({ nickname, given_name: "花子" })).toBe("花子");
  });
});
