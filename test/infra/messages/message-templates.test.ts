import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findMessageFaults } from "../../../infra/messages/message-checks.ts";
import { MEDIA, MESSAGE_KINDS } from "../../../infra/messages/message-kinds.ts";
import { findSiteUrl, type Message, messageTemplates } from "../../../infra/messages/message-templates.ts";
import { builtInMessages, builtInTemplates, SITE } from "../../support/stack-messages.ts";

const templates = builtInTemplates();
const each: [string, Message][] = Object.entries(templates);

const isJapanese = /\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Han}/u;

/** What Cognito accepts in a mail: letters, marks, symbols, digits, punctuation and blanks. */
const accepted = /^[\p{L}\p{M}\p{S}\p{N}\p{P} \n]*$/u;

describe("what a pool sends of itself", () => {
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

  test.each(each)("is Japanese, and says so (%s)", (_, message) => {
    for (const text of Object.values(message)) expect(text).toMatch(isJapanese);
    expect(message.emailMessage).toContain('<html lang="ja">');
    expect(message.emailMessage).toContain('<div lang="ja"');
  });

  test.each(each)("stays within AWS's lengths and characters (%s)", (_, message) => {
    expect(message.emailSubject.length).toBeGreaterThan(0);
    expect(message.emailSubject.length).toBeLessThanOrEqual(140);
    expect(message.emailMessage.length).toBeLessThanOrEqual(20_000);
    expect(message.smsMessage.length).toBeGreaterThanOrEqual(6);
    expect(message.smsMessage.length).toBeLessThanOrEqual(140);
    for (const text of Object.values(message)) expect(text).toMatch(accepted);
    expect(message.emailSubject + message.smsMessage).not.toContain("\n");
  });

  test("says in the invitation where to sign in and how long the temporary password lasts", () => {
    expect(templates.invitation.emailMessage).toContain('href="https://app.example.com/"');
    expect(templates.invitation.emailMessage).toContain("7日間有効");
  });

  test("says neither what a verification code is for nor how long it lasts: it serves several ends", () => {
    const { emailSubject, emailMessage, smsMessage } = templates.verification;
    expect(emailSubject + emailMessage + smsMessage).not.toMatch(/時間|登録|再設定|パスワード/);
  });

  test("has no link, no name and no broken one when no application has a host", () => {
    for (const { emailSubject, emailMessage, smsMessage } of Object.values(
      builtInTemplates({ passwordDays: "3" }),
    )) {
      expect(emailMessage).not.toMatch(/href|undefined/);
      expect(emailSubject + smsMessage).not.toMatch(/【|undefined/);
      expect(emailSubject).not.toBe("");
    }
    expect(builtInTemplates({ passwordDays: "3" }).invitation.emailMessage).toContain("3日間有効");
  });
});

describe.each(["ja", "en"] as const)("the built-in messages in %s", (language) => {
  const { sources } = builtInMessages(SITE, language);

  test.each(MESSAGE_KINDS.flatMap((kind) => MEDIA.map((medium) => [kind, medium] as const)))(
    "are good with and without a site (%s, %s)",
    (kind, medium) => {
      const text = sources[kind][medium];
      expect(findMessageFaults(kind, medium, text, SITE)).toEqual([]);
      expect(findMessageFaults(kind, medium, text, { passwordDays: "365" })).toEqual([]);
    },
  );

  test("fit the longest address, name and validity", () => {
    fc.assert(
      fc.property(fc.integer({ min: 63, max: 1024 }), fc.integer({ min: 1, max: 365 }), (length, days) => {
        const site = {
          siteUrl: `https://app.example.com/${"&".repeat(length - 24)}`,
          siteName: "あ".repeat(20),
          passwordDays: String(days),
        };
        for (const kind of MESSAGE_KINDS) {
          expect(findMessageFaults(kind, "mail", sources[kind].mail, site)).toEqual([]);
          expect(findMessageFaults(kind, "sms", sources[kind].sms, site)).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("load nothing from elsewhere and hold no table", () => {
    for (const { mail } of Object.values(sources)) expect(mail).not.toMatch(/<img|url\(|<table|@import/i);
  });
});

describe("a text message costs one part, filled in", () => {
  test.each(MESSAGE_KINDS)("%s", (kind) => {
    const site = { ...SITE, siteName: "あ".repeat(20) };
    const { sources } = builtInMessages(site);
    const alike = { ...sources, verification: sources[kind] };
    const message =
      kind === "invitation"
        ? builtInTemplates().invitation
        : messageTemplates({ site, sources: alike }).verification;
    const filledIn = message.smsMessage
      .replace("{username}", "a".repeat(45))
      .replace("{####}", kind === "invitation" ? "aB3$".repeat(3).concat("xy") : "123456");
    expect(filledIn.length).toBeLessThanOrEqual(70);
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
