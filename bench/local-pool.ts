import { randomBytes } from "node:crypto";
import { createCognitoModel } from "../local/cognito/model.ts";
import type { SeedUser } from "../local/cognito/seed-users.ts";
import { startGateway } from "../local/gateway.ts";
import { startObjectStore } from "../test/support/object-store.ts";

// The other side of a benchmark, in a process of its own: `local-pool.ts <users>` makes a pool with so many users, each
// in one of a hundred groups, an empty one beside it, buckets and the outputs of a stack "bench", and tells where they are.

const REGION = "ap-northeast-1";
const ACCOUNT = "123456789012";
const BUCKET = "bench-backups";
const WORK_BUCKET = "bench-work";
const RUNBOOK_LOG = "/sekisho/bench/runbooks";
const GROUPS = 100;
const BATCH = 10_000;

const count = Number(process.argv[2]);
const store = await startObjectStore(BUCKET, WORK_BUCKET);
const model = createCognitoModel({ region: REGION, account: ACCOUNT, now: () => new Date(), randomBytes });
const poolId = await createPool();
const emptyPoolId = await createPool();
for (let first = 0; first < count; first += BATCH) {
  model.seedUsers(
    poolId,
    Array.from({ length: Math.min(BATCH, count - first) }, (_, n) => createUser(first + n)),
  );
}
const gateway = await startGateway({ cognito: model, upstream: store.url, region: REGION, account: ACCOUNT });
for (const [name, value] of Object.entries(createOutputs())) {
  store.parameters.set(`/sekisho/bench/${name}`, JSON.stringify(value));
}
process.on("disconnect", () => process.exit());
store.logs.set(RUNBOOK_LOG, new Map());
process.send?.({ url: gateway.url, poolId, emptyPoolId, region: REGION });

async function createPool(): Promise<string> {
  const created = (await model.handle(
    "CreateUserPool",
    { PoolName: "bench", UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"] },
    { isSigned: true },
  )) as { UserPool: { Id: string } };
  return created.UserPool.Id;
}

/** About 600 bytes of JSON, as a user with the usual attributes has. */
function createUser(number: number): SeedUser {
  return {
    attributes: {
      email: `user-${number}@example.com`,
      email_verified: "true",
      phone_number: `+8190${String(number).padStart(8, "0")}`,
      phone_number_verified: "true",
      name: `利用者 ${number}`,
      family_name: "山田",
      given_name: `太郎 ${number}`,
      locale: "ja-JP",
    },
    status: "CONFIRMED",
    createdAt: new Date(Date.UTC(2026, 0, 1) + number),
    groups: [`team-${number % GROUPS}`],
  };
}

function createOutputs() {
  const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`;
  return {
    stack: { version: 1, stack: "bench", account: ACCOUNT, region: REGION, disposable: true },
    users: {
      userPoolId: poolId,
      userPoolArn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${poolId}`,
      userPoolName: "bench",
      generation: 1,
    },
    backup: {
      bucket: BUCKET,
      workBucket: WORK_BUCKET,
      keyArn,
      workKeyArn: keyArn,
      keepDays: 35,
      lock: "none",
    },
    "runbook-log": { logGroup: RUNBOOK_LOG },
  };
}
