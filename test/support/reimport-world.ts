import { vi } from "vitest";
import type { Partners } from "../../local/cognito/partners.ts";
import type { Pool } from "../../local/cognito/state.ts";
import { backUpUsersRunbook } from "../../runbooks/back-up-users.ts";
import { reimportUsersRunbook } from "../../runbooks/reimport-users.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { type BackupWorld, startBackupWorld } from "./backup-world.ts";
import { createTestHost, type TestHost } from "./test-host.ts";

/** A stack "test" whose pool was lost after a backup, and whose new pool is empty. */
export interface ReimportWorld extends BackupWorld {
  /** The new pool, which the outputs name. */
  target: Pool;
  /** What the runbooks keep in the work bucket. */
  work: Map<string, Buffer>;
  /** Creates another pool, like the first unless said otherwise. */
  createPool: (input?: object) => Promise<Pool>;
  /** Makes the outputs name this pool as the stack's own. */
  usePool: (poolId: string) => void;
  backUp: (...argv: string[]) => Promise<void>;
  /** The same for a pool other than the first, and as the stack "test" unless another is named. */
  backUpPool: (poolId: string, stack?: string) => Promise<void>;
  /** The same of another stack's name, whose outputs are those of this one but for the part `stack`. */
  backUpAs: (stack: string, ...argv: string[]) => Promise<void>;
  reimport: (...argv: string[]) => Promise<TestHost>;
  /** The same with everything that it takes to be carried out. */
  apply: (...argv: string[]) => Promise<TestHost>;
  /** The same, asked of another endpoint that leads here. */
  applyTo: (url: string, ...argv: string[]) => Promise<TestHost>;
  /** Operations of Cognito that change something, as they were answered with success, oldest first. */
  writes: () => string[];
}

export const RUNBOOK_LOG = "/sekisho/test/runbooks";
export const ERASED_LIST = "erased/erased-users.ndjson";
export const ERASED_KEY = Buffer.alloc(32, 7).toString("base64");
const ERASED_SECRET = "sekisho/test/erased-list-key";

/** Users sign in with their address, case does not matter, and the address is the way back. */
export const POOL = {
  PoolName: "sekisho-test",
  UsernameAttributes: ["email"],
  UsernameConfiguration: { CaseSensitive: false },
  AutoVerifiedAttributes: ["email"],
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
  UserPoolTags: { "sekisho:stack": "test" },
};

/** Quotas so high that no test waits for one. */
export const FAST = [
  "UserList",
  "UserRead",
  "UserCreation",
  "UserAccountRecovery",
  "UserUpdate",
  "UserResourceUpdate",
  "UserResourceRead",
].flatMap((name) => ["--quota", `${name}=100000`]);

/** What it takes for a plan to be carried out. */
export const APPLY = ["--apply", "--ticket", "INC-1", "--confirm", "sekisho-test"];

export async function startReimportWorld(
  pool: object = {},
  partners: Partial<Partners> = {},
): Promise<ReimportWorld> {
  const world = await startBackupWorld({ ...POOL, ...pool }, partners);
  const { objects, model } = world;
  const setOutput = (name: string, value: object) =>
    objects.parameters.set(`/sekisho/test/${name}`, JSON.stringify(value));
  setOutput("runbook-log", { logGroup: RUNBOOK_LOG });
  setOutput("restore", {
    importRoleArn: "arn:aws:iam::123456789012:role/sekisho-test-user-import",
    erasedList: ERASED_LIST,
    erasedKeySecret: ERASED_SECRET,
    siteUrl: "https://app.example.com",
  });
  objects.logs.set(RUNBOOK_LOG, new Map());
  objects.secrets.set(ERASED_SECRET, JSON.stringify({ key: ERASED_KEY }));
  const work = objects.buckets.get("sekisho-test-work") ?? new Map<string, Buffer>();
  work.set(ERASED_LIST, Buffer.from('{"kind":"erased-list","version":1}\n'));

  const createPool = async (input: object = {}): Promise<Pool> => {
    const created = (await model.handle(
      "CreateUserPool",
      { ...POOL, ...pool, ...input },
      { isSigned: true },
    )) as {
      UserPool: { Id: string };
    };
    const made = model.pools.get(created.UserPool.Id);
    if (!made) throw new Error("no pool was made");
    return made;
  };
  const usePool = (userPoolId: string) =>
    setOutput("users", {
      userPoolId,
      userPoolArn: `arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/${userPoolId}`,
      userPoolName: "sekisho-test",
      generation: 1,
    });
  const target = await createPool();
  const run = async (argv: string[], url = world.gateway.url) => {
    for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
    vi.stubEnv("AWS_ENDPOINT_URL", url);
    const host = createTestHost(["--stack", "test", "--share", "1", ...FAST, ...argv], RANDOM);
    await runRunbook(reimportUsersRunbook, host);
    return host;
  };
  const backUpPool = async (poolId: string, stack: string, argv: readonly string[]) => {
    usePool(poolId);
    for (const part of ["users", "backup"]) {
      const value = objects.parameters.get(`/sekisho/test/${part}`) ?? "";
      objects.parameters.set(`/sekisho/${stack}/${part}`, value);
    }
    for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
    const quick = ["--share", "1", "--quota", "UserList=100000"];
    const host = createTestHost(["--stack", stack, ...quick, ...argv], RANDOM);
    await runRunbook(backUpUsersRunbook, host);
    if (host.exitCode() !== 0) throw new Error(host.errors());
    usePool(target.id);
    world.gateway.history.clear();
  };
  return {
    ...world,
    target,
    work,
    createPool,
    usePool,
    backUp: (...argv) => backUpPool(world.poolId, "test", argv),
    backUpAs: (stack, ...argv) => backUpPool(world.poolId, stack, argv),
    backUpPool: (poolId, stack = "test") => backUpPool(poolId, stack, []),
    reimport: (...argv) => run(argv),
    apply: (...argv) => run([...APPLY, ...argv]),
    applyTo: (url, ...argv) => run([...APPLY, ...argv], url),
    writes: () =>
      world.gateway.history.entries.flatMap(({ service, operation, status }) =>
        service === "cognito-idp" &&
        status === 200 &&
        !/^(AdminGet|AdminList|Describe|Get|List)/.test(operation)
          ? [operation]
          : [],
      ),
  };
}

/** Runs of one test must not write the same names. */
const RANDOM = {
  randomBytes: (length: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(length))),
};
