import { type BackupOptions, type BackupResult, backUpUsers } from "../../runbooks/backup/backup.ts";
import type { ManifestBody, PoolDocument } from "../../runbooks/backup/format.ts";
import type { SetStore } from "../../runbooks/backup/set-store.ts";
import { verifySet } from "../../runbooks/backup/set-verification.ts";
import { readManifest } from "../../runbooks/backup/sets.ts";
import type { UserPool } from "../../runbooks/backup/user-pool.ts";

export interface BackupSetting extends Partial<BackupOptions> {
  pool: UserPool;
  store: SetStore;
  now?: () => Date;
  signal?: AbortSignal;
  checkClock?: () => void;
  mayFinish?: () => Promise<void>;
  /** Hears every warning, also of a run that fails. */
  warn?: (line: string) => void;
}

/** Every run of the suite begins at the same moment, and has an id of its own. */
export const RUN_AT = new Date("2026-11-21T03:00:00.000Z");
let runs = 0;

/** One backup of what is given, with the lines it wrote. */
export async function runBackup(setting: BackupSetting): Promise<BackupResult & { lines: string[] }> {
  const { pool, store, now = () => RUN_AT, signal = new AbortController().signal, ...rest } = setting;
  const { checkClock = () => {}, mayFinish = async () => {}, warn = () => {}, ...options } = rest;
  const lines: string[] = [];
  const result = await backUpUsers({
    stack: "test",
    account: "123456789012",
    region: "ap-northeast-1",
    toolVersion: "0.0.0",
    withMfa: false,
    allowShrink: false,
    shards: 1,
    pageRate: 15,
    ...options,
    pool,
    store,
    describePool: async () => describeNothing(pool.id),
    now,
    checkClock,
    mayFinish,
    randomBytes: (length) => {
      runs += 1;
      const id = Buffer.alloc(length);
      id.writeUInt32BE(runs);
      return id;
    },
    progress: (line) => lines.push(line),
    warn: (line) => {
      lines.push(`warning: ${line}`);
      warn(line);
    },
    signal,
  });
  return { ...result, lines };
}

/** Reads a set back and verifies it, as verify-backup does; throws what it throws. */
export async function verifyStored(store: SetStore, place: string): Promise<ManifestBody> {
  const [poolId = "", set = ""] = place.split("/");
  const manifest = await readManifest(store, poolId, set);
  if (!manifest) throw new Error(`${place} has no manifest`);
  const signal = new AbortController().signal;
  await verifySet({ store, manifest, now: () => RUN_AT, progress: () => {}, signal });
  return manifest;
}

export function describeNothing(poolId: string): PoolDocument {
  return {
    userPool: { Id: poolId },
    mfaConfig: {},
    domains: [],
    clients: [],
    identityProviders: [],
    resourceServers: [],
  };
}
