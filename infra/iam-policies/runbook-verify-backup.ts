import type { PolicyStatement } from "../policy-document.ts";
import { type RunbookResources, readOutputs, readSets } from "./runbook-resources.ts";

/** What verify-backup does: read sets, of this pool and of those before it, here and in the copy. It asks no Cognito. */
export function verifyBackupStatements(resources: RunbookResources): PolicyStatement[] {
  return [readOutputs(resources), ...readSets(resources)];
}
