import { describe, expect, it } from "vitest";
import { findHtmlFault } from "../../../infra/messages/html-structure.ts";

describe("the HTML of a mail", () => {
  it.each([
    ["plain text", "確認コード"],
    ["nested elements", '<div lang="ja"><p>a<br>b</p><p>c<img src="data:,"></p></div>'],
    [
      "a whole document",
      '<!doctype html>\n<html lang="ja"><head><meta charset="utf-8"></head><body></body></html>',
    ],
    ["upper case, comments and self-closed tags", "<P><!-- <b> --><BR/><hr /></p>"],
    ["signs in attributes", `<a href="https://x.example/?a=1&amp;b=2" title='a > b'>x</a>`],
    ["escaped signs", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"],
  ])("may be %s", (_title, html) => {
    expect(findHtmlFault(html)).toBeUndefined();
  });

  it.each([
    ["a tag that stays open", "<div><p>a</div>", "closes </div> while <p> is open"],
    ["a tag that is open at the end", "<div><p>a</p>", "never closes <div>"],
    ["a tag closed twice", "<p>a</p></p>", "closes </p>, which is not open"],
    ["a script", "<script>alert(1)</script>", "has <script>, which mail readers take out; take it out"],
    [
      "a style sheet",
      "<style>p { color: red }</style>",
      "has <style>, which mail readers take out; write styles into the tags (style=…)",
    ],
    ["a form", "<form></form>", "has <form>, which mail readers take out; take it out"],
    [
      "a script in an attribute",
      '<p onclick="x()">a</p>',
      'has a script in <p onclick="x()">; mail readers take it out',
    ],
    ["a stray sign", "<p>1 < 2</p>", "has < 2, which is no tag; write &lt; for the sign <"],
    ["a tag cut short", "<p>a</p><a href=", "has <a href=, which is no tag; write &lt; for the sign <"],
  ])("is refused with %s", (_title, html, sentence) => {
    expect(findHtmlFault(html)).toBe(sentence);
  });

  it("is read in a moment, however it is built", () => {
    expect(findHtmlFault("<p ".repeat(6_000))).toMatch(/^has <p/);
    expect(findHtmlFault("<!--".repeat(5_000))).toBeUndefined();
  });
});
