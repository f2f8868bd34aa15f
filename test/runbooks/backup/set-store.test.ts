import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { FaultKind } from "../../../local/faults.ts";
import { RemoteError } from "../../../runbooks/runtime/errors.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";

let world: BackupWorld;

beforeAll(async () => {
  world = await startBackupWorld();
});
afterAll(() => world.close());
afterEach(() => {
  world.gateway.faults.clear();
  world.bucket.clear();
  world.objects.writes.length = 0;
});

/** What a portal or proxy in between answers in the place of AWS. */
const foreignAnswers: readonly FaultKind[] = ["empty-200", "html-200"];
const body = Buffer.from("a part");

describe.each(foreignAnswers)("an answer that is not from S3 (%s)", (kind) => {
  const store = () => world.openStore({ maxAttempts: 1 });

  it("is never taken for a stored object: the write fails when nothing arrives, however often", async () => {
    world.gateway.faults.add({ kind, operation: "PutObject", service: "s3", everyNth: 1 });
    await expect(store().put("pool/set/part", body)).rejects.toThrow(RemoteError);
    expect(world.bucket.size).toBe(0);
  });

  it("to one write is followed by a look and another write", async () => {
    world.gateway.faults.add({ kind, operation: "PutObject", service: "s3", nth: 1 });
    await store().put("pool/set/part", body);
    expect(world.bucket.get("pool/set/part")).toEqual(body);
  });

  it("to a write that did arrive is followed by a look, not by another write", async () => {
    world.gateway.faults.add({
      kind,
      operation: "PutObject",
      service: "s3",
      nth: 1,
      phase: "after-commit",
    });
    await store().put("pool/set/part", body);
    expect(world.objects.writes.filter((key) => key === "pool/set/part")).toHaveLength(1);
  });

  it("to a read is read again, and stays a transport failure when it keeps coming", async () => {
    await store().put("pool/set/part", body);
    world.gateway.faults.add({ kind, operation: "GetObject", service: "s3", nth: 1 });
    expect(await store().get("pool/set/part")).toEqual(body);
    world.gateway.faults.clear();
    world.gateway.faults.add({ kind, operation: "GetObject", service: "s3", everyNth: 1 });
    await expect(store().get("pool/set/part")).rejects.toThrow(RemoteError);
  });
});

describe("a write whose answer was lost, by somebody who may write but not look", () => {
  it("counts as failed for what it was, not for the right that is missing", async () => {
    const store = world.openStore({ maxAttempts: 1 });
    world.gateway.faults.add({
      kind: "reset",
      operation: "PutObject",
      service: "s3",
      nth: 1,
      phase: "after-commit",
    });
    world.gateway.faults.add({ kind: "access-denied", operation: "HeadObject", service: "s3" });
    const failure = store.put("pool/set/part", body);
    await expect(failure).rejects.toThrow(RemoteError);
    await expect(failure).rejects.toThrow(/^PutObject s3:/);
  });
});
