import type { SetStore } from "../backup/set-store.ts";
import { type Notice, writeNotice } from "./notice.ts";
import type { ReimportFindings } from "./reimport-findings.ts";
import { type PlanInput, planActions } from "./reimport-plan.ts";
import type { ReimportOutcome } from "./reimport-run.ts";
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
  const folder = `${findings.journal.folder}results-${runId}/`;
  const writeLines = async (name: string, lines: readonly object[]): Promise<string | undefined> => {
    if (lines.length === 0) return undefined;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    return writeText(name, text);
  };
  const writeText = async (name: string, text: string): Promise<string> => {
    const key = `${folder}${name}`;
    await store.put(key, Buffer.from(text));
    return key;
  };
  const { key: subMap } = await writeSubMap(store, folder, findings.journal.state.done.values());
  const rejects = await writeLines("rejects.ndjson", outcome.rejects);
  const enrolling = await listMustEnrol(findings.input);
  const mustEnrol = await writeLines("must-enrol.ndjson", enrolling);
  const others = await writeLines(
    "others.ndjson",
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
      ja: await writeText("notice.ja.txt", formatMessage(notice.ja)),
      en: await writeText("notice.en.txt", formatMessage(notice.en)),
    },
  };
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
