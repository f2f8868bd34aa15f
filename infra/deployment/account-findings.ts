import { failureText } from "../failure-text.ts";
import type { Fault } from "../settings.ts";

/** What asking AWS about the account brought: what stops a deployment, and what the operator should know. */
export interface AccountFindings {
  faults: Fault[];
  warnings: Fault[];
}

/** Several findings as one, in their order. */
export function joinFindings(findings: readonly AccountFindings[]): AccountFindings {
  return {
    faults: findings.flatMap(({ faults }) => faults),
    warnings: findings.flatMap(({ warnings }) => warnings),
  };
}

/** The warning for a question that AWS did not answer; `what` says what is not known and why it matters. */
export function notChecked(
  path: string,
  what: string,
  { failure, rights }: { failure: unknown; rights: readonly string[] },
): AccountFindings {
  const message = `${what}; see that the deploying role may call ${rights.join(", ")}. AWS said: ${failureText(failure)}`;
  return { faults: [], warnings: [{ path, message }] };
}
