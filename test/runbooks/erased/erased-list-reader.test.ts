import { createSecretKey } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERASED_LIST_HEADER } from "../../../infra/restores/erased-list.ts";
import { openSetStore, ownChecksums } from "../../../runbooks/backup/set-store.ts";
import { formatErasedEntry } from "../../../runbooks/erased/erased-list.ts";
import { readErasedPeople } from "../../../runbooks/erased/erased-list-reader.ts";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";
import { clientSettings } from "../../../runbooks/runtime/aws-clients.ts";
import { NotFoundError, RemoteError } from "../../../runbooks/runtime/errors.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";
import { answerRequests, refuseWith, type ScriptedAnswer } from "../../support/scripted-answers.ts";

const KEY = createSecretKey(Buffer.alloc(32, 7));
const HEADER = '{"kind":"erased-list","version":1}\n';
const ALICE = { sub: "sub-1", email: "alice@example.com", created: "2026-01-02T03:04:05.678Z" };
const LIST = HEADER + formatErasedEntry({ ...ALICE, erasedAt: new Date("2026-11-21T03:00:00Z") }, KEY);
const SECRET = {
  body: JSON.stringify({ SecretString: JSON.stringify({ key: KEY.export().toString("base64") }) }),
};

function readList(list: Buffer | Error, secret: ScriptedAnswer = SECRET) {
  const asked: string[] = [];
  const people = readErasedPeople({
    store: {
      bucket: "work",
      get: async (key) => {
        asked.push(key);
        if (list instanceof Error) throw list;
        return list;
      },
    },
    object: "erased/erased-users.ndjson",
    client: new SecretsManagerClient(
      answerRequests(({ operation, body }) => {
        asked.push(`${operation} ${JSON.parse(body).SecretId}`);
        return secret;
      }),
    ),
    secret: "sekisho/dev/erased-list-key",
    call: createAwsCaller(new AbortController().signal),
  });
  return { people, asked };
}

describe("people who must not come back, in a stack's own work bucket", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld();
  });
  afterAll(() => world.close());

  it("are known once the stack was deployed, and not before", async () => {
    const settings = {
      ...clientSettings({ region: "ap-northeast-1" }),
      endpoint: world.gateway.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    const call = createAwsCaller(new AbortController().signal);
    const source = {
      store: openSetStore({
        client: new S3Client({ ...settings, ...ownChecksums }),
        bucket: "sekisho-test-work",
        account: "123456789012",
        call,
        pause: async () => {},
      }),
      object: "erased/erased-users.ndjson",
      client: new SecretsManagerClient(settings),
      secret: "sekisho/test/erased-list-key",
      call,
    };
    await expect(readErasedPeople(source)).rejects.toMatchObject({ exitCode: 2 });
    world.objects.secrets.set(source.secret, JSON.stringify({ key: KEY.export().toString("base64") }));
    await expect(readErasedPeople(source)).rejects.toMatchObject({
      exitCode: 2,
      message: "There is no erased list at s3://sekisho-test-work/erased/erased-users.ndjson.",
    });
    world.objects.buckets.get("sekisho-test-work")?.set(source.object, Buffer.from(ERASED_LIST_HEADER));
    expect(await readErasedPeople(source)).toMatchObject({ count: 0 });
    world.objects.buckets.get("sekisho-test-work")?.set(source.object, Buffer.from(LIST));
    expect((await readErasedPeople(source)).isErased(ALICE)).toBe(true);
  });
});

describe("people who must not come back", () => {
  it("are read from the work bucket, with the key from its secret", async () => {
    const { people, asked } = readList(Buffer.from(LIST));
    const { count, isErased } = await people;
    expect(asked).toEqual(["GetSecretValue sekisho/dev/erased-list-key", "erased/erased-users.ndjson"]);
    expect([count, isErased(ALICE), isErased({ ...ALICE, sub: "sub-2", email: "bob@example.com" })]).toEqual([
      1,
      true,
      false,
    ]);
  });

  it("are unknown without the list: exit code 2, and how to go on without it", async () => {
    await expect(readList(new NotFoundError("GetObject: not found.")).people).rejects.toMatchObject({
      exitCode: 2,
      message: "There is no erased list at s3://work/erased/erased-users.ndjson.",
      remedy: "Deploy the stack, or spell --no-erased-list.",
    });
  });

  it("are unknown without the key: exit code 2, and how to go on without it", async () => {
    const { people } = readList(Buffer.from(LIST), refuseWith("ResourceNotFoundException"));
    await expect(people).rejects.toMatchObject({
      exitCode: 2,
      message: "There is no key of the erased list in the secret sekisho/dev/erased-list-key.",
      remedy: "Deploy the stack, or spell --no-erased-list.",
    });
  });

  it.each<[number, string, Buffer | Error, ScriptedAnswer]>([
    [15, "the bucket does not answer", new RemoteError("GetObject: no answer."), SECRET],
    [12, "the secret may not be read", Buffer.from(LIST), refuseWith("AccessDeniedException")],
    [13, "the secret holds bytes instead of text", Buffer.from(LIST), { body: '{"SecretBinary":"AAAA"}' }],
    [13, "the list is no UTF-8", Buffer.from([0xff, 0xfe, 0x0a]), SECRET],
    [13, "the list begins with a byte order mark", Buffer.from(`\ufeff${LIST}`), SECRET],
  ])("are unknown with exit code %i where %s", async (exitCode, _, list, secret) => {
    await expect(readList(list, secret).people).rejects.toMatchObject({ exitCode });
  });
});
