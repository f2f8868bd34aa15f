import fc from "fast-check";
import { expect, test } from "vitest";
import { readFields, readImportTable } from "../../../local/cognito/import-jobs/import-table.ts";
import { poolFunctions, unchanged } from "../../support/pool-functions.ts";
import { call, createPool, openModel } from "./strict-model.ts";

const columns = ["cognito:username", "email"];

test("every value without white space at its ends and backslash at its end comes through a row", () => {
  const value = fc
    .string({ unit: "grapheme" })
    .filter((text) => text === text.trim() && !text.endsWith("\\") && !/[\r\n]/.test(text));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const row = values.map((text) => text.replaceAll(",", "\\,")).join(",");
      expect(readFields(row)).toEqual(values);
    }),
  );
});

test.each<[string, Buffer, string]>([
  [
    "is larger than 100 MB",
    Buffer.alloc(100_000_001, "a"),
    "The CSV file could not be read: it is larger than 100 MB.",
  ],
  [
    "has more than 500,000 rows",
    Buffer.from(`${columns.join(",")}\n${"a,\n".repeat(500_001)}`),
    "The CSV file could not be read: it has more than 500000 rows.",
  ],
  ["is not UTF-8", Buffer.from([0x82, 0xa0]), "The CSV file could not be read: it is not UTF-8."],
  [
    "begins with a byte order mark",
    Buffer.from(`\ufeff${columns.join(",")}\n`),
    "The CSV file could not be read: it begins with a byte order mark.",
  ],
  [
    "has another header",
    Buffer.from("email\n"),
    "The CSV file could not be read: its header has not exactly the pool's columns.",
  ],
])("a file that %s is not read", (_, file, reason) => {
  expect(readImportTable(file, columns)).toEqual({ kind: "unreadable", reason });
});

test("a file of 500,000 rows is read", () => {
  const file = Buffer.from(`${columns.join(",")}\n${"a,\n".repeat(500_000)}`);
  const table = readImportTable(file, columns);
  expect(table.kind === "readable" && table.rows.length).toBe(500_000);
});

test("an import calls none of the pool's functions", async () => {
  const { partners, LambdaConfig, sources } = poolFunctions({
    PreSignUp: unchanged,
    CustomMessage: unchanged,
    PostConfirmation: unchanged,
  });
  const model = openModel(undefined, 1, partners);
  const UserPoolId = await createPool(model, { LambdaConfig, AutoVerifiedAttributes: ["email"] });
  await importFile(model, UserPoolId, { "cognito:username": "taro" });
  expect(sources()).toEqual([]);
  expect(model.pools.get(UserPoolId)?.users.size).toBe(1);
});

test("a user who is imported with MFA on has text messages as second factor, where the pool sends them", async () => {
  const model = openModel();
  const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "external" };
  const UserPoolId = await createPool(model, {
    AutoVerifiedAttributes: ["email"],
    MfaConfiguration: "OPTIONAL",
    SmsConfiguration,
  });
  const row = { "cognito:mfa_enabled": "TRUE", phone_number: "+819012345678" };
  await importFile(model, UserPoolId, { ...row, "cognito:username": "taro" });
  await importFile(model, UserPoolId, { "cognito:mfa_enabled": "TRUE", "cognito:username": "jiro" });
  const read = (Username: string) => call(model, "AdminGetUser", { UserPoolId, Username });
  expect(await read("taro")).toMatchObject({ UserMFASettingList: ["SMS_MFA"] });
  expect(await read("jiro")).not.toHaveProperty("UserMFASettingList");
});

test("looks at one job that come together follow each other: each step is done once, after the one before", async () => {
  const written: (readonly string[])[] = [];
  const model = openModel(undefined, 1, {
    writeLog: ({ lines }) =>
      new Promise((resolve) =>
        setImmediate(() => {
          written.push(lines);
          resolve();
        }),
      ),
  });
  const UserPoolId = await createPool(model, { AutoVerifiedAttributes: ["email"] });
  const { JobId } = await startImport(model, UserPoolId, [
    { "cognito:username": "taro" },
    { "cognito:username": "jiro" },
  ]);
  const look = () => call(model, "DescribeUserImportJob", { UserPoolId, JobId });
  await Promise.all([look(), look(), look()]);
  expect(await look()).toMatchObject({ UserImportJob: { Status: "Succeeded", ImportedUsers: 2 } });
  const probe = "Cognito User Pools Import - Test Log";
  expect(written).toEqual([
    [probe, probe],
    ["[SUCCEEDED] Line Number 2 - The import succeeded."],
    ["[SUCCEEDED] Line Number 3 - The import succeeded."],
  ]);
});

type Model = ReturnType<typeof openModel>;

async function startImport(
  model: Model,
  UserPoolId: string,
  rows: readonly Record<string, string>[],
): Promise<{ JobId: string }> {
  const { CSVHeader: header } = (await call(model, "GetCSVHeader", { UserPoolId })) as {
    CSVHeader: string[];
  };
  const lines = rows.map((row) => {
    const values: Record<string, string> = { email: "x@example.com", email_verified: "true", ...row };
    return header.map((name) => values[name] ?? "").join(",");
  });
  const { UserImportJob } = (await call(model, "CreateUserImportJob", {
    UserPoolId,
    JobName: "job",
    CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import",
  })) as { UserImportJob: { JobId: string; PreSignedUrl: string } };
  model.uploadImportFile({
    method: "PUT",
    url: new URL(UserImportJob.PreSignedUrl),
    headers: { "x-amz-server-side-encryption": "aws:kms" },
    body: Buffer.from([header.join(","), ...lines].join("\n")),
  });
  await call(model, "StartUserImportJob", { UserPoolId, JobId: UserImportJob.JobId });
  return UserImportJob;
}

/** Imports one user and looks until the job has ended. */
async function importFile(model: Model, UserPoolId: string, row: Record<string, string>): Promise<void> {
  const { JobId } = await startImport(model, UserPoolId, [row]);
  for (let look = 0; look < 2; look++) await call(model, "DescribeUserImportJob", { UserPoolId, JobId });
}
