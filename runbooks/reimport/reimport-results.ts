import type { SetStore } from "../backup/set-store.ts";
import { type Notice, writeNotice } from "./notice.ts";
import type { ReimportFindings } from "./reimport-findings.ts";
import { type PlanInput, planActions } from "./reimport-plan.ts";
import type { ReimportOutcome, Reject } from "./reimport-run.ts";
import { writeSubMap } from "./sub-map.ts";

/** What a re-import leaves in the work bucket, by full key; a file that would be empty is not written. */
export interface ReimportFiles {
  folder: string;
  subMap: string;
  rejects: string | undefined;
  mustEnrol: string | undefined;
  others: string | undefined;
  notice: { ja: string; en: string };
}

export interface ReimportResults {
  store: SetStore;
  findings: ReimportFindings;
  outcome: ReimportOutcome;
  runId: string;
  siteUrl: string | undefined;
  signInHost: string | undefined;
}

/** Writes who is who, who is missing and why, who has to register a factor again, and what to tell people. */
export async function writeResults(results: ReimportResults): Promise<ReimportFiles> {
  const { store, findings, outcome, runId, siteUrl, signInHost } = results;
  const folder = resultsFolder(findings, runId);
  const { key: subMap } = await writeSubMap(store, folder, findings.journal.state.done.values());
  const rejects = await writeRejects(store, folder, outcome.rejects);
  const enrolling = await listMustEnrol(findings.input);
  const mustEnrol = await writeLines(store, `${folder}must-enrol.ndjson`, enrolling);
  const others = await writeLines(
    store,
    `${folder}others.ndjson`,
    outcome.check.strangers.map(({ sub, username, created }) => ({ kind: "other", sub, username, created })),
  );
  // Where the set does not tell who had an authenticator app, everybody is told.
  const needsAuthenticator =
    findings.target.mfa.hasTotp && (!findings.set.hasFactors || enrolling.length > 0);
  const notice = writeNotice({ siteUrl, signInHost, needsAuthenticator });
  return {
    folder,
    subMap,
    rejects,
    mustEnrol,
    others,
    notice: {
      ja: await writeText(store, `${folder}notice.ja.txt`, formatMessage(notice.ja)),
      en: await writeText(store, `${folder}notice.en.txt`, formatMessage(notice.en)),
    },
  };
}

/** Where a run leaves what it found. */
export function resultsFolder({ journal }: Pick<ReimportFindings, "journal">, runId: string): string {
  return `${journal.folder}results-${runId}/`;
}

/** Writes who is missing and why; undefined where nobody is. */
export function writeRejects(
  store: SetStore,
  folder: string,
  rejects: readonly Reject[],
): Promise<string | undefined> {
  return writeLines(store, `${folder}rejects.ndjson`, rejects);
}

async function writeLines(
  store: SetStore,
  key: string,
  lines: readonly object[],
): Promise<string | undefined> {
  if (lines.length === 0) return undefined;
  return writeText(store, key, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

async function writeText(store: SetStore, key: string, text: string): Promise<string> {
  await store.put(key, Buffer.from(text));
  return key;
}

/** Users whose second factors nobody could bring back, as far as the set tells. */
async function listMustEnrol(input: PlanInput): Promise<object[]> {
  const users: object[] = [];
  for await (const action of planActions(input)) {
    if (!("user" in action) || action.user.lostFactors.length === 0) continue;
    const { oldSub, name, lostFactors } = action.user;
    users.push({ kind: "must-enrol", sub: oldSub, name, factors: lostFactors });
  }
  return users;
}

/** As it can be pasted into a mail: the subject first, then a blank line. */
function formatMessage({ subject, text }: Notice): string {
  return `${subject}\n\n${text}`;
}
