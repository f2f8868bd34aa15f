import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { BadInputError, RemoteError } from "../runtime/errors.ts";
import { LARGEST_SIGN_IN_FILE } from "./home.ts";
import { SIGN_IN_FILE_VERSION, type SignInFile, signInFile } from "./sign-in-file.ts";

export interface SourceReader {
  fetch: (url: URL, options: RequestInit) => Promise<Response>;
  stdin: AsyncIterable<Uint8Array | string>;
  signal: AbortSignal;
  /** How long a link may take, redirects included; 20 unless given. */
  linkSeconds?: number;
}

const MOST_REDIRECTS = 5;

/**
 * The sign-in file that ops handed out: a path, `-` for standard input, or an https link. Throws BadInputError for what
 * is no such file or not to be trusted, RemoteError for a link that does not answer.
 */
export async function readSignInSource(source: string, reader: SourceReader): Promise<SignInFile> {
  return parseSignInFile(await readText(source, reader), source);
}

async function readText(source: string, reader: SourceReader): Promise<string> {
  if (source === "-") return readStdin(reader);
  if (/^https:\/\//i.test(source)) return readLink(source, reader);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    throw new BadInputError(
      "Such a link is not to be trusted: anybody on the way could change what it gives.",
      {
        remedy: "Ask for an https link, or for the file.",
      },
    );
  }
  return readLocal(source);
}

/** What a text says, if it is a sign-in file of this version. Throws BadInputError naming what is wrong. */
export function parseSignInFile(text: string, source: string): SignInFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(`${nameOf(source)} is not JSON.`, { ...ASK_AGAIN, cause });
  }
  const { version } = Object(value) as { version?: unknown };
  if (typeof version === "number" && version !== SIGN_IN_FILE_VERSION) {
    throw new BadInputError(
      `${nameOf(source)} is of version ${version}; this command knows ${SIGN_IN_FILE_VERSION}.`,
      {
        remedy: "Update this project, or ask for a file of its version.",
      },
    );
  }
  const read = signInFile.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join(".") || "the whole";
    throw new BadInputError(`${nameOf(source)} is no sign-in file: ${where}: ${issue?.message}.`, ASK_AGAIN);
  }
  refuseForeignIds(read.data, source);
  return read.data;
}

/** Ids name their Region: of another one, nobody could sign in. */
function refuseForeignIds({ region, userPoolId, awsAccess }: SignInFile, source: string): void {
  const foreign = !userPoolId.startsWith(`${region}_`)
    ? "userPoolId"
    : awsAccess && !awsAccess.identityPoolId.startsWith(`${region}:`)
      ? "awsAccess.identityPoolId"
      : undefined;
  if (foreign === undefined) return;
  throw new BadInputError(
    `${nameOf(source)} is no sign-in file: ${foreign} is not of Region ${region}.`,
    ASK_AGAIN,
  );
}

const ASK_AGAIN = { remedy: "Ask those who run the stack for its sign-in file." };

function nameOf(source: string): string {
  return source === "-" ? "What stands on standard input" : source;
}

function readLocal(path: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new BadInputError(`${path} cannot be read (${code}).`, {
      remedy: "Give the path of a sign-in file, an https link, or - for standard input.",
      cause,
    });
  }
  try {
    if (fstatSync(descriptor).isDirectory()) {
      throw new BadInputError(`${path} is a folder.`, { remedy: "Give the path of a sign-in file." });
    }
    const bytes = Buffer.alloc(LARGEST_SIGN_IN_FILE + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count) {
      count = readSync(descriptor, bytes, length, bytes.length - length, null);
    }
    return decode(path, bytes.subarray(0, length));
  } finally {
    closeSync(descriptor);
  }
}

async function readStdin({ stdin }: SourceReader): Promise<string> {
  return decode("-", await collect("-", stdin));
}

async function readLink(source: string, { fetch, signal, linkSeconds = 20 }: SourceReader): Promise<string> {
  const deadline = AbortSignal.timeout(linkSeconds * 1_000);
  const options = { redirect: "manual", signal: AbortSignal.any([signal, deadline]) } as const;
  try {
    let url = parseLink(source);
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const answer = await fetch(url, { ...options, headers: { accept: "application/json" } });
      const next = answer.headers.get("location");
      if (answer.status < 300 || answer.status >= 400 || next === null) return await readAnswer(url, answer);
      await answer.body?.cancel();
      url = parseLink(next, url);
    }
    throw new RemoteError(`${hostOf(source)} sends on more than ${MOST_REDIRECTS} times.`, ASK_FOR_FILE);
  } catch (cause) {
    if (cause instanceof BadInputError || cause instanceof RemoteError) throw cause;
    signal.throwIfAborted();
    const why = deadline.aborted ? `within ${linkSeconds} seconds` : `(${codeOf(cause)})`;
    throw new RemoteError(`${hostOf(source)} gives no answer ${why}.`, { ...ASK_FOR_FILE, cause });
  }
}

const ASK_FOR_FILE = { remedy: "Check the link and the network, or ask for the file." };

function parseLink(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw new BadInputError("The link is no address.", { remedy: "Check that it is whole." });
  if (url.protocol !== "https:") {
    throw new BadInputError(
      `The link leads on to ${url.protocol}//, where anybody on the way could change it.`,
      {
        remedy: "Ask for an https link, or for the file.",
      },
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new BadInputError("The link holds a user name or password, which do not belong into a command.", {
      remedy: "Ask for a link without, or for the file.",
    });
  }
  return url;
}

async function readAnswer(url: URL, answer: Response): Promise<string> {
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new RemoteError(`${url.host} answers with HTTP status ${answer.status}.`, ASK_FOR_FILE);
  }
  return decode(url.host, await collect(url.host, answer.body ?? []));
}

async function collect(
  source: string,
  stream: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array>,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    chunks.push(bytes);
    length += bytes.length;
    if (length > LARGEST_SIGN_IN_FILE) break;
  }
  refuseLarge(source, length);
  return Buffer.concat(chunks);
}

function decode(source: string, bytes: Buffer): string {
  refuseLarge(source, bytes.length);
  return bytes.toString("utf8").replace(/^\u{feff}/u, "");
}

function refuseLarge(source: string, length: number): void {
  if (length <= LARGEST_SIGN_IN_FILE) return;
  throw new BadInputError(
    `${nameOf(source)} has more than ${LARGEST_SIGN_IN_FILE} bytes: no sign-in file.`,
    ASK_AGAIN,
  );
}

/** Without the rest, which may be what makes the link a secret. */
function hostOf(link: string): string {
  return URL.parse(link)?.host ?? "The link";
}

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return error instanceof Error ? error.name : String(error);
}
