import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readDraftMessages } from "../infra/messages/message-files.ts";
import { costPerThousand } from "../infra/sms/sms-parts.ts";
import { exampleUser, type MessagePreview, previewMessages } from "./messages/message-previews.ts";
import { createPreviewPage } from "./messages/preview-page.ts";
import { readChosenStack } from "./runtime/chosen-stack.ts";
import { BadInputError, LocalFileError } from "./runtime/errors.ts";
import { formatCount } from "./runtime/progress.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import { showText } from "./runtime/terminal-text.ts";
import { formatTable } from "./runtime/text-table.ts";

const PROJECT = join(import.meta.dirname, "..");
/** Made where it is missing; a folder that a person names must be there. */
const OWN_FOLDER = join(PROJECT, ".sekisho");

export const previewMessagesRunbook = defineRunbook({
  name: "preview-messages",
  summary:
    "Writes one page that shows every mail and text message of a stack; asks no AWS and sends nothing.",
  options: {
    out: {
      type: "string",
      value: "file",
      help: "where the page goes in a folder that exists (default: .sekisho/messages-<stack>.html)",
    },
    "sms-price": {
      type: "string",
      value: "usd",
      help: "price of one part of a text message; about 0.0745 to Japan, look it up for other countries",
      default: "0.0745",
    },
  },
  positionals: { name: "stack file", help: "Pulumi.<stack>.yaml; Pulumi.dev.yaml if absent", min: 0, max: 1 },
  examples: [
    "npm run preview-messages",
    "npm run preview-messages -- Pulumi.prod.yaml --out messages.html",
    "npm run --silent preview-messages -- Pulumi.prod.yaml --json",
  ],
  exitCodes: {
    2: "the stack file has faults (then there is no page), or a message has (the page shows them)",
    16: "the page could not be written",
  },
  run: async ({ values, positionals: [file], columns, progress, warn }) => {
    const pricePerPart = readPrice(values["sms-price"]);
    const { settings } = await readChosenStack({ file }, progress);
    const { messages, faults } = await readDraftMessages(settings, (path) =>
      readFile(resolve(PROJECT, path), "utf8"),
    );
    const previews = previewMessages(settings, messages);
    const page = createPreviewPage({
      stack: settings.stack,
      sender: settings.email?.from ?? "no-reply@verificationemail.com",
      smsSender: settings.sms?.senderId ?? "NOTICE",
      username: exampleUser(settings).username,
      hasFunction: settings.triggers?.customMessage ?? false,
      pricePerPart,
      faults,
      previews,
    });
    const out = resolve(values.out ?? join(OWN_FOLDER, `messages-${settings.stack}.html`));
    if (values.out === undefined) await makeOwnFolder();
    await writePage(out, page);
    for (const { path, message } of faults) warn(`${path} ${message}`);
    return {
      json: { page: out, faults, messages: previews.map((preview) => summarize(preview, pricePerPart)) },
      text: [...formatPreviews(previews, pricePerPart, columns), "", `Page: ${out}`].map(showText),
      exitCode: faults.length > 0 ? 2 : 0,
    };
  },
});

function readPrice(text: string): number {
  if (/^\d{1,2}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw new BadInputError(`--sms-price is "${text}".`, { remedy: "Give USD per part, such as 0.0745." });
}

async function makeOwnFolder(): Promise<void> {
  try {
    await mkdir(OWN_FOLDER);
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST") throw unwritable(OWN_FOLDER, cause);
  }
}

async function writePage(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): LocalFileError {
  return new LocalFileError(`${path} cannot be written (${codeOf(cause)}).`, {
    remedy: "Give --out a file in a folder that exists and that you may write to.",
    cause,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function summarize({ kind, from, mail, sms, remarks }: MessagePreview, pricePerPart: number) {
  const { encoding, places, parts } = sms.size;
  return {
    message: kind,
    from,
    mail: { subject: mail.subject, characters: mail.characters, isSent: mail.isSent },
    sms: {
      text: sms.text,
      characters: places,
      encoding,
      parts,
      usdPerThousand: costPerThousand(parts, pricePerPart),
      isSent: sms.isSent,
    },
    remarks,
  };
}

function formatPreviews(
  previews: readonly MessagePreview[],
  pricePerPart: number,
  columns: number,
): string[] {
  const head = ["from", "message", "mail characters", "text characters", "parts", "USD/1,000"];
  const rows = previews.map(({ from, kind, mail, sms }) => [
    from,
    kind,
    mail.isSent ? formatCount(mail.characters) : "not sent",
    ...(sms.isSent
      ? [
          `${sms.size.places} ${sms.size.encoding}`,
          String(sms.size.parts),
          costPerThousand(sms.size.parts, pricePerPart).toFixed(2),
        ]
      : ["not sent", "-", "-"]),
  ]);
  const remarks = previews.flatMap(({ id, remarks: found }) => found.map((remark) => `${id}: ${remark}`));
  return [...formatTable({ head, rows }, columns), ...(remarks.length > 0 ? ["", ...remarks] : [])];
}

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(previewMessagesRunbook);
