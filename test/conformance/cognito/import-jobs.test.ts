import { expect } from "vitest";
import {
  attributes,
  attributesOf,
  createPool,
  createUser,
  describeConformance,
  expectRefusal,
  listOf,
  readAttributes,
} from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const guide = "Developer Guide, Importing users into user pools from a CSV file";
const differs = { ministack: "knows no import jobs" };
const CloudWatchLogsRoleArn = "arn:aws:iam::123456789012:role/import";
const byEmail = { AutoVerifiedAttributes: ["email"] };
const minute = 60_000;
const hour = 3_600_000;

/** What a row must have at least in a pool that verifies addresses. */
const taro = { "cognito:username": "taro", email: "taro@example.com", email_verified: "TRUE" };

interface Job {
  UserPoolId: string;
  JobId: string;
  url: string;
}

async function createJob(target: Target, UserPoolId: string, JobName = "job"): Promise<Job> {
  const input = { UserPoolId, JobName, CloudWatchLogsRoleArn };
  const job = member(await target.call("CreateUserImportJob", input), "UserImportJob");
  return { UserPoolId, JobId: String(member(job, "JobId")), url: String(member(job, "PreSignedUrl")) };
}

/** Rows by column; columns that a row does not name are blank. */
async function csvOf(target: Target, UserPoolId: string, rows: readonly Record<string, string>[]) {
  const header = listOf(await target.call("GetCSVHeader", { UserPoolId }), "CSVHeader").map(String);
  return [header.join(","), ...rows.map((row) => header.map((name) => row[name] ?? "").join(","))].join("\n");
}

const call = async (target: Target, operation: string, { UserPoolId, JobId }: Job) =>
  member(await target.call(operation, { UserPoolId, JobId }), "UserImportJob");

/** Looks at a job until it has ended, and returns it. */
async function finish(target: Target, job: Job): Promise<unknown> {
  for (;;) {
    const seen = await call(target, "DescribeUserImportJob", job);
    if (!["Pending", "InProgress", "Stopping"].includes(String(member(seen, "Status")))) return seen;
  }
}

/** Imports a file and returns the job as it ended. */
async function importFile(target: Target, UserPoolId: string, file: string): Promise<unknown> {
  const job = await createJob(target, UserPoolId);
  await target.upload(job.url, file);
  await call(target, "StartUserImportJob", job);
  return finish(target, job);
}

const importRows = async (target: Target, UserPoolId: string, rows: readonly Record<string, string>[]) =>
  importFile(target, UserPoolId, await csvOf(target, UserPoolId, rows));

/** The results in the log, without the two lines that try it out. */
function resultsOf(target: Target): string[] {
  return [...(target.model?.logs.values() ?? [])].flat().filter((line) => line.startsWith("["));
}

/** Expects a row alone in its file to fail; the reason stands in the log, which only the model shows. */
async function expectFailure(
  target: Target,
  UserPoolId: string,
  row: Record<string, string>,
  reason: string,
) {
  const job = await importRows(target, UserPoolId, [row]);
  expect(job).toMatchObject({ ImportedUsers: 0, SkippedUsers: 0, FailedUsers: 1 });
  if (target.model) expect(resultsOf(target).at(-1)).toBe(`[FAILED] Line Number 2 - ${reason}`);
}

describeConformance("A user import job", [
  {
    title: "brings users in with their attributes, who must then reset their passwords",
    source: guide,
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, {
        ...byEmail,
        Schema: [{ Name: "shop", AttributeDataType: "String", Mutable: true }],
      });
      const row = {
        ...taro,
        name: " 太郎\u2028😀 ",
        address: "1 Any Street\\, Tokyo",
        birthdate: "02/01/1985",
        updated_at: "1471453471",
        phone_number_verified: "FALSE",
        "custom:shop": '"a"',
      };
      expect(await importRows(target, UserPoolId, [row])).toMatchObject({
        Status: "Succeeded",
        ImportedUsers: 1,
        SkippedUsers: 0,
        FailedUsers: 0,
        CompletionMessage: "Import Job Completed Successfully.",
      });
      const user = await target.call("AdminGetUser", { UserPoolId, Username: "taro" });
      expect(user).toMatchObject({ UserStatus: "RESET_REQUIRED", Enabled: true });
      const { sub: _, ...values } = attributesOf(user, "UserAttributes");
      expect(values).toEqual({
        email: "taro@example.com",
        email_verified: "true",
        name: "太郎\u2028😀",
        address: "1 Any Street, Tokyo",
        birthdate: "1985-02-01",
        updated_at: "1471453471",
        "custom:shop": '"a"',
      });
    },
  },
  {
    title: "takes the columns in any order, and a last line with or without an end",
    source: guide,
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      const [header = "", row = ""] = (await csvOf(target, UserPoolId, [taro])).split("\n");
      const reversed = [header, row].map((line) => line.split(",").reverse().join(","));
      expect(await importFile(target, UserPoolId, `${reversed.join("\r\n")}\r\n`)).toMatchObject({
        Status: "Succeeded",
        ImportedUsers: 1,
        FailedUsers: 0,
      });
    },
  },
  {
    title: "sends nobody a message",
    source: "Developer Guide, Requiring imported users to reset their passwords",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      await importRows(target, UserPoolId, [taro]);
      expect(target.model?.messages).toEqual([]);
    },
  },
  {
    title: "confirms users at once who can sign in with a code",
    source: "Developer Guide, Requiring imported users to reset their passwords",
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, {
        ...byEmail,
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
      });
      await importRows(target, UserPoolId, [taro]);
      expect(await target.call("AdminGetUser", { UserPoolId, Username: "taro" })).toMatchObject({
        UserStatus: "CONFIRMED",
      });
    },
  },
  {
    title: "takes the address as user name where users sign in with it",
    source: "aws-solutions/cognito-user-profiles-export-reference-architecture",
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, { ...byEmail, UsernameAttributes: ["email"] });
      const row = { ...taro, "cognito:username": "taro@example.com" };
      expect(await importRows(target, UserPoolId, [row])).toMatchObject({ ImportedUsers: 1 });
      const user = await target.call("AdminGetUser", { UserPoolId, Username: "taro@example.com" });
      expect(attributesOf(user, "UserAttributes").sub).toBe(user.Username);
    },
  },
  {
    title: "skips users who are there already, and those who come twice",
    source: guide,
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      await createUser(target, UserPoolId, "jiro", { UserAttributes: attributes({ name: "untouched" }) });
      const rows = ["jiro", "taro", "taro"].map((name) => ({ ...taro, "cognito:username": name }));
      expect(await importRows(target, UserPoolId, rows)).toMatchObject({
        ImportedUsers: 1,
        SkippedUsers: 2,
        FailedUsers: 0,
      });
      expect(resultsOf(target)).toEqual([
        "[SKIPPED] Line Number 2 - The user already exists.",
        "[SUCCEEDED] Line Number 3 - The import succeeded.",
        "[SKIPPED] Line Number 4 - The user already exists.",
      ]);
      expect(await readAttributes(target, UserPoolId, "jiro")).toMatchObject({ name: "untouched" });
    },
  },
  {
    title: "writes what became of each line, and no data of users, to a stream named after the job",
    source: "Developer Guide, Viewing the user pool import results in the CloudWatch console",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, { ...byEmail, PoolName: "shop" });
      const job = await createJob(target, UserPoolId, "of today");
      await target.upload(job.url, await csvOf(target, UserPoolId, [taro, { ...taro, email: "nobody" }]));
      await call(target, "StartUserImportJob", job);
      await finish(target, job);
      expect([...(target.model?.logs ?? [])]).toEqual([
        [
          `/aws/cognito/userpools/${UserPoolId}/shop:${job.JobId}/of today`,
          [
            "Cognito User Pools Import - Test Log",
            "Cognito User Pools Import - Test Log",
            "[SUCCEEDED] Line Number 2 - The import succeeded.",
            "[FAILED] Line Number 3 - Invalid email address format.",
          ],
        ],
      ]);
    },
  },
  {
    title: "may count lines from the first user, since AWS says nowhere how it counts",
    source: "undocumented; 2 for the first user seen on AWS",
    needsControl: true,
    async run(target) {
      if (target.model) target.model.behaviour.importLineOfFirstUser = 1;
      const UserPoolId = await createPool(target, byEmail);
      await importRows(target, UserPoolId, [taro]);
      expect(resultsOf(target)).toEqual(["[SUCCEEDED] Line Number 1 - The import succeeded."]);
    },
  },
  {
    title: "fails when too many users fail or are skipped, wherever AWS draws that line",
    source: "Developer Guide, Listing your user import jobs; the share is undocumented",
    needsControl: true,
    async run(target) {
      if (target.model) target.model.behaviour.importFailureShare = 0.5;
      const UserPoolId = await createPool(target, byEmail);
      const bad = { ...taro, "cognito:username": "a b" };
      expect(await importRows(target, UserPoolId, [taro, bad])).toMatchObject({ Status: "Succeeded" });
      const rows = [taro, bad, taro].map((row) => ({ ...row, email: "x@example.com" }));
      expect(await importRows(target, UserPoolId, rows)).toMatchObject({
        Status: "Failed",
        ImportedUsers: 0,
        CompletionMessage: "Too many users have failed or been skipped during the import.",
      });
    },
  },
]);

/** Rows that differ from a good one; the job goes on without them. */
const badRows: [string, Json, Record<string, string>, string][] = [
  ["without a user name", {}, { "cognito:username": " " }, "cognito:username is missing."],
  [
    "with a space in the user name",
    {},
    { "cognito:username": "a b" },
    "cognito:username cannot contain spaces or tabs.",
  ],
  [
    "with a tab in the user name",
    {},
    { "cognito:username": "a\tb" },
    "cognito:username cannot contain spaces or tabs.",
  ],
  [
    "with a longer user name than there can be",
    {},
    { "cognito:username": "a".repeat(129) },
    "cognito:username is not valid.",
  ],
  [
    "whose address is not verified",
    {},
    { email_verified: "FALSE" },
    "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
  ],
  [
    "with a verified number where only addresses are verified",
    {},
    { email_verified: "", phone_number: "+819012345678", phone_number_verified: "TRUE" },
    "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
  ],
  [
    "with a verified address that is not there",
    {},
    { email: "" },
    "email is missing although email_verified is true.",
  ],
  [
    "with a flag that is none",
    {},
    { email_verified: "yes" },
    "Attributes did not conform to the schema: email_verified: Value must be true or false",
  ],
  [
    "without a required attribute",
    { Schema: [{ Name: "name", Required: true, Mutable: true }] },
    {},
    "Attributes did not conform to the schema: name: The attribute is required",
  ],
  [
    "with a value that is too long",
    {},
    { name: "x".repeat(2_049) },
    "Attributes did not conform to the schema: name: String must be no longer than 2048 characters",
  ],
  [
    "with a date as attributes have it",
    {},
    { birthdate: "1985-02-01" },
    "birthdate must be in the format mm/dd/yyyy.",
  ],
  [
    "with a day that never was",
    {},
    { birthdate: "02/30/1985" },
    "Attributes did not conform to the schema: birthdate: Value must be a date of the form YYYY-MM-DD",
  ],
  [
    "with a time that is no number of seconds",
    {},
    { updated_at: "1471453471.5" },
    "updated_at must be epoch time in seconds.",
  ],
  [
    "with MFA where the pool has none",
    {},
    { "cognito:mfa_enabled": "TRUE" },
    "cognito:mfa_enabled does not match the MFA requirements of the user pool.",
  ],
  [
    "with a comma that nothing announces",
    {},
    { name: "a,b" },
    "The number of columns in the row does not match the header.",
  ],
  [
    "that is longer than 16,000 characters",
    {},
    { name: "x".repeat(16_000) },
    "The row is longer than 16000 characters.",
  ],
  [
    "with an address as user name where addresses are aliases",
    { AliasAttributes: ["email"] },
    { "cognito:username": "taro@example.com" },
    "Username cannot be of email format, since user pool is configured for email alias.",
  ],
  [
    "with another user name than the address that signs in",
    { UsernameAttributes: ["email"] },
    { "cognito:username": "jiro@example.com" },
    "The email attribute does not match the username.",
  ],
];

describeConformance("A row of an import file is refused", [
  ...badRows.map(([title, settings, row, reason]) => ({
    title,
    source: guide,
    differs,
    async run(target: Target) {
      const UserPoolId = await createPool(target, { ...byEmail, ...settings });
      await expectFailure(target, UserPoolId, { ...taro, ...row }, reason);
    },
  })),
  {
    title: "without MFA where the pool requires it; blank takes what the pool requires",
    source: guide,
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      await target.call("SetUserPoolMfaConfig", {
        UserPoolId,
        MfaConfiguration: "ON",
        SoftwareTokenMfaConfiguration: { Enabled: true },
      });
      await expectFailure(
        target,
        UserPoolId,
        { ...taro, "cognito:mfa_enabled": "FALSE" },
        "cognito:mfa_enabled does not match the MFA requirements of the user pool.",
      );
      expect(await importRows(target, UserPoolId, [taro])).toMatchObject({ ImportedUsers: 1 });
    },
  },
  {
    title: "with an address that signs somebody else in",
    source: "Developer Guide, Customizing sign-in attributes",
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, { ...byEmail, AliasAttributes: ["email"] });
      const { email, email_verified } = taro;
      await createUser(target, UserPoolId, "jiro", {
        UserAttributes: attributes({ email, email_verified: email_verified.toLowerCase() }),
      });
      await expectFailure(target, UserPoolId, taro, "An account with the given email already exists.");
    },
  },
]);

describeConformance("An import file fails the whole job", [
  ...(
    [
      ["without a column", (file: string) => file.replaceAll(/^[^,]*,/gm, ""), "header"],
      ["with a column twice", (file: string) => file.replaceAll(/^([^,]*),/gm, "$1,$1,"), "header"],
      ["with a byte order mark", (file: string) => `\ufeff${file}`, "header"],
      ["that is empty", () => "", "header"],
    ] as const
  ).map(([title, spoil]) => ({
    title,
    source: guide,
    differs,
    async run(target: Target) {
      const UserPoolId = await createPool(target, byEmail);
      const file = spoil(await csvOf(target, UserPoolId, [taro]));
      expect(await importFile(target, UserPoolId, file)).toMatchObject({
        Status: "Failed",
        ImportedUsers: 0,
        SkippedUsers: 0,
        FailedUsers: 0,
      });
    },
  })),
  {
    title: "where its results cannot be logged, and then nobody is imported",
    source: guide,
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      target.model?.denyLogs();
      expect(await importRows(target, UserPoolId, [taro])).toMatchObject({
        Status: "Failed",
        ImportedUsers: 0,
      });
      expect(listOf(await target.call("ListUsers", { UserPoolId }), "Users")).toEqual([]);
    },
  },
]);

describeConformance("The course of an import job", [
  {
    title: "runs from created through pending and in progress to its end, with its times",
    source: "Developer Guide, Status values for a user import job",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      const job = await createJob(target, UserPoolId);
      const looks = ["one", "two", "three", "four"].map((name) => ({
        ...taro,
        "cognito:username": name,
      }));
      await target.upload(job.url, await csvOf(target, UserPoolId, looks));
      const created = await call(target, "DescribeUserImportJob", job);
      expect(created).toEqual({
        JobName: "job",
        JobId: job.JobId,
        UserPoolId,
        PreSignedUrl: job.url,
        CreationDate: Date.parse("2026-11-21T03:00:00Z") / 1_000,
        Status: "Created",
        CloudWatchLogsRoleArn,
        ImportedUsers: 0,
        SkippedUsers: 0,
        FailedUsers: 0,
      });
      expect(job.JobId).toMatch(/^import-[0-9A-Za-z]{10}$/);
      target.model?.advance(minute);
      const started = await call(target, "StartUserImportJob", job);
      expect(started).toMatchObject({ Status: "Pending" });
      expect(started).toHaveProperty("StartDate", Date.parse("2026-11-21T03:01:00Z") / 1_000);
      expect(await call(target, "DescribeUserImportJob", job)).toMatchObject({
        Status: "InProgress",
        ImportedUsers: 2,
      });
      target.model?.advance(minute);
      const ended = await call(target, "DescribeUserImportJob", job);
      expect(ended).toMatchObject({ Status: "Succeeded", ImportedUsers: 4 });
      expect(ended).toHaveProperty("CompletionDate", Date.parse("2026-11-21T03:02:00Z") / 1_000);
    },
  },
  {
    title: "does not begin without a file, nor a second time",
    source: "API reference, StartUserImportJob; first sentence seen on AWS",
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      const job = await createJob(target, UserPoolId);
      const start = () => call(target, "StartUserImportJob", job);
      const code = "PreconditionNotMetException";
      await expectRefusal(start(), code, `No csv file was uploaded for ${job.JobId}`);
      await target.upload(job.url, await csvOf(target, UserPoolId, [taro]));
      await start();
      await expectRefusal(start(), code);
      await finish(target, job);
      await expectRefusal(start(), code);
    },
  },
  {
    title: "does not begin in a pool that verifies nothing by itself",
    source: guide,
    differs,
    async run(target) {
      const UserPoolId = await createPool(target);
      const job = await createJob(target, UserPoolId);
      await target.upload(job.url, await csvOf(target, UserPoolId, [taro]));
      await expectRefusal(call(target, "StartUserImportJob", job), "PreconditionNotMetException");
    },
  },
  {
    title: "does not begin while another job of the account runs, whatever its pool",
    source: "Developer Guide, Starting a user import job",
    needsControl: true,
    async run(target) {
      const prepare = async () => {
        const UserPoolId = await createPool(target, byEmail);
        const job = await createJob(target, UserPoolId);
        await target.upload(job.url, await csvOf(target, UserPoolId, [taro]));
        return job;
      };
      const [first, second, third] = [await prepare(), await prepare(), await prepare()];
      const start = (job: Job) => call(target, "StartUserImportJob", job);
      const both = await Promise.allSettled([start(first), start(second)]);
      expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
      await finish(target, first);
      await start(second);
      await expectRefusal(
        start(third),
        "PreconditionNotMetException",
        "Only one import job can be active at a time per account.",
      );
      // It moves on by itself.
      expect(await start(third)).toMatchObject({ Status: "Pending" });
    },
  },
  {
    title: "ends when it is stopped, keeps who came until then, and cannot begin again",
    source: "Developer Guide, Stopping a user import job",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      const job = await createJob(target, UserPoolId);
      const stop = () => call(target, "StopUserImportJob", job);
      await expectRefusal(stop(), "PreconditionNotMetException");
      const rows = ["one", "two"].map((name) => ({ ...taro, "cognito:username": name }));
      await target.upload(job.url, await csvOf(target, UserPoolId, rows));
      await call(target, "StartUserImportJob", job);
      await call(target, "DescribeUserImportJob", job);
      expect(await stop()).toMatchObject({ Status: "Stopping" });
      expect(await finish(target, job)).toMatchObject({
        Status: "Stopped",
        ImportedUsers: 1,
        CompletionMessage: "The Import Job was stopped by the developer.",
      });
      await expectRefusal(stop(), "PreconditionNotMetException");
      await expectRefusal(call(target, "StartUserImportJob", job), "PreconditionNotMetException");
    },
  },
  {
    title: "ends before the first user when it is stopped before it began",
    source: "Developer Guide, Stopping a user import job",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      const job = await createJob(target, UserPoolId);
      await target.upload(job.url, await csvOf(target, UserPoolId, [taro]));
      await call(target, "StartUserImportJob", job);
      expect(await call(target, "StopUserImportJob", job)).toMatchObject({
        Status: "Stopped",
        ImportedUsers: 0,
      });
    },
  },
  {
    title: "expires a day after it was created when nobody starts it",
    source: "Developer Guide, Status values for a user import job",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      const job = await createJob(target, UserPoolId);
      await target.upload(job.url, await csvOf(target, UserPoolId, [taro]));
      target.model?.advance(24 * hour - 1);
      expect(await call(target, "DescribeUserImportJob", job)).toMatchObject({ Status: "Created" });
      target.model?.advance(1);
      await expectRefusal(call(target, "StartUserImportJob", job), "PreconditionNotMetException");
      expect(await call(target, "DescribeUserImportJob", job)).toMatchObject({
        Status: "Expired",
        CompletionMessage: "The user import job has expired.",
      });
    },
  },
]);

describeConformance("The address for an import file", [
  {
    title: "needs the header it was signed with",
    source: "Developer Guide, Uploading the CSV file",
    differs,
    async run(target) {
      const job = await createJob(target, await createPool(target, byEmail));
      for (const headers of [{}, { "x-amz-server-side-encryption": "AES256" }]) {
        await expectRefusal(target.upload(job.url, "", headers), "SignatureDoesNotMatch");
      }
      await target.upload(job.url, "");
    },
  },
  {
    title: "takes no other header of S3, no second signature, and no other address",
    source: "Amazon S3 API reference, Authenticating requests: using query parameters",
    differs,
    async run(target) {
      const job = await createJob(target, await createPool(target, byEmail));
      const signed = { "x-amz-server-side-encryption": "aws:kms" };
      const tagged = { ...signed, "x-amz-tagging": "a=b" };
      await expectRefusal(target.upload(job.url, "", tagged), "AccessDenied");
      const twice = { ...signed, authorization: "AWS4-HMAC-SHA256 Credential=a" };
      await expectRefusal(target.upload(job.url, "", twice), "InvalidArgument");
      const signature = /X-Amz-Signature=(\w)/.exec(job.url)?.[1];
      const forged = job.url.replace(/(X-Amz-Signature=)\w/, signature === "0" ? "$11" : "$10");
      await expectRefusal(target.upload(forged, "", signed), "SignatureDoesNotMatch");
    },
  },
  {
    title: "holds for fifteen minutes, and the job must then be made anew",
    source: "Developer Guide, Creating a user import job",
    needsControl: true,
    async run(target) {
      const job = await createJob(target, await createPool(target, byEmail));
      target.model?.advance(14 * minute);
      await target.upload(job.url, "");
      target.model?.advance(minute);
      await expectRefusal(target.upload(job.url, ""), "AccessDenied", "Request has expired");
    },
  },
]);

describeConformance("Import jobs of a pool", [
  {
    title: "are listed from the last to the first, page by page",
    source: "Developer Guide, Listing your user import jobs",
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      for (const name of ["one", "two", "three"]) await createJob(target, UserPoolId, name);
      const list = (input: Json) => target.call("ListUserImportJobs", { UserPoolId, ...input });
      const namesOf = (page: Json) => listOf(page, "UserImportJobs").map((job) => member(job, "JobName"));
      const first = await list({ MaxResults: 2 });
      expect(namesOf(first)).toEqual(["three", "two"]);
      const rest = await list({ MaxResults: 2, PaginationToken: first.PaginationToken });
      expect(namesOf(rest)).toEqual(["one"]);
      expect(rest).not.toHaveProperty("PaginationToken");
    },
  },
  {
    title: "are asked for by a number from 1 to 60, and by the ids AWS gave them",
    source: "API reference, ListUserImportJobs and DescribeUserImportJob",
    differs,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      for (const input of [{}, { MaxResults: 0 }, { MaxResults: 61 }]) {
        const list = target.call("ListUserImportJobs", { UserPoolId, ...input });
        await expectRefusal(list, "InvalidParameterException");
      }
      const unknown = { UserPoolId, JobId: "import-0123456789", url: "" };
      await expectRefusal(call(target, "DescribeUserImportJob", unknown), "ResourceNotFoundException");
      const odd = { ...unknown, JobId: "job-1" };
      await expectRefusal(call(target, "DescribeUserImportJob", odd), "InvalidParameterException");
    },
  },
  {
    title: "take no password hashes here, and say so",
    source: "the local world's own limit",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      await expectRefusal(
        target.call("CreateUserImportJob", {
          UserPoolId,
          JobName: "job",
          CloudWatchLogsRoleArn,
          PasswordHashingAlgorithm: "BCRYPT",
        }),
        "InvalidParameterException",
        "The local world does not know the setting PasswordHashingAlgorithm yet.",
      );
    },
  },
  {
    title: "are a thousand at most",
    source: "Developer Guide, Quotas in Amazon Cognito",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target, byEmail);
      for (let count = 0; count < 1_000; count++) await createJob(target, UserPoolId);
      await expectRefusal(createJob(target, UserPoolId), "LimitExceededException");
    },
  },
]);
