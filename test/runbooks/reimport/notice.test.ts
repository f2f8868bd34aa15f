import { describe, expect, it } from "vitest";
import { type NoticeFacts, writeNotice } from "../../../runbooks/reimport/notice.ts";

const SITE = "https://app.example.com";
const HOST = "login.example.com";

const everyCase = [SITE, undefined].flatMap((siteUrl) =>
  [HOST, undefined].flatMap((signInHost) =>
    [true, false].map<NoticeFacts>((needsAuthenticator) => ({ siteUrl, signInHost, needsAuthenticator })),
  ),
);

describe.each(everyCase)("the notice with %j", (facts) => {
  const { ja, en } = writeNotice(facts);

  it("is ready to send: nothing in it is left to fill in", () => {
    for (const { subject, text } of [ja, en]) {
      expect(`${subject}\n${text}`).not.toMatch(/[{}<>]|undefined|null|\bTODO\b/);
      expect(subject).toMatch(/^\S[^\n]*\S$/);
      expect(text).not.toMatch(/[ \t]\n|\n\n\n|^\n|\n\n$/);
      expect(text).toMatch(/\S\n$/);
    }
  });

  it("links to the site and to nothing else", () => {
    const expected = facts.siteUrl === undefined ? [] : [facts.siteUrl];
    for (const { text } of [ja, en]) expect(text.match(/https?:\/\/\S+|www\.\S+/g) ?? []).toEqual(expected);
  });

  it("says which site is meant, in both languages", () => {
    expect(ja.text).toContain(facts.siteUrl ?? "いつもお使いのサイト");
    expect(en.text).toContain(facts.siteUrl ?? "the site you always use");
  });

  it("says at which address a password is typed, where that is known", () => {
    for (const { text } of [ja, en]) expect(text.includes(HOST)).toBe(facts.signInHost !== undefined);
  });

  it("says what changed, and nothing of an outage or a loss: a planned move sends it, too", () => {
    expect(ja.text).toContain("このたび、サインインの仕組みを新しくいたしました。");
    expect(en.text).toMatch(/^Our sign-in has been renewed\. /);
    expect(ja.text).not.toMatch(/障害|復旧|事故|不具合|消失/);
    expect(en.text).not.toMatch(/out of order|outage|incident|failure|\blost\b|works again/i);
  });

  it("says that nobody asks for passwords", () => {
    expect(ja.text).toContain("パスワードや確認コードをお尋ねすることは一切ございません。");
    expect(en.text).toContain("Nobody will ever ask you for a password or a code");
  });

  it("leads through the steps in order, the authenticator app where it has to be registered again", () => {
    const steps = facts.needsAuthenticator ? 6 : 5;
    const numbers = Array.from({ length: steps }, (_, index) => String(index + 1));
    for (const { text } of [ja, en]) {
      expect(Array.from(text.matchAll(/^(\d+)\. /gm), ([, number]) => number)).toEqual(numbers);
    }
    expect(ja.text).toMatch(/サイト.*パスワードをお忘れですか.*確認コード.*新しいパスワード/s);
    expect(en.text).toMatch(/site.*Forgot your password.*code.*new password/s);
    expect(ja.text.includes("認証アプリ")).toBe(facts.needsAuthenticator);
    expect(en.text.includes("authenticator app")).toBe(facts.needsAuthenticator);
  });

  it("has lines that every mail program shows whole", () => {
    const english = en.text.split("\n").map((line) => line.length);
    // Japanese characters take two columns.
    const japanese = ja.text.split("\n").map((line) => [...line].length);
    expect([Math.max(...english) <= 78, Math.max(...japanese) <= 42]).toEqual([true, true]);
  });
});
