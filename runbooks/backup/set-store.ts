import { hash } from "node:crypto";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import {
  AccessDeniedError,
  AwsRefusalError,
  foreignAnswer,
  MalformedAnswerError,
} from "../runtime/aws-errors.ts";
import { IntegrityError, NotFoundError, RemoteError } from "../runtime/errors.ts";
import { MalformedPageError, readPages } from "../runtime/pages.ts";
import { STORED_LIMIT } from "./format.ts";

/** Objects in one bucket, written once and never over one another. */
export interface SetStore {
  bucket: string;
  /**
   * Writes an object that must not be there yet; the same bytes under the same key count as written. Resolves only
   * when S3 has confirmed the SHA-256 of what it stored.
   */
  put: (key: string, body: Buffer) => Promise<void>;
  /** The whole object. Throws NotFoundError when there is none. */
  get: (key: string) => Promise<Buffer>;
  /** Keys and sizes below a prefix. */
  list: (prefix: string) => AsyncGenerator<StoredObject[]>;
  /** The names of the folders directly below a prefix. */
  listFolders: (prefix: string) => Promise<string[]>;
}

export interface StoredObject {
  key: string;
  bytes: number;
}

export interface SetStoreOptions {
  client: S3Client;
  bucket: string;
  /** The key objects are encrypted with; only writers need it. */
  keyArn?: string;
  /** The account that must own the bucket: somebody else's bucket of that name is refused. */
  account: string;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

/**
 * Settings of the S3 client: parts are written with a SHA-256 over the whole object and checked against the manifest
 * when read, which says more than the SDK's own check, whose failure could not be told from a fault of the program.
 */
export const ownChecksums = {
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
} as const;

const ATTEMPTS = 3;
const PAUSE_MS = 200;

export function openSetStore({ client, bucket, keyArn, account, call, pause }: SetStoreOptions): SetStore {
  const place = { Bucket: bucket, ExpectedBucketOwner: account };
  const put = async (key: string, body: Buffer): Promise<void> => {
    const what = `PutObject s3://${bucket}/${key}`;
    const sha256 = toBase64(hash("sha256", body));
    const answer = await call(what, (abortSignal) =>
      client.send(
        new PutObjectCommand({
          ...place,
          Key: key,
          Body: body,
          IfNoneMatch: "*",
          ChecksumSHA256: sha256,
          ContentType: key.endsWith(".gz") ? "application/gzip" : "application/json",
          ...(keyArn && { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn }),
        }),
        { abortSignal },
      ),
    );
    // S3 repeats the checksum it was given once the object is stored; an empty page with status 200 does not.
    if (answer.ETag === undefined || answer.ChecksumSHA256 !== sha256) throw foreignAnswer(what);
  };
  const get = (key: string): Promise<Buffer> =>
    call(`GetObject s3://${bucket}/${key}`, async (abortSignal) => {
      const answer = await client.send(new GetObjectCommand({ ...place, Key: key }), { abortSignal });
      // Every answer of S3 about one object carries its ETag (Amazon S3 API Reference).
      if (answer.ETag === undefined) throw foreignAnswer(`GetObject s3://${bucket}/${key}`);
      if ((answer.ContentLength ?? 0) > STORED_LIMIT) throw tooLarge(bucket, key);
      return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    });
  /** The SHA-256 of what lies under a key, or undefined when nothing does. */
  const storedSha256 = async (key: string): Promise<string | undefined> => {
    const what = `HeadObject s3://${bucket}/${key}`;
    try {
      const answer = await call(what, (abortSignal) =>
        client.send(new HeadObjectCommand({ ...place, Key: key, ChecksumMode: "ENABLED" }), { abortSignal }),
      );
      if (answer.ETag === undefined) throw foreignAnswer(what);
      // Without a checksum of the whole object only its bytes can tell.
      return answer.ChecksumSHA256 && answer.ChecksumType !== "COMPOSITE"
        ? answer.ChecksumSHA256
        : toBase64(hash("sha256", await get(key)));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  };
  const listPages = <Item>(
    prefix: string,
    delimiter: string | undefined,
    readItem: (item: unknown) => Item,
  ) => {
    const what = `ListObjectsV2 s3://${bucket}/${prefix}`;
    return readPages({
      what,
      pause,
      readItem,
      fetchPage: async (token) => {
        const input = {
          ...place,
          Prefix: prefix,
          ...(delimiter && { Delimiter: delimiter }),
          ...(token && { ContinuationToken: token }),
        };
        const answer = await call(what, (abortSignal) =>
          client.send(new ListObjectsV2Command(input), { abortSignal }),
        );
        // An answer without a name is no list at all; a list that is empty leaves its members out.
        const items = delimiter ? answer.CommonPrefixes : answer.Contents;
        return { items: answer.Name ? (items ?? []) : undefined, nextToken: answer.NextContinuationToken };
      },
    });
  };

  return {
    bucket,
    put: async (key, body) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await put(key, body);
        } catch (error) {
          if (isConflict(error) && attempt < ATTEMPTS) {
            await pause(PAUSE_MS * attempt);
            continue;
          }
          if (!isAmbiguous(error)) throw error;
          // The object may be ours, from an attempt whose answer was lost: look, never guess.
          const found = await storedSha256(key).catch((reason: unknown) => {
            // Who may only write cannot look; then the write counts as failed.
            throw reason instanceof AccessDeniedError ? error : reason;
          });
          if (found === toBase64(hash("sha256", body))) return;
          if (found !== undefined) throw alreadyThere(bucket, key, error);
          // Nothing is there, so nothing can be written over.
          if (!(error instanceof MalformedAnswerError) || attempt === ATTEMPTS) throw error;
          await pause(PAUSE_MS * attempt);
        }
      }
    },
    get: async (key) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await get(key);
        } catch (error) {
          // The SDK does not repeat a download that broke on the way.
          if (!(error instanceof RemoteError) || attempt === ATTEMPTS) throw error;
          await pause(PAUSE_MS * attempt);
        }
      }
    },
    list: (prefix) => listPages(prefix, undefined, readObject),
    listFolders: async (prefix) => {
      const names: string[] = [];
      for await (const page of listPages(prefix, "/", readFolder)) {
        names.push(...page.map((folder) => folder.slice(prefix.length, -1)));
      }
      return names;
    },
  };
}

const sdkObject = z.object({ Key: z.string().min(1), Size: z.number() });
const sdkFolder = z.object({ Prefix: z.string().min(1) });

function readObject(item: unknown): StoredObject {
  const read = sdkObject.safeParse(item);
  if (!read.success)
    throw new MalformedPageError("A list of objects came with an entry without key or size.");
  return { key: read.data.Key, bytes: read.data.Size };
}

function readFolder(item: unknown): string {
  const read = sdkFolder.safeParse(item);
  if (!read.success) throw new MalformedPageError("A list of folders came with an entry without a name.");
  return read.data.Prefix;
}

function isConflict(error: unknown): boolean {
  return error instanceof AwsRefusalError && error.awsName === "ConditionalRequestConflict";
}

/** Either something was there before, or nobody knows whether the object arrived. */
function isAmbiguous(error: unknown): boolean {
  if (error instanceof AwsRefusalError) return error.awsName === "PreconditionFailed" || isConflict(error);
  return error instanceof RemoteError;
}

function alreadyThere(bucket: string, key: string, cause: unknown): IntegrityError {
  return new IntegrityError(`s3://${bucket}/${key} is there already with other content.`, {
    remedy: "Nothing was overwritten; run it again, which makes a new set.",
    cause,
  });
}

function tooLarge(bucket: string, key: string): IntegrityError {
  return new IntegrityError(`s3://${bucket}/${key} is larger than any object of a set.`, {
    remedy: "Take another set.",
  });
}

function toBase64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}
