import { type LossGuards, lossGuards } from "../loss-guards.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { Settings } from "../settings.ts";

/** The guards of logs and evidence: who signed in must be answerable after somebody has tidied up. */
export function evidenceGuards({ disposable, letGo }: Pick<Settings, "disposable" | "letGo">): LossGuards {
  return lossGuards({ disposable }, isLetGo(letGo, "evidence"));
}
