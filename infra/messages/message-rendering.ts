/** What a template may name in braces, besides what Cognito fills in. */
export interface MessageValues {
  /** Where people sign in. */
  siteUrl?: string | undefined;
  /** What messages call the site. */
  siteName?: string | undefined;
  /** How many days a temporary password works; only in invitations. */
  passwordDays?: string | undefined;
  /** What the user is called; only the custom-message function knows it. */
  nickname?: string | undefined;
  /** What Cognito replaces by the code or the temporary password. */
  code: string;
  /** What Cognito replaces by the user name; only in invitations. */
  username?: string | undefined;
}

/** A message as its files say it, placeholders and all. */
export interface MessageSource {
  /** An HTML document; its title is the subject. */
  mail: string;
  /** A text message; line breaks in the file are none in the message. */
  sms: string;
}

/** A message as Cognito takes it. */
export interface Message {
  emailSubject: string;
  emailMessage: string;
  smsMessage: string;
}

/** Characters (Amazon Cognito API Reference, MessageTemplateType and EmailMfaConfigType). */
export const LONGEST = { subject: 140, mail: 20_000, sms: 140 } as const;

/** What a template's placeholders look like: `{siteUrl}`, and `{####}` for the code. */
export const PLACEHOLDER = /\{([A-Za-z]+|####)\}/g;

/**
 * Fills in a message. A line that names a value there is none of is left out whole, so one template serves users with
 * and without a nickname. Values are escaped in HTML; the two that Cognito fills in stay as they are.
 */
export function renderMessage({ mail, sms }: MessageSource, values: MessageValues): Message {
  const asTyped = (value: string) => value;
  const subject = unescapeHtml(joinLines(renderLines(titleOf(mail) ?? "", values, asTyped)));
  const titled = mail.replace(TITLE, () => `<title>${escapeHtml(subject)}</title>`);
  return {
    emailSubject: subject,
    emailMessage: renderLines(titled, values, escapeHtml).join("\n"),
    smsMessage: joinLines(renderLines(sms, values, asTyped)),
  };
}

/** The text between `<title>` and `</title>`, if the document has one. */
export function titleOf(html: string): string | undefined {
  return TITLE.exec(html)?.[1];
}

const TITLE = /<title>([^<]*)<\/title>/i;

export function escapeHtml(text: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

function renderLines(
  template: string,
  { code, username, ...values }: MessageValues,
  protect: (value: string) => string,
): string[] {
  const known = new Map([
    ...Object.entries(values).map(([name, value]): [string, string] => [name, protect(value ?? "")]),
    ["####", code],
    ["username", username ?? ""],
  ]);
  return template
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .filter((line) => namesIn(line).every((name) => known.get(name)))
    .map((line) => line.replace(PLACEHOLDER, (_, name: string) => known.get(name) ?? ""));
}

function namesIn(line: string): string[] {
  return [...line.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/** One line out of several: a blank between words, none beside Japanese. */
function joinLines(lines: readonly string[]): string {
  return lines.reduce((text, line) => {
    const isBetweenWords = /[!-~]$/.test(text) && /^[!-~]/.test(line);
    return text === "" ? line : `${text}${isBetweenWords ? " " : ""}${line}`;
  }, "");
}

function unescapeHtml(text: string): string {
  const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (whole, name: string) => characters[name] ?? whole);
}
