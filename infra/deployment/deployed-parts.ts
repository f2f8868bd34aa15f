import {
  clientPart,
  type OutputPart,
  outputParts,
  type StackOutputs,
  stackOutputs,
} from "../outputs/outputs.ts";

/** The outputs that the last deployment wrote: all of them, some when it failed half-way, or none. */
export type DeployedParts = { [Part in keyof StackOutputs]?: StackOutputs[Part] | undefined };

/**
 * The parameters below a stack's path as the parts they are. Those of other programs below the same path are left
 * out; `damaged` names the first that is ours and does not fit its schema.
 */
export function readDeployedParts(
  path: string,
  { names, values }: { names: readonly string[]; values: readonly string[] },
): { parts: DeployedParts } | { damaged: string } {
  const parts: Record<string, unknown> = {};
  const clients: Record<string, unknown> = {};
  for (const [place, name] of names.entries()) {
    const part = name.slice(path.length);
    const schema = part.startsWith("clients/") ? clientPart : schemaOf(part);
    if (!schema) continue;
    const read = schema.safeParse(parseJson(values[place] ?? ""));
    if (!read.success) return { damaged: name };
    if (part.startsWith("clients/")) clients[part.slice("clients/".length)] = read.data;
    else parts[part] = read.data;
  }
  const found = Object.keys(clients).length > 0 ? { ...parts, clients } : parts;
  return { parts: stackOutputs.partial().parse(found) };
}

function schemaOf(part: string) {
  return isOutputPart(part) ? outputParts[part] : undefined;
}

function isOutputPart(part: string): part is OutputPart {
  return Object.hasOwn(outputParts, part);
}

/** Undefined, which fits no schema, when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
