import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  type CognitoIdentityProviderClient,
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  GetCSVHeaderCommand,
  ListUserImportJobsCommand,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import { type AwsCaller, createAwsCaller } from "../runtime/aws-calls.ts";
import { AwsRefusalError, foreignAnswer, isAnswerLost, isLimitReached } from "../runtime/aws-errors.ts";
import { IntegrityError, RemoteError } from "../runtime/errors.ts";
import { isLoopback } from "../runtime/loopback-host.ts";
import { MalformedPageError, readPages } from "../runtime/pages.ts";
import { checkCsvHeader } from "./csv-file.ts";

/** The CSV import jobs of one user pool; everything comes checked. */
export interface ImportJobs {
  /** The columns of the pool's import file (GetCSVHeader). */
  header: () => Promise<readonly string[]>;
  /** Makes a job, which waits for its file. AWS lets several have the same name. */
  create: (name: string) => Promise<ImportJob>;
  /**
   * Brings the file of a job to the address that AWS gave for it, again where an answer is lost: it is one object, and
   * the last one counts. Throws AwsRefusalError when S3 refuses, as it does when the address is too old.
   */
  upload: (job: ImportJob, body: Blob) => Promise<void>;
  start: (jobId: string) => Promise<ImportJob>;
  describe: (jobId: string) => Promise<ImportJob>;
  /** All jobs of the pool, whatever became of them. Items may come twice. */
  list: () => AsyncGenerator<ImportJob[]>;
  /** Ends a job for good: it cannot be started again. */
  stop: (jobId: string) => Promise<ImportJob>;
  /** What the job wrote about each row, as far as it is there. Throws NotFoundError before it wrote anything. */
  readLog: (job: ImportJob) => AsyncGenerator<string[]>;
}

/** One import job, as AWS tells it. */
export interface ImportJob {
  id: string;
  name: string;
  status: ImportJobStatus;
  createdAt: Date;
  /** Where the file goes, for 15 minutes; a secret, because whoever has it may write there. */
  uploadUrl: string | undefined;
  /** Rows dealt with so far, by what became of them. */
  imported: number;
  skipped: number;
  failed: number;
  /** Why it ended as it did, in AWS's words. */
  message: string | undefined;
}

const importJobStatuses = [
  "Created",
  "Pending",
  "InProgress",
  "Stopping",
  "Stopped",
  "Succeeded",
  "Failed",
  "Expired",
] as const;

/** The states of a job (Amazon Cognito user pools API reference, UserImportJobType). */
export type ImportJobStatus = (typeof importJobStatuses)[number];

export interface ImportJobsOptions {
  client: CognitoIdentityProviderClient;
  logsClient: CloudWatchLogsClient;
  userPoolId: string;
  /** It is part of the name of the log group. */
  poolName: string;
  /** The role with which Cognito writes the log of a job. */
  logsRoleArn: string;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
  /** Stops an upload. */
  signal: AbortSignal;
}

/** The largest page of ListUserImportJobs (Amazon Cognito user pools API reference). */
const PAGE_SIZE = 60;
/** Longest time one upload may take: as long as its address holds (Developer Guide, "Creating a user import job"). */
const UPLOAD_SECONDS = 15 * 60;
const UPLOAD_ATTEMPTS = 3;
const PAUSE_MS = 1_000;

/** Opens the import jobs of a pool. Nothing is asked before the first call. */
export function openImportJobs(options: ImportJobsOptions): ImportJobs {
  const { client, logsClient, userPoolId, poolName, logsRoleArn, call, pause, signal } = options;
  const pool = { UserPoolId: userPoolId };
  const callLong = createAwsCaller(signal, UPLOAD_SECONDS);
  return {
    header: async () => {
      const what = `GetCSVHeader on ${userPoolId}`;
      const answer = await call(what, (abortSignal) =>
        client.send(new GetCSVHeaderCommand(pool), { abortSignal }),
      );
      return checkCsvHeader(answer.CSVHeader ?? [], what);
    },
    create: async (name) => {
      const what = `CreateUserImportJob on ${userPoolId}`;
      const input = { ...pool, JobName: name, CloudWatchLogsRoleArn: logsRoleArn };
      try {
        const answer = await call(what, (abortSignal) =>
          client.send(new CreateUserImportJobCommand(input), { abortSignal }),
        );
        const job = readJob(what, answer.UserImportJob);
        if (job.uploadUrl === undefined) throw foreignAnswer(what);
        return job;
      } catch (error) {
        // The one limit that it has besides its rate, which TooManyRequestsException tells of.
        throw isLimitReached(error) ? tooManyJobs(what, error) : error;
      }
    },
    upload: async ({ id, uploadUrl }, body) => {
      const what = `Upload for import job ${id}`;
      const url = checkUploadUrl(what, uploadUrl);
      for (let attempt = 1; ; attempt++) {
        try {
          return await callLong(what, (abortSignal) => putFile(what, url, body, abortSignal));
        } catch (error) {
          if (!isAnswerLost(error) || attempt === UPLOAD_ATTEMPTS) throw error;
          await pause(PAUSE_MS * attempt);
        }
      }
    },
    start: async (jobId) => {
      const what = `StartUserImportJob on ${userPoolId}, ${jobId}`;
      const answer = await call(what, (abortSignal) =>
        client.send(new StartUserImportJobCommand({ ...pool, JobId: jobId }), { abortSignal }),
      );
      return readJob(what, answer.UserImportJob);
    },
    describe: async (jobId) => {
      const what = `DescribeUserImportJob on ${userPoolId}, ${jobId}`;
      const answer = await call(what, (abortSignal) =>
        client.send(new DescribeUserImportJobCommand({ ...pool, JobId: jobId }), { abortSignal }),
      );
      return readJob(what, answer.UserImportJob);
    },
    list: () => {
      const what = `ListUserImportJobs on ${userPoolId}`;
      return readPages({
        what,
        pause,
        readItem: readListedJob,
        isEndDoubtful: () => true,
        fetchPage: async (token) => {
          const input = { ...pool, MaxResults: PAGE_SIZE, ...(token && { PaginationToken: token }) };
          const answer = await call(what, (abortSignal) =>
            client.send(new ListUserImportJobsCommand(input), { abortSignal }),
          );
          return { items: answer.UserImportJobs, nextToken: answer.PaginationToken };
        },
      });
    },
    stop: async (jobId) => {
      const what = `StopUserImportJob on ${userPoolId}, ${jobId}`;
      const answer = await call(what, (abortSignal) =>
        client.send(new StopUserImportJobCommand({ ...pool, JobId: jobId }), { abortSignal }),
      );
      return readJob(what, answer.UserImportJob);
    },
    // Names as in the Developer Guide, "Viewing the user pool import results in the CloudWatch console".
    readLog: ({ id, name }) => {
      const what = `GetLogEvents of import job ${id}`;
      const stream = {
        logGroupName: `/aws/cognito/userpools/${userPoolId}/${poolName}`,
        logStreamName: `${id}/${name}`,
        startFromHead: true,
      };
      return readPages({
        what,
        pause,
        readItem: readMessage,
        fetchPage: async (token) => {
          const input = { ...stream, ...(token && { nextToken: token }) };
          const answer = await call(what, (abortSignal) =>
            logsClient.send(new GetLogEventsCommand(input), { abortSignal }),
          );
          const next = answer.nextForwardToken;
          if (!next) throw new MalformedPageError(`${what}: a page came without its token.`);
          // A log says by the same token again that there is no more of it.
          return { items: answer.events, nextToken: next === token ? undefined : next };
        },
      });
    },
  };
}

/** Puts a file where a pre-signed address leads (Developer Guide, "Uploading the CSV file"). */
async function putFile(what: string, url: URL, body: Blob, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(url, {
      method: "PUT",
      body,
      headers: { "x-amz-server-side-encryption": "aws:kms" },
      // The file is a list of people: it goes where AWS said and nowhere else.
      redirect: "error",
      signal,
    });
    const text = await answer.text();
    // Every answer of S3 about an object that it stored carries the ETag; a portal's page with status 200 does not.
    if (answer.ok && answer.headers.has("etag")) return;
    if (answer.ok) throw foreignAnswer(what);
    const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? `status ${answer.status}`;
    if (answer.status >= 500 || code === "RequestTimeout") throw noGoodAnswer(what, code);
    throw new AwsRefusalError(code, `${what}: S3 refused it (${code}).`, { remedy: "Run it again." });
  } catch (error) {
    throw error instanceof RemoteError ? error : noGoodAnswer(what, networkCode(error), error);
  }
}

/** `fetch` hangs what it knows of a broken connection on the cause of a plain TypeError. */
function networkCode(error: unknown): string {
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : (error as Error).name;
}

/** The address of an upload. Throws IntegrityError when users would go over the network in clear text. */
function checkUploadUrl(what: string, text: string | undefined): URL {
  const url = text === undefined ? null : URL.parse(text);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) return url;
  throw new IntegrityError(`${what}: AWS gave no address with https.`, {
    remedy: "Check for a proxy in between, and run it again.",
  });
}

const counter = z.int().nonnegative().optional();

const sdkJob = z.object({
  JobId: z.string().min(1),
  JobName: z.string().min(1),
  Status: z.enum(importJobStatuses),
  CreationDate: z.date(),
  PreSignedUrl: z.string().min(1).optional(),
  ImportedUsers: counter,
  SkippedUsers: counter,
  FailedUsers: counter,
  CompletionMessage: z.string().optional(),
});

const sdkMessage = z.object({ message: z.string() });

function readJob(what: string, item: unknown): ImportJob {
  const read = sdkJob.safeParse(item);
  if (!read.success) throw foreignAnswer(what);
  return toJob(read.data);
}

function readListedJob(item: unknown): ImportJob {
  const read = sdkJob.safeParse(item);
  if (!read.success) throw new MalformedPageError("A page of import jobs came with an entry that is none.");
  return toJob(read.data);
}

function toJob(job: z.infer<typeof sdkJob>): ImportJob {
  return {
    id: job.JobId,
    name: job.JobName,
    status: job.Status,
    createdAt: job.CreationDate,
    uploadUrl: job.PreSignedUrl,
    imported: job.ImportedUsers ?? 0,
    skipped: job.SkippedUsers ?? 0,
    failed: job.FailedUsers ?? 0,
    message: job.CompletionMessage,
  };
}

function readMessage(item: unknown): string {
  const read = sdkMessage.safeParse(item);
  if (!read.success) throw new MalformedPageError("A page of a log came with an event without a message.");
  return read.data.message;
}

function tooManyJobs(what: string, cause: RemoteError): AwsRefusalError {
  return new AwsRefusalError("LimitExceededException", `${what}: the pool has all the jobs AWS allows it.`, {
    remedy: "Nobody can delete them; run it again with --engine api.",
    cause,
  });
}

function noGoodAnswer(what: string, reason: string, cause?: unknown): RemoteError {
  return new RemoteError(`${what}: no good answer after every retry (${reason}).`, {
    remedy: "Check the network and run it again.",
    cause,
  });
}
