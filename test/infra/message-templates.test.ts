import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findSiteUrl, type Message, messageTemplates } from "../../infra/message-templates.ts";

const templates = messageTemplates({ siteUrl: "https://app.example.com/", temporaryPasswordDays: 7 });
const each: [string, Message][] = Object.entries(templates);

const isJapanese = /\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Han}/u;

/** What Cognito accepts in a mail or text message: letters, marks, symbols, digits, punctuation and blanks. */
const accepted = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\s]*$/u;

describe("what end users receive", () => {
  test.each(each)("carries the code or temporary password in every %s", (_, message) => {
    expect(message.emailMessage).toContain("{####}");
    expect(message.smsMessage).toContain("{####}");
  });

  test("carries the user name in an invitation, by mail and by text message", () => {
    expect(templates.invitation.emailMessage).toContain("{username}");
    expect(templates.invitation.smsMessage).toContain("{username}");
  });

  test.each(each)("leaves nothing in braces but what Cognito fills in (%s)", (_, message) => {
    for (const text of Object.values(message)) {
      const rest = text.replaceAll("{####}", "").replaceAll("{username}", "");
      expect(rest).not.toMatch(/[{}]/);
    }
  });

  test.each(each)("is Japanese from the first word on (%s)", (_, message) => {
    for (const text of Object.values(message)) expect(text.slice(0, 40)).toMatch(isJapanese);
  });

  test.each(each)("stays within AWS's lengths and characters (%s)", (_, message) => {
    expect(message.emailSubject.length).toBeGreaterThan(0);
    expect(message.emailSubject.length).toBeLessThanOrEqual(140);
    expect(message.emailMessage.length).toBeLessThanOrEqual(20_000);
    expect(message.smsMessage.length).toBeGreaterThanOrEqual(6);
    expect(message.smsMessage.length).toBeLessThanOrEqual(140);
    for (const text of Object.values(message)) expect(text).toMatch(accepted);
  });

  test.each(each)("costs one part as a text message, filled in (%s)", (_, message) => {
    const filledIn = message.smsMessage
      .replace("{username}", "a".repeat(45))
      .replace("{####}", "aB3$".repeat(3).concat("xy"));
    expect(filledIn.length).toBeLessThanOrEqual(70);
  });

  test("says in the invitation where to sign in and how long the temporary password lasts", () => {
    expect(templates.invitation.emailMessage).toContain('href="https://app.example.com/"');
    expect(templates.invitation.emailMessage).toContain("7日間有効");
  });

  test("has no link, and no broken one, when no application has a host", () => {
    const { invitation } = messageTemplates({ siteUrl: undefined, temporaryPasswordDays: 3 });
    expect(invitation.emailMessage).not.toMatch(/href|undefined/);
    expect(invitation.emailMessage).toContain("3日間有効");
  });

  test("fits the longest host and the longest validity", () => {
    fc.assert(
      fc.property(fc.integer({ min: 63, max: 253 }), fc.integer({ min: 1, max: 365 }), (length, days) => {
        const siteUrl = findSiteUrl([{ hosts: [`${"a".repeat(length - 4)}.com`] }]);
        const { invitation } = messageTemplates({ siteUrl, temporaryPasswordDays: days });
        expect(invitation.emailMessage.length).toBeLessThanOrEqual(20_000);
        expect(invitation.emailMessage).toMatch(accepted);
      }),
    );
  });
});

describe("the address in invitations", () => {
  test.each<[string, { hosts: string[] }[], string | undefined]>([
    [
      "the first host there is",
      [{ hosts: [] }, { hosts: ["App.example.com", "b.example.com"] }],
      "https://app.example.com/",
    ],
    ["absent without a host", [{ hosts: [] }], undefined],
    ["absent without clients", [], undefined],
  ])("is %s", (_, clients, url) => {
    expect(findSiteUrl(clients)).toBe(url);
  });
});
