import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { readAnswerTimes } from "../runtime/aws-clock.ts";
import { AwsRefusalError, foreignAnswer } from "../runtime/aws-errors.ts";
import { NotFoundError } from "../runtime/errors.ts";
import { type LeaseRecord, readRecord, writeRecord } from "./lease-record.ts";

/** One lease in a bucket: read, and written only where nothing else was written meanwhile. */
export interface LeaseStore {
  /** Where it lies, for people. */
  where: string;
  /**
   * Writes the record over the version with this tag, or where nothing lies yet. Resolves with the new tag, or with
   * undefined when somebody else was there first.
   */
  write: (record: LeaseRecord, over: string | undefined) => Promise<string | undefined>;
  /** What lies there; `record` is undefined where that is no lease. Undefined when nothing does. */
  read: () => Promise<
    { record: LeaseRecord | undefined; etag: string; writtenAt: Date; readAt: Date } | undefined
  >;
}

export interface LeaseStoreOptions {
  /** A client of its own: its answers tell the time. */
  client: S3Client;
  bucket: string;
  /** The account that must own the bucket. */
  account: string;
  key: string;
  call: AwsCaller;
  /** The machine's clock, for an answer that tells no time. */
  now: () => Date;
}

/** A lease as an object in S3 (Amazon S3 User Guide, "How to prevent object overwrites with conditional writes"). */
export function openLeaseStore({ client, bucket, account, key, call, now }: LeaseStoreOptions): LeaseStore {
  const where = `s3://${bucket}/${key}`;
  const place = { Bucket: bucket, ExpectedBucketOwner: account, Key: key };
  let answeredAt: Date | undefined;
  const watch = readAnswerTimes((time) => {
    answeredAt = time;
  });
  client.middlewareStack.add(watch, { name: "watchLeaseTime", step: "deserialize", override: true });
  return {
    where,
    write: async (record, over) => {
      const what = `PutObject ${where}`;
      const input = {
        ...place,
        ...(over === undefined ? { IfNoneMatch: "*" } : { IfMatch: over }),
        Body: Buffer.from(writeRecord(record)),
        ContentType: "application/json",
      };
      try {
        const { ETag } = await call(what, (abortSignal) =>
          client.send(new PutObjectCommand(input), { abortSignal }),
        );
        if (ETag === undefined) throw foreignAnswer(what);
        return ETag;
      } catch (error) {
        if (isSomebodyElse(error)) return undefined;
        throw error;
      }
    },
    read: async () => {
      const what = `GetObject ${where}`;
      try {
        return await call(what, async (abortSignal) => {
          const answer = await client.send(new GetObjectCommand(place), { abortSignal });
          if (answer.ETag === undefined || answer.LastModified === undefined) throw foreignAnswer(what);
          const text = (await answer.Body?.transformToString()) ?? "";
          return {
            record: readRecord(text),
            etag: answer.ETag,
            writtenAt: answer.LastModified,
            readAt: answeredAt ?? now(),
          };
        });
      } catch (error) {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }
    },
  };
}

/** A version other than ours lies there, one is just being written, or the one to replace is gone. */
function isSomebodyElse(error: unknown): boolean {
  if (error instanceof AwsRefusalError) {
    return error.awsName === "PreconditionFailed" || error.awsName === "ConditionalRequestConflict";
  }
  return error instanceof NotFoundError && error.cause instanceof Error && error.cause.name === "NoSuchKey";
}
