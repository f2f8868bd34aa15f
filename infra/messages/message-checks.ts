import { findHtmlFault } from "./html-structure.ts";
import type { Medium, MessageKind } from "./message-kinds.ts";
import {
  escapeHtml,
  LONGEST,
  type Message,
  type MessageSource,
  type MessageValues,
  PLACEHOLDER,
  renderMessage,
  titleOf,
} from "./message-rendering.ts";
import { LONGEST_NICKNAME } from "./nickname.ts";

/** What every message of a stack may name. */
export type SiteValues = Pick<MessageValues, "siteUrl" | "siteName" | "passwordDays">;

/** The placeholders of Cognito itself, as templates of a pool hold them. */
export const COGNITO_PLACEHOLDERS = { code: "{####}", username: "{username}" } as const;

/**
 * Everything that is wrong with one file of a message: ends of sentences that begin with the file. Cognito refuses
 * most of it when the pool is made, and sends the rest to people as it is.
 */
export function findMessageFaults(
  kind: MessageKind,
  medium: Medium,
  text: string,
  values: SiteValues,
): string[] {
  // Shift_JIS read as UTF-8 is full of these.
  if (text.includes("\uFFFD")) return ["is not UTF-8 text; save it as UTF-8"];
  const unknown = findUnknownPlaceholders(kind, text);
  const braces = text.replace(PLACEHOLDER, "").match(/[{}]/)?.[0];
  const faults = [
    ...unknown,
    ...(braces === undefined ? [] : [strayBrace(braces, medium)]),
    ...findMissingPlaceholders(kind, text),
  ];
  if (faults.length > 0) return faults;
  return medium === "mail" ? findMailFaults(kind, text, values) : findSmsFaults(kind, text, values);
}

/** The values of a message of this kind, as a pool's own template has them. */
export function poolValues(kind: MessageKind, { passwordDays, ...site }: SiteValues): MessageValues {
  const { code, username } = COGNITO_PLACEHOLDERS;
  return kind === "invitation" ? { ...site, passwordDays, code, username } : { ...site, code };
}

function findUnknownPlaceholders(kind: MessageKind, text: string): string[] {
  const known = placeholdersOf(kind);
  const found = new Set([...text.matchAll(PLACEHOLDER)].map(([placeholder]) => placeholder));
  return [...found]
    .filter((placeholder) => !known.includes(placeholder))
    .map((placeholder) =>
      placeholdersOf("invitation").includes(placeholder)
        ? `has ${placeholder}, which only an invitation can have; take it out`
        : `has ${placeholder}, which nobody fills in; known here: ${known.join(", ")}`,
    );
}

function placeholdersOf(kind: MessageKind): string[] {
  const everywhere = ["{####}", "{siteUrl}", "{siteName}", "{nickname}"];
  return kind === "invitation" ? [...everywhere, "{username}", "{passwordDays}"] : everywhere;
}

function strayBrace(brace: string, medium: Medium): string {
  const sign = brace === "{" ? "&#123;" : "&#125;";
  return medium === "mail"
    ? `has a ${brace} that belongs to no placeholder; write ${sign} for the sign`
    : `has a ${brace} that belongs to no placeholder; take it out`;
}

function findMissingPlaceholders(kind: MessageKind, text: string): string[] {
  const missing: string[] = [];
  if (!text.includes("{####}")) {
    const what = kind === "invitation" ? "temporary password" : "code";
    missing.push(`has no {####}, where Cognito puts the ${what}`);
  }
  if (kind === "invitation" && !text.includes("{username}")) {
    missing.push("has no {username}, where Cognito puts the user name");
  }
  return missing;
}

function findMailFaults(kind: MessageKind, mail: string, values: SiteValues): string[] {
  const title = titleOf(mail);
  if (title === undefined) return ["has no <title>, which becomes the subject; add one"];
  const inTitle = [...title.matchAll(PLACEHOLDER)].map(([placeholder]) => placeholder);
  const wrong = inTitle.find((placeholder) => placeholder !== "{siteName}");
  if (wrong !== undefined) return [`has ${wrong} in its <title>; only {siteName} can stand there`];
  const variants = renderVariants(kind, { mail, sms: "" }, values);
  return firstOfEach(
    variants.map(({ emailSubject, emailMessage }) => [
      ...(emailSubject === "" ? [emptySubject(inTitle)] : []),
      ...tooLong("a subject", emailSubject, LONGEST.subject),
      ...tooLong("a mail", emailMessage, LONGEST.mail),
      ...findLostPlaceholders(kind, emailMessage),
      ...findRefusedCharacter(emailSubject + emailMessage, mail),
      ...optional(findHtmlFault(emailMessage)),
      ...findMissingAddress(kind, emailMessage, values),
    ]),
  );
}

function emptySubject(placeholders: readonly string[]): string {
  return placeholders.length === 0
    ? "has an empty <title>, which becomes the subject; fill it in"
    : "has a <title> of one line with {siteName}, and the site has no name; give {siteName} a line of its own";
}

function findSmsFaults(kind: MessageKind, sms: string, values: SiteValues): string[] {
  const variants = renderVariants(kind, { mail: "", sms }, values);
  return firstOfEach(
    variants.map(({ smsMessage }) => [
      ...tooLong("a text message", smsMessage, LONGEST.sms),
      ...findLostPlaceholders(kind, smsMessage),
    ]),
  );
}

/** A message for a user without a nickname, and for one with the longest. */
function renderVariants(kind: MessageKind, source: MessageSource, values: SiteValues): Message[] {
  const common = poolValues(kind, values);
  const nickname = "あ".repeat(LONGEST_NICKNAME);
  return [renderMessage(source, common), renderMessage(source, { ...common, nickname })];
}

function findLostPlaceholders(kind: MessageKind, rendered: string): string[] {
  const { code, username } = COGNITO_PLACEHOLDERS;
  return [code, ...(kind === "invitation" ? [username] : [])]
    .filter((placeholder) => !rendered.includes(placeholder))
    .map(
      (placeholder) =>
        `has ${placeholder} in a line with a value that may be absent, and would lose it; give it a line of its own`,
    );
}

// The pattern that AWS documents counts letters, marks, symbols, digits, punctuation and plain blanks. What it means
// by blanks is not said; an ideographic space is none to the regular expressions that services are written with.
function findRefusedCharacter(rendered: string, source: string): string[] {
  const [character] = /[^\p{L}\p{M}\p{S}\p{N}\p{P} \t\r\n]/u.exec(rendered) ?? [];
  if (character === undefined) return [];
  const line = source.slice(0, source.indexOf(character)).split("\n").length;
  const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  const name = character === "\u3000" ? "an ideographic space" : "a character";
  return [`has ${name} (U+${code}) in line ${line} that Cognito may refuse; write an ordinary one`];
}

function findMissingAddress(kind: MessageKind, rendered: string, { siteUrl }: SiteValues): string[] {
  if (kind !== "invitation" || siteUrl === undefined || rendered.includes(escapeHtml(siteUrl))) return [];
  return ["does not say where to sign in; write {siteUrl} there"];
}

function tooLong(what: string, text: string, most: number): string[] {
  return text.length > most
    ? [`makes ${what} of ${text.length} characters; Cognito takes at most ${most}`]
    : [];
}

/** What the first faulty variant says: the others would say the same again. */
function firstOfEach(variants: readonly string[][]): string[] {
  return variants.find((faults) => faults.length > 0) ?? [];
}

function optional(fault: string | undefined): string[] {
  return fault === undefined ? [] : [fault];
}
