import { z } from "zod";
import { MESSAGE_LANGUAGE } from "../defaults.ts";
import { type MEDIA, MESSAGE_KINDS, type Medium, type MessageKind } from "../messages/message-kinds.ts";
import { httpsUrl } from "./formats.ts";
import { group, oneOf, textThat } from "./schema.ts";

/** `sekisho:messages`: the texts of mails and text messages. */
export interface MessagesSettings {
  language: "ja" | "en";
  /** Where people sign in; absent = the first host of the first client that has one. */
  siteUrl?: string;
  /** What messages call the site; absent = the host in the address. */
  siteName?: string;
  /** The operator's own files: a name in infra/messages, a path that begins with a dot, or an absolute one. */
  files: Partial<Record<MessageKind, Partial<Record<Medium, string>>>>;
}

/** Names longer than this leave a text message no room in one part. */
const LONGEST_SITE_NAME = 20;

const ENDINGS: Record<Medium, string> = { mail: ".html", sms: ".txt" };

export function messagesSchema() {
  return group({
    language: oneOf(["ja", "en"]).default(MESSAGE_LANGUAGE),
    siteUrl: siteUrl().optional(),
    siteName: siteName().optional(),
    invitation: files(),
    verification: files(),
    mfa: files(),
    signUp: files(),
    passwordReset: files(),
    contactChange: files(),
  }).transform(({ language, siteUrl: url, siteName: name, ...entries }): MessagesSettings => {
    const own = MESSAGE_KINDS.flatMap((kind) => {
      const entry = entries[kind];
      return entry === undefined ? [] : [[kind, entry]];
    });
    return {
      language,
      ...(url === undefined ? {} : { siteUrl: url }),
      ...(name === undefined ? {} : { siteName: name }),
      files: Object.fromEntries(own),
    };
  });
}

function siteUrl() {
  // Braces would be taken for a placeholder of Cognito.
  const error = "must be an address of ASCII characters without blanks and braces; write others as %…";
  return httpsUrl().refine((url) => /^[!-z|~]+$/.test(url), { error });
}

function siteName() {
  return textThat(
    (name) => /^[\p{L}\p{M}\p{N}\p{P} ]+$/u.test(name) && !/[{}]/.test(name) && isShort(name),
    `1 to ${LONGEST_SITE_NAME} letters, digits, punctuation and blanks, without braces`,
  );
}

function isShort(name: string): boolean {
  return name.trim() === name && name.length <= LONGEST_SITE_NAME;
}

/** A mail's file alone, or the files of both shapes. */
function files() {
  const both = group(
    { mail: file("mail").optional(), sms: file("sms").optional() },
    "the name of an .html file, or { mail: … .html, sms: … .txt }",
  );
  return z.preprocess((value) => (typeof value === "string" ? { mail: value } : value), both).optional();
}

function file(medium: (typeof MEDIA)[number]) {
  const ending = ENDINGS[medium];
  return textThat(
    (value) => isFile(value) && value.endsWith(ending),
    `a file ending in ${ending}: a name in infra/messages, a path beginning with ./ or ../ (from the folder of Pulumi.yaml), or an absolute path`,
  );
}

function isFile(value: string): boolean {
  const isPath = /^(\.{1,2}\/|\/)/.test(value);
  return value.length <= 1024 && !/\p{Cc}/u.test(value) && (isPath || !/[\\/]/.test(value));
}
