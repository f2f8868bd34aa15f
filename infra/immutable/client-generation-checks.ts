import type { ClientSettings, Fault } from "../settings.ts";
import type { Comparison, ImmutableCheck } from "./comparison.ts";

/** Whoever uses a client moves from one generation to the next while both are there, one deployment for each step. */
export const clientGenerationChecks: readonly ImmutableCheck[] = [generationsMoveStepByStep];

/** The generations of one client as the last deployment left them. */
interface DeployedGenerations {
  inUse: number;
  others: number[];
}

function generationsMoveStepByStep(comparison: Comparison): Fault[] {
  // With the pool all of its clients are gone: whatever the settings name is made anew.
  if (!comparison.isPoolThere) return [];
  return comparison.settings.clients.flatMap((client): Fault[] => {
    const deployed = deployedGenerations(comparison, client);
    if (deployed === undefined) return [];
    return [...isThereBeforeItIsUsed(client, deployed), ...isNumberedAnew(client, deployed)];
  });
}

/** Undefined for a client that is new. */
function deployedGenerations(
  { deployed }: Comparison,
  { name }: ClientSettings,
): DeployedGenerations | undefined {
  const part = deployed.clients?.[name];
  return part && { inUse: part.generation ?? 1, others: Object.keys(part.others ?? {}).map(Number) };
}

function isThereBeforeItIsUsed(
  { name, generation, alsoAccept }: ClientSettings,
  { inUse, others }: DeployedGenerations,
): Fault[] {
  if (generation === inUse) return [];
  const path = `sekisho:clients.${name}`;
  if (!others.includes(generation)) {
    const message =
      `cannot become ${generation}, of which there is no client yet that is accepted everywhere; put ${inUse} back, add ` +
      `alsoAccept: [${generation}], deploy, and only then use it (docs/client-swap.md)`;
    return [{ path: `${path}.generation`, message }];
  }
  if (alsoAccept.includes(inUse)) return [];
  const message =
    `lacks ${inUse}, which was in use up to now: whoever signed in through it would be turned away; make it ` +
    `[${inUse}], deploy, and take it out in a later deployment (docs/client-swap.md)`;
  return [{ path: `${path}.alsoAccept`, message }];
}

/**
 * A number below the one in use stood for a client that is gone; cookies and logs name it. One above it may come again, when
 * its client was taken back: sessions of the one before have ended by then if people wait for it (docs/client-swap.md).
 */
function isNumberedAnew(
  { name, alsoAccept }: ClientSettings,
  { inUse, others }: DeployedGenerations,
): Fault[] {
  return alsoAccept
    .filter((number) => number < inUse && !others.includes(number))
    .map((number) => ({
      path: `sekisho:clients.${name}.alsoAccept`,
      message:
        `lists generation ${number}, which this client no longer has, and none below the one in use comes again; ` +
        `take ${Math.max(inUse, ...others) + 1} (docs/client-swap.md)`,
    }));
}
