import type { StackFileFindings } from "./stack-file-check.ts";

/** What a check of a stack file ends with. */
export interface FindingsReport {
  /** Absent when there are faults: they say it themselves. */
  summary?: string;
  exitCode: 0 | 2 | 21;
}

/** Sums findings up in words and an exit code; warnings count only when they are asked for by `isStrict`. */
export function describeFindings(
  { faults, warnings }: StackFileFindings,
  { isStrict }: { isStrict: boolean },
): FindingsReport {
  if (faults.length > 0) return { exitCode: 2 };
  if (warnings.length === 0) return { summary: "no faults", exitCode: 0 };
  const count = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
  return { summary: `no faults, ${count}`, exitCode: isStrict ? 21 : 0 };
}
