import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { BadInputError, IntegrityError } from "../runtime/errors.ts";

/** The newest version of the list's format that this code reads. */
const ERASED_LIST_VERSION = 1;

/** A person who was erased. Nothing in it tells who that was to anybody who lacks the key. */
const erasedEntry = z.strictObject({
  kind: z.literal("erased"),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  sub: z.string().regex(/^[0-9a-f]{64}$/),
  email: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  erasedAt: z.iso.datetime(),
});

export type ErasedEntry = z.infer<typeof erasedEntry>;

/** Everybody who was erased, in the order of the list. */
export type ErasedList = readonly ErasedEntry[];

/** A user as far as it takes to recognise one; `created` is ISO 8601. */
export interface KnownUser {
  sub: string;
  email?: string | undefined;
  created: string;
}

/** Whether a user is somebody who was erased and must not come back. */
export type ErasedCheck = (user: KnownUser) => boolean;

/**
 * The list in a text, every entry of it written with this key (docs/erased-list.md). Throws IntegrityError for what is
 * no such list or was written with another key: people who cannot be recognised would come back. Throws BadInputError
 * when a newer version of the format wrote it.
 */
export function parseErasedList(list: string, key: KeyObject): ErasedList {
  const lines = list.split("\n");
  // Each line ends with a line feed, so that a list that was cut off is noticed.
  if (lines.pop() !== "") throw new IntegrityError("The erased list is cut off in its last line.", RESTORE);
  const [header = "", ...entries] = lines;
  checkHeader(parseLine(header, 1));
  const keyId = keyIdOf(key);
  return entries.map((text, index) => {
    const line = index + 2;
    const read = erasedEntry.safeParse(parseLine(text, line));
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new IntegrityError(
        `Line ${line} of the erased list is wrong at "${issue?.path.join(".")}": ${issue?.message}.`,
        RESTORE,
      );
    }
    if (read.data.keyId === keyId) return read.data;
    throw new IntegrityError(
      `Line ${line} of the erased list was written with another key (${read.data.keyId}): nobody in it is known.`,
      { remedy: "Put the secret's earlier value back." },
    );
  });
}

/**
 * Recognises who is on the list: by the `sub`, or by the mail address where the user was created before the one with that
 * address was erased. Who registers with it later has chosen to.
 */
export function createErasedCheck(list: ErasedList, key: KeyObject): ErasedCheck {
  if (list.length === 0) return () => false;
  const subs = new Set(list.map(({ sub }) => sub));
  const erasedAt = new Map<string, number>();
  for (const { email, erasedAt: moment } of list) {
    if (email === undefined) continue;
    erasedAt.set(email, Math.max(erasedAt.get(email) ?? 0, Date.parse(moment)));
  }
  return ({ sub, email, created }) => {
    if (subs.has(markOfSub(sub, key))) return true;
    const moment = erasedAt.get(markOfEmail(email, key) ?? "");
    return moment !== undefined && Date.parse(created) < moment;
  };
}

/** The line, line feed included, by which a person erased at that moment is known from now on. */
export function formatErasedEntry(
  { sub, email, erasedAt }: { sub: string; email?: string | undefined; erasedAt: Date },
  key: KeyObject,
): string {
  const entry: ErasedEntry = {
    kind: "erased",
    keyId: keyIdOf(key),
    sub: markOfSub(sub, key),
    email: markOfEmail(email, key),
    erasedAt: erasedAt.toISOString(),
  };
  return `${JSON.stringify(entry)}\n`;
}

/** The key in the text of its secret, `{"key":"<32 bytes in base64>"}`. Throws IntegrityError when it is none. */
export function parseErasedKey(text: string): KeyObject {
  const key = readKey(text);
  // As an object that no message can show by mistake, and that HMAC takes several times as fast as bytes.
  if (key !== undefined) return createSecretKey(key, "base64");
  throw new IntegrityError("The secret of the erased list holds no key of 32 bytes.", {
    remedy: "Put the secret's earlier value back.",
  });
}

// Exactly 32 bytes in base64.
const erasedKey = z.object({ key: z.string().regex(/^[A-Za-z\d+/]{43}=$/) });

function readKey(text: string): string | undefined {
  try {
    return erasedKey.safeParse(JSON.parse(text)).data?.key;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseLine(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IntegrityError(`Line ${line} of the erased list is not JSON.`, { ...RESTORE, cause });
  }
}

const erasedHeader = z.strictObject({ kind: z.literal("erased-list"), version: z.int().positive() });

function checkHeader(value: unknown): void {
  const version = z.object({ version: z.int() }).safeParse(value).data?.version;
  if (version !== undefined && version > ERASED_LIST_VERSION) {
    throw new BadInputError(
      `The erased list has format version ${version}; this command reads up to ${ERASED_LIST_VERSION}.`,
      { remedy: "Use the version of the project that wrote it, or a newer one." },
    );
  }
  if (erasedHeader.safeParse(value).success) return;
  throw new IntegrityError("The erased list does not begin with its header.", RESTORE);
}

/** Older versions of the object are kept for 90 days. */
const RESTORE = { remedy: "Bring an earlier version of the object back." };

function keyIdOf(key: KeyObject): string {
  return mark("sekisho-erased-list", key).slice(0, 16);
}

function markOfSub(sub: string, key: KeyObject): string {
  return mark(`sub:${sub}`, key);
}

/** People and programs write one address in several ways; it stays one. Undefined where there is none. */
function markOfEmail(address: string | undefined, key: KeyObject): string | undefined {
  const normal = address?.trim().toLowerCase().normalize("NFC");
  return normal ? mark(`email:${normal}`, key) : undefined;
}

function mark(text: string, key: KeyObject): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
