import { RunError } from "@pulumi/pulumi";

const OLDEST_NODE = 22;

/** The sentence for whoever runs the program with a Node older than Pulumi's SDK needs; undefined for any other. */
export function refuseOldNode(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return undefined;
  return (
    `Node ${version} is too old for this program, which needs ${OLDEST_NODE} or newer; ` +
    'run "npm run up -- --stack <stack>" instead of "pulumi up": it brings its own Node 24.'
  );
}

// Runs when imported: the entry imports this first, so that an old Node meets this sentence and no other module.
const refusal = refuseOldNode(process.versions.node);
if (refusal !== undefined) throw new RunError(refusal);
