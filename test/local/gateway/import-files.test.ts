import { afterEach, expect, test } from "vitest";
import { startGateway } from "../../../local/gateway.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";
import { call } from "../cognito/strict-model.ts";
import { send, signature, userPoolsCall } from "./raw-client.ts";

let world: BackupWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const signed = { "x-amz-server-side-encryption": "aws:kms" };

async function ask(url: string, operation: string, input: object): Promise<Record<string, unknown>> {
  const seen = await send(url, userPoolsCall(operation, input));
  return JSON.parse(seen.body.toString());
}

test("a job's file goes to the address it was given on this gateway, and its log to CloudWatch Logs", async () => {
  world = await startBackupWorld();
  const { gateway, poolId: UserPoolId, objects, model } = world;
  await call(model, "UpdateUserPool", { UserPoolId, AutoVerifiedAttributes: ["email"] });
  const { CSVHeader } = await ask(gateway.url, "GetCSVHeader", { UserPoolId });
  const header = CSVHeader as string[];
  const created = await ask(gateway.url, "CreateUserImportJob", {
    UserPoolId,
    JobName: "job",
    CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import",
  });
  const { JobId, PreSignedUrl } = created.UserImportJob as { JobId: string; PreSignedUrl: string };
  const address = new URL(PreSignedUrl);
  expect(address.origin).toBe(gateway.url);
  expect(address.pathname).toBe(
    `/aws-cognito-idp-user-import-ap-northeast-1/123456789012/${UserPoolId}/${JobId}`,
  );

  const refused = await fetch(PreSignedUrl, { method: "PUT", body: "x" });
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
  const looked = await fetch(PreSignedUrl, { headers: signed });
  expect(looked.status).toBe(403);

  const rows = Array.from({ length: 300 }, (_, number) => {
    const email = `user-${number}@example.com`;
    const values: Record<string, string> = { "cognito:username": email, email, email_verified: "true" };
    return header.map((name) => values[name] ?? "").join(",");
  });
  const body = [header.join(","), ...rows].join("\n");
  expect((await fetch(PreSignedUrl, { method: "PUT", headers: signed, body })).status).toBe(200);
  await ask(gateway.url, "StartUserImportJob", { UserPoolId, JobId });
  for (let look = 0; look < 2; look++) await ask(gateway.url, "DescribeUserImportJob", { UserPoolId, JobId });
  expect(model.pools.get(UserPoolId)?.users.size).toBe(300);
  const log = objects.logs.get(`/aws/cognito/userpools/${UserPoolId}/sekisho-test`)?.get(`${JobId}/job`);
  expect(log).toHaveLength(302);
  expect(log?.at(-1)).toBe("[SUCCEEDED] Line Number 301 - The import succeeded.");
  expect(gateway.history.count("PutObject")).toBe(2);
});

test("an upload suffers the faults that are planned for S3", async () => {
  world = await startBackupWorld();
  const { gateway, poolId: UserPoolId } = world;
  const created = await ask(gateway.url, "CreateUserImportJob", {
    UserPoolId,
    JobName: "job",
    CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import",
  });
  const { PreSignedUrl } = created.UserImportJob as { PreSignedUrl: string };
  gateway.faults.add({ kind: "503", service: "s3", operation: "PutObject", nth: 1 });
  const put = () => fetch(PreSignedUrl, { method: "PUT", headers: signed, body: "x" });
  expect([(await put()).status, (await put()).status]).toEqual([503, 200]);
});

test("user pools that cannot import files say so", async () => {
  const gateway = await startGateway({ cognito: { handle: async () => ({}) } });
  try {
    const seen = await send(gateway.url, {
      method: "PUT",
      path: "/aws-cognito-idp-user-import-ap-northeast-1/123456789012/a/b",
      headers: { authorization: signature("s3") },
    });
    expect(seen.status).toBe(501);
    expect(seen.body.toString()).toContain("<Message>These user pools cannot import files.</Message>");
  } finally {
    await gateway.close();
  }
});
