import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ImportJob, openImportJobs } from "../../../runbooks/reimport/import-service.ts";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";
import { AwsRefusalError, MalformedAnswerError } from "../../../runbooks/runtime/aws-errors.ts";
import { InterruptedError, NotFoundError, RemoteError } from "../../../runbooks/runtime/errors.ts";

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Breaks the connection instead of answering. */
  isBroken?: boolean;
  /** Never answers. */
  isSilent?: boolean;
}

interface Request {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const POOL = "ap-northeast-1_Test12345";

/** What the server answers next, oldest first; the last one for ever. */
let answers: Answer[];
let requests: Request[];
let stop: AbortController;

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  requests.push({ method: request.method, url: request.url, headers: request.headers, body });
  const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
  if (answer.isSilent) return;
  if (answer.isBroken) return request.socket.destroy();
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {}));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
beforeEach(() => {
  answers = [{}];
  requests = [];
  stop = new AbortController();
});

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function openJobs() {
  const settings = {
    region: "ap-northeast-1",
    endpoint: address(),
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return openImportJobs({
    client: new CognitoIdentityProviderClient(settings),
    logsClient: new CloudWatchLogsClient(settings),
    userPoolId: POOL,
    poolName: "staff",
    logsRoleArn: "arn:aws:iam::123456789012:role/import",
    call: createAwsCaller(stop.signal),
    pause: async () => {},
    signal: stop.signal,
  });
}

/** A job as AWS tells it. */
function sdkJob(values: object = {}) {
  return {
    JobId: "import-1",
    JobName: "run-1",
    Status: "InProgress",
    CreationDate: 1_470_957_431.965,
    ImportedUsers: 3,
    ...values,
  };
}

function jobFor(uploadUrl: string | undefined): ImportJob {
  const counts = { imported: 0, skipped: 0, failed: 0, message: undefined };
  return { id: "import-1", name: "run-1", status: "Created", createdAt: new Date(), uploadUrl, ...counts };
}

function upload(uploadUrl: string | undefined = `${address()}/bucket/job?X-Amz-Signature=secret`) {
  return openJobs().upload(jobFor(uploadUrl), new Blob(["the file\n"]));
}

async function collect<Item>(pages: AsyncIterable<Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

const stored: Answer = { headers: { etag: '"1"' } };

describe("an upload", () => {
  it("is one PUT with the header that AWS signed, the length of the file, and nothing that was not signed", async () => {
    answers = [stored];
    await upload();
    expect(requests).toHaveLength(1);
    const [{ method, url, headers, body } = {} as Request] = requests;
    expect({ method, url, body }).toEqual({
      method: "PUT",
      url: "/bucket/job?X-Amz-Signature=secret",
      body: "the file\n",
    });
    expect(
      Object.entries(headers).filter(([name]) => /^(x-amz-|authorization|content-|transfer-)/.test(name)),
    ).toEqual([
      ["x-amz-server-side-encryption", "aws:kms"],
      ["content-length", "9"],
    ]);
  });

  it.each<[string, Answer]>([
    ["S3 is too busy", { status: 503, body: "<Error><Code>SlowDown</Code></Error>" }],
    ["S3 saw the connection stall", { status: 400, body: "<Error><Code>RequestTimeout</Code></Error>" }],
    ["the connection breaks", { isBroken: true }],
    ["a portal answers with a page and status 200", { body: "<html>Welcome</html>" }],
  ])("is sent again when %s, and again, and then given up", async (_, answer) => {
    answers = [answer, answer, stored];
    await upload();
    expect(requests.map(({ body }) => body)).toEqual(["the file\n", "the file\n", "the file\n"]);
    requests = [];
    answers = [answer];
    await expect(upload()).rejects.toThrow(RemoteError);
    expect(requests).toHaveLength(3);
  });

  it("that S3 refuses is not sent again; the sentence names the reason and not the address", async () => {
    answers = [
      { status: 403, body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>" },
    ];
    const failure = upload();
    await expect(failure).rejects.toThrow(AwsRefusalError);
    await expect(failure).rejects.toThrow("Upload for import job import-1: S3 refused it (AccessDenied).");
    expect(requests).toHaveLength(1);
  });

  it("follows no redirection: the list of users goes where AWS said and nowhere else", async () => {
    answers = [{ status: 307, headers: { location: `${address()}/elsewhere` } }];
    await expect(upload()).rejects.toThrow(RemoteError);
    expect(requests.map(({ url }) => url)).not.toContain("/elsewhere");
  });

  it.each([
    "http://example.com/bucket/job",
    "http://10.0.0.7/bucket/job",
    "http://127.0.0.1.example.com/bucket/job",
    "http://localhost.example.com/bucket/job",
    "ftp://example.com/bucket/job",
    "no address",
  ])("does not go to %s, in clear text", async (url) => {
    await expect(upload(url)).rejects.toMatchObject({
      message: "Upload for import job import-1: AWS gave no address with https.",
      exitCode: 13,
    });
  });

  it("does not begin without an address", async () => {
    await expect(openJobs().upload(jobFor(undefined), new Blob(["x"]))).rejects.toMatchObject({
      exitCode: 13,
    });
    expect(requests).toEqual([]);
  });

  it("ends at once with Ctrl-C", async () => {
    answers = [{ isSilent: true }];
    const interruption = new InterruptedError("SIGINT");
    const stopped = upload();
    stop.abort(interruption);
    await expect(stopped).rejects.toBe(interruption);
  });
});

describe("a new job", () => {
  it("is made with the name and the role, and comes with its address", async () => {
    answers = [
      { body: { UserImportJob: sdkJob({ Status: "Created", PreSignedUrl: "https://example.com/1" }) } },
    ];
    expect(await openJobs().create("run-1")).toMatchObject({
      id: "import-1",
      status: "Created",
      uploadUrl: "https://example.com/1",
    });
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
      UserPoolId: POOL,
      JobName: "run-1",
      CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import",
    });
  });

  it("without an address is no answer of AWS", async () => {
    answers = [{ body: { UserImportJob: sdkJob({ Status: "Created" }) } }];
    await expect(openJobs().create("run-1")).rejects.toThrow(MalformedAnswerError);
  });

  it("that is one too many for the pool is refused in words that say what to do", async () => {
    answers = [{ status: 400, body: { __type: "LimitExceededException", message: "Too many." } }];
    const failure = openJobs().create("run-1");
    await expect(failure).rejects.toThrow(AwsRefusalError);
    await expect(failure).rejects.toMatchObject({
      message: `CreateUserImportJob on ${POOL}: the pool has all the jobs AWS allows it.`,
      remedy: "Nobody can delete them; run it again with --engine api.",
    });
  });
});

describe("what AWS tells of a job", () => {
  it("is its state, its counters and its message; counters that are missing are 0", async () => {
    answers = [
      { body: { UserImportJob: sdkJob({ Status: "Failed", FailedUsers: 2, CompletionMessage: "No." }) } },
    ];
    expect(await openJobs().describe("import-1")).toEqual({
      id: "import-1",
      name: "run-1",
      status: "Failed",
      createdAt: new Date(1_470_957_431_965),
      uploadUrl: undefined,
      imported: 3,
      skipped: 0,
      failed: 2,
      message: "No.",
    });
  });

  it.each([
    ["no job", undefined],
    ["a state that is none", sdkJob({ Status: "Resting" })],
    ["a job without an id", sdkJob({ JobId: undefined })],
    ["a counter below zero", sdkJob({ FailedUsers: -1 })],
    ["a job without a date", sdkJob({ CreationDate: undefined })],
  ])("is not believed where it is %s", async (_, job) => {
    answers = [{ body: { UserImportJob: job } }];
    const jobs = openJobs();
    await expect(jobs.describe("import-1")).rejects.toThrow(MalformedAnswerError);
    await expect(jobs.start("import-1")).rejects.toThrow(MalformedAnswerError);
    await expect(jobs.stop("import-1")).rejects.toThrow(MalformedAnswerError);
    answers = [{ body: { UserImportJobs: [job ?? null] } }];
    await expect(jobs.list().next()).rejects.toMatchObject({ exitCode: 13 });
  });

  it("is listed page by page to the end", async () => {
    answers = [
      { body: { UserImportJobs: [sdkJob()], PaginationToken: "more" } },
      { body: { UserImportJobs: [sdkJob({ JobId: "import-2" })] } },
    ];
    const ids = new Set((await collect(openJobs().list())).map(({ id }) => id));
    expect([...ids]).toEqual(["import-1", "import-2"]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ UserPoolId: POOL, MaxResults: 60 });
  });
});

describe("the columns of the import file", () => {
  it("come from AWS, and are refused where they cannot be columns", async () => {
    answers = [{ body: { CSVHeader: ["name", "cognito:username"] } }];
    expect(await openJobs().header()).toEqual(["name", "cognito:username"]);
    answers = [{ body: {} }];
    await expect(openJobs().header()).rejects.toMatchObject({ exitCode: 13 });
  });
});

describe("the log of a job", () => {
  const job = jobFor(undefined);

  it("is read from its beginning until AWS says the same token again, empty pages included", async () => {
    answers = [
      { body: { events: [{ message: "a" }, { message: "b" }], nextForwardToken: "f/1" } },
      { body: { events: [], nextForwardToken: "f/2" } },
      { body: { events: [{ message: "c" }], nextForwardToken: "f/3" } },
      { body: { events: [], nextForwardToken: "f/3" } },
    ];
    expect(await collect(openJobs().readLog(job))).toEqual(["a", "b", "c"]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
      logGroupName: `/aws/cognito/userpools/${POOL}/staff`,
      logStreamName: "import-1/run-1",
      startFromHead: true,
    });
    expect(JSON.parse(requests[2]?.body ?? "")).toMatchObject({ nextToken: "f/2" });
  });

  it.each([
    ["without its token", { events: [{ message: "a" }] }],
    ["without its events", { nextForwardToken: "f/1" }],
    ["with an event without a message", { events: [{ timestamp: 1 }], nextForwardToken: "f/1" }],
  ])("is not believed where a page comes %s", async (_, body) => {
    answers = [{ body }];
    await expect(collect(openJobs().readLog(job))).rejects.toMatchObject({ exitCode: 13 });
  });

  it("is not found before the job wrote anything", async () => {
    answers = [{ status: 400, body: { __type: "ResourceNotFoundException" } }];
    await expect(collect(openJobs().readLog(job))).rejects.toThrow(NotFoundError);
  });
});
