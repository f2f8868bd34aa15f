import { escapeHtml } from "../../../infra/messages/message-rendering.ts";
import type { WebAnswer } from "../../web-exchange.ts";

/** A request is refused with this answer: a page for people, JSON for programs, or a redirect that says why. */
export class WebRefusal extends Error {
  readonly answer: WebAnswer;

  constructor(answer: WebAnswer) {
    super(`refused with status ${answer.status}`);
    this.name = "WebRefusal";
    this.answer = answer;
  }
}

/** One sentence for people, Japanese before English. */
export interface Sentence {
  ja: string;
  en: string;
}

/** A page with a heading and what stands below it (HTML). */
export function pageAnswer(status: number, heading: Sentence, content: string): WebAnswer {
  const title = escapeHtml(`${heading.ja} / ${heading.en}`);
  const body = [
    "<!doctype html>",
    '<html lang="ja">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title>`,
    "</head>",
    "<body>",
    "<main>",
    `<h1>${escapeHtml(heading.ja)} <small lang="en">${escapeHtml(heading.en)}</small></h1>`,
    content,
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
    body,
  };
}

/** A paragraph in both languages. */
export function paragraph({ ja, en }: Sentence, role?: "alert"): string {
  const attribute = role === undefined ? "" : ` role="${role}"`;
  return `<p${attribute}>${escapeHtml(ja)}<br><span lang="en">${escapeHtml(en)}</span></p>`;
}

/** A page that only says what is wrong. */
export function errorPage(status: number, sentence: Sentence): WebAnswer {
  return pageAnswer(status, { ja: "エラー", en: "Error" }, paragraph(sentence, "alert"));
}

export function jsonAnswer(status: number, output: unknown, headers: Record<string, string> = {}): WebAnswer {
  return {
    status,
    headers: { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store", ...headers },
    body: JSON.stringify(output),
  };
}

/** An error of OAuth 2.0 as the token endpoint writes it (Developer Guide, "Token endpoint"). */
export function oauthRefusal(error: string, status = 400): WebRefusal {
  return new WebRefusal(jsonAnswer(status, { error }));
}

export function redirectAnswer(location: string, cookies: readonly string[] = []): WebAnswer {
  return {
    status: 302,
    headers: {
      location,
      "cache-control": "no-store",
      ...(cookies.length === 0 ? {} : { "set-cookie": cookies }),
    },
    body: "",
  };
}

/** An address with parameters behind it; absent ones are left out. */
export function withParameters(
  address: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, value);
  return given.size === 0 ? address : `${address}${address.includes("?") ? "&" : "?"}${given}`;
}
