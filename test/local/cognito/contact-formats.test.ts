import { describe, expect, test } from "vitest";
import { isEmailAddress, isPhoneNumber } from "../../../local/cognito/contact-formats.ts";

describe("addresses", () => {
  test.each([
    "taro@example.com",
    "taro.yamada+x@mail.example.co.jp",
    "太郎@example.jp",
    "a..b@docomo.ne.jp",
    "o'neil@x-y.io",
  ])("takes %s", (value) => expect(isEmailAddress(value)).toBe(true));
  test.each([
    "",
    "taro",
    "@example.com",
    "taro@",
    "taro@example",
    "taro@@example.com",
    "ta ro@example.com",
    "taro@-x.com",
    "taro@example..com",
    "taro@example.com\n",
  ])("refuses %j", (value) => expect(isEmailAddress(value)).toBe(false));
});

describe("phone numbers", () => {
  test.each(["+819012345678", "+14325551212", "+123456789012345"])("takes %s", (value) =>
    expect(isPhoneNumber(value)).toBe(true),
  );
  test.each([
    "09012345678",
    "+0901234",
    "+81 90 1234 5678",
    "+81-90",
    "81901234",
    "+1234567890123456",
    "+",
    "+８１",
    "+81901234\n",
  ])("refuses %j", (value) => expect(isPhoneNumber(value)).toBe(false));
});
