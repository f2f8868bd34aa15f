import { isAbsolute, join } from "node:path";
import { type Fault, settingPath } from "../settings/fault.ts";
import type { Settings } from "../settings/stack-settings.ts";
import type { FunctionMessages } from "./custom-message.ts";
import { findMessageFaults, type SiteValues } from "./message-checks.ts";
import { builtInFile, MEDIA, MESSAGE_KINDS, type Medium, type MessageKind } from "./message-kinds.ts";
import type { MessageSource } from "./message-rendering.ts";
import { findSiteUrl } from "./message-templates.ts";

type MessageSettings = Pick<Settings, "messages" | "clients" | "users">;

interface MessageFile {
  kind: MessageKind;
  medium: Medium;
  /** From the folder of Pulumi.yaml, or absolute. */
  path: string;
  /** The file as the stack file names it; absent for a built-in one. */
  named?: string;
}

/** Where the built-in messages are, from the folder of Pulumi.yaml. */
const FOLDER = "infra/messages";

/** The messages of a stack, or every fault of theirs at once. Paths are as for `readDraftMessages`. */
export async function readMessages(
  settings: MessageSettings,
  readText: (path: string) => Promise<string>,
): Promise<{ messages: FunctionMessages } | { faults: Fault[] }> {
  const { messages, faults } = await readDraftMessages(settings, readText);
  return faults.length > 0 ? { faults } : { messages };
}

/**
 * The messages of a stack as they are, faulty or not; one that cannot be read is empty. `readText` gets paths relative
 * to the folder of Pulumi.yaml, or absolute ones.
 */
export async function readDraftMessages(
  settings: MessageSettings,
  readText: (path: string) => Promise<string>,
): Promise<{ messages: FunctionMessages; faults: Fault[] }> {
  const site = siteValues(settings);
  const files = MESSAGE_KINDS.flatMap((kind) => MEDIA.map((medium) => findFile(settings, kind, medium)));
  const read = await Promise.all(
    files.map(async (file) => ({ file, content: await readFile(file, readText) })),
  );
  const faults = read.flatMap(({ file, content }) => {
    const sentences =
      "problem" in content
        ? [content.problem]
        : findMessageFaults(file.kind, file.medium, content.text, site);
    return sentences.map((sentence) => faultOf(file, sentence));
  });
  const textOf = (kind: MessageKind, medium: Medium) => {
    const content = read.find(({ file }) => file.kind === kind && file.medium === medium)?.content;
    return content && "text" in content ? content.text : "";
  };
  const sourceOf = (kind: MessageKind): MessageSource => ({
    mail: textOf(kind, "mail"),
    sms: textOf(kind, "sms"),
  });
  return {
    faults,
    messages: {
      site,
      sources: {
        invitation: sourceOf("invitation"),
        verification: sourceOf("verification"),
        mfa: sourceOf("mfa"),
        signUp: sourceOf("signUp"),
        passwordReset: sourceOf("passwordReset"),
        contactChange: sourceOf("contactChange"),
      },
    },
  };
}

function siteValues({ messages, clients, users }: MessageSettings): SiteValues {
  const siteUrl = messages.siteUrl ?? findSiteUrl(clients);
  const host = siteUrl === undefined ? undefined : new URL(siteUrl).hostname;
  return {
    siteUrl,
    siteName: messages.siteName ?? host,
    passwordDays: String(users.password.temporaryValidDays),
  };
}

function findFile({ messages }: MessageSettings, kind: MessageKind, medium: Medium): MessageFile {
  const named = messages.files[kind]?.[medium];
  if (named === undefined) {
    return { kind, medium, path: join(FOLDER, builtInFile(kind, medium, messages.language)) };
  }
  const isPath = isAbsolute(named) || named.startsWith(".");
  return { kind, medium, path: isPath ? named : join(FOLDER, named), named };
}

async function readFile(
  { path }: MessageFile,
  readText: (path: string) => Promise<string>,
): Promise<{ text: string } | { problem: string }> {
  return readText(path).then(
    // Editors on Windows begin files with a byte order mark.
    (text) => ({ text: text.replace(/^\uFEFF/, "") }),
    (error: unknown) => ({ problem: unreadable(path, error) }),
  );
}

function unreadable(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return code === "ENOENT"
    ? `does not exist (looked for ${path}, from the folder of Pulumi.yaml); correct the name`
    : `cannot be read (${code}, ${path}); check its permissions`;
}

function faultOf({ kind, medium, path, named }: MessageFile, sentence: string): Fault {
  if (named === undefined) return { path, message: sentence };
  return {
    path: settingPath("sekisho:messages", kind, medium),
    message: `names ${named}, which ${sentence}`,
  };
}
