import type { OptionTable } from "../runtime/command-line.ts";
import { type RunbookDefinition, type RunbookHost, runRunbook } from "../runtime/runbook.ts";

/** One verb of `npm run sign-in`: a runbook of its own, with its options behind it. */
export interface SignInVerb {
  summary: string;
  run: (host: RunbookHost) => Promise<void>;
}

/** A verb out of the runbook that does it. */
export function asVerb<const Options extends OptionTable>(
  definition: RunbookDefinition<Options>,
): SignInVerb {
  return { summary: definition.summary, run: (host) => runRunbook(definition, host) };
}
