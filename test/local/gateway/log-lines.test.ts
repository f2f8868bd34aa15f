import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { cutIntoBatches, writeLogLines } from "../../../local/gateway/log-lines.ts";
import { startObjectStore } from "../../support/object-store.ts";

test.each<[string, string[], number[]]>([
  ["no lines", [], []],
  ["as many lines as one call takes", Array.from({ length: 10_000 }, () => "a"), [10_000]],
  ["one line more", Array.from({ length: 10_001 }, () => "a"), [10_000, 1]],
  ["as many bytes as one call takes", ["あ".repeat(174_754), "a".repeat(524_262)], [2]],
  ["one byte more", ["あ".repeat(174_754), "a".repeat(524_263)], [1, 1]],
])("%s are cut into batches that CloudWatch Logs takes", (_, lines, sizes) => {
  const batches = cutIntoBatches(lines);
  expect(batches.map(({ length }) => length)).toEqual(sizes);
  expect(batches.flat()).toEqual(lines);
});

test("lines are appended to a stream, whether it is there or not", async () => {
  const store = await startObjectStore("backups", "work");
  const client = new CloudWatchLogsClient({
    endpoint: store.url,
    region: "ap-northeast-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  try {
    const log = { logGroup: "/aws/a", logStream: "b/c", at: 0 };
    await writeLogLines(client, { ...log, lines: ["one", "two"] });
    await writeLogLines(client, { ...log, lines: Array.from({ length: 10_001 }, () => "three") });
    expect(store.logs.get("/aws/a")?.get("b/c")?.slice(0, 3)).toEqual(["one", "two", "three"]);
    expect(store.logs.get("/aws/a")?.get("b/c")).toHaveLength(10_003);
  } finally {
    client.destroy();
    await store.close();
  }
});
