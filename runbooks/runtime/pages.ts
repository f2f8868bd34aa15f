import { createHash } from "node:crypto";
import { AwsRefusalError, MalformedAnswerError } from "./aws-errors.ts";
import { IntegrityError, RemoteError } from "./errors.ts";

/** One answer of a list operation, as it came: nothing in it is trusted yet. */
export interface RawPage {
  items: unknown;
  nextToken: unknown;
}

export interface PagedList<Item> {
  /** The operation and its target, for people: "ListUsers on pool …". */
  what: string;
  fetchPage: (token: string | undefined) => Promise<RawPage>;
  /** The checked item; throws MalformedPageError when it is not one. */
  readItem: (item: unknown) => Item;
  /** Waits so many milliseconds before a page is read again. */
  pause: (milliseconds: number) => Promise<void>;
  /**
   * Asked when the list ends: true = the last page is read again, and its items come again, until two readings agree.
   * Where nothing else tells how long the list is, every end is doubtful.
   */
  isEndDoubtful?: (end: ListEnd) => boolean;
}

/** The last page of a list, which came without a token. */
export interface ListEnd {
  /** Items on the last page. */
  items: number;
  /** Whether there were pages before it. */
  hasEarlierPages: boolean;
}

/** A page that AWS cannot have meant: no list where one belongs, or an item without what makes it one. */
export class MalformedPageError extends IntegrityError {}

/** A page token was refused: it expired (after one hour), or the list changed under it. Only a new start helps. */
export class PageTokenRefusedError extends RemoteError {}

/** Times that one page is read before its answer is believed to be wrong for good. */
const PAGE_ATTEMPTS = 3;
/** Times that a doubtful end is read until two readings in a row agree. */
const END_READINGS = 5;
/** Empty pages happen with filters, several in a row too; a list that goes on like this for ever does not. */
const EMPTY_PAGES = 1_000;

/**
 * Reads a list to its end, page by page. The end is a well-formed page without a token and nothing else: a page
 * that lacks its list is read again and then refused, a token that comes twice (a loop) is refused at once, and an
 * end that looks odd (an empty page, or the caller doubts it) has to be said twice in a row, with as many items.
 * Items may come twice.
 */
export async function* readPages<Item>(list: PagedList<Item>): AsyncGenerator<Item[]> {
  const seen = new Set<string>();
  let token: string | undefined;
  let emptyPages = 0;
  let ends: number[] = [];
  for (;;) {
    const page = await readPage(list, token);
    const items = page.items.length;
    emptyPages = items === 0 ? emptyPages + 1 : 0;
    if (emptyPages > EMPTY_PAGES) {
      throw new IntegrityError(`${list.what}: more than ${EMPTY_PAGES} empty pages in a row.`, RUN_AGAIN);
    }
    if (items > 0) yield page.items;
    if (page.nextToken !== undefined) {
      token = page.nextToken;
      rememberToken(list.what, seen, token);
      ends = [];
      continue;
    }
    if (ends.at(-1) === items) return;
    const isOdd = items === 0 || list.isEndDoubtful?.({ items, hasEarlierPages: token !== undefined });
    if (ends.length === 0 && !isOdd) return;
    ends.push(items);
    if (ends.length === END_READINGS) {
      throw new IntegrityError(`${list.what}: its end is another one each time it is read.`, RUN_AGAIN);
    }
  }
}

async function readPage<Item>(
  list: PagedList<Item>,
  token: string | undefined,
): Promise<{ items: Item[]; nextToken: string | undefined }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const page = await list.fetchPage(token);
      return checkPage(list, page);
    } catch (error) {
      const isMalformed = error instanceof MalformedPageError || error instanceof MalformedAnswerError;
      if (isMalformed && attempt < PAGE_ATTEMPTS) await list.pause(PAUSE_MS * attempt);
      else throw isTokenRefusal(error, token) ? refusedToken(list.what, error) : error;
    }
  }
}

function checkPage<Item>(
  list: PagedList<Item>,
  page: RawPage,
): { items: Item[]; nextToken: string | undefined } {
  const { items, nextToken } = page;
  if (!Array.isArray(items)) {
    throw new MalformedPageError(`${list.what}: a page came without its list.`, RUN_AGAIN);
  }
  if (nextToken !== undefined && nextToken !== null && (typeof nextToken !== "string" || nextToken === "")) {
    throw new MalformedPageError(`${list.what}: a page came with a token that is none.`, RUN_AGAIN);
  }
  return { items: items.map((item) => list.readItem(item)), nextToken: nextToken ?? undefined };
}

/** Tokens are long and many: only their digests are kept. */
function rememberToken(what: string, seen: Set<string>, token: string): void {
  const digest = createHash("sha256").update(token).digest("base64").slice(0, 16);
  if (seen.has(digest)) {
    throw new IntegrityError(`${what}: a page token came twice, so the list would never end.`, RUN_AGAIN);
  }
  seen.add(digest);
}

function isTokenRefusal(error: unknown, token: string | undefined): error is AwsRefusalError {
  return (
    token !== undefined && error instanceof AwsRefusalError && error.awsName === "InvalidParameterException"
  );
}

function refusedToken(what: string, cause: AwsRefusalError): PageTokenRefusedError {
  return new PageTokenRefusedError(`${what}: AWS refused a page token; they last one hour.`, {
    remedy: "Run it again with a larger --share or more --shards.",
    cause,
  });
}

const PAUSE_MS = 200;
const RUN_AGAIN = { remedy: "Run it again; if it stays, ask AWS support." };
