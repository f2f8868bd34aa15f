import { fileURLToPath } from "node:url";
import type { RawSettings } from "../infra/settings.ts";
import type { Maker, Makers } from "./apply/maker.ts";
import { makers as awsMakers } from "./apply/makers.ts";
import { type Deployment, deploy } from "./deploy.ts";
import { computedOutputs, RENDER_ACCOUNT, renderedInvokes } from "./rendered-outputs.ts";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
/** Nothing listens there: what a rendering would still call fails instead of reaching AWS. */
const NOWHERE = "http://127.0.0.1:9";

export interface RenderOptions {
  /** Takes what the program reports and prints. */
  onMessage?: (severity: string, message: string) => void;
  signal?: AbortSignal;
}

/**
 * What the program would ask AWS for with these settings, on a first deployment: nothing is made, and no AWS, real or
 * local, is called. What AWS would compute is invented. Throws `DeployError` with the program's own sentence when
 * the program refuses the settings.
 */
export async function renderStack(raw: RawSettings, options: RenderOptions = {}): Promise<Deployment> {
  return deploy({
    projectDir: PROJECT,
    stack: raw.stack,
    config: configOf(raw),
    endpoint: NOWHERE,
    makers: renderingMakers(),
    invokes: renderedInvokes,
    ...options,
  });
}

/** As the Pulumi CLI hands settings to a program: every value as text. */
function configOf({ region, config }: RawSettings): Record<string, string> {
  const sections = Object.entries(config).map(([name, value]) => [
    `sekisho:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { ...Object.fromEntries(sections), ...(region !== undefined && { "aws:region": region }) };
}

function renderingMakers(): Makers {
  return Object.fromEntries(Object.entries(awsMakers).map(([type, maker]) => [type, renderingMaker(maker)]));
}

function renderingMaker({ autoName }: Maker): Maker {
  return {
    isRecorded: true,
    ...(autoName && { autoName }),
    create: async ({ name }) => name,
    read: async (existing) => computedOutputs({ ...existing, account: RENDER_ACCOUNT }),
    update: async () => {},
    delete: async () => {},
  };
}
