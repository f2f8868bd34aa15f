import { describe, expect, it } from "vitest";
import { findMessageFaults } from "../../../infra/messages/message-checks.ts";
import type { Medium, MessageKind } from "../../../infra/messages/message-kinds.ts";

const site = { siteUrl: "https://app.example.com/", siteName: "Example", passwordDays: "7" };

const invitation = (body = "", title = "【{siteName}】ご案内") =>
  `<title>${title}</title>\n<p>{username}</p>\n<p>{####}</p>\n<p>{siteUrl}</p>\n${body}`;
const mail = (body = "<p>{####}</p>", title = "認証コード") => `<title>${title}</title>\n${body}`;

describe("the file of a message", () => {
  it.each<[string, MessageKind, Medium, string]>([
    ["an invitation", "invitation", "mail", invitation("<p>{nickname} 様 {passwordDays}日</p>")],
    ["a code by mail", "mfa", "mail", mail()],
    ["a code by text message", "passwordReset", "sms", "【{siteName}】\n確認コード {####}\n"],
    ["an invitation by text message", "invitation", "sms", "ID {username} 仮パスワード {####}"],
  ])("is good as %s", (_title, kind, medium, text) => {
    expect(findMessageFaults(kind, medium, text, site)).toEqual([]);
  });

  it.each<[string, MessageKind, Medium, string, string[]]>([
    [
      "a code mail without code",
      "mfa",
      "mail",
      mail("<p>a</p>"),
      ["has no {####}, where Cognito puts the code"],
    ],
    [
      "an invitation without user name and password",
      "invitation",
      "sms",
      "ようこそ",
      [
        "has no {####}, where Cognito puts the temporary password",
        "has no {username}, where Cognito puts the user name",
      ],
    ],
    [
      "a placeholder nobody knows",
      "invitation",
      "mail",
      invitation("<p>{name}</p>"),
      [
        "has {name}, which nobody fills in; known here: {####}, {siteUrl}, {siteName}, {nickname}, {username}, {passwordDays}",
      ],
    ],
    [
      "a user name where Cognito fills in none",
      "verification",
      "sms",
      "{username} {####}",
      ["has {username}, which only an invitation can have; take it out"],
    ],
    [
      "a brace in a mail",
      "mfa",
      "mail",
      mail("<p>{####}</p><p>{ }</p>"),
      ["has a { that belongs to no placeholder; write &#123; for the sign"],
    ],
    [
      "the placeholder of a link",
      "signUp",
      "sms",
      "{####} {##here##}",
      ["has a { that belongs to no placeholder; take it out"],
    ],
    ["no subject", "mfa", "mail", "<p>{####}</p>", ["has no <title>, which becomes the subject; add one"]],
    [
      "an empty subject",
      "mfa",
      "mail",
      mail("<p>{####}</p>", " "),
      ["has an empty <title>, which becomes the subject; fill it in"],
    ],
    [
      "a code in the subject, which lock screens show",
      "mfa",
      "mail",
      mail("<p>{####}</p>", "{####}"),
      ["has {####} in its <title>; only {siteName} can stand there"],
    ],
    [
      "a subject that is too long",
      "mfa",
      "mail",
      mail("<p>{####}</p>", "あ".repeat(141)),
      ["makes a subject of 141 characters; Cognito takes at most 140"],
    ],
    [
      "a mail that is too long",
      "mfa",
      "mail",
      mail(`<p>{####}</p>\n<p>${"あ".repeat(20_000)}</p>`),
      ["makes a mail of 20042 characters; Cognito takes at most 20000"],
    ],
    [
      "a mail that is too long with the longest nickname only",
      "mfa",
      "mail",
      mail(`<p>{####}</p>\n<p>${"あ".repeat(19_950)}</p>\n<p>{nickname}</p>`),
      ["makes a mail of 20020 characters; Cognito takes at most 20000"],
    ],
    [
      "a text message that is too long",
      "mfa",
      "sms",
      `{####}${"あ".repeat(135)}`,
      ["makes a text message of 141 characters; Cognito takes at most 140"],
    ],
    [
      "a code that would go with an absent nickname",
      "mfa",
      "sms",
      "{nickname}様 {####}",
      ["has {####} in a line with a value that may be absent, and would lose it; give it a line of its own"],
    ],
    [
      "an ideographic space",
      "mfa",
      "mail",
      mail("<p>{####}</p>\n<p>山田　様</p>"),
      ["has an ideographic space (U+3000) in line 3 that Cognito may refuse; write an ordinary one"],
    ],
    [
      "an invisible character",
      "mfa",
      "mail",
      mail("<p>{####}\u200B</p>"),
      ["has a character (U+200B) in line 2 that Cognito may refuse; write an ordinary one"],
    ],
    ["HTML that is not closed", "mfa", "mail", mail("<p>{####}"), ["never closes <p>"]],
    [
      "HTML that only holds together with a nickname",
      "mfa",
      "mail",
      mail("<p>{####}</p>\n<div>{nickname}\n</div>"),
      ["closes </div>, which is not open"],
    ],
    [
      "an invitation that leads nowhere",
      "invitation",
      "mail",
      invitation().replace("{siteUrl}", "https://other.example/"),
      ["does not say where to sign in; write {siteUrl} there"],
    ],
    [
      "a file in Shift_JIS",
      "mfa",
      "sms",
      Buffer.from([0x94, 0x46, 0x8f, 0xd8, 0x7b, 0x7d]).toString("utf8"),
      ["is not UTF-8 text; save it as UTF-8"],
    ],
  ])("is refused with %s", (_title, kind, medium, text, sentences) => {
    expect(findMessageFaults(kind, medium, text, site)).toEqual(sentences);
  });

  it("asks for no address where the stack has none", () => {
    const text = invitation("", "{siteName}\nご案内").replace("<p>{siteUrl}</p>\n", "");
    expect(findMessageFaults("invitation", "mail", text, { passwordDays: "7" })).toEqual([]);
    expect(
      findMessageFaults("invitation", "mail", text.replace("\nご", " ご"), { passwordDays: "7" }),
    ).toEqual([
      "has a <title> of one line with {siteName}, and the site has no name; give {siteName} a line of its own",
    ]);
  });

  it("takes the address spelled out, signs escaped, for the address", () => {
    const siteUrl = "https://app.example.com/?a=1&b=2";
    const spelled = (address: string) => invitation().replace("{siteUrl}", address);
    const check = (text: string) => findMessageFaults("invitation", "mail", text, { ...site, siteUrl });
    expect(check(spelled("https://app.example.com/?a=1&amp;b=2"))).toEqual([]);
    expect(check(invitation())).toEqual([]);
  });
});
