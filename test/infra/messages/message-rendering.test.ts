import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, renderMessage } from "../../../infra/messages/message-rendering.ts";

const code = "{####}";
const render = (mail: string, sms: string, values: object) =>
  renderMessage({ mail, sms }, { code, ...values });

describe("a message from its files", () => {
  it("has the document's title as its subject, and is the whole document", () => {
    const mail = "<html>\n<title>\n【{siteName}】\nご案内\n</title>\n<body>{####}</body>\n</html>\n";
    expect(render(mail, "{####}", { siteName: "A & B" })).toEqual({
      emailSubject: "【A & B】ご案内",
      emailMessage: "<html>\n<title>【A &amp; B】ご案内</title>\n<body>{####}</body>\n</html>",
      smsMessage: "{####}",
    });
  });

  it("leaves out each line that names a value there is none of", () => {
    const mail = "<title>x</title>\n<p>{nickname} 様</p>\n<p>{####}</p>";
    expect(render(mail, "", {}).emailMessage).toBe("<title>x</title>\n<p>{####}</p>");
    expect(render(mail, "", { nickname: "" }).emailMessage).toBe("<title>x</title>\n<p>{####}</p>");
    expect(render(mail, "", { nickname: "花子" }).emailMessage).toContain("<p>花子 様</p>");
  });

  it("keeps to one line as a text message: a blank between words, none beside Japanese", () => {
    expect(
      render("", "【{siteName}】\r\n確認コード {####}\n\n他の人に\n", { siteName: "Ex" }).smsMessage,
    ).toBe("【Ex】確認コード {####}他の人に");
    expect(render("", "Your code is\n{####}", {}).smsMessage).toBe("Your code is {####}");
  });

  it("turns the signs of a subject back into plain text, as no mail reader does that", () => {
    expect(render("<title>A &amp;lt; B &#39;C&#39;</title>", "", {}).emailSubject).toBe("A &lt; B 'C'");
  });

  it("never fills in a value of a value", () => {
    const { emailMessage } = render("<p>{nickname}</p>", "", {
      nickname: "{siteUrl}{####}",
      siteUrl: "https://x.example",
    });
    expect(emailMessage).toBe("<p>{siteUrl}{####}</p>");
  });

  it("lets placeholders of nobody stand, whatever they are called", () => {
    expect(() => render("{constructor}", "{toString}", {})).not.toThrow();
    expect(render("<p>a</p>\n<p>{constructor}</p>", "{toString}", {})).toMatchObject({
      emailMessage: "<p>a</p>",
      smsMessage: "",
    });
  });

  it("lets no value break out of its place in the HTML", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (nickname) => {
        const { emailMessage } = render('<p title="{nickname}">{nickname}</p>', "", { nickname });
        const inner = emailMessage.replace(/^<p title="/, "").replace(/<\/p>$/, "");
        expect(inner.split('">')).toHaveLength(2);
        expect(inner.replace('">', "")).not.toMatch(/[<>"']/);
      }),
    );
  });

  it("writes & < > and both quotes as HTML names them", () => {
    expect(escapeHtml(`<a href="x">'&'</a>`)).toBe("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  });
});
